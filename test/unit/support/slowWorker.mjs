// Speaks the protocol of src/app/lint/protocol.ts, and never comes back from a file whose name says so.
import { parentPort } from 'node:worker_threads';

const nothing = { changed: [], handlers: [], skipped: [], suppressed: [], unusedSuppressions: [], defects: [], timings: {} };

parentPort.on('message', ({ id, ...request }) => {
  const skip = request.skip ?? [];
  const files = request.paths ?? [request.file];
  for (const file of files) {
    if (skip.some((s) => s.file === file)) continue;
    parentPort.postMessage({ type: 'working', on: file, done: 0, total: files.length });
    while (file.includes('hangs')) /* for ever */;
    if (file.includes('dies')) throw new Error('out of memory');
  }
  if (request.settings?.handlers[0] === 'hang') {
    parentPort.postMessage({ type: 'working', on: null, done: 0, total: 0 });
    for (;;) /* for ever */;
  }
  parentPort.postMessage({ type: 'answer', id, update: { ...nothing, files: files.length - skip.length, skipped: skip, changed: (request.documents ?? []).map(({ file, text }) => ({ file, findings: [text] })) } });
});
