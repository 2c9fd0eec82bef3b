import type { CallRef, FunctionRef, Handler, Program } from './code/program.ts';
import type { Binding, Call, Expr } from './code/summary.ts';
import type { Observer, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { keyOf } from './ioBelow.ts';
import { argumentOf, bindingOf, stepBack, type Place, type Placed } from './trace.ts';

/** Values are followed over this many expressions. */
const maxSteps = 300;

/** Python's `params['end'] = …`, which no summary has; in TypeScript it is a property of the object. */
export const keyedObserver: Observer = { id: 'keyed', python: { assignment: noteKeyed } };

interface Keyed {
  keyed: string;
  value: Expr;
}

const startsKeyed = /([A-Za-z_]\w*)\[/y;

function noteKeyed(node: SyntaxNode, context: VisitContext): void {
  // asked of every assignment of a workspace: its text tells sooner than its nodes
  startsKeyed.lastIndex = node.startIndex;
  const name = startsKeyed.exec(context.source.text)?.[1];
  const value = name === undefined ? null : node.childForFieldName('right');
  if (name !== undefined && value && node.childForFieldName('left')?.type === 'subscript') context.fact(node, { keyed: name, value: context.expr(value) } satisfies Keyed);
}

/** Says who asks, and for how long, not for what. */
const aside = /^(?:headers?|auth\w*|signal|timeout\w*|deadline)$/i;
/** Methods that put what they are given into their object. */
const puts = /^(?:set|append|add|push|update|setdefault|extend)$/;

/**
 * Whether a request of a handler is built from the present time (`since = now - 5 days`): with the same arguments it asks
 * for something else each time. Parameters are followed to those callers only through which this handler gets there.
 */
export function asksForNow(program: Program, handler: Handler, request: CallRef): boolean {
  const reached = new Set([...program.callsFrom(handler, 'any')].map(keyOf));

  /** What is put into a local variable after it was made. */
  function putInto(name: string, binding: Binding, { file }: Place): Placed[] {
    const isMeant = (at: Place) => bindingOf(program, name, at) === binding;
    const { functions, calls } = program.files.get(file)!;
    const byMethod = functions[binding.scope]!.calls.flatMap((index): Placed[] => {
      const { callee, args, keywords, span } = calls[index]!;
      const at = { file, function: binding.scope, offset: span.start };
      if (callee.kind !== 'member' || !puts.test(callee.name) || rootOf(callee.object) !== name || !isMeant(at)) return [];
      return [...args, ...keywords.map((k) => k.value)].map((expr) => ({ expr, at }));
    });
    const byKey = program.factsOf(file, keyedObserver.id).flatMap(({ data, function: fn, span }): Placed[] => {
      const { keyed, value } = data as Keyed;
      const at = { file, function: fn, offset: span.start };
      return keyed === name && isMeant(at) ? [{ expr: value, at }] : [];
    });
    return [...byMethod, ...byKey];
  }
  function ofParameter(fn: FunctionRef, index: number, name?: string): Placed[] {
    return program.callersOf(fn).flatMap((ref) => (reached.has(keyOf(ref)) ? (argumentOf(program, ref, fn, index, name) ?? []) : []));
  }
  function ofName(name: string, at: Place): Placed[] {
    const binding = bindingOf(program, name, at);
    // what a module holds was made when the server started
    if (!binding || binding.scope === 0) return [];
    const { file } = at;
    const values = binding.values.map((expr) => ({ expr, at: { file, function: binding.scope, offset: binding.span.start } }));
    const handed = binding.kind === 'parameter' ? ofParameter({ file, index: binding.scope }, binding.index, name) : [];
    return [...handed, ...values, ...putInto(name, binding, at)];
  }
  function ofMember(expr: Extract<Expr, { kind: 'member' }>, at: Place): Placed[] {
    // a field's value is from another call, or from the start
    if (expr.object.kind === 'this' || program.resolve(expr.object, at).kind === 'instance') return [];
    const { from } = stepBack(program, { expr, at });
    return from.length > 0 ? from : [{ expr: expr.object, at }];
  }
  function ofCall(index: number, { file }: Place): Placed[] {
    const call = program.callOf({ file, index });
    const given = program.target({ file, index }).functions.flatMap((fn) => program.functionOf(fn).returned.map((expr) => ({ expr, at: { file: fn.file, function: fn.index, offset: program.functionOf(fn).span.end - 1 } })));
    const object = call.callee.kind === 'member' ? [{ expr: call.callee.object, at: { file, function: call.function, offset: call.span.start } }] : [];
    return [...given, ...object, ...handedOver(call, file)];
  }
  function from({ expr, at }: Placed): Placed[] {
    const inside = (...parts: Expr[]) => parts.map((part) => ({ expr: part, at }));
    switch (expr.kind) {
      case 'name':
        return ofName(expr.name, at);
      case 'parameter':
        return ofParameter({ file: at.file, index: expr.function }, expr.index);
      case 'member':
        return ofMember(expr, at);
      case 'call':
        return ofCall(expr.call, at);
      case 'template':
        return inside(...expr.parts);
      case 'binary':
        return inside(expr.left, expr.right);
      case 'array':
        return inside(...expr.items);
      case 'object':
        return inside(...expr.properties.filter((p) => !aside.test(p.name)).map((p) => p.value), ...expr.spread);
      case 'either':
        return inside(...expr.of);
      case 'await':
      case 'enter':
      case 'element':
        return inside(expr.of);
      case 'as':
        return inside(expr.value);
      default:
        return [];
    }
  }

  const open = partsOf(program, request).flatMap(({ file, index }) => handedOver(program.callOf({ file, index }), file));
  const seen = new Set<string>();
  for (let steps = 0; open.length > 0 && steps < maxSteps; steps++) {
    const placed = open.pop()!;
    const key = `${placed.at.file} ${placed.at.function} ${placed.at.offset} ${JSON.stringify(placed.expr)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (placed.expr.kind === 'call' && isNow(program, { file: placed.at.file, index: placed.expr.call })) return true;
    open.push(...from(placed));
  }
  return false;
}

/** The call, and those that it is chained with: `table.select('*').gte('time', since)`. */
function partsOf(program: Program, { file, index }: CallRef): CallRef[] {
  const { calls } = program.files.get(file)!;
  const before = (i: number) => {
    const { callee } = calls[i]!;
    return callee.kind === 'member' && callee.object.kind === 'call' ? callee.object.call : null;
  };
  const parts: CallRef[] = [];
  for (let at: number | null = index; at !== null; at = before(at)) parts.push({ file, index: at });
  for (let at = index; at >= 0; ) {
    at = program.functionOf({ file, index: calls[index]!.function }).calls.find((i) => before(i) === at) ?? -1;
    if (at >= 0) parts.push({ file, index: at });
  }
  return parts;
}

const handedOver = ({ args, keywords, function: fn, span }: Call, file: string): Placed[] =>
  [...args, ...keywords.filter((k) => !aside.test(k.name)).map((k) => k.value)].map((expr) => ({ expr, at: { file, function: fn, offset: span.start } }));

function rootOf(expr: Expr): string | null {
  return expr.kind === 'name' ? expr.name : expr.kind === 'member' ? rootOf(expr.object) : null;
}

const names = /^(?:now|utcnow|today|(?:start|end)Of(?:Today|Yesterday|Tomorrow))$/;
/** Without arguments. */
const bare = /^(?:Date|(?:dayjs|moment)(?:\.utc)?|luxon\.DateTime\.(?:utc|local)|time\.(?:time|time_ns|gmtime|localtime|ctime))$/;

/** A call that gives the present time. */
export function isNow(program: Program, ref: CallRef): boolean {
  const { callee, args } = program.callOf(ref);
  const external = program.target(ref).external ?? '';
  if (/^performance\./.test(external)) return false;
  // `strftime(format, time)` is told which time
  return ((callee.kind === 'name' || callee.kind === 'member') && names.test(callee.name)) || (bare.test(external) && args.length === 0) || (external === 'time.strftime' && args.length === 1);
}
