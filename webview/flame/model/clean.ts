import type { TimedSamples } from './load.ts';

/** The tree while it may still grow; node -1 is the root. */
interface GrowingTree {
  parent: number[];
  frame: number[];
}

export interface CleanSamples {
  /** Node of the tree, -1 for time in which nothing ran. */
  node: Int32Array;
  /** One entry more than samples, from 0. */
  at: Float64Array;
  startUs: number;
  owner: Float64Array | null;
}

/**
 * Cleans samples as Chrome DevTools does (CPUProfileDataModel): in order of time; a lone `(program)` between two stacks
 * of one bottom function becomes the stack before it; garbage collection stands on top of the stack it interrupted.
 * Adds nodes to `tree` for the last. Idle time moves to the root, as it is no work.
 */
export function cleanSamples(samples: TimedSamples, tree: GrowingTree, nameOf: (frame: number) => string): CleanSamples {
  const sorted = inOrder(samples);
  const special = specialNodes(tree, nameOf);
  replaceLonePrograms(sorted.node, tree, special);
  const gcAbove = new Map<number, number>();
  let before = -1;
  for (let i = 0; i < sorted.node.length; i++) {
    const node = sorted.node[i]!;
    if (special.idle.has(node)) sorted.node[i] = -1;
    if (special.gc.has(node)) {
      if (before === -1) continue;
      let above = gcAbove.get(before);
      if (above === undefined) {
        above = tree.parent.push(before) - 1;
        tree.frame.push(tree.frame[node]!);
        gcAbove.set(before, above);
      }
      sorted.node[i] = above;
    } else before = special.idle.has(node) || special.program.has(node) ? -1 : node;
  }
  return sorted;
}

interface Special {
  program: Set<number>;
  idle: Set<number>;
  gc: Set<number>;
}

function specialNodes(tree: GrowingTree, nameOf: (frame: number) => string): Special {
  const special: Special = { program: new Set(), idle: new Set(), gc: new Set() };
  for (let i = 0; i < tree.parent.length && i < tree.frame.length; i++) {
    if (tree.parent[i] !== -1) continue;
    const name = nameOf(tree.frame[i]!);
    if (name === '(program)') special.program.add(i);
    else if (name === '(idle)') special.idle.add(i);
    else if (name === '(garbage collector)') special.gc.add(i);
  }
  return special;
}

function replaceLonePrograms(node: Int32Array, tree: GrowingTree, { program, idle, gc }: Special): void {
  if (program.size === 0) return;
  const isSpecial = (n: number): boolean => n < 0 || program.has(n) || idle.has(n) || gc.has(n);
  let before = node[0]!;
  for (let i = 1; i < node.length - 1; i++) {
    const now = node[i]!;
    // compared with the sample as it was taken, so that a row of them is no chain
    if (program.has(now) && !isSpecial(before) && !isSpecial(node[i + 1]!) && bottom(tree, before) === bottom(tree, node[i + 1]!)) node[i] = before;
    before = now;
  }
}

function bottom(tree: GrowingTree, node: number): number {
  let at = node;
  while (tree.parent[at]! >= 0) at = tree.parent[at]!;
  return at;
}

/** Sorts by time where the file is not sorted (stable), and turns times into edges. */
function inOrder({ node, timeUs, endUs, owner }: TimedSamples): CleanSamples {
  const count = node.length;
  let sorted = true;
  for (let i = 1; i < count && sorted; i++) sorted = timeUs[i]! >= timeUs[i - 1]!;
  if (!sorted) {
    const order = Int32Array.from({ length: count }, (_, i) => i).sort((a, b) => timeUs[a]! - timeUs[b]! || a - b);
    node = node.map((_, i) => node[order[i]!]!);
    timeUs = timeUs.map((_, i) => timeUs[order[i]!]!);
    owner = owner && owner.map((_, i) => owner![order[i]!]!);
  }
  const startUs = count > 0 ? timeUs[0]! : 0;
  const at = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) at[i] = timeUs[i]! - startUs;
  const last = count > 0 ? at[count - 1]! : 0;
  at[count] = endUs === null ? last + (count > 1 ? last / (count - 1) : 0) : Math.max(last, endUs - startUs);
  return { node, at, startUs, owner };
}
