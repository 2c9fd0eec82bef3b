import assert from 'node:assert/strict';
import { findMeasured } from '../../src/analysis/measured.ts';
import { rulePage } from '../../src/analysis/rulePage.ts';
import { rules } from '../../src/analysis/rules/index.ts';
import type { Finding, RuleId } from '../../src/model/finding.ts';
import type { Block } from '../../src/model/run.ts';
import { play, seeded, type World } from './analysisWorld.ts';

const ms = (n: number) => () => n * 1000;

/** Plays a world and compares what is found: `rule severity tools`, in order. */
function check(world: World, expected: string[]): Finding[] {
  const { run, requests } = play(world);
  const found = findMeasured(run, requests);
  assert.deepEqual(found.map((f) => `${f.rule} ${f.severity} ${f.tools.join('+')}`.trimEnd()), expected);
  return found;
}

const figure = (f: Finding, label: string) => f.figures.find((x) => x.label === label)?.value;
const quick = { name: 'quick', cpuUs: ms(1), waitUs: ms(2) };

const syncStack = (api: string, file: string): Block['stack'] => [
  { functionName: 'onMessage', file: '/app/node_modules/sdk/index.js', line: 3 },
  { functionName: 'handler', file: '/app/src/server.ts', line: 20 },
  { functionName: 'loadAll', file: '/app/src/data.ts', line: 12 },
  { functionName: api, file, line: 67 },
  { functionName: 'run', file: '', line: 0 },
];
const native = (us: number): Block['frames'] => [
  { functionName: 'run', file: '', line: 79, selfUs: us * 0.9, own: false },
  { functionName: 'loadAll', file: '/app/src/data.ts', line: 12, selfUs: us * 0.1, own: true },
];

describe('rules on a run', () => {
  it('a clean server has no findings, at any concurrency, with and without CPU samples', () => {
    const tools = [quick, { name: 'steady', cpuUs: ms(4), waitUs: ms(5) }, { name: 'burst', cpuUs: ms(15) }];
    for (const concurrency of [1, 4, 16]) for (const cpu of [true, false]) check({ tools, concurrency, cpu }, []);
  });

  it('an empty run has no findings', () => {
    const { run } = play({ tools: [quick] });
    assert.deepEqual(findMeasured(run, []), []);
  });

  describe('blocking-call', () => {
    it('names the function of Node and the own line that called it', () => {
      const sign = { name: 'sign', cpuUs: ms(80), stack: syncStack('pbkdf2Sync', 'node:internal/crypto/pbkdf2'), frames: native };
      const [f] = check({ tools: [sign, quick] }, ['blocking-call warning sign']);
      assert.equal(`${f!.file}:${f!.line}`, '/app/src/data.ts:12');
      assert.match(f!.message, /^`pbkdf2Sync` in `loadAll` \(src\/data.ts:12\) blocks the event loop for 80 ms per call of `sign` \(20 of 20 calls\), 100% of its time\.$/);
      assert.equal(f!.savedUsPerCall, 80_000);
    });

    it('stands at the call where the source is at hand, else at the head of the function', () => {
      const sign = { name: 'sign', cpuUs: ms(80), stack: syncStack('pbkdf2Sync', 'node:internal/crypto/pbkdf2'), frames: native };
      const { run, requests } = play({ tools: [sign] });
      const line = (body: string) => findMeasured(run, requests, (file) => (file === '/app/src/data.ts' ? `${'\n'.repeat(11)}function loadAll() {\n${body}` : null))[0]!.line;
      assert.equal(line('  // pbkdf2Sync() blocks\n  return crypto.pbkdf2Sync(key);\n}'), 14);
      assert.equal(line('  return mypbkdf2Sync(pbkdf2SyncOptions);\n}'), 12);
      assert.equal(line(`${'\n'.repeat(300)}pbkdf2Sync()`), 12);
    });

    it('stands at the call of a native function, whose caller V8 knows by line', () => {
      const stack = [{ functionName: 'rows', file: '/app/src/db.ts', line: 3 }, { functionName: 'all', file: '', line: 0 }];
      const frames = (us: number): Block['frames'] => [{ functionName: 'all', file: '', line: 9, selfUs: us, own: false }];
      const [f] = check({ tools: [{ name: 'rows', cpuUs: ms(80), stack, frames }] }, ['blocking-call warning rows']);
      assert.equal(f!.line, 9);
    });

    it('says whom it delays', () => {
      const sign = { name: 'sign', cpuUs: ms(80), stack: syncStack('scryptSync', 'node:internal/crypto/scrypt'), frames: native };
      const [f] = check({ tools: [sign, quick], concurrency: 4 }, ['blocking-call warning sign']);
      assert.match(f!.message, /; other calls had to wait for it \d+ times, those of `quick` among them\.$/);
      assert.ok(figure(f!, 'delays of other calls')! >= 20);
    });

    it('one finding for a line that several tools reach', () => {
      const shared = { stack: syncStack('readFileSync', 'node:fs'), frames: native };
      const [f] = check({ tools: [{ name: 'a', cpuUs: ms(70), ...shared }, { name: 'b', cpuUs: ms(90), ...shared }] }, ['blocking-call warning b+a']);
      assert.equal(figure(f!, 'calls that blocked'), 40);
    });

    it('is not meant where the own code has most of the samples', () => {
      const frames = (us: number) => native(us).map((f) => ({ ...f, selfUs: f.own ? us * 0.8 : us * 0.2 }));
      check({ tools: [{ name: 'parse', cpuUs: ms(80), stack: syncStack('readFileSync', 'node:fs'), frames }] }, ['cpu-bound-handler warning parse']);
    });

    it('is not meant where Node computes without a synchronous twin', () => {
      check({ tools: [{ name: 'hash', cpuUs: ms(80), stack: syncStack('update', 'node:internal/crypto/hash'), frames: native }] }, ['cpu-bound-handler warning hash']);
    });

    it('keeps the share where the record holds the longest blocks only', () => {
      const sign = { name: 'sign', cpuUs: ms(80), stack: syncStack('pbkdf2Sync', 'node:internal/crypto/pbkdf2'), frames: native };
      const { run, requests } = play({ tools: [sign], calls: 2000 });
      run.tools[0]!.blockedUs = { max: 80_000, total: 2000 * 80_000 };
      assert.equal(run.blocks.length, 200);
      const [f] = findMeasured(run, requests);
      assert.equal(`${f!.severity} ${f!.savedUsPerCall} ${figure(f!, 'calls that blocked')}`, 'warning 80000 2000');
    });
  });

  describe('cpu-bound-handler', () => {
    it('stands at the hottest own line', () => {
      const [f] = check({ tools: [{ name: 'search', cpuUs: ms(62) }, quick] }, ['cpu-bound-handler warning search']);
      assert.equal(`${f!.file}:${f!.line}`, '/app/src/work.ts:7');
      assert.match(f!.message, /^`work` \(src\/work.ts:7\) blocks the event loop for 62 ms per call/);
    });

    it('stands at the own caller when a library has the samples', () => {
      const stack: Block['stack'] = [{ functionName: 'handler', file: '/app/src/server.ts', line: 20 }, { functionName: 'render', file: '/app/node_modules/@big/lib/index.js', line: 900 }];
      const frames = (us: number): Block['frames'] => [
        { functionName: 'render', file: '/app/node_modules/@big/lib/index.js', line: 900, selfUs: us * 0.9, own: false },
        { functionName: 'trim', file: '/app/src/trim.ts', line: 2, selfUs: us * 0.1, own: true },
      ];
      const [f] = check({ tools: [{ name: 'draw', cpuUs: ms(70), stack, frames }] }, ['cpu-bound-handler warning draw']);
      assert.equal(`${f!.file}:${f!.line}`, '/app/src/server.ts:20');
    });

    it('names the native function that the own line called', () => {
      const stack = [{ functionName: 'loadIndex', file: '/app/src/db.ts', line: 3 }, { functionName: 'JSON.parse', file: '', line: 0 }];
      const frames = (us: number): Block['frames'] => [{ functionName: 'JSON.parse', file: '', line: 0, selfUs: us, own: false }];
      const { run, requests } = play({ tools: [{ name: 'search', cpuUs: ms(80), stack, frames }] });
      const [f] = findMeasured(run, requests, () => '\n\nfunction loadIndex() {\n  JSONxparse();\n  return JSON.parse(text);\n}');
      assert.match(f!.message, /^`JSON.parse` in `loadIndex` \(src\/db.ts:5\) blocks/);
      assert.equal(f!.rule, 'cpu-bound-handler');
    });

    it('names the package when no own code is there', () => {
      const stack: Block['stack'] = [{ functionName: 'render', file: '/x/node_modules/@big/lib/index.js', line: 900 }];
      const frames = (us: number): Block['frames'] => [{ functionName: 'render', file: '/x/node_modules/@big/lib/index.js', line: 900, selfUs: us, own: false }];
      const [f] = check({ tools: [{ name: 'draw', cpuUs: ms(70), stack, frames }] }, ['cpu-bound-handler warning draw']);
      assert.equal(f!.file, null);
      assert.match(f!.message, /^Computation in render of @big\/lib blocks/);
    });

    it('counts its own time, not the wait for its other calls', () => {
      const [f] = check({ tools: [{ name: 'search', cpuUs: ms(80) }], concurrency: 8 }, ['cpu-bound-handler warning search']);
      assert.ok(figure(f!, 'share of search')! > 0.95);
    });

    it('one short block in twenty calls is nothing, a long one a hint', () => {
      const once = (block: number) => ({ name: 'mostly', cpuUs: (call: number) => (call === 7 ? block : 3_000) });
      check({ tools: [once(60_000)] }, []);
      check({ tools: [once(160_000)] }, ['cpu-bound-handler hint mostly']);
    });

    it('a fifth of the calls is often, less is not', () => {
      const some = (n: number) => ({ name: 'some', cpuUs: (call: number) => (call < n && call >= 0 ? 60_000 : 3_000) });
      check({ tools: [some(3)] }, []);
      check({ tools: [some(4)] }, ['cpu-bound-handler warning some']);
    });

    it('what only the warm-up does is none', () => {
      check({ tools: [{ name: 'lazy', cpuUs: (call: number) => (call < 0 ? 80_000 : 3_000) }] }, []);
    });

    it('keeps its id from run to run, and has another at another line', () => {
      const id = (calls: number, line: number) => {
        const frames = (us: number): Block['frames'] => [{ functionName: 'work', file: '/app/src/work.ts', line, selfUs: us, own: true }];
        const { run, requests } = play({ tools: [{ name: 'search', cpuUs: ms(62), frames }], calls });
        return findMeasured(run, requests)[0]!.id;
      };
      assert.equal(id(10, 7), id(20, 7));
      assert.notEqual(id(10, 7), id(10, 8));
    });
  });

  describe('uncached-hot-tool', () => {
    const forecast = { name: 'forecast', waitUs: ms(60) };

    it('is a hint when the run itself repeated the call, and says so', () => {
      const [f] = check({ tools: [forecast, quick] }, ['uncached-hot-tool hint forecast']);
      assert.equal(figure(f!, 'hit rate, 60 s'), 0.95);
      assert.ok(Math.abs(f!.savedUsPerCall! - 0.95 * 60_200) < 1, String(f!.savedUsPerCall));
      assert.match(f!.message, /in 20 of 20 calls, at 60.2 ms each on average: .* saved 57.2 ms per call\. This run repeated the call itself/);
    });

    it('is a warning when several different arguments come back', () => {
      const [f] = check({ tools: [{ ...forecast, args: (call) => `city ${call % 4}` }] }, ['uncached-hot-tool warning forecast']);
      assert.equal(figure(f!, 'hit rate, 60 s'), 0.8);
    });

    it('is none where one slow call alone makes the cost', () => {
      check({ tools: [{ name: 'mostly_quick', waitUs: (call) => (call === 5 ? 900_000 : 3_000) }] }, []);
    });

    it('tries several times to live', () => {
      const [f] = check({ tools: [{ name: 'slow', waitUs: ms(4000), args: (call) => `city ${call % 2}` }] }, ['uncached-hot-tool warning slow']);
      // filled at the end of a call, 4 s per call: within 10 s the entry answers the next call of the same city, then is stale
      assert.equal(figure(f!, 'hit rate, 10 s'), 0.5);
      assert.equal(figure(f!, 'hit rate, 300 s'), 0.9);
    });

    it('is none where results differ for the same arguments, even once', () => {
      const random = seeded(1);
      check({ tools: [{ ...forecast, result: () => String(random()) }] }, []);
      check({ tools: [{ ...forecast, result: (call) => (call === 11 ? 'other' : 'same') }] }, []);
    });

    it('is none where arguments never repeat, calls are cheap, or one failed', () => {
      check({ tools: [{ ...forecast, args: (call) => String(call) }] }, []);
      check({ tools: [{ ...forecast, waitUs: ms(5) }] }, []);
      check({ tools: [{ ...forecast, fails: (call) => (call === 3 ? 'toolError' : 'ok') }] }, []);
    });

    it('is none for tools that write or do not say that they only read', () => {
      check({ tools: [{ ...forecast, readOnly: false }] }, []);
      check({ tools: [{ ...forecast, readOnly: false, destructive: true }] }, []);
    });

    it('does not take the wait for other calls for a cost', () => {
      const busy = { name: 'busy', cpuUs: ms(45) };
      check({ tools: [busy, { name: 'list', cpuUs: ms(1) }], concurrency: 8 }, ['uncached-hot-tool hint busy']);
      check({ tools: [{ ...busy, result: (call) => String(call) }, { name: 'list', cpuUs: ms(1) }], concurrency: 8, cpu: false }, []);
    });
  });

  describe('duplicate-in-flight', () => {
    const args = (call: number) => `city ${Math.floor(call / 4)}`;

    it('finds identical calls that overlap', () => {
      const [f] = check({ tools: [{ name: 'forecast', waitUs: ms(60), args }], concurrency: 4 }, ['duplicate-in-flight warning forecast']);
      assert.equal(figure(f!, 'duplicates'), 15);
    });

    it('two may be chance', () => {
      const pairs = (n: number) => ({ name: 'forecast', waitUs: ms(60), args: (call: number) => (call < 2 * n ? `pair ${call >> 1}` : String(call)) });
      check({ tools: [pairs(2)], concurrency: 2 }, []);
      check({ tools: [pairs(3)], concurrency: 2 }, ['duplicate-in-flight warning forecast']);
    });

    it('is a hint when the run itself sent the same arguments', () => {
      check({ tools: [{ name: 'forecast', waitUs: ms(60) }], concurrency: 4 }, ['uncached-hot-tool hint forecast', 'duplicate-in-flight hint forecast']);
    });

    it('is none one call at a time, or where results differ', () => {
      check({ tools: [{ name: 'forecast', waitUs: ms(60), args }], concurrency: 1 }, ['uncached-hot-tool warning forecast']);
      check({ tools: [{ name: 'forecast', waitUs: ms(60), args, result: (call) => String(call) }], concurrency: 4 }, []);
    });

    it('is none where the calls compute, for then they run one after the other', () => {
      const found = check({ tools: [{ name: 'sum', cpuUs: ms(40), args }], concurrency: 4 }, ['uncached-hot-tool warning sum']);
      assert.ok(found.every((f) => f.rule !== 'duplicate-in-flight'));
    });
  });

  describe('large-response', () => {
    it('measures bytes and tokens', () => {
      check({ tools: [{ name: 'dump', bytes: 200_000, tokens: 49_900 }, quick] }, ['large-response warning dump']);
      check({ tools: [{ name: 'dump', bytes: 60_000, tokens: 14_900 }] }, ['large-response warning dump']);
      check({ tools: [{ name: 'dump', bytes: 39_000, tokens: 9_700 }] }, []);
    });

    it('takes the budget for its limit', () => {
      const tools = [{ name: 'dump', bytes: 39_000, tokens: 9_700 }];
      const [f] = check({ tools, options: { budgets: { resultBytes: 30_000 } } }, ['large-response warning dump']);
      assert.match(f!.message, /the budget is 30 kB/);
      check({ tools: [{ name: 'dump', bytes: 150_000, tokens: 9_700 }], options: { budgets: { resultBytes: 200_000 } } }, []);
    });

    it('the largest alone are a hint', () => {
      const { run, requests } = play({ tools: [quick] });
      for (const r of requests.slice(-2)) r.bytesIn = 300_000;
      const [f] = findMeasured(run, requests);
      assert.equal(`${f?.rule} ${f?.severity}`, 'large-response hint');
    });
  });

  describe('tool-definition-cost', () => {
    it('of the list and of one tool', () => {
      const server = { ...play({ tools: [] }).run.server, toolListTokens: 6_000 };
      check({ tools: [{ ...quick, definitionTokens: 1_500 }], run: { server } }, ['tool-definition-cost warning']);
      check({ tools: [{ ...quick, definitionTokens: 1_500 }] }, ['tool-definition-cost information quick']);
      check({ tools: [{ ...quick, definitionTokens: 900 }], run: { server: { ...server, toolListTokens: 4_900 } } }, []);
      check({ tools: [quick], options: { budgets: { toolListTokens: 10_000 } }, run: { server } }, []);
      check({ tools: [quick], run: { server: { ...server, toolListTokens: null } } }, []);
    });
  });

  describe('cold-start', () => {
    const after = (first: number) => ({ name: 'lazy', waitUs: (call: number) => (call < 0 ? first : 4_000), result: String });

    it('sets the first call against the next', () => {
      const [f] = check({ tools: [after(700_000)] }, ['cold-start information lazy']);
      assert.match(f!.message, /took 700 ms, the 20 after it 4.2 ms/);
    });

    it('needs a clear difference and calls to compare with', () => {
      check({ tools: [after(90_000)] }, []);
      check({ tools: [after(700_000)], calls: 3 }, []);
      check({ tools: [{ name: 'uneven', waitUs: (call: number) => (call < 0 || call === 9 ? 700_000 : 4_000), result: String }] }, []);
    });
  });

  describe('slow-startup', () => {
    it('says how much of it the server computed, and where', () => {
      const line = { file: '/app/src/big.ts', line: 3, functionName: 'build', callee: null, selfUs: 1_500_000, tool: null, fileHash: null, own: true };
      const cpu = { ...play({ tools: [] }).run.cpu!, startupUs: 2_000_000 };
      const [f] = check({ tools: [quick], run: { startupUs: 2_600_000, cpu, hotLines: [line] } }, ['slow-startup warning']);
      assert.match(f!.message, /took 2,600 ms .* limit of 2,000 ms; 2,000 ms of it the server's own CPU, most in `build` \(src\/big.ts:3\)/);
      assert.equal(f!.line, 3);
    });

    it('names no line that background work may have heated', () => {
      const line = { file: '/app/src/big.ts', line: 3, functionName: 'build', callee: null, selfUs: 1_500_000, tool: null, fileHash: null, own: true };
      const cpu = { ...play({ tools: [] }).run.cpu!, startupUs: 100_000, otherUs: 1_600_000 };
      const [f] = check({ tools: [quick], run: { startupUs: 2_600_000, cpu, hotLines: [line] } }, ['slow-startup warning']);
      assert.equal(f!.file, null);
    });

    it('is none under the limit, or where start-up was not measured', () => {
      check({ tools: [quick], run: { startupUs: 1_900_000 } }, []);
      check({ tools: [quick], run: { startupUs: null } }, []);
      check({ tools: [quick], run: { startupUs: 2_600_000 }, options: { budgets: { startupUs: 3_000_000 } } }, []);
    });
  });

  describe('serialised-calls', () => {
    const random = seeded(7);
    const query = { name: 'query', cpuUs: ms(1), waitUs: () => 40_000 * (0.8 + 0.4 * random()), result: String };

    it('finds a lock around a tool', () => {
      const [f] = check({ tools: [{ ...query, lock: 'db' }], concurrency: 8 }, ['serialised-calls warning query']);
      assert.match(f!.message, /with 8 in flight a call takes 3\d\d ms \(median\) where one needs [34]\d(\.\d)? ms/);
      assert.ok(f!.savedUsPerCall! > 200_000);
    });

    it('finds it when quick tools run beside it', () => {
      check({ tools: [{ ...query, lock: 'db' }, { ...quick, result: String }], concurrency: 8 }, ['serialised-calls warning query']);
    });

    it('finds a lock that tools share', () => {
      const other = { ...query, name: 'store', waitUs: ms(25), lock: 'db' };
      const [f] = check({ tools: [{ ...query, lock: 'db' }, other], concurrency: 8 }, ['serialised-calls warning query+store']);
      assert.match(f!.message, /`query` and `store`/);
    });

    it('is none where calls wait side by side', () => check({ tools: [query], concurrency: 8 }, []));
    it('is none where two are served at a time', () => {
      const pool = (call: number) => `connection ${Math.abs(call) % 2}`;
      // the second connection begins half a call later, so that the ends are regular
      check({ tools: [{ ...query, waitUs: (call: number) => (call === 1 ? 60_000 : 40_000), lock: pool }], concurrency: 8 }, []);
    });
    it('is none where a call alone takes far less than one in the queue', () => {
      check({ tools: [{ ...query, waitUs: (call: number) => (call < 0 ? 20_000 : 60_000), lock: 'db' }], concurrency: 8 }, []);
    });
    it('is none under four in flight', () => check({ tools: [{ ...query, lock: 'db' }], concurrency: 3 }, []));
    it('is none for a tool that computes', () => {
      check({ tools: [{ name: 'sum', cpuUs: ms(40), result: String }], concurrency: 8 }, []);
      check({ tools: [{ name: 'sum', cpuUs: ms(90), result: String }], concurrency: 8 }, ['cpu-bound-handler warning sum']);
    });
    it('is none for a tool that waits for one that computes', () => {
      check({ tools: [{ name: 'sum', cpuUs: ms(40), result: String }, { ...query, waitUs: ms(40) }], concurrency: 8 }, []);
    });
    it('is none without CPU times', () => check({ tools: [{ ...query, lock: 'db' }], concurrency: 8, cpu: false }, []));
  });

  describe('budget-exceeded', () => {
    const slow = (misses: number) => ({ ...quick, waitUs: (call: number) => (call < misses ? 60_000 : 2_000), result: String });

    it('p95 needs more misses than chance gives', () => {
      const budgets = { toolP95Us: 50_000 };
      check({ tools: [slow(4)], options: { budgets } }, []);
      const [f] = check({ tools: [slow(5)], options: { budgets } }, ['budget-exceeded error quick']);
      assert.match(f!.message, /^5 of 20 calls of `quick` took longer than the p95 budget of 50 ms\.$/);
      check({ tools: [slow(10)], calls: 200, options: { budgets } }, []);
      check({ tools: [slow(20)], calls: 200, options: { budgets } }, ['budget-exceeded error quick']);
    });

    it('mean and lists', () => {
      check({ tools: [{ ...quick, waitUs: ms(60), result: String }], options: { budgets: { toolMeanUs: 50_000 } } }, ['budget-exceeded error quick']);
      check({ tools: [slow(10)], options: { budgets: { toolMeanUs: 30_000 } } }, []);
      const { run, requests } = play({ tools: [quick], options: { budgets: { listP95Us: 1_000 } } });
      for (const r of requests) if (r.phase === 'measure') Object.assign(r, { method: 'tools/list', target: null, phase: 'setup' });
      assert.deepEqual(findMeasured(run, requests).map((f) => f.rule), ['budget-exceeded']);
    });

    it('errors, and only once for what failed', () => {
      const budgets = { errorRatio: 0.05, toolP95Us: 50_000 };
      const failing = (n: number) => ({ ...quick, fails: (call: number) => (call < n ? ('rpcError' as const) : ('ok' as const)) });
      check({ tools: [failing(2)], options: { budgets } }, []);
      check({ tools: [failing(6)], options: { budgets } }, ['budget-exceeded error quick']);
    });

    it('a tool that refuses one set of arguments is for information', () => {
      const [f] = check({ tools: [{ ...quick, fails: () => 'toolError' }], options: { budgets: { errorRatio: 0.05 } } }, ['budget-exceeded information quick']);
      assert.match(f!.help, /give real ones/);
    });

    it('calls that we cancelled are no errors', () => {
      check({ tools: [{ ...quick, fails: (call) => (call > 10 ? 'cancelled' : 'ok') }], options: { budgets: { errorRatio: 0 } } }, []);
    });
  });

  it('sure findings come before hints, each by what they save', () => {
    const sign = { name: 'sign', cpuUs: ms(70), stack: syncStack('pbkdf2Sync', 'node:internal/crypto/pbkdf2'), frames: native };
    const tools = [sign, { name: 'cached', waitUs: ms(500) }, { name: 'search', cpuUs: ms(62) }, { name: 'parse', cpuUs: ms(90), frames: (us: number): Block['frames'] => [{ functionName: 'p', file: '/app/p.ts', line: 1, selfUs: us, own: true }] }];
    check({ tools }, ['cpu-bound-handler warning parse', 'blocking-call warning sign', 'cpu-bound-handler warning search', 'uncached-hot-tool hint cached']);
  });

  it('does not mind the order of the requests', () => {
    const { run, requests } = play({ tools: [{ name: 'forecast', waitUs: ms(60), args: (call) => `city ${call >> 2}` }, { name: 'query', waitUs: ms(50), result: String, lock: 'db' }], concurrency: 8 });
    const inOrder = findMeasured(run, requests);
    assert.ok(inOrder.length >= 2);
    assert.deepEqual(findMeasured(run, [...requests].reverse()), inOrder);
  });

  it('takes a hundred thousand calls', () => {
    const { run, requests } = play({ tools: [{ name: 'forecast', waitUs: ms(60) }], concurrency: 4, options: { budgets: { toolP95Us: 50_000, toolMeanUs: 50_000 } } });
    const measured = requests.filter((r) => r.phase === 'measure');
    const many = Array.from({ length: 100_000 }, (_, i) => ({ ...measured[i % measured.length]!, request: i + 1 }));
    assert.ok(findMeasured(run, many).length > 0);
  });

  it('every rule is there once, and has its page', () => {
    const all: Record<RuleId, true> = {
      'cpu-bound-handler': true, 'blocking-call': true, 'uncached-hot-tool': true, 'duplicate-in-flight': true, 'large-response': true,
      'tool-definition-cost': true, 'cold-start': true, 'slow-startup': true, 'serialised-calls': true, 'budget-exceeded': true,
      'sync-tool': true, 'busy-wait': true, 'lock-across-await': true, 'client-per-call': true, 'no-connection-reuse': true, 'server-per-request': true, 'unbounded-cache': true, 'slow-list': true, 'sequential-await': true, 'unbounded-fan-out': true, 'wasteful-serialisation': true, 'missing-timeout': true, 'ignored-cancellation': true, 'compile-in-handler': true, 'stdout-pollution': true, 'polling': true, 'overload-collapse': true,
    };
    assert.deepEqual(rules.map((r) => r.id).sort(), Object.keys(all).sort());
    for (const rule of rules) for (const part of [rule.title, rule.id, 'Why it hurts', 'How it is measured', 'How to mend it']) assert.ok(rulePage(rule).includes(part), `${rule.id}: ${part}`);
  });
});
