import assert from 'node:assert/strict';
import { callTools } from '../../src/app/callTools.ts';
import type { Outcome, RequestRecord } from '../../src/model/trace.ts';

const answer = (outcome: Outcome) => ({ outcome }) as RequestRecord;
const tools = (...names: string[]) => names.map((tool) => ({ tool, args: {} }));
const count = (names: string[]) => Object.fromEntries([...new Set(names)].map((n) => [n, names.filter((m) => m === n).length]));

describe('calling the tools', () => {
  it('goes round-robin, each as often as asked', async () => {
    const order: string[] = [];
    await callTools({ calls: tools('a', 'b', 'c'), callsPerTool: 2, concurrency: 1 }, (tool) => Promise.resolve((order.push(tool), answer('ok'))), new AbortController().signal);
    assert.deepEqual(order, ['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('keeps exactly the asked number in flight', async () => {
    let inFlight = 0;
    const seen: number[] = [];
    await callTools({ calls: tools('a', 'b'), callsPerTool: 20, concurrency: 4 }, async () => {
      seen.push(++inFlight);
      await new Promise((r) => setImmediate(r));
      inFlight--;
      return answer('ok');
    }, new AbortController().signal);
    assert.equal(seen.length, 40);
    assert.equal(Math.max(...seen), 4);
  });

  it('gives a tool up after three timeouts in a row, and only that tool', async () => {
    const order: string[] = [];
    const givenUp = await callTools({ calls: tools('hangs', 'fine'), callsPerTool: 10, concurrency: 1 }, (tool) => Promise.resolve((order.push(tool), answer(tool === 'hangs' ? 'timeout' : 'ok'))), new AbortController().signal);
    assert.deepEqual(count(order), { hangs: 3, fine: 10 });
    assert.deepEqual(givenUp, ['hangs']);
  });

  it('a timeout now and then is no reason to give up', async () => {
    let n = 0;
    const givenUp = await callTools({ calls: tools('flaky'), callsPerTool: 12, concurrency: 1 }, () => Promise.resolve(answer(++n % 3 === 0 ? 'ok' : 'timeout')), new AbortController().signal);
    assert.equal(n, 12);
    assert.deepEqual(givenUp, []);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    let n = 0;
    await callTools({ calls: tools('a'), callsPerTool: 100, concurrency: 2 }, () => {
      if (++n === 5) stop.abort();
      return Promise.resolve(answer('ok'));
    }, stop.signal);
    assert.ok(n >= 5 && n <= 6, `${n} calls`);
  });
});
