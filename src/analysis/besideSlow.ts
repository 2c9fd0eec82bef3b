import type { BlockingCall } from './blockingCalls.ts';
import type { CallRef, Handler, Program } from './code/program.ts';
import { ioOwn, keyOf } from './ioBelow.ts';

/** A request, a process, what a package does that is waited for, or what somebody hands to a thread. */
function isWait(program: Program, ref: CallRef): boolean {
  const kind = ioOwn(program, ref);
  if (kind !== null) return kind === 'network' || kind === 'process';
  const { awaited, callee } = program.callOf(ref);
  const { external, functions } = program.target(ref);
  if (!awaited || functions.length > 0 || callee.kind === 'function') return false;
  return external === null ? callee.kind === 'member' && !ofContext.test(callee.name) : /\bto_thread$|run_in_executor$/.test(external) || !ofLanguage.test(external);
}

/** They tell the client something. */
const ofContext = /^(?:info|debug|warning|error|log|report_?progress|send\w*|notify\w*|read_resource|elicit|acquire|wait|get|put|then|all)$/i;
const ofLanguage = /^(?:asyncio|anyio|contextlib|concurrent|threading|Promise|fs|path|os|node:|mcp|fastmcp|aiofiles|@modelcontextprotocol|timers|events|stream)\b/;

/** Tools that all wait for something slower than a file as well, or block for longer: beside that it is a moment, mostly of some kilobytes. */
export function createBesideSlow(program: Program, all: readonly BlockingCall[]): (handlers: readonly Handler[]) => boolean {
  const graver = new Set(all.flatMap(({ ref, sink, severity }) => (severity === 'warning' && sink.on !== 'waits for the disk' ? [keyOf(ref)] : [])));
  const slow = new Map<Handler, boolean>();
  function isSlow(handler: Handler): boolean {
    let found = slow.get(handler);
    if (found === undefined) slow.set(handler, (found = [...program.callsFrom(handler, 'any')].some((ref) => isWait(program, ref) || graver.has(keyOf(ref)))));
    return found;
  }
  return (handlers) => handlers.every(isSlow);
}
