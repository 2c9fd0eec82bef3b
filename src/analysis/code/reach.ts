import type { CallRef, FunctionRef, Handler, Hop, Reach, ReachKind } from './program.ts';
import type { FileSummary, Span } from './summary.ts';
import type { Unreached } from './flags.ts';

/** One function of a file leads to another by a call; `loop` is false where the callee runs on another thread. */
export interface Edge {
  /** Indices in the file that the edge is of. */
  from: number;
  call: number;
  to: FunctionRef;
  loop: boolean;
  /** Whoever is called hands over arguments of its own. */
  callback?: true;
}

export interface ReachIndex {
  reach(fn: FunctionRef, kind: ReachKind, at?: number): Reach | null;
  reachedFrom(handler: Handler, kind: ReachKind): readonly FunctionRef[];
  callsFrom(handler: Handler, kind: ReachKind): Iterable<CallRef>;
  callersOf(fn: FunctionRef): readonly CallRef[];
}

/**
 * Who is reached from which handler. Every function is a node; so is each handler that has only a part of its function
 * (a dispatching switch), with the calls of that part, and so is a function as some of its calls have it, whose constants
 * leave stretches of it out (`validate(path, write=False)`). One search from all handlers at once gives every function its
 * shortest path; the sets of handlers flow along the calls as bits, so that it stays quick for hundreds of handlers.
 */
export function createReach(files: ReadonlyMap<string, FileSummary>, edgesOf: (file: string) => readonly Edge[], handlers: readonly Handler[], unreached: Unreached = () => []): ReachIndex {
  const graph = buildGraph(files, edgesOf, handlers, unreached);
  const searches: Partial<Record<ReachKind, Search>> = {};
  const searchOf = (kind: ReachKind) => (searches[kind] ??= search(graph, kind));
  const known = new Map<string, Reach | null>();
  const inOrder = new Map<string, number[]>();
  const nodes = (handler: Handler, kind: ReachKind) => {
    const key = `${kind} ${handler.id}`;
    let found = inOrder.get(key);
    if (!found) inOrder.set(key, (found = breadthFirst(graph, handler, kind)));
    return found;
  };

  return {
    reach(fn, kind, at) {
      const node = graph.nodeOf(fn);
      if (node === null) return null;
      const parts = (graph.partsOf.get(node) ?? []).filter((p) => startsIn(p.handler, kind) && (at === undefined || !isIn(p.without, at)));
      const ways = [node, ...(graph.variantsOf.get(node) ?? []).filter((v) => at === undefined || !isIn(graph.withoutOf(v), at))];
      const key = `${kind} ${ways.join()} ${parts.map((p) => p.node).join()}`;
      let found = known.get(key);
      if (found === undefined) known.set(key, (found = reachOf(graph, searchOf(kind), ways, parts)));
      return found;
    },
    reachedFrom: (handler, kind) => [...new Map(nodes(handler, kind).map((node) => [graph.nodeOf(graph.refOf(node)), graph.refOf(node)])).values()],
    *callsFrom(handler: Handler, kind: ReachKind) {
      const given = new Set<string>();
      for (const node of nodes(handler, kind)) {
        const { file, index } = graph.refOf(node);
        const { calls, functions } = files.get(file)!;
        const without = graph.withoutOf(node);
        for (const call of functions[index]!.calls) {
          const key = `${call} ${file}`;
          if (isIn(without, calls[call]!.span.start) || given.has(key)) continue;
          given.add(key);
          yield { file, index: call };
        }
      }
    },
    callersOf: (fn) => {
      const node = graph.nodeOf(fn);
      return node === null ? [] : graph.callersOf(node);
    },
  };
}

interface Graph {
  /** Functions first, then functions as some calls have them, then the parts of handlers. */
  count: number;
  handlers: readonly Handler[];
  out: OutEdge[][];
  refOf: (node: number) => FunctionRef;
  nodeOf: (fn: FunctionRef) => number | null;
  /** Nodes at which each handler starts, that of its own function first; none where it is not known. */
  starts: number[][];
  /** What of a node's function is not part of it. */
  withoutOf(node: number): readonly Span[];
  /** The handlers that have a part of a function, by the function's node. */
  partsOf: Map<number, Part[]>;
  /** A function without what the constants of some of its calls leave out, by the function's node. */
  variantsOf: Map<number, number[]>;
  callersOf(node: number): readonly CallRef[];
}

interface Part {
  node: number;
  handler: Handler;
  without: readonly Span[];
}

interface OutEdge {
  to: number;
  call: CallRef;
  loop: boolean;
}

const startsIn = (handler: Handler, kind: ReachKind) => kind === 'any' || !handler.threaded;
const isIn = (spans: readonly Span[], offset: number) => spans.some((s) => s.start <= offset && offset < s.end);

function buildGraph(files: ReadonlyMap<string, FileSummary>, edgesOf: (file: string) => readonly Edge[], handlers: readonly Handler[], unreached: Unreached): Graph {
  const first = new Map<string, number>();
  const refs: FunctionRef[] = [];
  for (const [file, summary] of files) {
    first.set(file, refs.length);
    for (let index = 0; index < summary.functions.length; index++) refs.push({ file, index });
  }
  const nodeOf = ({ file, index }: FunctionRef) => {
    const base = first.get(file);
    return base === undefined || index >= files.get(file)!.functions.length ? null : base + index;
  };
  const out: OutEdge[][] = refs.map(() => []);
  const without = new Map<number, readonly Span[]>();
  const variantsOf = new Map<number, number[]>();
  const variants = new Map<string, number>();
  const variant = (node: number, spans: readonly Span[]): number => {
    if (spans.length === 0) return node;
    const key = `${node} ${spans.map((s) => s.start).join()}`;
    const known = variants.get(key);
    if (known !== undefined) return known;
    const made = out.length;
    out.push([]);
    refs.push(refs[node]!);
    without.set(made, spans);
    variants.set(key, made);
    variantsOf.set(node, [...(variantsOf.get(node) ?? []), made]);
    return made;
  };
  for (const [file, base] of first) {
    for (const { from, call, to, loop, callback } of edgesOf(file)) {
      const target = nodeOf(to);
      const ref = { file, index: call };
      if (target !== null) out[base + from]!.push({ to: callback ? target : variant(target, unreached(to, ref)), call: ref, loop });
    }
  }
  for (const [node, ofNode] of variantsOf) {
    const { calls } = files.get(refs[node]!.file)!;
    for (const made of ofNode) out[made] = out[node]!.filter((e) => !isIn(without.get(made)!, calls[e.call.index]!.span.start));
  }

  const partsOf = new Map<number, Part[]>();
  const startAt = (fn: FunctionRef, handler: Handler, spans: readonly Span[]): number[] => {
    const node = nodeOf(fn);
    if (node === null || spans.length === 0) return node === null ? [] : [node];
    const part = { node: out.length, handler, without: spans };
    const ofFunction = partsOf.get(node);
    if (ofFunction) ofFunction.push(part);
    else partsOf.set(node, [part]);
    without.set(part.node, spans);
    const { calls } = files.get(fn.file)!;
    out.push(out[node]!.filter((e) => !isIn(spans, calls[e.call.index]!.span.start)));
    refs.push(fn);
    return [part.node];
  };
  const starts = handlers.map((handler) => (handler.function ? [...startAt(handler.function, handler, handler.notMine), ...(handler.around ?? []).flatMap((a) => startAt(a.function, handler, a.without))] : []));

  let callers: CallRef[][] | null = null;
  return {
    count: out.length,
    handlers,
    out,
    refOf: (node) => refs[node]!,
    nodeOf,
    starts,
    withoutOf: (node) => without.get(node) ?? [],
    partsOf,
    variantsOf,
    callersOf(node) {
      callers ??= callersByNode(out, refs, nodeOf);
      return callers[node] ?? [];
    },
  };
}

function callersByNode(out: OutEdge[][], refs: FunctionRef[], nodeOf: (fn: FunctionRef) => number | null): CallRef[][] {
  const callers: CallRef[][] = out.map(() => []);
  out.forEach((edges, node) => {
    // a part of a function repeats edges of it
    if (nodeOf(refs[node]!) !== node) return;
    for (const { to, call } of edges) callers[nodeOf(refs[to]!)!]!.push(call);
  });
  return callers;
}

interface Search {
  /** Node and call before each node on its shortest path; -1: not reached, -2: a start. */
  parent: Int32Array;
  via: (CallRef | null)[];
  /** At a start, the handler that starts there. */
  root: Int32Array;
  /** Calls from the start of its path. */
  depth: Int32Array;
  /** `words` of bits for each node: which handlers reach it. */
  bits: Uint32Array;
  words: number;
}

function search({ count, handlers, out, starts }: Graph, kind: ReachKind): Search {
  const words = Math.max(1, Math.ceil(handlers.length / 32));
  const found: Search = { parent: new Int32Array(count).fill(-1), via: new Array<CallRef | null>(count).fill(null), root: new Int32Array(count).fill(-1), depth: new Int32Array(count), bits: new Uint32Array(count * words), words };
  const { parent, via, root, depth, bits } = found;
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
      depth[to] = depth[node]! + 1;
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

/** `ways`: the nodes that are all or a part of one function. */
function reachOf(graph: Graph, found: Search, ways: readonly number[], parts: readonly Part[]): Reach | null {
  const reached = ways.filter((way) => found.parent[way] !== -1).sort((a, b) => found.depth[a]! - found.depth[b]!);
  // a handler that starts here is nearer than any other
  const start = parts[0] ? parts[0].node : reached[0];
  if (start === undefined || found.parent[start] === -1) return null;
  const path: Hop[] = [];
  let call: CallRef | null = null;
  let at = start;
  for (;;) {
    path.unshift({ function: graph.refOf(at), call });
    if (found.parent[at] === -2) break;
    call = found.via[at]!;
    at = found.parent[at]!;
  }
  const nearest = graph.handlers[found.root[at]!]!;
  const others = graph.handlers.filter((h, i) => h !== nearest && (reached.some((way) => hasBit(found, way, i)) || parts.some((p) => p.handler === h)));
  return { handlers: [nearest, ...others], path };
}

const hasBit = ({ bits, words }: Search, node: number, i: number) => (bits[node * words + (i >> 5)]! & (1 << (i & 31))) !== 0;

/** The functions that one handler reaches, as nodes, its own first. */
function breadthFirst({ handlers, starts, out, refOf, nodeOf }: Graph, handler: Handler, kind: ReachKind): number[] {
  const from = starts[handlers.indexOf(handler)] ?? [];
  if (!startsIn(handler, kind)) return [];
  const seen = new Set(from);
  for (const node of seen) {
    for (const { to, loop } of out[node]!) if (loop || kind === 'any') seen.add(to);
  }
  // a dispatching function that calls itself is there twice
  const own = new Set(from.map((node) => nodeOf(refOf(node))));
  return [...seen].filter((node) => from.includes(node) || !own.has(nodeOf(refOf(node))));
}
