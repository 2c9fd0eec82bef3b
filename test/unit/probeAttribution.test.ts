import assert from 'node:assert/strict';
import { buildBoot, buildServer, callAll, judge, measure, type Form } from '../servers/truth/measure.ts';

/** The rest of the combinations, and Node 20 and 22, are in `npm run test:matrix`. */
const combinations: { sdk: 'v1' | 'v2'; http: boolean; form: Form }[] = [
  { sdk: 'v1', http: false, form: 'plain' },
  { sdk: 'v2', http: false, form: 'minified' },
  { sdk: 'v1', http: true, form: 'bundled' },
  { sdk: 'v2', http: true, form: 'plain' },
];

describe('attribution, held against the log of the server', () => {
  let boot: string;
  before(async () => {
    boot = await buildBoot();
  });

  for (const { sdk, http, form } of combinations) {
    it(`SDK ${sdk}, ${http ? 'Streamable HTTP' : 'stdio'}, ${form}, eight calls at once`, async function () {
      this.timeout(60_000);
      const server = await buildServer(sdk, form);
      const measured = await measure({ boot, command: [process.execPath, server], http, exercise: (call) => callAll(['at_once', 'in_two', 'none', 'in_two', 'at_once', 'none'], 90, 8, call) });
      assert.equal(measured.reason, null);
      const verdict = judge(measured);
      const said = JSON.stringify(verdict);
      assert.ok(verdict.overlap >= 4, `the calls did not overlap: ${said}`);
      assert.ok(verdict.samples > 300, said);
      assert.ok(verdict.right / verdict.samples >= 0.99, said);
      assert.ok(verdict.wrong / verdict.samples <= 0.005, said);
      for (const ratio of Object.values(verdict.cpuRatio)) assert.ok(Math.abs(ratio - 1) <= 0.05, said);
      assert.equal(Object.keys(verdict.cpuRatio).length, 2);
      assert.equal(measured.run!.cpu.attributed, true);
      const hottest = measured.run!.hotLines[0]!;
      assert.deepEqual([hottest.functionName, hottest.tool, hottest.own], ['burnAtOnce', 'at_once', true]);
      assert.match(hottest.file, /test[\\/]servers[\\/]truth[\\/]tools\.ts$/);
    });
  }
});
