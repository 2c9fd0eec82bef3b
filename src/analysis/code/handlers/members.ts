import type { ClassRef, FunctionRef, Resolved } from '../program.ts';
import type { ClassSummary, Expr, FileSummary } from '../summary.ts';
import { sameRef, withSelf, type Env, type Thing } from './env.ts';
import { enterCall, placeOfCall } from './given.ts';
import { type Instance } from './instances.ts';

const classOf = (program: Resolved, { file, index }: ClassRef): ClassSummary | undefined => program.files.get(file)?.classes[index];

/** The class whose method a function is, or is inside of. */
export function enclosingClass(summary: FileSummary, fn: number): number | null {
  for (let at: number | null = fn; at !== null; at = summary.functions[at]?.parent ?? null) {
    const owner = summary.functions[at]?.class ?? null;
    if (owner !== null) return owner;
  }
  return null;
}

const lineages = new WeakMap<Resolved, Map<string, ClassRef[]>>();

/** A class and its bases in the workspace, the nearest first. */
export function lineage(program: Resolved, ref: ClassRef): readonly ClassRef[] {
  let ofProgram = lineages.get(program);
  if (!ofProgram) lineages.set(program, (ofProgram = new Map<string, ClassRef[]>()));
  const key = `${ref.index} ${ref.file}`;
  const known = ofProgram.get(key);
  if (known) return known;
  const found = [ref];
  ofProgram.set(key, found);
  for (const at of found) {
    for (const base of [...basesOf(program, at)]) if (found.length < 30 && !found.some((f) => sameRef(f, base))) found.push(base);
  }
  return found;
}

export function basesOf(program: Resolved, ref: ClassRef): ClassRef[] {
  const summary = classOf(program, ref);
  if (!summary) return [];
  const at = { file: ref.file, function: summary.scope, offset: summary.span.start };
  return summary.bases.flatMap((expr) => {
    const value = program.resolve(expr, at);
    return value.kind === 'class' ? [value.class] : [];
  });
}

/** Names of the bases that are not of the workspace (`mcp-framework.MCPTool`), over the whole lineage. */
export function externalBases(program: Resolved, ref: ClassRef): string[] {
  return lineage(program, ref).flatMap((r) => {
    const summary = classOf(program, r);
    if (!summary) return [];
    const at = { file: r.file, function: summary.scope, offset: summary.span.start };
    return summary.bases.flatMap((expr) => {
      // `Base[T]` of Python
      const bare = expr.kind === 'element' ? expr.of : expr;
      const value = program.resolve(bare, at);
      return value.kind === 'external' ? [value.name] : [];
    });
  });
}

/** A method of a class or of its bases, one with a body before those that are only declared. */
export function methodOf(program: Resolved, ref: ClassRef, name: string): FunctionRef | null {
  let declared: FunctionRef | null = null;
  for (const { file, index } of lineage(program, ref)) {
    const summary = program.files.get(file)!;
    for (const m of summary.classes[index]!.methods) {
      if (m.name !== name || m.kind === 'setter') continue;
      const fn = { file, index: m.function };
      if (!summary.functions[m.function]!.abstract) return fn;
      declared ??= fn;
    }
    const field = summary.classes[index]!.fields.find((f) => f.name === name)?.values[0];
    if (field?.kind === 'function') return { file, index: field.function };
  }
  return declared;
}

/** `env` within the methods of an object: of which class it is, whichever of its bases declares them, and the call that made it. */
export const asObject = (program: Resolved, ref: ClassRef, made: Thing | null, env: Env): Env => lineage(program, ref).reduce<Env>((outer, declared) => withSelf(outer, declared, ref, made), env);

/** What a member of a class or its instance is: a method, or the value of a field, its constructor's parameters filled in where it is known what they are. */
export function classMember(program: Resolved, { class: ref, static: isStatic, made }: Instance, name: string, env: Env, follow: (thing: Thing, env: Env) => Thing): Thing | null {
  const all = lineage(program, ref);
  const inner = asObject(program, ref, made, constructed(program, ref, made, env));
  const handed = handedToDataClass(program, all, made, name);
  if (handed) return follow(handed, env);
  for (const { file, index } of all) {
    const summary = program.files.get(file)!;
    const { fields, methods, scope, span } = summary.classes[index]!;
    const field = fields.find((f) => f.name === name && (summary.language === 'python' || f.static === isStatic) && f.values.length > 0);
    if (field) {
      const values = field.values.map((expr, i) => ({ expr, in: field.functions?.[i] })).filter(({ expr }) => !(expr.kind === 'literal' && expr.value === null));
      const filled = values.filter(({ expr }) => !isEmpty(expr));
      const [value, ...others] = filled.length > 0 ? filled : values;
      if (!value || others.length > 0) return null;
      return follow({ expr: value.expr, at: { file, function: value.in ?? scope, offset: value.in === undefined ? span.start : -1 } }, inner);
    }
    const method = methods.find((m) => m.name === name && (summary.language === 'python' || m.static === isStatic) && m.kind !== 'setter');
    if (!method || summary.functions[method.function]!.abstract) continue;
    const at = { file, function: method.function, offset: span.start };
    if (method.kind !== 'getter') return { expr: { kind: 'function', function: method.function }, at };
    const [value, ...others] = summary.functions[method.function]!.returned;
    return value && others.length === 0 ? follow({ expr: value, at: { ...at, offset: summary.functions[method.function]!.span.end - 1 } }, inner) : null;
  }
  return null;
}

/** A list or table before somebody fills it. */
const isEmpty = (expr: Expr): boolean => (expr.kind === 'array' && expr.items.length === 0) || (expr.kind === 'object' && expr.properties.length + expr.spread.length === 0);

/** The keyword under which a class of Python that declares its fields only (a dataclass, a model of pydantic's) was given a field. */
function handedToDataClass(program: Resolved, line: readonly ClassRef[], made: Thing | null, name: string): Thing | null {
  if (made?.expr.kind !== 'call' || !made.at.file.endsWith('.py')) return null;
  if (line.some((ref) => classOf(program, ref)!.methods.some((m) => m.name === '__init__')) || !line.some((ref) => classOf(program, ref)!.fields.some((f) => f.name === name))) return null;
  const call = program.files.get(made.at.file)!.calls[made.expr.call]!;
  const given = call.keywords.find((k) => k.name === name);
  return given ? { expr: given.value, at: placeOfCall(made.at.file, call) } : null;
}

/** `env` with what the constructors of a class and of its bases were given, from the call that makes it, if it is known, and from `super(…)`. */
function constructed(program: Resolved, ref: ClassRef, made: Thing | null, env: Env): Env {
  let now = env;
  let by = made?.expr.kind === 'call' ? { file: made.at.file, call: made.expr.call } : null;
  for (const { file, index } of lineage(program, ref)) {
    const summary = program.files.get(file)!;
    const maker = summary.classes[index]!.methods.find((m) => m.kind === 'constructor' || m.name === '__init__');
    // without a constructor of its own, a class hands all to its base
    if (!maker) continue;
    if (by) now = enterCall(program, now, { file, index: maker.function }, by.file, by.call);
    const up = summary.functions[maker.function]!.calls.find((c) => isSuper(summary, c));
    if (up === undefined) break;
    by = { file, call: up };
  }
  return now;
}

function isSuper(summary: FileSummary, call: number): boolean {
  const { callee } = summary.calls[call]!;
  if (callee.kind === 'super') return true;
  return callee.kind === 'member' && callee.name === '__init__' && callee.object.kind === 'super';
}
