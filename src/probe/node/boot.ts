/**
 * Preloaded (`--require`) into every Node process of a profiled server. It announces the process, opens the inspector,
 * waits a moment for the engine to start sampling, and notes which request the main thread works for.
 *
 * It must never break, block or print into the server: whatever fails here fails silently, and the engine reports what
 * is missing. It runs in Node 18 and later.
 */
import workerThreads, { isMainThread } from 'node:worker_threads';
import { handleKey, probeDirVariable, probeFile, type ProbeHandle } from '../contract.ts';
import { announce, isLauncher } from './announce.ts';
import { createSpool, type Spool } from './spool.ts';
import { watchRequests } from './requests.ts';
import { watchRuntime } from './runtime.ts';
import { separateMessages } from './stdin.ts';
import { hrtimeUs } from './time.ts';
import { waitUntil } from './wait.ts';

/** An engine that does not answer must not keep the server from starting; it usually takes 10 ms. */
const startWaitMs = 1500;
/** A process that exits by itself waits this long for its CPU samples to be taken. */
const exitWaitMs = 2000;

const dir = process.env[probeDirVariable];
const { bun, deno } = process.versions;
if (dir && !bun && !deno) {
  try {
    boot(dir);
  } catch {
    // the server comes first: without a probe it is measured from the wire
  }
}

function boot(dir: string): void {
  const spool = createSpool(dir, process.pid);
  if (!isMainThread) {
    if (!isToolsThread()) spool.note(probeFile.worker(process.pid), '');
    return;
  }
  if (spool.exists(probeFile.chosen)) return;
  if (isLauncher()) {
    announce(spool, true);
    return;
  }

  let inspector: ReturnType<typeof announce> = null;
  let released = false;
  let over = false;
  const requests = watchRequests(spool);
  const runtime = watchRuntime(spool, requests);
  const joinMessages = separateMessages(requests.seen);
  const handle: ProbeHandle = {
    release: () => void (released = true),
    now: hrtimeUs,
    flush() {
      requests.flush(true);
      spool.flush();
    },
    letGo() {
      released = true;
      if (over) return;
      over = true;
      handle.flush();
      requests.stop();
      runtime.stop();
      joinMessages();
      if (inspector) closeSoon(inspector);
    },
  };
  Object.defineProperty(globalThis, Symbol.for(handleKey), { value: handle, configurable: true });
  // the engine may ask for the handle the moment it knows of the process
  inspector = announce(spool, false);
  process.on('exit', () => {
    if (over) return;
    handle.flush();
    if (inspector && released) waitForEngine(spool, () => over);
  });
  if (inspector) waitUntil(() => released, startWaitMs);
}

/**
 * The thread of Node's module hooks (before 22.14 only its data tells) and that of esbuild's synchronous calls: tsx has
 * both, and neither is the server's.
 */
function isToolsThread(): boolean {
  const { isInternalThread, workerData } = workerThreads as { isInternalThread?: boolean; workerData: { esbuildVersion?: unknown } | null | undefined };
  return (isInternalThread ?? workerData === null) || workerData?.esbuildVersion !== undefined;
}

/** The samples of a process die with it; the engine sees the note, takes them and lets go. */
function waitForEngine(spool: Spool, over: () => boolean): void {
  spool.note(probeFile.exiting(process.pid), '');
  waitUntil(over, exitWaitMs);
}

/** Closing blocks while a client is connected, and ours hangs up right after `letGo`. */
function closeSoon(inspector: { close(): void }): void {
  setTimeout(() => {
    try {
      inspector.close();
    } catch {
      // closed by the server itself
    }
  }, 50).unref();
}
