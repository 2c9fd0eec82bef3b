import { givenToEnclosing } from './enclosing.ts';
import type { CallRef, FunctionRef, Program, Target } from './program.ts';
import type { Edge } from './reachGraph.ts';
import { testDoubles } from './testFiles.ts';

export interface Called {
  called(call: CallRef): Target;
  /** With what is called by a parameter of a function around. */
  edgesFrom(fn: FunctionRef): readonly Edge[];
  /** Calls by a parameter that lead to a function, of those whose edges were asked for. */
  givenCallers(fn: FunctionRef): readonly CallRef[];
}

const keyOf = ({ file, index }: FunctionRef) => `${index} ${file}`;

/** Targets, and edges, with what calls by parameters of functions around them lead to. It is worked out when it is asked for, and never part of what is remembered of a file: it is the callers in other files that say it. */
export function createCalled(program: Program, edgesOfCalls: (fn: FunctionRef) => readonly Edge[], callersOf: (fn: FunctionRef) => readonly CallRef[]): Called {
  const targets = new Map<string, Target>();
  const edges = new Map<string, readonly Edge[]>();
  const callers = new Map<string, CallRef[]>();
  let registered: ReturnType<typeof registeredIn> | null = null;

  function isOneOfAll(around: FunctionRef, within: FunctionRef): boolean {
    registered ??= registeredIn(program);
    return registered.around.has(keyOf(around)) && !isShared(registered.names, around, within);
  }
  /** Tools with one function by several names: each is registered with what is its own. */
  function isShared(names: ReadonlyMap<string, ReadonlySet<string | null>>, around: FunctionRef, within: FunctionRef): boolean {
    const { functions } = program.files.get(within.file)!;
    for (let at: number | null = within.index; at !== null && at !== around.index; at = functions[at]!.parent) if ((names.get(keyOf({ file: within.file, index: at }))?.size ?? 0) > 1) return true;
    return false;
  }
  function isOpen({ file, index }: CallRef): boolean {
    const { functions, external } = program.target({ file, index });
    if (functions.length > 0 || external !== null) return false;
    const { parent } = program.functionOf({ file, index: program.callOf({ file, index }).function });
    return parent !== null && parent !== 0;
  }
  function called(ref: CallRef): Target {
    const target = program.target(ref);
    if (!isOpen(ref)) return target;
    const key = keyOf(ref);
    let found = targets.get(key);
    if (!found) targets.set(key, (found = withGiven(ref, target)));
    return found;
  }
  function withGiven(ref: CallRef, target: Target): Target {
    const given = givenToEnclosing(program, ref, callersOf, isOneOfAll);
    if (!given) return target;
    const doubles = testDoubles(program);
    const real = (some: readonly FunctionRef[]) => some.filter((f) => !doubles.has(f.file) || doubles.has(ref.file));
    const [functions, offloaded] = [real(given.functions), real(given.offloaded)];
    if (functions.length === 0 && offloaded.length === 0) return target;
    return { ...target, functions, callbacks: [...target.callbacks, ...offloaded], offloads: target.offloads || functions.length === 0 };
  }

  return {
    called,
    edgesFrom(fn) {
      const own = edgesOfCalls(fn);
      const key = keyOf(fn);
      let given = edges.get(key);
      if (!given) {
        given = program.functionOf(fn).calls.flatMap((call) => {
          const ref = { file: fn.file, index: call };
          const target = program.target(ref);
          const { functions, callbacks } = called(ref);
          const offloaded = callbacks.filter((to) => !target.callbacks.includes(to));
          if (functions === target.functions) return [];
          return [...functions.map((to): Edge => ({ from: fn.index, call, to, loop: true })), ...offloaded.map((to): Edge => ({ from: fn.index, call, to, loop: false, handed: true }))];
        });
        edges.set(key, given);
        for (const { to, call } of given) callers.set(keyOf(to), [...(callers.get(keyOf(to)) ?? []), { file: fn.file, index: call }]);
      }
      return given.length > 0 ? [...own, ...given] : own;
    },
    givenCallers: (fn) => (callers.get(keyOf(fn)) ?? []).toSorted((a, b) => (a.file === b.file ? a.index - b.index : a.file < b.file ? -1 : 1)),
  };
}

/** Functions in which handlers stand, and under which names each function is one. */
function registeredIn({ handlers, files }: Program): { around: ReadonlySet<string>; names: ReadonlyMap<string, ReadonlySet<string | null>> } {
  const around = new Set<string>();
  const names = new Map<string, Set<string | null>>();
  for (const { function: fn, name } of handlers) {
    if (!fn) continue;
    const key = keyOf(fn);
    names.set(key, (names.get(key) ?? new Set<string | null>()).add(name));
    const { functions } = files.get(fn.file)!;
    for (let at = functions[fn.index]!.parent; at !== null && at !== 0; at = functions[at]!.parent) around.add(keyOf({ file: fn.file, index: at }));
  }
  return { around, names };
}
