/**
 * A process of its own that outlives an engine which was killed: it holds a pipe from the engine, and when that closes
 * it ends every process of the runs that were not reported as done.
 *
 * Lines on stdin: `run <marker>` a run begins, `group <marker> <id>` it has this process group, `done <marker>` it has
 * ended and left nothing. A group is ended at once, while its id cannot belong to another: no id is given out again
 * as long as the group has a member.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { killMarked, signal } from './strays.ts';

const running = new Map<string, number[]>();
/** Well-behaved servers end by themselves when their stdin closes. */
const politeMs = 200;

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [word, marker, group] = line.split(' ');
    if (!marker) return;
    if (word === 'run') running.set(marker, running.get(marker) ?? []);
    if (word === 'group' && Number(group) > 1) running.get(marker)?.push(Number(group));
    if (word === 'done') running.delete(marker);
  })
  .on('close', () => {
    void Promise.all([...running].map(([marker, groups]) => end(marker, groups))).then(() => process.exit(0));
  });
// a terminal that closes or Ctrl-C reaches us too: the engine decides, we only follow it
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);

async function end(marker: string, groups: number[]): Promise<void> {
  const alive = groups.filter((group) => signal(-group, 'SIGTERM'));
  await sleep(politeMs);
  for (const group of alive) signal(-group, 'SIGKILL');
  await killMarked(marker);
}
