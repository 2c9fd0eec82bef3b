/**
 * A process of its own that outlives an engine which was killed: it holds a pipe from the engine, and when that closes
 * it ends every process of the runs that were not reported as done.
 *
 * Lines on stdin: `run <marker>` a run begins, `done <marker>` it has ended and left nothing.
 */
import { createInterface } from 'node:readline';
import { killMarked } from './strays.ts';

const running = new Set<string>();
/** Well-behaved servers end by themselves when their stdin closes. */
const politeMs = 200;

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [word, marker] = line.split(' ');
    if (!marker) return;
    if (word === 'run') running.add(marker);
    if (word === 'done') running.delete(marker);
  })
  .on('close', () => {
    void Promise.all([...running].map((marker) => killMarked(marker, politeMs))).then(() => process.exit(0));
  });
// a terminal that closes or Ctrl-C reaches us too: the engine decides, we only follow it
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);
