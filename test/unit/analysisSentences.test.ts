import assert from 'node:assert/strict';
import { writeSentences } from '../../src/analysis/sentences.ts';
import { play, type World } from './analysisWorld.ts';

const ms = (n: number) => () => n * 1000;
const quick = { name: 'quick', cpuUs: ms(1), waitUs: ms(2) };

function tell(world: World) {
  const { run, requests } = play(world);
  const sentences = writeSentences(run, requests);
  return { sentences, texts: sentences.map((s) => s.parts.map((p) => p.text).join('')) };
}

describe('the answer on top', () => {
  it('says what is slow, why, and where each figure is shown', () => {
    const { sentences, texts } = tell({ tools: [{ name: 'search', cpuUs: ms(62) }, quick], calls: 80 });
    assert.deepEqual(texts, ['`search` takes 62 ms at p95 over 80 calls. `work` (src/work.ts:7) blocks the event loop for 62 ms per call of `search` (80 of 80 calls), 100% of its time.']);
    const links = sentences[0]!.parts.flatMap((p) => (p.link ? [`${p.text} -> ${p.link.to === 'tab' ? p.link.tab : `${p.link.file}:${p.link.line}`}`] : []));
    assert.deepEqual(links, ['62 ms -> latency', '80 -> overview', '`work` -> flame', 'src/work.ts:7 -> /app/src/work.ts:7', '62 ms -> timeline', '80 -> timeline', '100% -> flame']);
  });

  it('every figure with a unit has a link', () => {
    const { sentences } = tell({ tools: [{ name: 'search', cpuUs: ms(62) }, { name: 'forecast', waitUs: ms(80) }, { name: 'dump', bytes: 3e6, tokens: 7e5 }, quick], calls: 80 });
    for (const { parts } of sentences) {
      for (const part of parts) assert.ok(part.link !== undefined || !/\d (ms|kB|MB|tokens)/.test(part.text.replace(/the (limit|budget) is .*|a cache of 60 s/, '')), part.text);
    }
  });

  it('prints no percentile that has too few calls', () => {
    const { texts } = tell({ tools: [{ name: 'search', cpuUs: ms(62) }] });
    assert.match(texts[0]!, /^`search` takes 62 ms at p50 and at most 62 ms in 20 calls\. /);
    assert.match(tell({ tools: [{ name: 'search', cpuUs: ms(62) }], calls: 4 }).texts[0]!, /^`search` takes at most 62 ms in 4 calls\. /);
  });

  it('is five sentences at most, the largest savings first', () => {
    const tools = Array.from({ length: 9 }, (_, i) => ({ name: `tool${i}`, cpuUs: ms(60 + i), frames: (us: number) => [{ functionName: `work${i}`, file: '/app/w.ts', line: i + 1, selfUs: us, own: true }] }));
    const { texts } = tell({ tools });
    assert.equal(texts.length, 5);
    assert.deepEqual(texts.map((t) => /^`(\w+)`/.exec(t)![1]), ['tool8', 'tool7', 'tool6', 'tool5', 'tool4']);
  });

  it('speaks of slow tools that no rule explains', () => {
    const { texts } = tell({ tools: [{ name: 'remote', cpuUs: ms(2), waitUs: ms(198), result: String }, quick] });
    assert.deepEqual(texts, ['`remote` takes 200 ms at p50 and at most 200 ms in 20 calls: 99% of it neither uses the CPU nor waits for other calls.']);
    const busy = { name: 'busy', cpuUs: ms(45), result: String };
    const { texts: crowd } = tell({ tools: [busy, { ...quick, result: String }], concurrency: 8 });
    assert.match(crowd[1]!, /^`quick` takes .*: (>99|9\d)% of it is waiting for other calls on the main thread\.$/);
    const { texts: python } = tell({ tools: [{ name: 'remote', waitUs: ms(200), result: String }], cpu: false });
    assert.match(python[0]!, /where that time goes was not measured\.$/);
  });

  it('of the hints on a tool one is enough, of what is sure nothing is left out', () => {
    assert.equal(tell({ tools: [{ name: 'forecast', waitUs: ms(60) }], concurrency: 4 }).texts.length, 1);
    const args = (call: number) => `city ${call % 4}`;
    assert.equal(tell({ tools: [{ name: 'forecast', waitUs: ms(60), args, bytes: 200_000 }] }).texts.length, 2);
  });

  it('says so when nothing stands out', () => {
    const { texts } = tell({ tools: [quick, { name: 'other', cpuUs: ms(1) }] });
    assert.deepEqual(texts, ['Nothing stands out: of 2 tools the slowest, `quick`, takes 3 ms at p50 and at most 3 ms in 20 calls.']);
  });

  it('nothing measured is not fine', () => {
    const { run } = play({ tools: [quick] });
    const [only] = writeSentences(run, []);
    assert.match(only!.parts[0]!.text, /^No call was measured/);
  });

  it('says first what limits the run', () => {
    assert.match(tell({ tools: [quick], run: { status: 'cancelled' } }).texts[0]!, /^The run was stopped early: the figures are of the 20 calls/);
    const failure = { code: 'server-exited' as const, message: 'The server ended with code 1.', hint: 'See its log.' };
    assert.match(tell({ tools: [quick], run: { status: 'failed', failure } }).texts[0]!, /^The run failed after 20 calls: The server ended with code 1\.$/);
  });

  it('says once that calls failed', () => {
    const { texts } = tell({ tools: [{ ...quick, fails: () => 'toolError' }], options: { budgets: { errorRatio: 0.05 } } });
    assert.equal(texts.length, 1);
  });

  it('says when calls failed, and that generated arguments may be why', () => {
    const { texts } = tell({ tools: [{ ...quick, fails: (call) => (call % 5 < 2 ? 'toolError' : 'ok') }] });
    assert.deepEqual(texts, ['40% of the calls of `quick` failed (isError) and are in no latency; if their arguments were generated, give real ones.']);
  });
});
