import { handsOnNothing, type HandedOn } from './handedOn.ts';
import type { CallRef, Entrance, FunctionRef, Handler, Hop, Reach, ReachKind } from './program.ts';
import { buildGraph, isIn, startsIn, type Edge, type Graph, type OutEdge } from './reachGraph.ts';
import { noObjects, type Objects } from './receiving.ts';
import type { FileSummary } from './summary.ts';

export { createEdgesFrom, type Edge } from './reachGraph.ts';

export interface ReachIndex {
  reach(fn: FunctionRef, kind: ReachKind, at?: number): Reach | null;
  reachBy(handlers: readonly Handler[], fn: FunctionRef, kind: ReachKind, at?: number): Reach | null;
  reachedFrom(handler: Handler, kind: ReachKind): readonly FunctionRef[];
  callsFrom(handler: Handler, kind: ReachKind): Iterable<CallRef>;
  entrances(fn: FunctionRef): readonly Entrance[];
}

/**
 * Who is reached from which handler. One search from all handlers at once gives every function its shortest path; the sets
 * of handlers flow along the calls as bits, so that it stays quick for hundreds of handlers.
 */
export function createReach(files: ReadonlyMap<string, FileSummary>, edgesFrom: (fn: FunctionRef) => readonly Edge[], handlers: readonly Handler[], objects: Objects = noObjects, handedOn: HandedOn = handsOnNothing): ReachIndex {
  const graph = buildGraph(files, edgesFrom, handlers, objects, handedOn);
  const searches: Partial<Record<ReachKind, Search>> = {};
  const searchOf = (kind: ReachKind) => (searches[kind] ??= search(graph, kind));
  const known = new Map<string, Reach | null>();
  let entrances: ((node: number) => readonly Entrance[]) | null = null;
  const inOrder = { loop: new Map<Handler, number[]>(), any: new Map<Handler, number[]>() };
  const nodes = (handler: Handler, kind: ReachKind) => {
    let found = inOrder[kind].get(handler);
    if (!found) inOrder[kind].set(handler, (found = breadthFirst(graph, handler, kind)));
    return found;
  };

  return {
    reach(fn, kind, at) {
      const node = graph.nodeOf(fn);
      if (node === null) return null;
      const parts = (graph.partsOf.get(node) ?? []).filter((p) => startsIn(p.handler, kind) && (at === undefined || !isIn(graph.withoutOf(p.node), at)));
      const ways = [...parts.map((p) => p.node), node, ...(graph.variantsOf.get(node) ?? []).filter((v) => at === undefined || !isIn(graph.withoutOf(v), at))];
      const key = `${kind} ${ways.join()}`;
      let found = known.get(key);
      if (found === undefined) known.set(key, (found = reachOf(graph, searchOf(kind), ways)));
      return found;
    },
    reachBy(some, fn, kind, at) {
      const base = graph.nodeOf(fn);
      const isThere = (node: number) => graph.baseOf(node) === base && (at === undefined || !isIn(graph.withoutOf(node), at));
      const handlers = some.filter((h) => nodes(h, kind).some(isThere));
      const way = handlers.length > 0 ? shortest(graph, handlers, kind, isThere) : null;
      return way && { handlers: [way.handler, ...handlers.filter((h) => h !== way.handler)], path: way.path };
    },
    reachedFrom: (handler, kind) => [...new Set(nodes(handler, kind).map(graph.baseOf))].map(graph.refOf),
    *callsFrom(handler: Handler, kind: ReachKind) {
      /** Calls of the functions that may be reached in several ways. */
      const given = new Map<number, Set<number>>();
      for (const node of nodes(handler, kind)) {
        const { file, index } = graph.refOf(node);
        const { calls, functions } = files.get(file)!;
        const own = functions[index]!.calls;
        if (own.length === 0) continue;
        const without = graph.withoutOf(node);
        const base = graph.baseOf(node);
        let again = given.get(base);
        if (!again && (graph.variantsOf.has(base) || graph.partsOf.has(base))) given.set(base, (again = new Set()));
        for (const call of own) {
          if (isIn(without, calls[call]!.span.start) || again?.has(call)) continue;
          again?.add(call);
          yield { file, index: call };
        }
      }
    },
    entrances(fn) {
      const node = graph.nodeOf(fn);
      entrances ??= entrancesOf(graph, searchOf('any'));
      return node === null ? [] : entrances(node);
    },
  };
}

interface Search {
  /** Node and call before each node on its shortest path; -1: not reached, -2: a start. */
  parent: Int32Array;
  via: (CallRef | null)[];
  /** At a start, the handler that starts there. */
  root: Int32Array;
  /** `words` of bits for each node: which handlers reach it. */
  bits: Uint32Array;
  words: number;
}

function search({ count, handlers, out, starts }: Graph, kind: ReachKind): Search {
  const words = Math.max(1, Math.ceil(handlers.length / 32));
  const found: Search = { parent: new Int32Array(count).fill(-1), via: new Array<CallRef | null>(count).fill(null), root: new Int32Array(count).fill(-1), bits: new Uint32Array(count * words), words };
  const { parent, via, root, bits } = found;
  const queue: number[] = [];
  handlers.forEach((handler, i) => {
    if (!startsIn(handler, kind)) return;
    for (const node of starts[i]!) {
      bits[node * words + (i >> 5)]! |= 1 << (i & 31);
      if (parent[node] === -2) continue;
      parent[node] = -2;
      root[node] = i;
      queue.push(node);
    }
  });
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!;
    for (const { to, call, loop } of out[node]!) {
      if (parent[to] !== -1 || (!loop && kind === 'loop')) continue;
      parent[to] = node;
      via[to] = call;
      queue.push(to);
    }
  }
  flow(out, kind, bits, words, queue);
  return found;
}

/** Gives every node the handlers of those that lead to it, until nothing changes. */
function flow(out: OutEdge[][], kind: ReachKind, bits: Uint32Array, words: number, reached: readonly number[]) {
  const waiting = [...reached];
  const isWaiting = new Uint8Array(out.length);
  for (const node of waiting) isWaiting[node] = 1;
  for (let at = 0; at < waiting.length; at++) {
    const node = waiting[at]!;
    isWaiting[node] = 0;
    for (const { to, loop } of out[node]!) {
      if (!loop && kind === 'loop') continue;
      let changed = false;
      for (let w = 0; w < words; w++) {
        const before = bits[to * words + w]!;
        const after = (before | bits[node * words + w]!) >>> 0;
        if (after === before) continue;
        bits[to * words + w] = after;
        changed = true;
      }
      if (!changed || isWaiting[to]) continue;
      isWaiting[to] = 1;
      waiting.push(to);
    }
  }
}

/** `nodes`: those that are all or a part of one function; of handlers that start there first, they are nearer than any other. */
function reachOf(graph: Graph, found: Search, nodes: readonly number[]): Reach | null {
  const ways = nodes.filter((n) => found.parent[n] !== -1).map((n) => pathTo(graph, found, n));
  const nearest = ways.reduce<(typeof ways)[number] | null>((best, way) => (best === null || way.path.length < best.path.length ? way : best), null);
  if (!nearest) return null;
  const first = graph.handlers[nearest.root]!;
  const handlers = [first];
  graph.handlers.forEach((h, i) => {
    if (h === first) return;
    for (const { node } of ways) {
      if (!hasBit(found, node, i)) continue;
      handlers.push(h);
      return;
    }
  });
  return { handlers, path: nearest.path };
}

function pathTo(graph: Graph, { parent, via, root }: Search, node: number): { node: number; path: Hop[]; root: number } {
  const path: Hop[] = [];
  let call: CallRef | null = null;
  let at = node;
  for (;;) {
    path.push({ function: graph.refOf(at), call });
    if (parent[at] === -2) break;
    call = via[at]!;
    at = parent[at]!;
  }
  return { node, path: path.reverse(), root: root[at]! };
}

const hasBit = ({ bits, words }: Search, node: number, i: number) => (bits[node * words + (i >> 5)]! & (1 << (i & 31))) !== 0;

/** The shortest way from one of some handlers. */
function shortest(graph: Graph, handlers: readonly Handler[], kind: ReachKind, isThere: (node: number) => boolean): { handler: Handler; path: Hop[] } | null {
  const before = new Map<number, { node: number; call: CallRef } | Handler>();
  for (const handler of handlers) for (const node of graph.starts[graph.handlers.indexOf(handler)] ?? []) if (!before.has(node)) before.set(node, handler);
  for (const [node] of before) {
    if (isThere(node)) return backFrom(graph, before, node);
    for (const { to, call, loop } of graph.out[node]!) if ((loop || kind === 'any') && !before.has(to)) before.set(to, { node, call });
  }
  return null;
}

function backFrom(graph: Graph, before: ReadonlyMap<number, { node: number; call: CallRef } | Handler>, end: number): { handler: Handler; path: Hop[] } {
  const path: Hop[] = [{ function: graph.refOf(end), call: null }];
  let step = before.get(end)!;
  while ('call' in step) {
    path.unshift({ function: graph.refOf(step.node), call: step.call });
    step = before.get(step.node)!;
  }
  return { handler: step, path };
}

/** What one handler reaches, as nodes, its own first. */
function breadthFirst({ handlers, starts, out, baseOf }: Graph, handler: Handler, kind: ReachKind): number[] {
  const from = starts[handlers.indexOf(handler)] ?? [];
  if (!startsIn(handler, kind)) return [];
  const seen = new Set(from);
  for (const node of seen) {
    for (const { to, loop } of out[node]!) if (loop || kind === 'any') seen.add(to);
  }
  // a dispatching function that calls itself is there twice
  const own = new Set(from.map(baseOf));
  return [...seen].filter((node) => from.includes(node) || !own.has(baseOf(node)));
}

/** Of a function's node. */
function entrancesOf(graph: Graph, { parent }: Search): (node: number) => readonly Entrance[] {
  const incoming: { call: CallRef; node: number }[][] = Array.from({ length: graph.count }, () => []);
  graph.out.forEach((edges, node) => edges.forEach(({ to, call }) => incoming[to]!.push({ call, node })));
  const starts = new Map<number, Handler[]>();
  graph.starts.forEach((nodes, i) => {
    for (const node of nodes.length < 2 ? nodes : new Set(nodes)) {
      const others = starts.get(node);
      if (others) others.push(graph.handlers[i]!);
      else starts.set(node, [graph.handlers[i]!]);
    }
  });
  const known = new Map<number, Entrance>();
  const entrance = (node: number): Entrance => {
    let found = known.get(node);
    if (!found) {
      let callers: ReturnType<Entrance['callers']> | null = null;
      found = {
        function: graph.refOf(node),
        without: graph.withoutOf(node),
        starts: starts.get(node) ?? [],
        callers: () => (callers ??= incoming[node]!.map(({ call, node: from }) => ({ call, from: entrance(from) }))),
      };
      known.set(node, found);
    }
    return found;
  };
  return (node) => [...(graph.partsOf.get(node) ?? []).map((p) => p.node), node, ...(graph.variantsOf.get(node) ?? [])].filter((n) => parent[n] !== -1).map(entrance);
}
