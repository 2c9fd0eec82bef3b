// Speaks the protocol of src/app/lint/protocol.ts, and never comes back from a file whose name says so.
import { parentPort } from 'node:worker_threads';

// Stays at each of many steps for a while where the settings say so.
const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const nothing = { changed: [], handlers: [], skipped: [], suppressed: [], unusedSuppressions: [], defects: [], timings: {} };

parentPort.on('message', ({ id, ...request }) => {
  const skip = request.skip ?? [];
  const files = request.paths ?? [request.file];
  for (const file of files) {
    if (skip.some((s) => s.file === file)) continue;
    parentPort.postMessage({ type: 'working', on: file, files: 0, progress: null });
    while (file.includes('hangs')) /* for ever */;
    if (file.includes('dies')) throw new Error('out of memory');
  }
  if (request.settings?.handlers[0] === 'hang') {
    parentPort.postMessage({ type: 'working', on: null, files: 0, progress: null });
    for (;;) /* for ever */;
  }
  if (request.settings?.handlers[0] === 'steps') {
    for (let i = 0; i < 10; i++) {
      parentPort.postMessage({ type: 'working', on: null, files: 0, progress: { done: i, total: 10 } });
      wait(60);
    }
  }
  if (request.settings?.handlers[0] === 'large') {
    parentPort.postMessage({ type: 'working', on: null, files: 1000, progress: null });
    wait(600);
  }
  parentPort.postMessage({ type: 'answer', id, update: { ...nothing, files: files.length - skip.length, skipped: skip, changed: (request.documents ?? []).map(({ file, text }) => ({ file, findings: [text] })) } });
});
