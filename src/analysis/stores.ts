import type { CallRef, ClassRef, FunctionRef, Program } from './code/program.ts';
import type { Binding, ClassSummary, Expr, FileSummary } from './code/summary.ts';
import { constructions } from './freshReach.ts';
import { httpHandlers } from './httpHandlers.ts';
import { keyOf, reachable } from './ioBelow.ts';
import type { OnceOnly } from './onceOnly.ts';
import { isAside } from './serverFiles.ts';
import { bindingOf, type Place } from './trace.ts';

/** Something that holds values for as long as the server runs: a variable or field of the workspace. */
export interface Store {
  /** The same for every place that means it. */
  key: string;
  name: string;
  file: string;
  /** Everything that is assigned to it. */
  values: readonly Expr[];
  reassigned: boolean;
  at: Place;
  kind: Kind;
}

type Kind = 'map' | 'set' | 'object' | 'array' | 'dict' | 'list' | 'pyset';

/** The store that an expression means; null for what is no collection, or does not outlive the call. `once`: what runs once. */
export function storeOf(program: Program, once: OnceOnly, expr: Expr, at: Place): Store | null {
  const found = lookUp(program, once, expr, at, 0);
  if (!found) return null;
  const [first] = found.values;
  const kind = first && kindOf(program, first, found.at, program.files.get(found.file)!);
  return kind ? { ...found, kind } : null;
}

type Found = Omit<Store, 'kind'>;
type Field = ClassSummary['fields'][number];

function lookUp(program: Program, once: OnceOnly, expr: Expr, at: Place, depth: number): Found | null {
  if (depth > 5) return null;
  if (expr.kind === 'as') return lookUp(program, once, expr.value, at, depth + 1);
  if (expr.kind === 'name') {
    const binding = bindingOf(program, expr.name, at);
    return binding ? ofBinding(program, at.file, binding, at, depth) : null;
  }
  if (expr.kind !== 'member') return null;
  if (expr.object.kind === 'name') {
    const binding = bindingOf(program, expr.object.name, at);
    const module = binding?.kind === 'import' ? program.files.get(at.file)!.imports[binding.index]! : null;
    if (module?.imported === '*' || module?.loads !== undefined) return ofModule(program, program.moduleFile(at.file, module.module), expr.name, depth);
  }
  const value = program.resolve(expr.object, at);
  if (value.kind === 'instance' || value.kind === 'class') return ofField(program, once, value.class, expr.name, 0);
  if (value.kind === 'module') return ofModule(program, value.file, expr.name, depth);
  if (value.kind !== 'object') return null;
  const property = value.expr.properties.find((p) => p.name === expr.name);
  if (!property || !livesOn(program, { file: value.file, index: value.scope }, value.scope)) return null;
  const { start } = value.expr.span;
  return { key: `${value.file} ${start} ${expr.name}`, name: expr.name, file: value.file, values: [property.value], reassigned: false, at: { file: value.file, function: value.scope, offset: start } };
}

function ofBinding(program: Program, file: string, binding: Binding, from: Place | null, depth: number): Found | null {
  const summary = program.files.get(file)!;
  if (binding.kind === 'import') {
    const { module, imported } = summary.imports[binding.index]!;
    return imported === '*' ? null : ofModule(program, program.moduleFile(file, module), imported, depth);
  }
  // Python makes a parameter's default once
  const isDefault = binding.kind === 'parameter' && summary.language === 'python' && binding.values.length === 1 && binding.values[0]!.kind !== 'parameter' && summary.functions[binding.scope]!.parameters[binding.index]?.optional === true;
  if (binding.kind !== 'variable' && !isDefault) return null;
  if (!isDefault && (from?.function === binding.scope ? binding.scope !== 0 : !livesOn(program, { file, index: binding.scope }, binding.scope))) return null;
  return {
    key: `${file} ${binding.span.start}`,
    name: binding.name,
    file,
    values: binding.values.filter((v) => v.kind !== 'parameter'),
    reassigned: binding.reassigned || binding.values.length > 1,
    at: { file, function: binding.scope, offset: binding.span.start },
  };
}

function ofModule(program: Program, file: string | null, name: string, depth: number): Found | null {
  const summary = file === null ? undefined : program.files.get(file);
  if (!summary || depth > 5) return null;
  if (summary.language !== 'python') {
    const named = summary.exports.find((e) => e.name === name);
    if (named?.module) return ofModule(program, program.moduleFile(summary.file, named.module), named.local ?? name, depth + 1);
    if (!named) {
      for (const star of summary.exports) {
        const found = star.name === '*' && star.module !== null ? ofModule(program, program.moduleFile(summary.file, star.module), name, depth + 1) : null;
        if (found) return found;
      }
      return null;
    }
    if (named.local === null) return null;
    name = named.local;
  }
  const binding = summary.bindings.find((b) => b.name === name && b.scope === 0);
  return binding ? ofBinding(program, summary.file, binding, null, depth + 1) : null;
}

function ofField(program: Program, once: OnceOnly, owner: ClassRef, name: string, depth: number): Found | null {
  const summary = program.files.get(owner.file);
  const held = summary?.classes[owner.index];
  if (!summary || !held || depth > 5) return null;
  const field = held.fields.find((f) => f.name === name);
  if (!field || field.values.length === 0) {
    for (const base of held.bases) {
      const value = program.resolve(base, { file: owner.file, function: held.scope, offset: held.span.start });
      const found = value.kind === 'class' ? ofField(program, once, value.class, name, depth + 1) : null;
      if (found) return found;
    }
    return null;
  }
  if (!field.static && !isOneForAll(program, once, owner)) return null;
  return {
    key: `${owner.file} ${field.span.start}`,
    name,
    file: owner.file,
    values: field.values,
    reassigned: field.values.length > 1 || isReset(program, once, owner.file, field),
    at: { file: owner.file, function: field.functions?.[0] ?? held.scope, offset: field.span.start },
  };
}

/** Its one assignment stands in a method that calls get to, and not where something was missing: it begins anew with each of them. */
function isReset(program: Program, once: OnceOnly, file: string, { name, functions, values: [value] }: Field): boolean {
  const index = functions?.[0];
  if (index === undefined || !value || program.functionOf({ file, index }).kind === 'constructor') return false;
  const made = value.kind === 'as' ? value.value : value;
  const span = made.kind === 'call' ? program.callOf({ file, index: made.call }).span : made.kind === 'array' || made.kind === 'object' ? made.span : null;
  if (span === null || once.isSurelyOnceAt(file, span.start)) return false;
  const before = program.textOf(file).slice(program.functionOf({ file, index }).span.start, span.start);
  return !new RegExp(`\\bif\\b[^\\n]*\\b${name}\\b`).test(before) && program.reach({ file, index }, 'any', span.start) !== null;
}

/** An instance that is made while the server starts or once at first need, not for a call, a request or a session; of a framework's tool there is one. */
function isOneForAll(program: Program, once: OnceOnly, owner: ClassRef): boolean {
  const owners = [owner, ...derivedFrom(program, owner)];
  const made = owners.flatMap((one) => constructions(program, one));
  if (made.length === 0) return program.handlers.some((h) => h.function && owners.some((o) => o.file === h.function!.file && program.functionOf(h.function!).class === o.index));
  return made.every((ref) => {
    const { function: index, span } = program.callOf(ref);
    return !isAside(program, ref.file) && (livesOn(program, { file: ref.file, index }, index) || (once.isOnceAt(ref.file, span.start) && isOfModule(program, ref)));
  });
}

/** `tool ??= new Tool()`, where `tool` is a variable of the module. */
const isOfModule = (program: Program, { file, index }: CallRef) => program.files.get(file)!.bindings.some((b) => b.scope === 0 && b.values.some((v) => v.kind === 'call' && v.call === index));

const families = new WeakMap<Program, Map<string, ClassRef[]>>();

/** The classes that extend a class, directly or not. */
function derivedFrom(program: Program, owner: ClassRef): ClassRef[] {
  let byBase = families.get(program);
  if (!byBase) {
    byBase = new Map<string, ClassRef[]>();
    families.set(program, byBase);
    for (const [file, { classes }] of program.files) {
      classes.forEach(({ bases, scope, span }, index) => {
        for (const base of bases) {
          const value = program.resolve(base, { file, function: scope, offset: span.start });
          if (value.kind !== 'class') continue;
          const key = keyOf(value.class);
          const same = byBase!.get(key);
          if (same) same.push({ file, index });
          else byBase!.set(key, [{ file, index }]);
        }
      });
    }
  }
  const found: ClassRef[] = [];
  const seen = new Set([keyOf(owner)]);
  found.push(...(byBase.get(keyOf(owner)) ?? []));
  for (const one of found) {
    if (seen.has(keyOf(one))) continue;
    seen.add(keyOf(one));
    found.push(...(byBase.get(keyOf(one)) ?? []).filter((c) => !seen.has(keyOf(c))));
  }
  return found;
}

/** Whether what is made in a function stays: it runs when the server starts, not for each call or request. */
function livesOn(program: Program, fn: FunctionRef, scope: number): boolean {
  if (scope === 0) return true;
  return program.reach(fn, 'any') === null && !perRequest(program).has(keyOf(fn));
}

const requested = new WeakMap<Program, Set<string>>();

function perRequest(program: Program): ReadonlySet<string> {
  let found = requested.get(program);
  if (!found) {
    requested.set(program, (found = new Set()));
    for (const key of httpHandlers(program).keys()) {
      const space = key.indexOf(' ');
      for (const fn of reachable(program, { file: key.slice(space + 1), index: Number(key.slice(0, space)) })) found.add(keyOf(fn));
    }
  }
  return found;
}

const calls: Readonly<Record<string, Kind>> = { Map: 'map', Set: 'set', Array: 'array', dict: 'dict', 'collections.OrderedDict': 'dict', 'collections.defaultdict': 'dict', 'collections.Counter': 'dict', list: 'list', set: 'pyset', 'collections.deque': 'list', 'Object.create': 'object' };

function kindOf(program: Program, expr: Expr, at: Place, { language, calls: all }: FileSummary): Kind | null {
  if (expr.kind === 'as') return kindOf(program, expr.value, at, program.files.get(at.file)!);
  if (expr.kind === 'object') return language === 'python' ? 'dict' : 'object';
  if (expr.kind === 'array') return language === 'python' ? 'list' : 'array';
  if (expr.kind !== 'call') return null;
  const call = all[expr.call]!;
  const { external } = program.target({ file: at.file, index: expr.call });
  // a bounded one says so
  if (call.keywords.some((k) => /^max_?(?:len|size)$/.test(k.name)) || (external === 'collections.deque' && call.args.length > 1)) return null;
  return calls[external ?? ''] ?? null;
}
