import { SampleOwner } from '../../../src/model/profile.ts';
import { GROUP } from '../protocol.ts';
import type { Attribution } from './load.ts';
import type { Tree } from './tree.ts';

/** What each sample belongs to, as a colour group. */
export function groupsOfSamples(attribution: Attribution): Uint16Array {
  const ofOwner: Record<number, number> = { [SampleOwner.none]: GROUP.none, [SampleOwner.startup]: GROUP.startup, [SampleOwner.protocol]: GROUP.protocol, [SampleOwner.gc]: GROUP.gc };
  return Uint16Array.from(attribution.requestOfSample, (request) => {
    if (request < 0) return ofOwner[request + 1] ?? GROUP.none;
    const tool = attribution.toolOfRequest[request]!;
    return tool < 0 ? GROUP.none : GROUP.firstTool + tool;
  });
}

/** A majority that is this much larger than all others together gives a merged box its colour. */
const CLEAR = 0.6;

/**
 * The group of each node of a tree: what clearly most of the time in and below it belongs to, else `mixed`.
 * Weighted majority vote (Boyer and Moore 1981), which merges from the bottom up: what is left of the winner's time
 * after all others have been set against it is at most what it leads by.
 */
export function groupsOfNodes(tree: Tree, node: Int32Array, weightUs: Float64Array, group: Uint16Array): Uint16Array {
  const count = tree.parent.length;
  const winner = new Uint16Array(count);
  const lead = new Float64Array(count);
  const total = new Float64Array(count);
  const vote = (n: number, g: number, w: number): void => {
    if (winner[n] === g) lead[n]! += w;
    else if (lead[n]! >= w) lead[n]! -= w;
    else {
      winner[n] = g;
      lead[n] = w - lead[n]!;
    }
  };
  for (let i = 0; i < node.length; i++) {
    if (weightUs[i]! === 0) continue;
    vote(node[i]!, group[i]!, weightUs[i]!);
    total[node[i]!]! += weightUs[i]!;
  }
  for (let n = count - 1; n > 0; n--) {
    vote(tree.parent[n]!, winner[n]!, lead[n]!);
    total[tree.parent[n]!]! += total[n]!;
    if (lead[n]! < total[n]! * CLEAR) winner[n] = GROUP.mixed;
  }
  return winner;
}
