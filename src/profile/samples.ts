import type { CpuProfile, CpuProfileNode } from '../model/profile.ts';

/** A profile's samples in order, cleaned. Nodes are indices into `nodes`. */
export interface Samples {
  nodes: CpuProfileNode[];
  /** Index of each node's parent; -1 for the root. */
  parent: Int32Array;
  kind: Uint8Array;
  /** Node of each sample. */
  node: Int32Array;
  /** Microseconds on the run's clock. */
  atUs: Float64Array;
  /** Until the next sample: wall time on the thread. */
  weightUs: Float64Array;
}

/** What a node stands for: the author's and other code, or one of V8's pseudo functions. */
export const NodeKind = { code: 0, root: 1, program: 2, idle: 3, gc: 4 } as const;

const pseudo: Partial<Record<string, number>> = { '(root)': NodeKind.root, '(program)': NodeKind.program, '(idle)': NodeKind.idle, '(garbage collector)': NodeKind.gc };

/**
 * Puts samples in order and mends what the sampler leaves out, the way Chrome DevTools shows profiles: a single
 * `(program)` between two stacks with the same outermost function is the stack before it, and a garbage collection
 * stands on top of the stack that it interrupted (which needs new nodes). The profile itself is left as it is.
 */
export function readSamples(profile: CpuProfile, clockOffsetUs: number): Samples {
  const nodes = [...profile.nodes];
  const indexOf = new Map(nodes.map((node, index) => [node.id, index]));
  const { node, atUs } = inOrder(profile, indexOf, clockOffsetUs);
  const kinds = nodes.map(({ callFrame }) => (callFrame.url === '' ? (pseudo[callFrame.functionName] ?? NodeKind.code) : NodeKind.code));
  const parents = new Array<number>(nodes.length).fill(-1);
  for (const [index, { children }] of nodes.entries()) for (const id of children ?? []) parents[indexOf.get(id)!] = index;
  mendProgram(node, kinds, outermost(parents));
  putGcOnTop(node, nodes, parents, kinds);

  const weightUs = new Float64Array(node.length);
  const endUs = profile.endTime + clockOffsetUs;
  for (let i = 0; i < node.length; i++) weightUs[i] = Math.max(0, (i + 1 < node.length ? atUs[i + 1]! : endUs) - atUs[i]!);
  return { nodes, parent: Int32Array.from(parents), kind: Uint8Array.from(kinds), node, atUs, weightUs };
}

function inOrder(profile: CpuProfile, indexOf: ReadonlyMap<number, number>, offsetUs: number): Pick<Samples, 'node' | 'atUs'> {
  const ids = profile.samples ?? [];
  const deltas = profile.timeDeltas ?? [];
  const node = new Int32Array(ids.length);
  const atUs = new Float64Array(ids.length);
  let at = profile.startTime + offsetUs;
  let ordered = true;
  for (let i = 0; i < ids.length; i++) {
    const delta = deltas[i] ?? 0;
    if (delta < 0 && i > 0) ordered = false;
    at += delta;
    atUs[i] = at;
    node[i] = indexOf.get(ids[i]!) ?? 0;
  }
  if (ordered) return { node, atUs };
  const order = Uint32Array.from(ids.keys()).sort((a, b) => atUs[a]! - atUs[b]!);
  return { node: Int32Array.from(order, (i) => node[i]!), atUs: Float64Array.from(order, (i) => atUs[i]!) };
}

/** For each node the ancestor right under the root. */
function outermost(parents: number[]): Int32Array {
  const found = new Int32Array(parents.length).fill(-1);
  const path: number[] = [];
  for (let start = 0; start < parents.length; start++) {
    let at = start;
    while (found[at] === -1 && parents[at] !== -1 && parents[parents[at]!] !== -1) {
      path.push(at);
      at = parents[at]!;
    }
    const top = found[at] === -1 ? at : found[at]!;
    found[at] = top;
    for (let i = path.pop(); i !== undefined; i = path.pop()) found[i] = top;
  }
  return found;
}

function mendProgram(node: Int32Array, kinds: number[], top: Int32Array): void {
  for (let i = 1; i + 1 < node.length; i++) {
    if (kinds[node[i]!] !== NodeKind.program) continue;
    const before = node[i - 1]!;
    const after = node[i + 1]!;
    if (kinds[before] === NodeKind.code && kinds[after] === NodeKind.code && top[before] === top[after]) node[i] = before;
  }
}

function putGcOnTop(node: Int32Array, nodes: CpuProfileNode[], parents: number[], kinds: number[]): void {
  const gcOf = new Map<number, number>();
  let lastId = nodes.reduce((max, n) => Math.max(max, n.id), 0);
  let below = -1;
  for (let i = 0; i < node.length; i++) {
    const own = node[i]!;
    if (kinds[own] !== NodeKind.gc) {
      below = own;
      continue;
    }
    if (below === -1 || kinds[below] !== NodeKind.code) continue;
    let onTop = gcOf.get(below);
    if (onTop === undefined) {
      onTop = nodes.length;
      gcOf.set(below, onTop);
      const under = nodes[below]!;
      nodes[below] = { ...under, children: [...(under.children ?? []), ++lastId] };
      nodes.push({ id: lastId, callFrame: nodes[own]!.callFrame });
      parents.push(below);
      kinds.push(NodeKind.gc);
    }
    node[i] = onTop;
  }
}
