import { spawn } from 'node:child_process';
import { pump } from './pump.ts';
import { fixture, median, round, withTarget } from './target.ts';

const rounds = 3;
const seconds = 4;
const inFlight = 64;

/**
 * stdio, 64 in flight, a server that does nothing: our rate and CPU time per request beside a pump by hand on the same
 * server, in turn, medians. The echo of `cat` says what two pipes and JSON cost without any server.
 */
export async function stdioRate() {
  const server = { command: process.execPath, args: [fixture('server.mjs')] };
  const params = '{"name":"noop","arguments":{}}';
  const ours: number[] = [];
  const cpus: number[] = [];
  const pumps: number[] = [];
  const echoes: number[] = [];
  for (let i = 0; i < rounds; i++) {
    pumps.push((await pump(server, { inFlight, seconds, params, parse: true })).perSecond);
    await withTarget(
      server.args,
      async ({ run }) => {
        await run({ kind: 'closed', concurrency: inFlight, thinkMs: 0 }, 1);
        const result = await run({ kind: 'closed', concurrency: inFlight, thinkMs: 0 }, seconds);
        ours.push((result.completed * 1e6) / result.durationUs);
        cpus.push(result.cpuUsPerRequest ?? NaN);
      },
      { tool: 'noop' },
    );
    echoes.push(await echo());
  }
  const perSecond = median(ours);
  return {
    inFlight, rounds, perSecond: round(perSecond, 0), cpuUsPerRequest: round(median(cpus), 2), pumpPerSecond: round(median(pumps), 0), echoPerSecond: round(median(echoes), 0),
    ofPump: round(perSecond / median(pumps), 3), ofEcho: round(perSecond / median(echoes), 3), timesInspectorCeiling: round(perSecond / 14_000, 2),
    limits: { ofPump: 0.6, timesInspectorCeiling: 3, cpuUsPerRequest: 5 },
  };
}

/** Lines of the same length through `cat`, as many in flight, counted. */
async function echo(): Promise<number> {
  const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
  const line = '{"jsonrpc":"2.0","id":123456,"method":"tools/call","params":{"name":"noop","arguments":{}}}\n';
  let count = 0;
  cat.stdin.on('error', () => undefined);
  cat.stdout.on('data', (chunk: Buffer) => {
    let got = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) got++;
    count += got;
    cat.stdin.write(line.repeat(got));
  });
  cat.stdin.write(line.repeat(inFlight));
  await new Promise((resolve) => setTimeout(resolve, 500));
  count = 0;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  cat.kill('SIGKILL');
  return count / 2;
}
