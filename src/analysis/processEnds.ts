import type { CallRef, Program } from './code/program.ts';
import type { Call } from './code/summary.ts';
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

/** `const server = execa(command, args); running.set(path, server);`: started to go on, as nobody waits for its end. */
export function isLeftRunning(program: Program, { file, index }: CallRef): boolean {
  const { awaited, function: fn, span } = program.callOf({ file, index });
  const { bindings, functions } = program.files.get(file)!;
  const name = awaited ? undefined : bindings.find((b) => b.scope === fn && b.values.length === 1 && b.values[0]?.kind === 'call' && b.values[0].call === index)?.name.replaceAll('$', '\\$');
  if (name === undefined || !/^(?:execa|tinyexec|nano-spawn)\b/.test(program.target({ file, index }).external ?? '')) return false;
  const rest = program.textOf(file).slice(span.end, functions[fn]!.span.end);
  return !new RegExp(`\\bawait\\s+${name}\\b|\\breturn\\s+(?:await\\s+)?${name}\\b|\\b${name}\\.(?:then|catch)\\(|\\b(?:race|all|allSettled)\\(\\[[^\\]]*\\b${name}\\b`).test(rest);
}

/** Before it comes `process.kill()`, `process.poll()` or `if process.returncode is not None`, or a loop over all that the process prints: what is waited for has ended or does at once. */
export function hasEnded(program: Program, { file }: CallRef, { callee, function: fn, span }: Call): boolean {
  if (callee.kind !== 'member') return false;
  // of `process.stderr.read()` the process
  const of = callee.object.kind === 'member' && /^std(?:out|err)$/.test(callee.object.name) ? callee.object.object : callee.object;
  const process = JSON.stringify(of);
  const { calls, span: own } = program.functionOf({ file, index: fn });
  const isEnded = calls.some((index) => {
    const before = program.callOf({ file, index });
    if (before.span.end > span.start || (before.callee.kind !== 'member' && before.callee.kind !== 'name')) return false;
    // `self._kill_process(process)`
    if (/^_?(?:kill|terminate)_/.test(before.callee.name)) return before.args.some((arg) => JSON.stringify(arg) === process);
    return before.callee.kind === 'member' && /^(?:kill|terminate|send_signal|poll)$/.test(before.callee.name) && JSON.stringify(before.callee.object) === process;
  });
  const { object } = callee;
  const before = program.textOf(file).slice(own.start, span.start);
  if (of.kind === 'name' && new RegExp(`\\bif\\s+${of.name}\\.returncode\\s+is\\s+not\\s+None\\s*:[^:]*$`).test(before)) return true;
  return isEnded || (object.kind === 'name' && new RegExp(`\\bfor\\s+\\w+\\s+in\\s+(?:iter\\(\\s*)?${object.name}\\.stdout\\b`).test(before));
}
