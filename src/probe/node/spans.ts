import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { promiseHooks } from 'node:v8';
import { spanWidth } from '../contract.ts';
import type { Cell } from './requests.ts';
import { hrtimeUs } from './time.ts';

/** Spans per write: 4096 × 24 bytes take about 50 us. */
const capacity = 4096;
/** Continuations of one turn follow each other within this; the way through the event loop takes longer. */
const sameTurnUs = 2;
/** Work for no request is only of interest where it blocks. */
const longUs = 10_000;
/** Deeper nesting of callbacks than this is not told apart. */
const maxDepth = 256;
const nothing = -1;

export interface Spans {
  /** The running callback now works for `seq`. `untilReturn`: what it entered ends with it. */
  enter(seq: number, untilReturn: boolean): void;
  /** … and now for none. */
  leave(): void;
  /** True while the running callback is one that called `enter` with `untilReturn`. */
  entered(): boolean;
  flush(open: boolean): void;
  stop(): void;
}

/**
 * Stretches of main-thread time with the request they served, from the before and after hooks of callbacks and promise
 * continuations. A stretch ends when its callback returns or another one begins; nothing is allocated on the way.
 * The hooks are set with the first request, so that a process that is no MCP server pays nothing.
 */
export function recordSpans(context: AsyncLocalStorage<Cell | undefined>, write: (values: Float64Array) => void): Spans {
  const values = new Float64Array(capacity * spanWidth);
  const outer = new Int32Array(maxDepth);
  let used = 0;
  let depth = 0;
  /** Depth of the callback that entered a request; its context is cleared when it returns. */
  let enteredAt = nothing;
  let current = nothing;
  let startUs = 0;
  /** When the last callback returned, if nothing runs; its span may still go on. */
  let endUs = 0;
  let on = false;

  function emit(untilUs: number): void {
    if (current === nothing || (current === 0 && untilUs - startUs < longUs)) return;
    values[used] = startUs;
    values[used + 1] = untilUs;
    values[used + 2] = current;
    used += spanWidth;
    if (used === values.length) drain();
  }
  function drain(): void {
    if (used === 0) return;
    write(values.subarray(0, used));
    used = 0;
  }
  function switchTo(seq: number): void {
    if (endUs === 0 && seq === current) return;
    const at = hrtimeUs();
    if (seq === current && at - endUs <= sameTurnUs) {
      endUs = 0;
      return;
    }
    emit(endUs === 0 ? at : endUs);
    current = seq;
    startUs = at;
    endUs = 0;
  }

  function before(): void {
    if (depth < maxDepth) outer[depth] = endUs === 0 ? current : nothing;
    depth++;
    switchTo(context.getStore()?.seq ?? 0);
  }
  function after(): void {
    if (depth === enteredAt) {
      // before Node 24 the store would stay with the pipe that the message came from
      enteredAt = nothing;
      context.enterWith(undefined);
    }
    if (depth > 0) depth--;
    const back = depth === 0 || depth >= maxDepth ? nothing : outer[depth]!;
    if (back === nothing) endUs = hrtimeUs();
    else switchTo(back);
  }
  const hooks = callbackHooks(before, after);

  return {
    enter(seq, untilReturn) {
      if (!on) {
        on = true;
        hooks.enable();
      }
      if (untilReturn) enteredAt = depth;
      switchTo(seq);
    },
    leave() {
      if (on) switchTo(0);
    },
    entered: () => enteredAt === depth,
    flush(open) {
      if (endUs !== 0) {
        emit(endUs);
        current = nothing;
        endUs = 0;
      } else if (open) {
        const at = hrtimeUs();
        emit(at);
        startUs = at;
      }
      drain();
    },
    stop() {
      hooks.disable();
    },
  };
}

/**
 * Runs `before` and `after` around every callback and promise continuation. From 24 on, contexts do not depend on async
 * hooks any more, and V8's own hooks for promises cost less than Node's, which number every promise.
 */
function callbackHooks(before: () => void, after: () => void): { enable(): void; disable(): void } {
  if (!promisesCanBeLeftOut()) {
    const hook = createHook({ before, after });
    return { enable: () => void hook.enable(), disable: () => void hook.disable() };
  }
  const hook = createHook({ before, after, trackPromises: false });
  let stopPromises = (): void => undefined;
  return {
    enable() {
      hook.enable();
      stopPromises = promiseHooks.createHook({ before, after }) as () => void;
    },
    disable() {
      hook.disable();
      stopPromises();
    },
  };
}

/** An old Node does not know the option, and so does not mind the contradiction. */
function promisesCanBeLeftOut(): boolean {
  if ('_enable' in AsyncLocalStorage.prototype) return false; // contexts by async hooks, which set them too late for V8's
  try {
    createHook({ promiseResolve: () => undefined, trackPromises: false });
    return false;
  } catch {
    return true;
  }
}
