import { readFile } from 'node:fs/promises';
import { Session } from 'node:inspector';
import { basename, join, resolve } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { loadParsers } from '../../analysis/code/parse.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { createSession } from './session.ts';

// The worker thread of the static analysis: bundled as an entry of its own.

const here = import.meta.dirname;
/** Beside the bundle; before bundling, in the package itself. */
const grammars = basename(here) === 'dist' ? join(here, 'grammars') : resolve(here, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

const port = parentPort!;
const tell = (message: FromWorker) => port.postMessage(message);
const session = loadParsers((name) => readFile(join(grammars, `${name}.wasm`))).then((parsers) => createSession(parsers, (on, files, progress) => tell({ type: 'working', on, files, progress })));

/** A rest this long after everything was read is used to give memory back. */
const restMs = 2000;
/** Reading a workspace leaves about a third of the memory as garbage that an ordinary collection keeps the pages of. */
let mayShrink = false;
let resting: NodeJS.Timeout | undefined;

port.on('message', ({ id, ...request }: ToWorker) => {
  clearTimeout(resting);
  session
    .then(({ perform, fixesOf }) => tell(request.do === 'fixes' ? { type: 'fixes', id, fixes: fixesOf(request.finding) } : { type: 'answer', id, update: perform(request) }))
    .catch((error: unknown) => {
      const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
      tell({ type: 'failed', id, message, stack });
    })
    .finally(() => {
      mayShrink ||= request.do === 'open';
      clearTimeout(resting);
      if (mayShrink) resting = setTimeout(shrink, restMs);
    });
});

/** The collection that the inspector's button asks for is the one that also moves what is left together; it takes some hundred milliseconds. */
function shrink() {
  mayShrink = false;
  const inspector = new Session();
  inspector.connect();
  // one that is disconnected within its answer hangs the thread
  inspector.post('HeapProfiler.collectGarbage', () => setImmediate(() => inspector.disconnect()));
}
