import type { FunctionRef, Handler, Program } from './code/program.ts';
import type { Call, Expr } from './code/summary.ts';
import { isOfFoundFile } from './foundKeys.ts';
import type { Write } from './growth.ts';
import { originsOf } from './origins.ts';
import { argumentPath } from './sizes.ts';
import { bindingOf, type Place, type Placed } from './trace.ts';

/** Whether a key is another one in other calls, and not one of a few. */
export function varies(program: Program, write: Write, key: Expr, handlers: readonly Handler[]): boolean {
  const at = { file: write.file, function: write.function, offset: write.span.start };
  if (isOneOfFew(program, key, handlers) || isFewByName(program, key, at) || isOfWhatIsThere(program, write, key) || isOfFoundFile(program, { expr: key, at }) || isOfWrittenChoices(program, key, at) || isChosenByCaller(program, { expr: key, at })) return false;
  if (isCount(program, key, at)) return false;
  const origins = originsOf(program, key, at);
  return origins.has('arguments') || origins.has('caller') || origins.has('varying');
}

/** How many there are of something: statements by the number of their placeholders. */
function isCount(program: Program, key: Expr, at: Place): boolean {
  if (key.kind === 'member') return key.name === 'length' || key.name === 'size';
  if (key.kind === 'call') return program.target({ file: at.file, index: key.call }).external === 'len';
  const binding = key.kind === 'name' ? bindingOf(program, key.name, at) : null;
  return binding?.kind === 'variable' && binding.values.length === 1 && binding.values[0]!.kind !== 'name' && isCount(program, binding.values[0]!, at);
}

/** A parameter whose type is one of some texts that are written out: `type Block = 'amp' | 'cab'`, `type Block = (typeof blocks)[number]`. */
function isOfWrittenChoices(program: Program, key: Expr, at: Place): boolean {
  const binding = key.kind === 'name' ? bindingOf(program, key.name, at) : null;
  const type = binding?.kind === 'parameter' ? binding.type : null;
  if (type?.kind === 'union') return type.of.every((one) => one.kind === 'literal');
  if (type?.kind !== 'name') return false;
  const name = type.path.at(-1)!.replaceAll('$', '\\$');
  const { imports } = program.files.get(at.file)!;
  const from = imports.flatMap((i) => (i.local === type.path[0] ? (program.moduleFile(at.file, i.module) ?? []) : []));
  const written = new RegExp(`\\btype\\s+${name}\\s*=\\s*(?:\\(?typeof\\s+[\\w.]+\\)?\\s*\\[\\s*number\\s*\\]|\\|?\\s*(['"])[^'"\\n]*\\1(?:\\s*\\|\\s*(['"])[^'"\\n]*\\2)*)\\s*(?:;|\\n|$)`);
  return [at.file, ...from].some((file) => written.test(program.textOf(file)));
}

/** Python's `register: Literal['a', 'b']` of a tool, or a name for that, under whatever name it comes here. */
function isChosenByCaller(program: Program, key: Placed): boolean {
  const argument = argumentPath(program, key);
  if (argument?.path.length !== 1 || argument.handler.language !== 'python') return false;
  const { type, handler: { file } } = argument;
  if (type?.kind === 'union') return type.of.every((one) => one.kind === 'literal');
  if (type?.kind !== 'name') return false;
  const name = type.path.at(-1)!;
  const { imports } = program.files.get(file)!;
  const from = imports.flatMap((i) => (i.local === type.path[0] ? (program.moduleFile(file, i.module) ?? []) : []));
  return [file, ...from].some((one) => new RegExp(`^${name}\\s*(?::\\s*[\\w.]+\\s*)?=\\s*(?:\\w+\\.)?Literal\\[`, 'm').test(program.textOf(one)));
}

/** Keys that were looked up in a table before, or that name modules of the server, are as many as these are; so are Python's objects by their `id`. */
function isOfWhatIsThere(program: Program, { file, function: index, span, store }: Write, key: Expr): boolean {
  const isIdentity = (expr: Expr) => expr.kind === 'call' && program.target({ file, index: expr.call }).external === 'id';
  if (key.kind !== 'name') return isIdentity(key);
  const values = bindingOf(program, key.name, { file, function: index, offset: span.start })?.values ?? [];
  if (values.length === 1 && isIdentity(values[0]!)) return true;
  const { start } = program.functionOf({ file, index }).span;
  const before = program.textOf(file).slice(start, span.end);
  const name = key.name.replaceAll('$', '\\$');
  if (new RegExp(`\\b(?:require|import)\\([^\\n]*\\b${name}\\b`).test(before)) return true;
  const missing = new RegExp(`\\bif\\b[^\\n]*(?:!\\s*([\\w.$]+?)(?:\\.has\\(\\s*${name}\\s*\\)|\\[\\s*${name}\\s*\\])|\\b${name} not in ([\\w.]+\\b)(?!\\())[^\\n]*\\s*(?:\\{\\s*)?(?:[^\\n]*\\n\\s*)?(?:return|throw|raise)\\b`, 'g');
  return Array.from(before.matchAll(missing)).some(([, script, python]) => (script ?? python!).split('.').at(-1) !== store.name) || isOfPath(program, { file, index }, key.name, span.start);
}

/** `path = self.path_of(name)`, which is nothing where there is no such file: `if not path: return`. */
function isOfPath(program: Program, { file, index }: FunctionRef, name: string, before: number): boolean {
  const { calls, span } = program.functionOf({ file, index });
  return calls.some((call) => {
    const ref = { file, index: call };
    const { args, span: own } = program.callOf(ref);
    if (own.end > before || !args.some((a) => a.kind === 'name' && a.name === name)) return false;
    const text = program.textOf(file);
    const [, path] = /([\w$]+)\s*(?::[^=\n]+)?=\s*(?:await\s+)?$/.exec(text.slice(span.start, own.start)) ?? [];
    const leaves = path !== undefined && new RegExp(`\\bif\\s*(?:\\(\\s*!\\s*${path.replaceAll('$', '\\$')}\\s*\\)|not\\s+${path}\\s*:|${path}\\s+is\\s+None\\s*:)[\\s{]*(?:return|raise|throw)\\b`).test(text.slice(own.end, before));
    return leaves && program.target(ref).functions.some((f) => /\b(?:exists|existsSync|is_file|is_dir|isfile|isdir)\(/.test(program.textOf(f.file).slice(program.functionOf(f).span.start, program.functionOf(f).span.end)));
  });
}

/**
 * What there are only some dozen of, as a key or in a text that is one: in the world, or of what the server works on, where
 * these are kinds and parts of it (tables, models, operations) and not what people fill it with.
 */
const few = /^(?:[a-z]+_?)?(?:operation|action|method|kind|type|category|tier|level|mode|status|severity|priority|framework|model|table|schema|database|db|collection|dataset|provider|platform|format|template|device|instance|tool|plugin|server|cluster|api_?version|command|season|year|month|quarter|week|metric)(?:_?(?:name|key))?$|^udid$|^(?:[a-z]+_?)?(?:project|repo|repository|workspace|vault)_?(?:path|dir|directory|root|folder)$|^(?:cwd|root_?(?:path|dir))$|^(?:simulator|emulator)(?:_?(?:id|uuid|udid|name))?$|^(?:aws_?)?region(?:_?(?:name|id|code))?$|^(?:locale|lang|language|currency|encoding|mime_?type|log_?level|time_?zone|tz)(?:_?(?:name|code|key))?$/i;

function isFewByName(program: Program, key: Expr, at: { file: string; function: number }, depth = 0): boolean {
  switch (key.kind) {
    case 'literal':
      return true;
    case 'member':
      return few.test(key.name);
    case 'template':
      return key.parts.every((part) => isFewByName(program, part, at, depth));
    case 'array':
      return key.items.length > 0 && key.items.every((item) => isFewByName(program, item, at, depth));
    case 'binary':
      return isFewByName(program, key.left, at, depth) && isFewByName(program, key.right, at, depth);
    case 'name': {
      if (few.test(key.name)) return true;
      const [binding, ...others] = program.files.get(at.file)!.bindings.filter((b) => b.name === key.name && b.scope === at.function);
      const value = binding?.kind === 'variable' && others.length === 0 && binding.values.length === 1 ? binding.values[0] : undefined;
      return depth < 4 && value !== undefined && isFewByName(program, value, at, depth + 1);
    }
    default:
      return false;
  }
}

/** An argument that its schema limits: `z.enum([…])`, `z.boolean()`; `Literal[…]` in Python. */
function isOneOfFew(program: Program, key: Expr, handlers: readonly Handler[]): boolean {
  const name = key.kind === 'name' || key.kind === 'member' ? key.name : null;
  if (name === null) return false;
  return handlers.every(({ schema, function: fn, file }) => {
    const { calls } = program.files.get(file)!;
    const property = schema?.kind === 'object' ? schema.properties.find((p) => p.name === name) : undefined;
    if (property && isLimitedSchema(property.value, calls)) return true;
    const type = fn ? program.functionOf(fn).parameters.find((p) => p.name === name)?.type : null;
    return type?.kind === 'name' && /^(?:Literal|bool)$/.test(type.path.at(-1)!);
  });
}

function isLimitedSchema(expr: Expr, calls: readonly Call[]): boolean {
  if (expr.kind === 'object') return expr.properties.some((p) => p.name === 'enum' || (p.name === 'type' && p.value.kind === 'literal' && p.value.value === 'boolean'));
  if (expr.kind !== 'call') return false;
  const { callee } = calls[expr.call]!;
  return callee.kind === 'member' && (/^(?:enum|nativeEnum|boolean|literal)$/.test(callee.name) || isLimitedSchema(callee.object, calls));
}
