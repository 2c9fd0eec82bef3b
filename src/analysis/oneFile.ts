import type { CallRef, Program, Reach } from './code/program.ts';
import type { Call, Expr } from './code/summary.ts';
import type { BlockingCall } from './blockingCalls.ts';
import { gatesOf } from './gates.ts';
import { originsOf } from './origins.ts';
import { roundsOf } from './rounds.ts';
import { isOnce, isOneOfItsOwn } from './smallFiles.ts';

/** What reads, writes or takes away the file that it is given; a list of processes or devices may be long. */
export const takesPath = /(?:^|\.)(?:readFile|writeFile|appendFile|copyFile|rm|read_text|read_bytes|write_text|write_bytes|open|copy2?|copyfile)(?:Sync)?$/;
const goesOn = /open\(\)\.\w+$|(?:^|\.)(?:move|rename|replace)(?:Sync)?$/;

/** Whether it is a call for one file of the disk, not for what lies in a folder. */
export function isForOneFile(program: Program, { ref, sink }: BlockingCall): boolean {
  const external = program.target(ref).external ?? '';
  return sink.on === 'waits for the disk' && (takesPath.test(external) || goesOn.test(external));
}

/** The path that a call is given, or that it is called on. */
export const pathOf = (external: string, { callee, args }: Call): Expr | undefined => (external.startsWith('pathlib.') && callee.kind === 'member' ? callee.object : args[0]);

/**
 * One file is read and written in a moment, as files mostly are. Longer may last what is done for many of them, what holds
 * no text (a picture, an archive), the file that the caller names, which may be any, where the tool is there for just that,
 * and writing a store as a whole whenever something comes in.
 */
export function isMoment(program: Program, blocking: BlockingCall, reach: Reach): boolean {
  const { ref, call } = blocking;
  const { file } = ref;
  if (!isForOneFile(program, blocking)) return false;
  const external = program.target(ref).external ?? '';
  const named = takesPath.test(external) ? pathOf(external, call) : undefined;
  if (named && isOneOfItsOwn(program, file, call, named)) return true;
  if (holdsBytes(program, ref)) return false;
  if (!isOnce(program, file, call)) return ![ref, ...program.callersOf({ file, index: call.function })].some((one) => roundsOf(program, one) === 'many' || isOfItself(program, one));
  if (!named) return true;
  const isOfCaller = originsOf(program, named, { file, function: call.function, offset: call.span.start }).has('arguments');
  return isOfCaller ? reach.path.length > 2 : !writesAll(program, ref) || reach.path.length > 3 || gatesOf(program, reach, call.span.start) > 0;
}

const modeOf = (external: string, { args, keywords, callee }: Call) => {
  const mode = keywords.find((k) => k.name === 'mode')?.value ?? args[callee.kind === 'member' && external.startsWith('pathlib.') ? 0 : 1];
  return mode?.kind === 'literal' && typeof mode.value === 'string' ? mode.value : '';
};

function writesAll(program: Program, ref: CallRef): boolean {
  const external = program.target(ref).external ?? '';
  return /write(?:File|_text|_bytes)(?:Sync)?$/.test(external) || (/(?:^|\.)open$/.test(external) && modeOf(external, program.callOf(ref)).includes('w'));
}

/** Made by a function that calls itself, from folder to folder. */
function isOfItself(program: Program, { file, index }: CallRef): boolean {
  const fn = program.callOf({ file, index }).function;
  return program.functionOf({ file, index: fn }).calls.some((other) => program.target({ file, index: other }).functions.some((f) => f.file === file && f.index === fn));
}

const bytes = /\b(?:[Bb]uffer|base64)\b|[Bb]uf(?:fer)?\b|[Bb]ytes\b|\b(?:image|screenshot|png|pdf)(?:[Dd]ata)?\b/;

function holdsBytes(program: Program, ref: CallRef): boolean {
  const { args, span } = program.callOf(ref);
  const external = program.target(ref).external ?? '';
  const text = program.textOf(ref.file);
  if (/(?:read|write)_bytes$/.test(external)) return true;
  if (/(?:^|\.)open$/.test(external)) return modeOf(external, program.callOf(ref)).includes('b');
  if (/readFileSync$/.test(external)) return args.length === 1 && !/\bparse\w*\(\s*$/.test(text.slice(0, span.start)) && !/^\s*\.toString/.test(text.slice(span.end));
  return /writeFileSync$/.test(external) && bytes.test(text.slice(span.start, span.end));
}
