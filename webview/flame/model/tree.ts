/**
 * A call tree in preorder: node 0 is the root, a parent stands before its children, and the nodes below `n`
 * are exactly `n + 1 .. end[n] - 1`. So "is below" is two comparisons, and no walk needs recursion.
 */
export interface Tree {
  parent: Int32Array;
  /** The function of each node (a row of the frame table); -1 for the root. */
  frame: Int32Array;
  /** 0 for the root. */
  depth: Uint16Array;
  end: Int32Array;
  maxDepth: number;
}

/** Nodes in any order in which a parent stands before its children; `parent` -1 means the root, which is not in the list. */
export interface LooseTree {
  parent: Int32Array;
  frame: Int32Array;
}

/** The tree, with children of one node that are the same function merged, and where each loose node went. */
export function buildTree(loose: LooseTree): { tree: Tree; nodeOf: Int32Array } {
  const { merged, nodeOf } = mergeSiblings(loose);
  const count = merged.parent.length;
  const children = childIndex(merged.parent, count);
  const tree: Tree = { parent: new Int32Array(count), frame: new Int32Array(count), depth: new Uint16Array(count), end: new Int32Array(count), maxDepth: 0 };
  const renumbered = new Int32Array(count);
  const path = new Int32Array(count + 1);
  const next = children.start.slice();
  let level = 0;
  let made = 0;
  const place = (node: number, parent: number): void => {
    renumbered[node] = made;
    tree.parent[made] = parent;
    tree.frame[made] = merged.frame[node]!;
    tree.depth[made] = level;
    if (level > tree.maxDepth) tree.maxDepth = level;
    made++;
  };
  place(0, -1);
  path[0] = 0;
  while (level >= 0) {
    const node = path[level]!;
    if (next[node]! < children.start[node + 1]!) {
      const child = children.list[next[node]!++]!;
      path[++level] = child;
      place(child, renumbered[node]!);
    } else {
      tree.end[renumbered[node]!] = made;
      level--;
    }
  }
  for (let i = 0; i < nodeOf.length; i++) nodeOf[i] = renumbered[nodeOf[i]!]!;
  return { tree, nodeOf };
}

/** Children of every node in one list: those of `n` are `list[start[n]..start[n + 1])`, in the order of their numbers. */
export function childIndex(parent: Int32Array, count: number): { start: Int32Array; list: Int32Array } {
  const start = new Int32Array(count + 1);
  for (let i = 1; i < count; i++) start[parent[i]! + 1]!++;
  for (let i = 0; i < count; i++) start[i + 1]! += start[i]!;
  const list = new Int32Array(Math.max(0, count - 1));
  const next = start.slice();
  for (let i = 1; i < count; i++) list[next[parent[i]!]!++] = i;
  return { start, list };
}

/** Is `node` the node `top`, or below it? */
export function isWithin(tree: Tree, top: number, node: number): boolean {
  return node >= top && node < tree.end[top]!;
}

/** Adds what stands at each node to all nodes above it, in place. */
export function sumUpwards(tree: Tree, values: Float64Array): void {
  for (let n = values.length - 1; n > 0; n--) values[tree.parent[n]!]! += values[n]!;
}

function mergeSiblings(loose: LooseTree): { merged: LooseTree; nodeOf: Int32Array } {
  const count = loose.parent.length;
  const nodeOf = new Int32Array(count);
  const parent = new Int32Array(count + 1);
  const frame = new Int32Array(count + 1);
  parent[0] = -1;
  frame[0] = -1;
  let made = 1;
  let size = 16;
  while (size < count * 2) size *= 2;
  const mask = size - 1;
  // open addressing: node number, 0 = free (the root is never looked up)
  const slots = new Int32Array(size);
  for (let i = 0; i < count; i++) {
    const above = loose.parent[i]! < 0 ? 0 : nodeOf[loose.parent[i]!]!;
    const of = loose.frame[i]!;
    let slot = (Math.imul(above, 0x9e3779b1) ^ Math.imul(of, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    let found = slots[slot]!;
    while (found !== 0 && (parent[found] !== above || frame[found] !== of)) {
      slot = (slot + 1) & mask;
      found = slots[slot]!;
    }
    if (found === 0) {
      found = made++;
      parent[found] = above;
      frame[found] = of;
      slots[slot] = found;
    }
    nodeOf[i] = found;
  }
  return { merged: { parent: parent.slice(0, made), frame: frame.slice(0, made) }, nodeOf };
}
