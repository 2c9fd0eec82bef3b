import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface PumpResult {
  requests: number;
  perSecond: number;
  /** CPU time of this process by requests. */
  cpuUsPerRequest: number;
}

/**
 * What a server over stdio can do at most: a fixed number in flight, requests put together by hand, nothing measured
 * and nothing counted but answers. With `parse` each answer is read as JSON, else only line ends are counted.
 */
export async function pump(server: { command: string; args: string[] }, o: { inFlight: number; seconds: number; params: string; parse: boolean }): Promise<PumpResult> {
  // a session of its own, as servers under test have: on a busy Linux machine the scheduler treats those differently
  const child = spawn(server.command, server.args, { stdio: ['pipe', 'pipe', 'ignore'], detached: process.platform !== 'win32' });
  let id = 0;
  let answers = 0;
  let rest = '';
  let running = false;
  let begun: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (begun = resolve));

  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => {
    let got = 0;
    if (o.parse) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if ((JSON.parse(line) as { result?: unknown }).result !== undefined) got++;
    } else for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) got++;
    if (!running) {
      begun();
      return;
    }
    answers += got;
    send(got);
  });

  function send(count: number) {
    let text = '';
    for (let i = 0; i < count; i++) text += `{"jsonrpc":"2.0","id":${++id},"method":"tools/call","params":${o.params}}\n`;
    child.stdin.write(text);
  }

  child.stdin.write('{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"pump","version":"1"}}}\n');
  await ready;
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  running = true;
  send(o.inFlight);
  // the first second is for the compilers of both sides
  await pause(Math.min(1, o.seconds / 2));
  answers = 0;
  const started = performance.now();
  const cpu = process.cpuUsage();
  await pause(o.seconds);
  const seconds = (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpu);
  const requests = answers;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  return { requests, perSecond: requests / seconds, cpuUsPerRequest: (used.user + used.system) / requests };
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
