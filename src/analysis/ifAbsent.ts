import type { BlockingCall } from './blockingCalls.ts';
import type { CallRef, Program } from './code/program.ts';
import type { Call, Expr, FileSummary, Span } from './code/summary.ts';
import type { Observer, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { lastName } from './onceOnly.ts';
import { originsOf } from './origins.ts';

// `fs.existsSync(dir)`, `os.path.isdir(dir)`, `Path(dir).exists()`
const asks = String.raw`(?:[\w$]+(?:\([^()]*\))?\.)*(?:existsSync|pathExistsSync|exists|isdir|isfile|is_dir|is_file|(?:bucket|collection|index|table|container)(?:_e|E)xists|has_(?:bucket|collection|index|table))\(`;
const absent = new RegExp(String.raw`^\(?\s*(?:!\s*|not\s+)${asks}`);
const present = new RegExp(String.raw`^\(?\s*${asks}`);
const others = /&&|\|\||\b(?:and|or)\b/;

/** Where something runs only if a file or folder is missing, and the condition that asks for it. */
interface IfAbsent {
  start: number;
  end: number;
}

export const absentObserver: Observer = { id: 'absent', typescript: { if_statement: noteAbsent }, python: { if_statement: noteAbsent } };

/** Notes what is done `if (!existsSync(path))`, in its `else` if it asks the other way round, and behind `if (existsSync(path)) return`. */
function noteAbsent(node: SyntaxNode, context: VisitContext) {
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('consequence');
  if (!condition || !body) return;
  const { startIndex: start, endIndex: end } = condition;
  const text = context.source.text.slice(start, end);
  const note = (where: SyntaxNode | Span) => context.fact(where, { start, end } satisfies IfAbsent);
  if (text.split(/&&|\band\b/).some((part) => absent.test(part.trim()))) {
    if (!/\|\||\bor\b/.test(text)) note(body);
  } else if (present.test(text) && !others.test(text)) {
    const other = node.childForFieldName('alternative');
    if (other) note(other);
    else if (node.parent && /^\{?\s*(?:return|raise|throw|continue)\b/.test(body.text)) note({ ...context.span(node.parent), start: node.endIndex });
  }
}

/** Whether a call stands where a file or folder is missing. */
export const isWhereAbsent = (program: Program, { file, index }: CallRef): boolean => {
  const { start, end } = program.callOf({ file, index }).span;
  return program.factsOf(file, absentObserver.id).some(({ span }) => span.start <= start && end <= span.end);
};

/** A bucket, a table: what holds the rest, too. */
const makesFolder = /(?:^|\.)(?:(?:mkdirs?|makedirs|mkdirp|ensureDir)(?:Sync)?|(?:make|create)_?(?:bucket|collection|index|table|container))$/i;
const makesFile = /(?:writeFile|copyFile|touch|copyfile|copytree|write_text|write_bytes|urlretrieve|(?:^|\.)cp)(?:Sync)?$/;

/** A question whether something is there: what it asks of, and the stretch that runs if it is not. */
interface Guard {
  span: Span;
  places: Expr[];
  /** Of each question. */
  asked: Call[];
}

function guardsOf(program: Program, { file, index }: CallRef): Guard[] {
  const { calls, functions } = program.files.get(file)!;
  const call = calls[index]!;
  return program.factsOf(file, absentObserver.id).flatMap(({ span, data }) => {
    if (call.span.start < span.start || span.end < call.span.end) return [];
    const { start, end } = data as IfAbsent;
    const asked = functions[call.function]!.calls.map((i) => calls[i]!).filter((c) => start <= c.span.start && c.span.end <= end);
    return [{ span, asked, places: asked.flatMap(({ args, callee }) => [...args.slice(0, 1), ...(callee.kind === 'member' ? [callee.object] : [])]) }];
  });
}

/**
 * Whether a call makes a folder or file where it is missing: it is missing once. Of folders there are few, so that one for
 * each user or project counts as well; files with names that an argument gives are new ones each time.
 */
export function createMakesOnce(program: Program): (blocking: BlockingCall) => boolean {
  return ({ ref, call, name }) => {
    const isFolder = makesFolder.test(name);
    if (!isFolder && !makesFile.test(name)) return false;
    const guards = guardsOf(program, ref);
    const place = guards.length > 0 ? placeOf(call, name) : undefined;
    if (!place) return false;
    const { calls } = program.files.get(ref.file)!;
    const originsAt = (expr: Expr) => originsOf(program, expr, { file: ref.file, function: call.function, offset: call.span.start });
    const isConstant = (expr: Expr) => [...originsAt(expr)].every((origin) => origin === 'constant');
    if (isConstant(place)) return guards.every(({ asked }) => asked.every((c) => isConstant(c.args[0] ?? c.callee)));
    const isAround = place.kind === 'name' && isFolderOf(program.files.get(ref.file)!, place.name, call);
    return isFolder && place.kind !== 'other' && (isAround || !originsAt(place).has('varying')) && guards.some(({ places }) => places.some((p) => written(p, calls) === written(place, calls)));
  };
}

/** Whether what a call gives is put where it was missing, behind it: `if (!existsSync(SCHEMA)) await writeFile(SCHEMA, gunzipSync(packed))`. The next time it is there; not where each call has a place of its own. */
export function isFirstOnDisk(program: Program, ref: CallRef): boolean {
  const guards = guardsOf(program, ref);
  if (guards.length === 0) return false;
  const { calls, functions } = program.files.get(ref.file)!;
  const { function: index, span } = calls[ref.index]!;
  const at = { file: ref.file, function: index, offset: span.start };
  const writes = functions[index]!.calls.flatMap((i) => {
    const name = (program.target({ file: ref.file, index: i }).external ?? '').replace(/^(?:pathlib|io)\./, '');
    const place = makesFile.test(name) || opensToWrite(calls[i]!, name) ? placeOf(calls[i]!, name) : undefined;
    return place && calls[i]!.span.end > span.start ? [{ start: calls[i]!.span.start, place }] : [];
  });
  return guards.some(({ span: stretch, places }) =>
    writes.some(({ start, place }) => stretch.start <= start && start < stretch.end && places.some((p) => written(p, calls) === written(place, calls)) && [...originsOf(program, place, at)].every((origin) => origin === 'constant' || origin === 'unknown')),
  );
}

/** `open(path, 'w')`, `path.open('wb')`. */
function opensToWrite({ args, keywords }: Call, name: string): boolean {
  if (!/^(?:open|Path\.open)$/.test(name)) return false;
  const mode = keywords.find((k) => k.name === 'mode')?.value ?? args[name === 'Path.open' ? 0 : 1];
  return mode?.kind === 'literal' && /[wx]/.test(String(mode.value));
}

/** `const dir = dirname(file)`: the folder is the same whatever the file is called. */
function isFolderOf({ bindings, calls }: FileSummary, name: string, { function: fn }: Call): boolean {
  const values = bindings.filter((b) => b.name === name && b.scope === fn).flatMap((b) => b.values);
  const isAround = (value: Expr) => (value.kind === 'call' ? /dirname$/.test(lastName(value, calls) ?? '') : value.kind === 'member' && value.name === 'parent');
  return values.length > 0 && values.every(isAround);
}

/** What a call makes; of pathlib's `path.mkdir(parents=True)` the object. */
function placeOf({ callee, args }: Call, name: string): Expr | undefined {
  if (/^Path\./.test(name) && callee.kind === 'member') return callee.object;
  return /copyfile|copytree|urlretrieve|(?:^|\.)cp(?:Sync)?$/i.test(name) ? args[1] : args[0];
}

/** The same for expressions that are written alike. */
const written = (expr: Expr, calls: readonly Call[]): string =>
  JSON.stringify(expr, (key, part: unknown) => {
    if (key === 'span') return undefined;
    const call = typeof part === 'object' && part !== null && 'call' in part ? calls[part.call as number] : undefined;
    return call ? [call.callee, call.args] : part;
  });
