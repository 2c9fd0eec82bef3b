import type { BlockingCall } from './blockingCalls.ts';
import type { CallRef, Handler, Program } from './code/program.ts';
import type { Call, Expr } from './code/summary.ts';
import { ioOwn } from './ioBelow.ts';
import { isOnce } from './smallFiles.ts';
import { stepBack } from './trace.ts';

/**
 * A text that is read or written once, in tools that all ask the network or run a process as well: beside that it is a
 * moment, mostly of some kilobytes. Bytes (attachments, pictures) may be many.
 */
export function createBesideSlow(program: Program): (blocking: BlockingCall, handlers: readonly Handler[]) => boolean {
  const slow = new Map<Handler, boolean>();
  function isSlow(handler: Handler): boolean {
    let found = slow.get(handler);
    if (found === undefined) slow.set(handler, (found = [...program.callsFrom(handler, 'any')].some((ref) => /^(?:network|process)$/.test(ioOwn(program, ref) ?? ''))));
    return found;
  }
  return ({ ref, call, sink }, handlers) => sink.on === 'waits for the disk' && isOnce(program, ref.file, call) && isText(program, ref, call) && handlers.every(isSlow);
}

function isText(program: Program, ref: CallRef, call: Call): boolean {
  const { external } = program.target(ref);
  switch (external?.replace(/^fs-extra\./, 'fs.') ?? '') {
    case 'fs.readFileSync':
      return call.args[1] !== undefined;
    case 'fs.writeFileSync':
      return call.args[2] !== undefined || isWritten(program, ref, call.args[1]);
    case 'pathlib.Path.read_text':
    case 'pathlib.Path.write_text':
      return true;
    case 'open':
      return opensText(call, 1);
    case 'pathlib.Path.open':
      return opensText(call, 0);
    default: {
      if (!/^(?:open|pathlib\.Path\.open)\(\)\.(?:read|write|readlines|writelines)$/.test(external ?? '') || call.callee.kind !== 'member') return false;
      const { object } = call.callee;
      const opened = [{ expr: object, at: { file: ref.file, function: call.function, offset: call.span.start } }, ...stepBack(program, { expr: object, at: { file: ref.file, function: call.function, offset: call.span.start } }).from].flatMap(({ expr, at }) => {
        const made = expr.kind === 'enter' ? expr.of : expr;
        return made.kind === 'call' ? [program.callOf({ file: at.file, index: made.call })] : [];
      });
      return opened.length > 0 && opened.every((one) => opensText(one, external!.startsWith('open') ? 1 : 0));
    }
  }
}

function opensText({ args, keywords }: Call, position: number): boolean {
  const mode = keywords.find((k) => k.name === 'mode')?.value ?? args[position];
  return mode === undefined || (mode.kind === 'literal' && !String(mode.value).includes('b'));
}

/** It is put together as a text: `JSON.stringify(…)`, a template, lines that are joined. */
function isWritten(program: Program, { file }: CallRef, expr: Expr | undefined): boolean {
  if (expr?.kind === 'template' || (expr?.kind === 'literal' && typeof expr.value === 'string')) return true;
  if (expr?.kind === 'binary') return isWritten(program, { file, index: 0 }, expr.left) || isWritten(program, { file, index: 0 }, expr.right);
  if (expr?.kind !== 'call') return false;
  const { callee } = program.callOf({ file, index: expr.call });
  return callee.kind === 'member' && /^(?:stringify|join|toString|dump|trim|replace)$/.test(callee.name);
}
