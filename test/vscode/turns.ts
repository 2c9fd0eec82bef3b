import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Session, type Profiler } from 'node:inspector/promises';
import { Worker } from 'node:worker_threads';

/** A stretch without rest in which code of the extension ran, and the host did nothing else. */
interface Turn {
  /** One for a millisecond; on a busy machine there are more of them, see `check`. */
  samples: number;
  /** Its first and last sample, µs of V8's clock. */
  at: number;
  endsAt: number;
  /** Samples by the innermost function of ours. */
  functions: Map<string, number>;
}

const ours = /[\\/]dist[\\/](?:extension|onDemand)\.cjs$/;
/**
 * What does not count as ours: source maps, which are read for the stacks of tests only, and natives of Node that we call to
 * have something begun (a file opened, a process started). They wait for locks and for the kernel, for as long as the machine
 * is busy. JavaScript's own natives are part of their caller here, and what is asked for at once (`readFileSync`) is ours.
 */
const isElsewhere = ({ functionName, url }: Profiler.ProfileNode['callFrame']) => (url === '' && !functionName.startsWith('RegExp:')) || url.startsWith('node:internal/source_map');
const isSync = ({ functionName, url }: Profiler.ProfileNode['callFrame']) => url.startsWith('node:') && functionName.endsWith('Sync');
/**
 * Milliseconds of CPU time: between two keys of a fast typist. The longest were 18 to 44 on a machine with much other work.
 * Collections of garbage are not in it, as they fall on whoever runs.
 */
const limit = 100;

/**
 * Samples the extension host from before a suite until `check`, which fails where code of the extension ran for longer than
 * the limit at a time. What other extensions and VS Code do there does not count, and neither does waiting for the CPU. To be
 * called before other hooks.
 */
export function watchTurns(): { check(): Promise<void> } {
  const session = new Session();
  const tests: { title: string; from: number }[] = [];
  let cpu: NodeJS.CpuUsage;
  let meter: CpuMeter;
  const now = () => Number(process.hrtime.bigint() / 1000n);
  before(async () => {
    tests.push({ title: 'before', from: now() });
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 1000 });
    await session.post('Profiler.start');
    cpu = process.threadCpuUsage();
    meter = meterMainThread();
  });
  beforeEach(function () {
    tests.push({ title: this.currentTest!.title, from: now() });
  });
  after(() => session.disconnect());

  function describeTurn({ at, functions }: Turn, ms: number): string {
    const heaviest = [...functions].sort(([, a], [, b]) => b - a).slice(0, 4);
    return `${ms.toFixed(0)} ms in ${heaviest.map(([name, count]) => `${name} (${count})`).join(', ')}, during “${tests.findLast(({ from }) => from <= at)?.title}”`;
  }
  return {
    async check() {
      const { user, system } = process.threadCpuUsage(cpu);
      const { profile } = await session.post('Profiler.stop');
      const turns = turnsOf(profile);
      assert.ok(turns.length > 0, 'no sample holds code of ours: it is not looked for where it is');
      // a thread that waits, for the CPU or for a lock, is woken to be sampled, so samples of a busy machine are worth less
      const msPerSample = Math.min(1, (user + system) / 1000 / busySamples(profile));
      const cpuBetween = await meter.stop();
      const said = turns
        .map((turn) => ({ turn, ms: Math.min(turn.samples * msPerSample, cpuBetween(turn.at, turn.endsAt)) }))
        .sort((a, b) => b.ms - a.ms)
        .map(({ turn, ms }) => ({ ms, text: describeTurn(turn, ms) }));
      console.log(`  longest turns of our own code in the extension host (a sample is ${msPerSample.toFixed(2)} ms of CPU time):\n${said.slice(0, 3).map(({ text }) => `    ${text}`).join('\n')}`);
      assert.deepEqual(said.filter(({ ms }) => ms > limit).map(({ text }) => text), []);
    },
  };
}

interface CpuMeter {
  /** Says how many milliseconds of CPU time the main thread had between two moments, µs; Infinity where the system does not tell. */
  stop(): Promise<(from: number, to: number) => number>;
}

/** Reads from another thread what Linux has given to this one, each 5 ms; the kernel brings the figure up to date each 1 to 4 ms. */
function meterMainThread(): CpuMeter {
  const worker = new Worker(
    `const { readFileSync } = require('node:fs');
    const { parentPort } = require('node:worker_threads');
    const file = '/proc/self/task/' + process.pid + '/schedstat';
    const read = () => [Number(process.hrtime.bigint() / 1000n), Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6];
    const readings = [];
    const timer = process.platform === 'linux' && setInterval(() => readings.push(read()), 5);
    parentPort.once('message', () => (clearInterval(timer), parentPort.postMessage(readings)));`,
    { eval: true },
  );
  return {
    async stop() {
      const told = once(worker, 'message') as Promise<[[us: number, ms: number][]]>;
      worker.postMessage('stop');
      const [readings] = await told;
      await worker.terminate();
      // what lies between two readings counts whole
      return (from, to) => (readings.find(([us]) => us >= to)?.[1] ?? Infinity) - (readings.findLast(([us]) => us <= from)?.[1] ?? 0);
    },
  };
}

function busySamples({ nodes, samples = [] }: Profiler.Profile): number {
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id));
  return samples.filter((id) => !idle.has(id)).length;
}

function turnsOf({ nodes, samples = [], timeDeltas = [], startTime }: Profiler.Profile): Turn[] {
  const kinds = kindsOf(nodes);
  const turns: Turn[] = [];
  let turn: Turn | null = null;
  let at = startTime;
  for (const [i, id] of samples.entries()) {
    at += timeDeltas[i] ?? 0;
    const { name, isPause } = kinds.get(id)!;
    if (isPause) continue;
    if (name === null) {
      turn = null;
      continue;
    }
    if (!turn) turns.push((turn = { samples: 0, at, endsAt: at, functions: new Map() }));
    turn.samples++;
    turn.endsAt = at;
    turn.functions.set(name, (turn.functions.get(name) ?? 0) + 1);
  }
  return turns;
}

interface Kind {
  /** Our function; null for somebody else's or nobody's. */
  name: string | null;
  /** Neither counts nor ends a turn. */
  isPause: boolean;
  isSync: boolean;
}

/** What a sample says, by the id of its node. */
function kindsOf(nodes: Profiler.ProfileNode[]): Map<number, Kind> {
  const kinds = new Map<number, Kind>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node: Profiler.ProfileNode, above: Kind) => {
    const { functionName, url, lineNumber } = node.callFrame;
    const name = ours.test(url) ? functionName || `line ${lineNumber + 1} of ${url.replace(/.*[\\/]/, '')}` : above.name;
    const inSync = above.isSync || isSync(node.callFrame);
    const nobody = functionName === '(garbage collector)' || functionName === '(program)';
    const kind = { name, isSync: inSync, isPause: above.isPause || nobody || (name !== null && !inSync && isElsewhere(node.callFrame)) };
    kinds.set(node.id, kind);
    for (const child of node.children ?? []) visit(byId.get(child)!, kind);
  };
  visit(nodes[0]!, { name: null, isPause: false, isSync: false });
  return kinds;
}
