import type { CallRef, FunctionRef, Program, Reach } from './code/program.ts';
import { nameOf, type Call, type Expr } from './code/summary.ts';
import type { BlockingCall } from './blockingCalls.ts';
import { ioOwn } from './ioBelow.ts';
import { originsOf } from './origins.ts';
import { roundsOf } from './rounds.ts';
import { callsItself, ends, isBesideCode, isLarge, isOneOfItsOwn } from './smallFiles.ts';
import { snake } from './snake.ts';
import { stepBack, type Placed } from './trace.ts';
import { withBlockOf } from './withBlock.ts';

/** What reads, writes or takes away the file that it is given, or a folder, which is seldom done; a list of processes or devices may be long. */
export const takesPath = /(?:^|\.)(?:readFile|writeFile|appendFile|copyFile|rm|read_text|read_bytes|write_text|write_bytes|open|copy2?|copyfile)(?:Sync)?$/;
const goesOn = /open\(\)\.\w+$|(?:^|\.)os\.fsync$|DataFrame\.to_\w+$|(?:^|\.)cv2\.imwrite$|(?:^|\.)ZipFile\.writestr$|(?:^|\.)(?:move|rename|replace|rmtree)(?:Sync)?$/;

/** The names in one folder, not what is below it. `glob.glob` only goes down where it is told to, that of a path where its pattern says so. */
export function listsFolder(program: Program, ref: CallRef): boolean {
  const external = program.target(ref).external ?? '';
  const call = program.callOf(ref);
  const [pattern] = call.args;
  if (!/(?:readdir(?:Sync)?|listdir|scandir|iterdir|\.i?glob)$/.test(external) || isOfTree(call)) return false;
  return !/Path\.glob$/.test(external) || (pattern !== undefined && isFlat(program, { expr: pattern, at: { file: ref.file, function: call.function, offset: call.span.start } }));
}

/** Names and lists of patterns are followed over this many steps. */
const maxSteps = 5;

/** A pattern without `**`, as far as it is written out; so is that of a parameter that nobody gives. */
function isFlat(program: Program, { expr, at }: Placed, depth = 0): boolean {
  const all = (some: readonly Expr[]) => some.length > 0 && some.every((one) => isFlat(program, { expr: one, at }, depth + 1));
  if (depth > maxSteps) return false;
  if (expr.kind === 'literal' || expr.kind === 'template') return !JSON.stringify(expr).includes('**');
  if (expr.kind === 'array') return all(expr.items);
  if (expr.kind === 'element') {
    const { index, of } = expr;
    // one of each of the tuples of a list
    const list = index !== undefined && of.kind === 'element' && of.of.kind === 'array' ? of.of.items.map((item) => (item.kind === 'array' ? item.items[index] : undefined)) : [of];
    return list.every((one) => one !== undefined) && all(list);
  }
  const { from } = stepBack(program, { expr, at });
  return from.length > 0 && from.every((one) => isFlat(program, one, depth + 1));
}

/** Whether it is a call for one file of the disk, or for the names in one folder. */
function isForOne(program: Program, { ref, sink }: BlockingCall): boolean {
  const external = program.target(ref).external ?? '';
  return sink.on === 'waits for the disk' && (listsFolder(program, ref) || takesPath.test(external) || goesOn.test(external));
}

/** `readdirSync(folder, { recursive: true })`, `glob('**', recursive=True)`. */
const isOfTree = ({ args, keywords }: Call) => [...keywords, ...args.flatMap((a) => (a.kind === 'object' ? a.properties : []))].some(({ name, value }) => name === 'recursive' && value.kind === 'literal' && value.value === true);

/** The path that a call is given, or that it is called on. */
export const pathOf = (external: string, { callee, args }: Call): Expr | undefined => (external.startsWith('pathlib.') && callee.kind === 'member' ? callee.object : args[0]);

/** Whether a call is for one file or folder, or a few, and not from folder to folder: whatever they hold. */
export function touchesFew(program: Program, blocking: BlockingCall, reach: Reach): boolean {
  const { ref } = blocking;
  const all = [ref, reach.path.at(-2)?.call ?? ref];
  return isForOne(program, blocking) && !all.some((one) => isOfItself(program, one) || (roundsOf(program, one) === 'many' && !isWriting(program, ref)));
}

/** From a tool that is there for it, functions and all. */
const maxWay = 3;

/**
 * One file is read and written in a moment, as files mostly are, and so are a few, and all of them in tools that wait for
 * something slower. Longer may last what holds no text (a document, an archive; writing a picture is a moment), and
 * reading what grows by its name (an index, a log) where that is what the tool is there for.
 */
export function isMoment(program: Program, blocking: BlockingCall, reach: Reach, isBesideSlow: () => boolean): boolean {
  const { ref, call } = blocking;
  const { file } = ref;
  const before = reach.path.at(-2)?.call ?? ref;
  if (findsOne(program, blocking) || isOwnTree(program, blocking)) return true;
  if (!isForOne(program, blocking) || [ref, before].some((one) => isOfItself(program, one))) return false;
  // in a loop that waits in each round, too
  if ((!call.loop || roundsOf(program, ref) === 'none') && isBesideSlow()) return true;
  const external = program.target(ref).external ?? '';
  const named = takesPath.test(external) ? pathOf(external, call) : undefined;
  if (named && isOneOfItsOwn(program, file, call, named)) return true;
  const areMany = [ref, before].some((one) => roundsOf(program, one) === 'many');
  if (holdsBytes(program, ref)) return !areMany && !isReading(external, call);
  if (areMany) return readsPart(external, call) || isWriting(program, ref) || isBesideSlow();
  return !named || !isReading(external, call) || reach.path.length > maxWay || !isLarge(program, file, call, named) || isShipped(program, file, call, named);
}

/** Data that lie beside the code under a name that is written out, and nothing in the file writes it: it does not grow. */
function isShipped(program: Program, file: string, call: Call, path: Expr): boolean {
  const at = { file, function: call.function, offset: call.span.start };
  return ends(program, path, at, /\.json$/i) && isBesideCode(program, path, at) && !/\.write_(?:text|bytes)\(|\bwriteFile|\bopen\([^)\n]*,\s*['"][wax]|\b(?:json|pickle)\.dump\(/.test(program.textOf(file));
}

/** Of `open`; reading a text where nothing is said. */
function modeOf(external: string, { args, keywords, callee }: Call): string {
  const mode = keywords.find((k) => k.name === 'mode')?.value ?? args[callee.kind === 'member' && external.startsWith('pathlib.') ? 0 : 1];
  return mode?.kind === 'literal' && typeof mode.value === 'string' ? mode.value : 'r';
}

export const isReading = (external: string, call: Call) => /read(?:File|_text|_bytes)/.test(external) || (/(?:^|\.)open$/.test(external) && !/[wax+]/.test(modeOf(external, call)));

/** The disk takes what is written when it has time; of loops that write files readers of servers thought none (of three) worth a warning. */
function isWriting(program: Program, ref: CallRef): boolean {
  const external = program.target(ref).external ?? '';
  return /(?:^|\.)(?:writeFile(?:Sync)?|write_(?:text|bytes)|open(?:Sync)?)$/.test(external) && !isReading(external, program.callOf(ref));
}

/** `f.read(500)`, `f.readline()`. */
const readsPart = (external: string, { args }: Call) => /\.readline$/.test(external) || (/\.read$/.test(external) && args.length > 0);

/** `with open(path, 'rb') as f: head = f.read(1024)`: no more of it than its head, however large it is. */
export function readsLittle(program: Program, ref: CallRef): boolean {
  const { name, text } = withBlockOf(program, ref) ?? {};
  // without comments, and the `f` of a text
  const body = text?.replaceAll(/#.*|\bf(?=["'])/g, '');
  if (body === undefined || /\bwhile\b|\biter\(/.test(body)) return false;
  const uses = [...body.matchAll(new RegExp(`\\b${name}\\b(?:\\.(\\w+)\\(([^()]*)\\))?`, 'g'))].map(([, method, given]) => ({ method, given }));
  return uses.some(({ method }) => method === 'read') && uses.every(({ method, given }) => (method === 'read' ? /^(?:\d{1,6}|0x[\da-fA-F]{1,5}|[A-Za-z_]\w*)$/.test(given!.trim()) : /^(?:seek|tell|close)$/.test(method ?? '')));
}

/** `any(folder.rglob('*.md'))`, `next(folder.glob('*'))`: it stops at the first. */
const findsOne = (program: Program, { ref, call, name }: BlockingCall) => /\.(?:r?glob|iterdir|scandir|iglob)$/.test(name) && /\b(?:any|next)\(\s*$/.test(program.textOf(ref.file).slice(0, call.span.start).slice(-40));

const walks = /(?:^|\.)(?:readdirSync|rglob|walk|i?glob|iterdir|listdir|scandir)$/;
const reads = /(?:^|[._])(?:read\w*|open|load\w*|parse\w*)$|(?:^|\.)readFile(?:Sync)?$/;
const ofProject = /project|repo|work_?(?:space|dir|tree)|vault|source|src|code|root|cwd|home|librar|install|docs?(?:_|$)/i;

/** A tree of the server's own (not the caller's, nor a project), of which it only looks what there is and opens nothing: it is not large. */
function isOwnTree(program: Program, { ref, call }: BlockingCall): boolean {
  const external = program.target(ref).external ?? '';
  if (!walks.test(external)) return false;
  const fn = { file: ref.file, index: call.function };
  const path = pathOf(external, call);
  const at = { ...fn, function: fn.index, offset: call.span.start };
  if (!path || ofProject.test(snake(program.textOf(ref.file).slice(call.span.start, call.span.end))) || [...originsOf(program, path, at)].join() !== 'constant') return false;
  const around = [fn, ...program.callersOf(fn).map((caller) => ({ file: caller.file, index: program.callOf(caller).function }))];
  return !around.some((one) => program.functionOf(one).calls.some((index) => reads.test(program.target({ file: one.file, index }).external ?? nameOf(program.callOf({ file: one.file, index }).callee))));
}

/** Made by a function that calls itself, from folder to folder; not by a handler that asks another tool. */
function isOfItself(program: Program, { file, index }: CallRef): boolean {
  const fn = program.callOf({ file, index }).function;
  const isHandler = program.handlers.some(({ function: own }) => own?.file === file && own.index === fn);
  return !isHandler && callsItself(program, { file, index: fn }) && !waitsBetween(program, { file, index: fn });
}

/** It awaits the disk or somebody else between one folder and the next: the loop is free in between. */
function waitsBetween(program: Program, fn: FunctionRef): boolean {
  const { async, calls } = program.functionOf(fn);
  return async && calls.some((index) => program.callOf({ file: fn.file, index }).awaited && ioOwn(program, { file: fn.file, index }) !== null);
}

const bytes = /\b(?:[Bb]uffer|base64)\b|[Bb]uf(?:fer)?\b|[Bb]ytes\b|\b(?:image|screenshot|png|pdf)(?:[Dd]ata)?\b/;

function holdsBytes(program: Program, ref: CallRef): boolean {
  const call = program.callOf(ref);
  const { args, span } = call;
  const external = program.target(ref).external ?? '';
  const text = program.textOf(ref.file);
  if (/(?:read|write)_bytes$/.test(external)) return true;
  if (/(?:^|\.)open$/.test(external)) return modeOf(external, call).includes('b');
  if (/readFileSync$/.test(external)) return args.length === 1 && !/\bparse\w*\(\s*$/.test(text.slice(Math.max(0, span.start - 40), span.start)) && !/^\s*\.toString/.test(text.slice(span.end));
  return /writeFileSync$/.test(external) && bytes.test(text.slice(span.start, span.end));
}
