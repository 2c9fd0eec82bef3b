import type { Program } from './code/program.ts';
import type { Write } from './growth.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

// keys of what was found to be there first, of which there are as many as there is of that

/** Deeper chains of functions are not followed to what they give. */
const maxDepth = 3;

/** A member of what was looked for and found, or else something was thrown: `device.title` of `device = inventory.resolve(name)`. */
export function isOfFound(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (depth > maxDepth) return false;
  if (expr.kind === 'call') {
    const { callee } = program.callOf({ file: at.file, index: expr.call });
    if (callee.kind === 'member' && /^(?:casefold|lower|upper|strip|trim|toLowerCase|toUpperCase|toString)$/.test(callee.name)) return isOfFound(program, { expr: callee.object, at }, depth);
  }
  if (expr.kind === 'member') return isLookup(program, { expr: expr.object, at });
  const { from } = expr.kind === 'name' && bindingOf(program, expr.name, at)?.kind !== 'variable' ? { from: [] } : stepBack(program, { expr, at });
  return from.length > 0 && from.every((one) => isOfFound(program, one, depth + 1));
}

function isLookup(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (expr.kind === 'await') return isLookup(program, { expr: expr.of, at }, depth);
  if (expr.kind === 'name') {
    const binding = bindingOf(program, expr.name, at);
    const [value] = binding?.kind === 'variable' && binding.values.length === 1 ? binding.values : [];
    return value !== undefined && depth < maxDepth && isLookup(program, { expr: value, at }, depth + 1);
  }
  if (expr.kind !== 'call') return false;
  const { functions } = program.target({ file: at.file, index: expr.call });
  return functions.length > 0 && functions.every((f) => {
    const { name, span } = program.functionOf(f);
    return /^[_#]*(?:resolve|find|look_?up|get|require|select|pick)/i.test(name) && /\b(?:raise|throw)\b[^\n]*(?:NotFound|Unknown|KeyError|LookupError|[nN]ot found|[uU]nknown|[nN]o such)/.test(program.textOf(f.file).slice(span.start, span.end));
  });
}

/** `const name = resolve(given); if (!name) throw …`, `index = self.index.get(given)`: it is one of those that are known. */
function wasFound(before: string, names: readonly string[]): boolean {
  return names.some((one) => {
    const name = one.replaceAll('$', '\\$');
    const looked = new RegExp(`(?<![\\w$.])${name}\\s*=\\s*(?:await\\s+)?(?:[\\w.]*(?:resolve|find|lookup|look_up|match|select|pick)\\w*\\(|(?:self|this)\\.[\\w$#]+\\.get\\()`, 'i').exec(before);
    return looked !== null && new RegExp(`\\bif\\s*(?:\\(\\s*!\\s*${name}\\s*\\)|not\\s+${name}\\s*:|${name}\\s+is\\s+None\\s*:)[^]{0,500}?\\b(?:throw|raise|return)\\b`).test(before.slice(looked.index));
  });
}

/** `const op = this.operations.get(id); if (!op) return`: what has no entry in that other store gets none here. */
function wasInOther(before: string, name: string, store: string): boolean {
  const own = store.split('.').at(-1)!;
  return Array.from(before.matchAll(new RegExp(`(?<![\\w$.])([\\w$]+)\\s*(?::[^=\\n]+)?=\\s*(?:await\\s+)?(?:self|this)\\.([\\w$#]+)(?:\\.get\\(\\s*${name}\\s*\\)|\\[\\s*${name}\\s*\\])`, 'g'))).some(({ 1: found, 2: other, index }) => {
    const entry = found!.replaceAll('$', '\\$');
    return other !== own && new RegExp(`\\bif\\s*(?:\\(\\s*!\\s*${entry}\\s*\\)|not\\s+${entry}\\s*:|${entry}\\s+is\\s+None\\s*:)\\s*\\{?\\s*(?:throw|raise|return)\\b`).test(before.slice(index));
  });
}

/** `if (existsSync(join(path, 'x.yml'))) paths.set(path, …)`: of files and folders that are there, there are not so many. */
export function isOfThere(program: Program, { key, file, function: fn, span, store }: Write): boolean {
  if (key?.kind !== 'name') return false;
  const before = program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.start);
  if (wasFound(before, [key.name, ...(bindingOf(program, key.name, { file, function: fn, offset: span.start })?.values ?? []).flatMap((v) => (v.kind === 'name' ? [v.name] : []))])) return true;
  const name = key.name.replaceAll('$', '\\$');
  // `row = cursor.fetchone()`, `if not row: raise …`, of the row that has this key
  const [, row] = new RegExp(`(?<![\\w$])${name}(?![\\w$])[^]{0,300}?\\b(\\w+)\\s*=\\s*(?:await\\s+)?[\\w.]*\\.fetch(?:one|row)\\(`).exec(before) ?? [];
  if (row !== undefined && new RegExp(`\\bif\\s+(?:not\\s+${row}|${row}\\s+is\\s+None)\\s*:\\s*(?:return|raise)\\b`).test(before)) return true;
  if (wasInOther(before, name, store.name)) return true;
  if (new RegExp(`\\bif\\b[^\\n]*\\b(?:existsSync|exists|isfile|isdir)\\([^\\n]*(?<![\\w$])${name}(?![\\w$])[^\\n]*(?:\\n\\s*)?$`).test(before)) return true;
  // `path = folder / name / 'index.json'`, and then `if path.exists():`
  const paths = Array.from(before.matchAll(new RegExp(`(?<![\\w$.])([\\w$]+)\\s*=\\s*[^=\\n][^\\n]*(?<![\\w$])${name}(?![\\w$])`, 'g')), ([, path]) => path!.replaceAll('$', '\\$'));
  return paths.some((path) => new RegExp(`\\bif\\b[^\\n]*(?:(?<![\\w$])${path}\\.(?:exists|is_file|is_dir)\\(\\)|\\b(?:existsSync|exists|isfile|isdir)\\(\\s*${path}\\s*\\))`).test(before));
}

/** `const font = FONTS[key]; if (font) …`: there are as many as the table has. */
export function isOfTable(program: Program, { key, file, function: fn, span }: Write): boolean {
  if (key?.kind !== 'name') return false;
  const before = program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.start);
  const name = key.name.replaceAll('$', '\\$');
  const [, entry] = new RegExp(`(?<![\\w$.])([\\w$]+)\\s*(?::[^=\\n]+)?=\\s*_?[A-Z][A-Z0-9_]+(?:\\[${name}\\]|\\.get\\(${name}\\))`).exec(before) ?? [];
  return entry !== undefined && new RegExp(`\\bif\\s*\\(?\\s*(?:${entry}\\s*[):]|(?:(?:!\\s*|not\\s+)${entry}|${entry}\\s+is\\s+None)\\s*[):][^]{0,200}?\\b(?:return|throw|raise)\\b)`).test(before);
}

/** Folders and files that were found to be there: `str(path)` of what a function gives after `if path.is_dir()`. */
export function isOfFoundFile(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (depth > 2 * maxDepth) return false;
  if (expr.kind === 'call') {
    const ref = { file: at.file, index: expr.call };
    const { external, functions } = program.target(ref);
    const [first] = program.callOf(ref).args;
    if (external === 'str' && first) return isOfFoundFile(program, { expr: first, at }, depth + 1);
    return functions.length > 0 && functions.every((fn) => {
      const { returned, span } = program.functionOf(fn);
      const text = program.textOf(fn.file).slice(span.start, span.end);
      const given = returned.filter((one) => !(one.kind === 'literal' && one.value === null));
      return given.length > 0 && given.every((one) => one.kind === 'name' && new RegExp(`\\bif\\s+${one.name}\\.(?:is_dir|is_file|exists)\\(\\)\\s*:\\s*return\\s+${one.name}\\b`).test(text));
    });
  }
  if (expr.kind !== 'name') return false;
  const { from } = stepBack(program, { expr, at });
  return from.length > 0 && from.every((one) => isOfFoundFile(program, one, depth + 1));
}
