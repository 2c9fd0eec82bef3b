import type { BlockingCall } from './blockingCalls.ts';
import type { Handler, Program } from './code/program.ts';
import { ioOwn } from './ioBelow.ts';
import { isOnce } from './smallFiles.ts';

const oneFile = /(?:^|\.)(?:readFile|writeFile|copyFile|read_text|read_bytes|write_text|write_bytes|copy2?|copyfile|open|open\(\)\.\w+)(?:Sync)?$/;

/** A file that is read or written once, in tools that all ask the network or run a process as well: beside that it is a moment, mostly of some kilobytes. */
export function createBesideSlow(program: Program): (blocking: BlockingCall, handlers: readonly Handler[]) => boolean {
  const slow = new Map<Handler, boolean>();
  function isSlow(handler: Handler): boolean {
    let found = slow.get(handler);
    if (found === undefined) slow.set(handler, (found = [...program.callsFrom(handler, 'any')].some((ref) => /^(?:network|process)$/.test(ioOwn(program, ref) ?? ''))));
    return found;
  }
  return ({ ref, call, sink }, handlers) => sink.on === 'waits for the disk' && oneFile.test(program.target(ref).external ?? '') && isOnce(program, ref.file, call) && handlers.every(isSlow);
}
