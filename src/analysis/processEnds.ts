import type { CallRef, Program } from './code/program.ts';
import { isMarked, marks } from './marks.ts';

// by whatever name it is ended
const marksIn = marks({ ended: /kill|timeout|abort|terminate/gi });

/** `new Promise((resolve) => { const child = spawn(…); child.on('close', () => resolve(out)) })`, where nobody ends it before. What settles at something else, as the first line of a server that goes on, waits for that. */
export function isWaitedToItsEnd(program: Program, ref: CallRef): boolean {
  const { file } = ref;
  const { function: index } = program.callOf(ref);
  const { calls, functions } = program.files.get(file)!;
  const executor = functions[index]!;
  const resolve = executor.parameters[0]?.name;
  if (!resolve) return false;
  const text = program.textOf(file);
  const outer = functions[executor.parent ?? 0]!;
  if (isMarked(marksIn(program, file).ended, outer.kind === 'module' ? executor.span : outer.span)) return false;
  const ends = calls.flatMap(({ callee, args: [event], span }) => (executor.span.start < span.start && span.end <= executor.span.end && callee.kind === 'member' && /^(?:on|once)$/.test(callee.name) && event?.kind === 'literal' && /^(?:close|exit|error)$/.test(String(event.value)) ? [{ ...span, isEnd: event.value !== 'error' }] : []));
  const settles = Array.from(text.slice(executor.span.start, executor.span.end).matchAll(new RegExp(`(?<![\\w$.])${resolve.replaceAll('$', '\\$')}(?![\\w$])`, 'g')), (m) => executor.span.start + m.index).slice(1);
  const endAt = (at: number) => ends.find(({ start, end }) => start < at && at < end);
  return settles.length > 0 && settles.every((at) => endAt(at)) && settles.some((at) => endAt(at)!.isEnd);
}
