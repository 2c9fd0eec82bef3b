import type { ClassRef, FunctionRef, Receiver } from '../program.ts';
import type { Call, Expr } from '../summary.ts';
import { ancestors, classOf, findMember, isUse } from './classes.ts';
import { type Known, refKey } from './values.ts';
import type { World } from './world.ts';

/** The method that an object of just this class runs; `behind`: the next one after a class's own (`super`). Empty where it is none of the workspace's. */
export function methodsOf(world: World, ref: ClassRef, name: string, behind?: ClassRef): readonly FunctionRef[] {
  return world.memo.run<readonly FunctionRef[]>('method', ref.file, `${ref.index} ${name} ${behind ? refKey(behind) : ''}`, [], () => {
    const line = ancestors(world, { class: ref, args: [] });
    const from = behind ? line.findIndex((a) => isUse(a) && refKey(a.class) === refKey(behind)) + 1 : 0;
    const found = findMember(world, line.slice(from), name, false, classOf(world, ref)?.index.python ?? false);
    if (found === null || found === 'unknown' || found.kind === 'external' || (found.kind === 'methods' && found.methods[0]?.kind === 'getter')) return [];
    const { file, index } = found.use.class;
    const indices = found.kind === 'methods' ? found.methods.map((m) => m.function) : found.field.values.flatMap((v) => (v.kind === 'function' ? [v.function] : []));
    const { functions } = classOf(world, { file, index })!.index.summary;
    return indices.filter((i) => !functions[i]!.abstract).map((i) => ({ file, index: i }));
  });
}

/** The class and its bases in the workspace, by their keys. */
export const lineOf = (world: World, ref: ClassRef): ReadonlySet<string> =>
  world.memo.run<ReadonlySet<string>>('kin', ref.file, ref.index, new Set(), () => new Set(ancestors(world, { class: ref, args: [] }).flatMap((a) => (isUse(a) ? [refKey(a.class)] : []))));

/** Whether some base of a class has other children: only then does it matter of which class an object is. */
export const hasKin = (world: World, ref: ClassRef): boolean =>
  world.memo.run('has kin', ref.file, ref.index, false, () => {
    const line = lineOf(world, ref);
    return ancestors(world, { class: ref, args: [] }).some((a) => isUse(a) && world.hierarchy.derived(a.class).some((d) => !line.has(refKey(d))));
  });

/** Whose object a call is about. Undefined where nothing is known of it. */
export function receiverOf(world: World, file: string, call: Call, callee: Known, functions: readonly FunctionRef[]): Receiver | undefined {
  const own = ownMember(world, file, call, call.callee);
  const handed: string[] = [];
  for (const arg of call.args) addHandedOver(world, file, call, arg, 0, handed);
  for (const { value } of call.keywords) addHandedOver(world, file, call, value, 0, handed);
  const made = own ? [] : exactOf(callee, functions);
  if (!own && handed.length === 0 && made.length === 0) return undefined;
  return { kind: own?.kind ?? (made.length > 0 ? 'exact' : 'none'), name: own?.name ?? null, made, handed };
}

/** `this.x`, `self.x`, `super.x`; `super(…)`, which has no name. */
function ownMember(world: World, file: string, call: Call, callee: Expr): Pick<Receiver, 'kind' | 'name'> | null {
  if (callee.kind === 'as') return ownMember(world, file, call, callee.value);
  if (callee.kind === 'super') return { kind: 'super', name: null };
  if (callee.kind !== 'member') return null;
  const { object, name } = callee;
  if (object.kind === 'super') return { kind: 'super', name };
  if (name === 'bind' || name === 'call' || name === 'apply') return ownMember(world, file, call, object);
  return isOwn(world, file, call, object) ? { kind: 'own', name } : null;
}

function isOwn(world: World, file: string, call: Call, expr: Expr): boolean {
  const index = world.index(file);
  if (!index) return false;
  const { functions } = index.summary;
  if (expr.kind === 'this') {
    const owner = index.thisFunction(call.function);
    return owner !== null && functions[owner]!.class !== null && !functions[owner]!.static;
  }
  if (!index.python || expr.kind !== 'name') return false;
  const [binding, ...others] = index.lookup(expr.name, call.function, call.span.start);
  return binding !== undefined && others.length === 0 && binding.kind === 'parameter' && binding.index === 0 && !binding.reassigned && functions[binding.scope]!.class !== null && !functions[binding.scope]!.static;
}

const maxNesting = 3;

function addHandedOver(world: World, file: string, call: Call, arg: Expr, depth: number, handed: string[]): void {
  if (depth > maxNesting) return;
  switch (arg.kind) {
    case 'member':
      if (isOwn(world, file, call, arg.object)) handed.push(arg.name);
      return;
    case 'call': {
      const { callee } = world.index(file)!.summary.calls[arg.call]!;
      if (callee.kind === 'member' && callee.name === 'bind') addHandedOver(world, file, call, callee.object, depth + 1, handed);
      return;
    }
    case 'object':
      for (const { value } of arg.properties) addHandedOver(world, file, call, value, depth + 1, handed);
      return;
    case 'array':
      for (const item of arg.items) addHandedOver(world, file, call, item, depth + 1, handed);
      return;
    case 'as':
      addHandedOver(world, file, call, arg.value, depth + 1, handed);
      return;
    default:
      return;
  }
}

function exactOf(value: Known, functions: readonly FunctionRef[]): { function: FunctionRef; class: ClassRef }[] {
  if (value.kind === 'each') return value.of.flatMap((v) => exactOf(v, functions));
  if (value.kind === 'either') {
    const all = value.of.map((v) => exactOf(v, functions));
    return all.every((made) => made.length > 0) ? all.flat() : [];
  }
  if (value.kind === 'class') return value.open ? [] : functions.map((fn) => ({ function: fn, class: value.class }));
  if (value.kind !== 'function' || value.self?.kind !== 'instance' || !value.self.exact) return [];
  return [{ function: value.function, class: value.self.class }];
}
