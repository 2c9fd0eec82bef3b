import { groupBy } from '../../model/groupBy.ts';
import type { Entry, HandedOn } from './handedOn.ts';
import type { CallRef, ClassRef, FunctionRef, Handler, ReachKind } from './program.ts';
import { ledTo, ownerOf, type Objects } from './receiving.ts';
import type { FileSummary, Span } from './summary.ts';

/** One function of a file leads to another by a call; `loop` is false where the callee runs on another thread. */
export interface Edge {
  /** Indices in the file that the edge is of. */
  from: number;
  call: number;
  to: FunctionRef;
  loop: boolean;
  /** It is given to what is called. */
  handed?: boolean;
}

/**
 * Every function is a node; so is each handler that has only a part of its function (a dispatching switch), with the calls
 * of that part, each method with a class of which its object is known to be, and a function as some of its calls have it,
 * whose constants leave stretches of it out (`validate(path, write=False)`).
 */
export interface Graph {
  count: number;
  handlers: readonly Handler[];
  out: OutEdge[][];
  refOf: (node: number) => FunctionRef;
  /** The node of a function, whatever its object is. */
  nodeOf: (fn: FunctionRef) => number | null;
  baseOf: (node: number) => number;
  /** The nodes of a function with a class, or without what some calls leave out, by the function's node. */
  variantsOf: ReadonlyMap<number, readonly number[]>;
  /** Nodes at which each handler starts, that of its own function first; none where it is not known. */
  starts: number[][];
  /** What of a node's function is not part of it. */
  withoutOf(node: number): readonly Span[];
  /** The handlers that have a part of a function, by the function's node. */
  partsOf: ReadonlyMap<number, readonly Part[]>;
}

export interface Part {
  node: number;
  handler: Handler;
}

export interface OutEdge {
  to: number;
  call: CallRef;
  loop: boolean;
}

export const startsIn = (handler: Handler, kind: ReachKind): boolean => kind === 'any' || !handler.threaded;
export const isIn = (spans: readonly Span[], offset: number): boolean => spans.length > 0 && someAt(spans, offset);
const someAt = (spans: readonly Span[], offset: number) => spans.some((s) => s.start <= offset && offset < s.end);

/** With more of these than this, the rest goes without. Each takes some 100 bytes, and a bit for each handler. */
const maxVariants = 50_000;
const nowhere: OutEdge[] = [];
const nothing: Entry['given'] = new Map();
const noSpans: readonly Span[] = [];

interface Node {
  ref: FunctionRef;
  base: number;
  self: ClassRef | null;
  without: readonly Span[];
  given: Entry['given'];
}

const noEdges: readonly Edge[] = [];

/** The edges that begin in a function. */
export function createEdgesFrom(edgesOf: (file: string) => readonly Edge[]): (fn: FunctionRef) => readonly Edge[] {
  const known = new Map<string, Map<number, Edge[]>>();
  return ({ file, index }) => {
    let ofFile = known.get(file);
    if (!ofFile) known.set(file, (ofFile = groupBy(edgesOf(file), (edge) => edge.from)));
    return ofFile.get(index) ?? noEdges;
  };
}

export function buildGraph(files: ReadonlyMap<string, FileSummary>, edgesFromFunction: (fn: FunctionRef) => readonly Edge[], handlers: readonly Handler[], objects: Objects, handedOn: HandedOn): Graph {
  // only what handlers get to has nodes: most of a workspace is nothing of theirs
  const nodes: Node[] = [];
  const numbers = new Map<string, Int32Array>();
  const nodeOf = ({ file, index }: FunctionRef): number | null => {
    const number = numbers.get(file)?.[index] ?? -1;
    return number < 0 ? null : number;
  };
  const nodeFor = (ref: FunctionRef): number | null => {
    const functions = files.get(ref.file)?.functions;
    if (!functions || ref.index >= functions.length) return null;
    let ofFile = numbers.get(ref.file);
    if (!ofFile) numbers.set(ref.file, (ofFile = new Int32Array(functions.length).fill(-1)));
    if (ofFile[ref.index]! < 0) ofFile[ref.index] = nodes.push({ ref, base: nodes.length, self: null, without: noSpans, given: nothing }) - 1;
    return ofFile[ref.index]!;
  };
  const variantsOf = new Map<number, number[]>();
  const variants = new Map<string, number>();
  /** The node of a function whose `this` is of a class, as far as that says more, and of which more is known. */
  const variant = (node: number, self: ClassRef | null, { key: entry, without, given }: Entry): number => {
    const { ref } = nodes[node]!;
    const owner = self && objects.hasKin(self) ? ownerOf(files, ref) : null;
    const kept = owner && objects.lineOf(self!).has(`${owner.class.file}#${owner.class.index}`) ? self : null;
    if (!kept && entry === '' && without.length === 0) return node;
    const key = `${node} ${kept ? `${kept.index} ${kept.file}` : ''} ${entry} ${without.map((s) => s.start).join()}`;
    const known = variants.get(key);
    if (known !== undefined) return known;
    if (variants.size >= maxVariants) return node;
    const made = nodes.push({ ref, base: node, self: kept, without, given }) - 1;
    variants.set(key, made);
    const ofFunction = variantsOf.get(node);
    if (ofFunction) ofFunction.push(made);
    else variantsOf.set(node, [made]);
    return made;
  };

  const out: OutEdge[][] = [];
  const edgesFrom = ({ ref, self, without, given }: Node): OutEdge[] => {
    const { calls } = files.get(ref.file)!;
    const edges = edgesFromFunction(ref);
    if (edges.length === 0) return nowhere;
    const found: OutEdge[] = [];
    for (const links of byCall(edges)) {
      const { call } = links[0]!;
      if (without.length > 0 && isIn(without, calls[call]!.span.start)) continue;
      const at = { file: ref.file, index: call };
      const possible = links.length < 2 ? links : links.filter((link) => link.handed === true || handedOn.calls(link.to, at, given));
      for (const led of ledTo(files, objects, ref, self, at, possible)) {
        const target = nodeFor(led.to);
        if (target !== null) found.push({ to: variant(target, led.self, handedOn.entry(led.to, at, given, !led.handed)), call: at, loop: led.loop });
      }
    }
    return found;
  };

  const partsOf = new Map<number, Part[]>();
  const startAt = (fn: FunctionRef, handler: Handler, without: readonly Span[], made?: CallRef): number[] => {
    const base = nodeFor(fn);
    if (base === null) return [];
    const entry = handedOn.start(fn, fn === handler.function ? handler : null, made);
    const whole = variant(base, handler.receiver ?? null, entry);
    if (without.length === 0) return [whole];
    const node = nodes.push({ ref: fn, base, self: nodes[whole]!.self, without: [...without, ...entry.without], given: entry.given }) - 1;
    const ofFunction = partsOf.get(base);
    if (ofFunction) ofFunction.push({ node, handler });
    else partsOf.set(base, [{ node, handler }]);
    return [node];
  };
  const starts = handlers.map((handler) => (handler.function ? [...startAt(handler.function, handler, handler.notMine), ...(handler.around ?? []).flatMap((a) => startAt(a.function, handler, a.without, a.made))] : []));
  // nodes come up while edges are made
  const queue = starts.flat();
  for (const node of queue) {
    if (out[node]) continue;
    out[node] = edgesFrom(nodes[node]!);
    for (const { to } of out[node]) queue.push(to);
  }
  for (let node = 0; node < nodes.length; node++) out[node] ??= nowhere;

  return {
    count: nodes.length,
    handlers,
    out,
    refOf: (node) => nodes[node]!.ref,
    nodeOf,
    baseOf: (node) => nodes[node]!.base,
    variantsOf,
    starts,
    withoutOf: (node) => nodes[node]!.without,
    partsOf,
  };
}

/** Edges of one call stand side by side. */
function byCall(edges: readonly Edge[]): Edge[][] {
  const groups: Edge[][] = [];
  for (const edge of edges) {
    const last = groups.at(-1);
    if (last && last[0]!.call === edge.call) last.push(edge);
    else groups.push([edge]);
  }
  return groups;
}

/** Who calls a function, or hands it over. `sourcesOf` gives the files with edges that lead into a file, in their order. */
export function createCallers(edgesOf: (file: string) => readonly Edge[], sourcesOf: (file: string) => Iterable<string>): (fn: FunctionRef) => readonly CallRef[] {
  const known = new Map<string, CallRef[][]>();
  function callersIn(file: string): CallRef[][] {
    const found: CallRef[][] = [];
    for (const source of sourcesOf(file)) {
      const edges = edgesOf(source).filter((edge) => edge.to.file === file);
      for (const { to, call } of edges.sort((a, b) => a.from - b.from)) (found[to.index] ??= []).push({ file: source, index: call });
    }
    return found;
  }
  return ({ file, index }) => {
    let callers = known.get(file);
    if (!callers) known.set(file, (callers = callersIn(file)));
    return callers[index] ?? [];
  };
}
