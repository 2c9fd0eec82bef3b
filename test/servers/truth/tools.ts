// Tools whose cost is known: they burn CPU in functions that nothing else calls, and write down when they did.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the server itself knows of one call; times are microseconds of `process.hrtime`. */
export interface TruthLine {
  tool: string;
  /** Argument `n` of the call: tells calls apart. */
  n: number;
  startUs: number;
  endUs: number;
  burns: { fn: string; startUs: number; endUs: number }[];
}

const log = process.env['TRUTH_LOG'];
const lines: string[] = [];
process.on('exit', flush);
setInterval(flush, 500).unref();

function flush() {
  if (log !== undefined && lines.length > 0) appendFileSync(log, lines.splice(0).join(''));
}

const nowUs = () => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
};

// one function per tool and stage, so that a stack says whose it is
function burnAtOnce(us: number): number {
  const end = nowUs() + us;
  let x = 1;
  while (nowUs() < end) for (let i = 0; i < 2000; i++) x = (x * 31 + i) % 1000003;
  return x;
}
function burnAfterSleep(us: number): number {
  const end = nowUs() + us;
  let x = 2;
  while (nowUs() < end) for (let i = 0; i < 2000; i++) x = (x * 33 + i) % 1000003;
  return x;
}
function burnAfterInner(us: number): number {
  const end = nowUs() + us;
  let x = 3;
  while (nowUs() < end) for (let i = 0; i < 2000; i++) x = (x * 35 + i) % 1000003;
  return x;
}

// small enough for V8 to inline it into its caller
function mixInlined(x: number, i: number): number {
  return (x + String(i + x).length * 31) % 1000003;
}
function burnWithInlined(us: number): number {
  const end = nowUs() + us;
  let x = 4;
  while (nowUs() < end) for (let i = 0; i < 200; i++) x = mixInlined(x, i);
  return x;
}

async function inner(): Promise<number> {
  await sleep(2);
  return Promise.resolve(1);
}

type Burn = (name: string, fn: (us: number) => number, us: number) => void;

/**
 * name -> what it does with the stopwatch `burn`. `at_once`: 50 ms; `in_two`: 25 + 25 ms; `none`: nothing. The burns are
 * long because an SDK takes 1 to 3 ms for a call and differs by a third of that from tool to tool: its share, not the
 * attribution, would decide what a ratio to shorter ones says.
 */
export const tools: Record<string, (burn: Burn) => Promise<void>> = {
  at_once: (burn) => {
    burn('burnAtOnce', burnAtOnce, 50_000);
    return Promise.resolve();
  },
  in_two: async (burn) => {
    await sleep(5);
    burn('burnAfterSleep', burnAfterSleep, 25_000);
    await inner();
    burn('burnAfterInner', burnAfterInner, 25_000);
  },
  none: async () => {
    await sleep(5);
  },
  inlines: (burn) => {
    burn('burnWithInlined', burnWithInlined, 20_000);
    return Promise.resolve();
  },
  // what an ordinary tool does: about a millisecond of objects and text, with ten awaits
  work: async () => {
    for (let i = 0; i < 10; i++) {
      const rows = Array.from({ length: 100 }, (_, k) => ({ id: k, name: `row ${(k * 7919) % 101}`, tags: ['a', 'b'] }));
      rows.sort((a, b) => a.name.localeCompare(b.name));
      const again = JSON.parse(JSON.stringify(rows)) as typeof rows;
      await Promise.resolve(again.length);
    }
  },
  // writes down what the process has used so far
  usage: () => {
    const { user, system } = process.cpuUsage();
    lines.push(`${JSON.stringify({ tool: 'usage', cpuUs: user + system })}\n`);
    return Promise.resolve();
  },
  // never returns to its event loop
  forever: (burn) => {
    burn('burnAtOnce', burnAtOnce, 1e15);
    return Promise.resolve();
  },
  dies: () => {
    burnAfterSleep(200_000);
    process.exit(7);
  },
};

export async function run(tool: string, n: number) {
  const line: TruthLine = { tool, n, startUs: nowUs(), endUs: 0, burns: [] };
  await tools[tool]!((name, fn, us) => {
    const startUs = nowUs();
    fn(us);
    line.burns.push({ fn: name, startUs, endUs: nowUs() });
  });
  line.endUs = nowUs();
  if (tool !== 'usage') lines.push(`${JSON.stringify(line)}\n`);
  return { content: [{ type: 'text' as const, text: `${tool} ${n}` }] };
}
