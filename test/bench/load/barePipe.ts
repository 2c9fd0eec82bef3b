import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../../../src/wire/clock.ts';
import { readLog } from './target.ts';

/**
 * Calls logged.mjs at a rate with nothing but a pipe and JSON: microseconds from before each write to the parsed answer,
 * and what the server's own log says. The first second is left out of both.
 */
export async function barePipe(args: string[], o: { rate: number; seconds: number }): Promise<{ service: number[]; truth: number[] }> {
  const { now } = startClock();
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const answered = new Map<number, (result: unknown) => void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { id, result } = JSON.parse(line) as { id: number; result: unknown };
      answered.get(id)?.(result);
      answered.delete(id);
    }
  });
  let lastId = 0;
  function call(tool: string, done: (result: unknown) => void) {
    answered.set(++lastId, done);
    child.stdin.write(`{"jsonrpc":"2.0","id":${lastId},"method":"tools/call","params":{"name":"${tool}","arguments":{}}}\n`);
  }
  async function log() {
    const result = await new Promise((resolve) => {
      call('log', resolve);
    });
    return readLog((result as { content: { text: string }[] }).content[0]!.text);
  }

  async function send(seconds: number): Promise<number[]> {
    const service: number[] = [];
    const startUs = now();
    let sent = 0;
    while (sent < o.rate * seconds) {
      await sleep(1);
      for (; sent < o.rate * seconds && startUs + (sent * 1e6) / o.rate <= now(); sent++) {
        const writtenUs = now();
        call('work', () => void service.push(now() - writtenUs));
      }
    }
    while (answered.size > 0) await sleep(10);
    return service;
  }

  await log();
  await send(1);
  await log();
  const service = await send(o.seconds);
  const truth = (await log()).map(({ arrivedUs, answeredUs }) => answeredUs - arrivedUs);
  const exited = once(child, 'exit');
  child.stdin.end();
  await exited;
  return { service, truth };
}
