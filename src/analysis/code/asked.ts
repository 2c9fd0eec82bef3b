import { choiceOf } from './chosen.ts';
import { nameKey, propertyKey, type Term } from './flags.ts';
import type { FunctionRef } from './program.ts';
import type { Edge } from './reachGraph.ts';
import { argumentOf, conditionsIn, declarationOf, isAsHanded, onlyValue, positionOf, sameText, type Look } from './sure.ts';
import type { Expr, FileSummary } from './summary.ts';

/** A parameter, or a property of what it is. */
export interface Slot {
  scope: number;
  parameter: number;
  path: readonly string[];
}

/** What the conditions in a function, and in those that it hands something on to, ask of its parameters and of those around it. */
export function createAsked(files: ReadonlyMap<string, FileSummary>, edgesFrom: (fn: FunctionRef) => readonly Edge[]): (fn: FunctionRef) => readonly Slot[] {
  const keyOf = ({ file, index }: FunctionRef) => `${index} ${file}`;
  // by file and index rather than by a key, as each function on each way is asked for
  const known = new Map<string, Slots[]>();

  function knownIn(file: string): Slots[] {
    let ofFile = known.get(file);
    if (!ofFile) known.set(file, (ofFile = []));
    return ofFile;
  }
  const slotsOf = ({ file, index }: FunctionRef): Slots => knownIn(file)[index]!;

  function settle(first: FunctionRef): void {
    const open: FunctionRef[] = [];
    const look = (fn: FunctionRef) => {
      knownIn(fn.file)[fn.index] = own(fn);
      open.push(fn);
    };
    look(first);
    let asks = false;
    for (const fn of open) {
      for (const { to } of edgesFrom(fn)) {
        if (!knownIn(to.file)[to.index]) look(to);
        asks ||= slotsOf(to).size > 0;
      }
    }
    if (asks) handOn(open);
  }

  /** Those that call what asks for something must know it, too. */
  function handOn(open: readonly FunctionRef[]): void {
    const callers = new Map<string, { from: FunctionRef; edge: Edge }[]>();
    for (const from of open) {
      for (const edge of edgesFrom(from)) {
        const to = keyOf(edge.to);
        const others = callers.get(to);
        if (others) others.push({ from, edge });
        else callers.set(to, [{ from, edge }]);
      }
    }
    const waiting = new Map([...callers].flatMap(([key, [one]]) => (slotsOf(one!.edge.to).size > 0 ? [[key, one!.edge.to] as const] : [])));
    for (const [key, to] of waiting) {
      waiting.delete(key);
      for (const { from, edge } of callers.get(key) ?? []) {
        let slots = slotsOf(from);
        const before = slots.size;
        for (const slot of slotsOf(to).values()) {
          for (const one of limited(slots, handed(from, edge, slot))) {
            if (slots === noSlots) knownIn(from.file)[from.index] = slots = new Map<string, Slot>();
            slots.set(slotKey(one), one);
          }
        }
        if (slots.size > before) waiting.set(keyOf(from), from);
      }
    }
  }

  function own(fn: FunctionRef): Slots {
    const summary = files.get(fn.file);
    let found = noSlots;
    const add = (slots: Slot[]) => {
      for (const slot of limited(found, slots)) {
        if (found === noSlots) found = new Map<string, Slot>();
        found.set(slotKey(slot), slot);
      }
    };
    const stretches = summary && conditionsIn(summary).stretches.get(fn.index);
    if (stretches) for (const { span, term } of stretches) add(ofTerm(term, [], { summary, function: fn.index, offset: span.start }));
    const edges = edgesFrom(fn);
    let last = -1;
    for (let i = 1; i < edges.length; i++) {
      // one of many is called: which, is asked
      const { call } = edges[i]!;
      if (edges[i]!.handed || edges[i - 1]!.handed || edges[i - 1]!.call !== call || call === last) continue;
      last = call;
      const choice = choiceOf(summary!, call);
      if (choice) add(ofExpr(choice.is, [], { summary: summary!, function: choice.function, offset: choice.offset }));
    }
    return found;
  }

  /** What a caller must know so that a slot of what it calls is known. */
  function handed(from: FunctionRef, { to, call: index, handed: isCallback }: Edge, slot: Slot): Slot[] {
    const summary = files.get(from.file)!;
    const call = summary.calls[index]!;
    if (slot.scope !== to.index) return from.file === to.file && enclosing(summary, from.index).has(slot.scope) ? [slot] : [];
    if (isCallback) return [];
    const callee = files.get(to.file)!;
    const said = argumentOf(summary, call, positionOf(callee, to.index, slot.parameter, call), callee.functions[to.index]!.parameters[slot.parameter]!.name);
    const at = { summary, function: from.index, offset: call.span.start };
    return said ? ('term' in said ? ofTerm(said.term, slot.path, at) : ofExpr(said.expr, slot.path, at)) : [];
  }

  return (fn) => {
    if (!knownIn(fn.file)[fn.index]) settle(fn);
    const slots = slotsOf(fn);
    return slots.size === 0 ? nothing : [...slots.values()];
  };
}

type Slots = Map<string, Slot>;
/** Of most functions, and never added to. */
const noSlots: Slots = new Map();
const nothing: readonly Slot[] = [];

const slotKey = ({ scope, parameter, path }: Slot) => `${scope} ${parameter} ${path.join('.')}`;

/** More than this a function does not ask for. */
const maxAsked = 32;
/** Properties of properties of an argument are the last that are followed. */
const maxDepth = 2;
const limited = (slots: ReadonlyMap<string, Slot>, more: Slot[]) => (slots.size < maxAsked ? more.filter((s) => s.path.length <= maxDepth && s.parameter >= 0) : []);

type At = Pick<Look, 'summary' | 'function' | 'offset'>;

function ofTerm(term: Term | null, path: readonly string[], at: At, depth = 0): Slot[] {
  if (!term || depth > 12) return [];
  const of = (one: Term | null, below: readonly string[] = []) => ofTerm(one, below, at, depth + 1);
  switch (term.kind) {
    case 'not':
      return of(term.of);
    case 'choice':
      return [...of(term.condition), ...of(term.then, path), ...of(term.other, path)];
    case 'same':
      return [...of(term.left), ...of(term.right)];
    case 'all':
    case 'any':
    case 'else':
      return [...of(term.left, path), ...of(term.right, path)];
    default:
      return ofExpr(term, path, at, depth + 1);
  }
}

export function ofExpr(expr: Expr, path: readonly string[], at: At, depth = 0): Slot[] {
  if (depth > 12) return [];
  const of = (one: Expr, below = path) => ofExpr(one, below, at, depth + 1);
  switch (expr.kind) {
    case 'parameter':
      return [{ scope: expr.function, parameter: expr.index, path }];
    case 'member':
      return of(expr.object, [expr.name, ...path]);
    case 'as':
      return of(expr.value);
    case 'either':
      return expr.of.flatMap((one) => of(one));
    case 'object': {
      const [name, ...below] = path;
      const { values } = conditionsIn(at.summary);
      return [
        ...expr.properties.filter((p) => p.name === name).flatMap((p) => [...ofTerm(values.get(propertyKey(expr.span.end, p.name)) ?? null, below, at, depth + 1), ...of(p.value, below)]),
        ...(name === undefined ? [] : expr.spread.flatMap((one) => of(one))),
      ];
    }
    case 'name': {
      const binding = declarationOf(expr.name, at);
      if (!binding) return [];
      if (binding.kind === 'parameter') return isAsHanded(at.summary, binding) ? [{ scope: binding.scope, parameter: binding.index, path }] : [];
      const value = onlyValue(at.summary, binding);
      const there = { ...at, function: binding.scope, offset: binding.span.start };
      const term = conditionsIn(at.summary).values.get(nameKey(binding.span.start));
      return value ? (term ? ofTerm(term, path, there, depth + 1) : ofExpr(value, path, there, depth + 1)) : [];
    }
    case 'call': {
      const text = sameText(at.summary, expr.call);
      return text ? of(text.of) : [];
    }
    default:
      return [];
  }
}

/** A function and those that it stands in. */
export function enclosing({ functions }: FileSummary, fn: number): Set<number> {
  const found = new Set<number>();
  for (let at: number | null = fn; at !== null; at = functions[at]!.parent) found.add(at);
  return found;
}
