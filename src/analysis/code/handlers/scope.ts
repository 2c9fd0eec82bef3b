import type { Resolved } from '../program.ts';
import { indexOf } from '../resolve/fileIndex.ts';
import type { Binding, FileSummary } from '../summary.ts';
import type { At, Thing } from './env.ts';

/** What a name stands for; null where it has more than one value, or is of a package. */
export function named(program: Resolved, name: string, at: At, seen?: Set<string>): Thing | null {
  const summary = program.files.get(at.file);
  if (!summary) return null;
  const bindings = indexOf(summary).lookup(name, at.function, at.offset);
  return bindings.length === 1 ? bound(program, summary, bindings[0]!, seen) : null;
}

/** What else is assigned to a variable that begins as one thing and may become another (`let tools = all; if (few) tools = pick(tools)`), the first value first. */
export function valuesOf({ files }: Resolved, name: string, { file, function: fn, offset }: At): Thing[] {
  const bindings = indexOf(files.get(file)!).lookup(name, fn, offset);
  return bindings.flatMap(({ kind, scope, span, values }) => (kind === 'variable' && values.length > 1 ? values.map((expr) => ({ expr, at: { file, function: scope, offset: span.start } })) : []));
}

function bound(program: Resolved, summary: FileSummary, binding: Binding, seen?: Set<string>): Thing | null {
  const at = { file: summary.file, function: binding.scope, offset: binding.span.start };
  switch (binding.kind) {
    case 'function':
      return { expr: { kind: 'function', function: binding.index }, at };
    case 'class':
      return { expr: { kind: 'class', class: binding.index }, at };
    case 'parameter':
      return binding.index < 0 ? null : { expr: { kind: 'parameter', function: binding.scope, index: binding.index }, at };
    case 'variable': {
      const values = binding.values.filter((v) => !(v.kind === 'literal' && v.value === null));
      return values.length === 1 && (!binding.reassigned || binding.values.length > 1) ? { expr: values[0]!, at } : null;
    }
    case 'import': {
      const { module, imported, typeOnly } = summary.imports[binding.index]!;
      const file = typeOnly ? null : program.moduleFile(summary.file, module);
      return file === null ? null : exported(program, file, imported, seen);
    }
  }
}

/** What a module gives under a name, through its re-exports; `seen` holds where this has led so far, as imports may be circular. */
export function exported(program: Resolved, file: string, name: string, seen = new Set<string>()): Thing | null {
  const summary = program.files.get(file);
  const key = `${name} ${file}`;
  if (!summary || name === '*' || seen.has(key)) return null;
  seen.add(key);
  const index = indexOf(summary);
  const end = { file, function: 0, offset: -1 };
  if (summary.language === 'python') {
    const bindings = index.lookup(name, 0, -1);
    if (bindings.length === 1) return bound(program, summary, bindings[0]!, seen);
    return bindings.length === 0 ? fromStars(program, summary, name, seen) : null;
  }
  for (const { local, value, module } of index.exportsNamed(name)) {
    if (module !== null) {
      const from = program.moduleFile(file, module);
      return from === null || local === null ? null : exported(program, from, local, seen);
    }
    if (local !== null) return named(program, local, end, seen);
    if (value) return { expr: value, at: end };
  }
  return name === 'default' ? null : fromStars(program, summary, name, seen);
}

/** Everything that a module gives which is imported as a whole (`import * as tools`); null for any other name. */
export function namespace(program: Resolved, name: string, at: At): { name: string; thing: Thing }[] | null {
  const summary = program.files.get(at.file)!;
  const [binding, ...others] = indexOf(summary).lookup(name, at.function, at.offset);
  if (!binding || others.length > 0 || binding.kind !== 'import' || summary.language === 'python') return null;
  const { module, imported } = summary.imports[binding.index]!;
  const file = imported === '*' ? program.moduleFile(at.file, module) : null;
  if (file === null) return null;
  return [...namesOf(program, file, new Set())].flatMap((one) => {
    const thing = exported(program, file, one);
    return thing ? [{ name: one, thing }] : [];
  });
}

/** The names that a module exports, those of its star re-exports too. */
function namesOf(program: Resolved, file: string, seen: Set<string>): Set<string> {
  const summary = program.files.get(file);
  if (!summary || seen.has(file)) return new Set();
  seen.add(file);
  const names = summary.exports.flatMap(({ name, module }) => {
    if (name !== '*') return name === '=' ? [] : [name];
    const from = module === null ? null : program.moduleFile(file, module);
    return from === null ? [] : [...namesOf(program, from, seen)].filter((one) => one !== 'default');
  });
  return new Set(names);
}

function fromStars(program: Resolved, summary: FileSummary, name: string, seen: Set<string>): Thing | null {
  const modules = summary.language === 'python' ? summary.imports.filter((i) => i.local === null).map((i) => i.module) : indexOf(summary).starExports.flatMap((e) => e.module ?? []);
  for (const module of modules) {
    const from = program.moduleFile(summary.file, module);
    const found = from === null ? null : exported(program, from, name, seen);
    if (found) return found;
  }
  return null;
}
