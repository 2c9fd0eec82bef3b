import { sumUpwards } from './tree.ts';
import type { Tree } from './tree.ts';

/** Time of each function, microseconds: its own, and with what it called; a function below itself counts once. */
export function functionTimes(tree: Tree, selfOfNode: Float64Array, functions: number): { selfUs: Float64Array; totalUs: Float64Array } {
  const selfUs = new Float64Array(functions);
  const totalUs = new Float64Array(functions);
  const totals = selfOfNode.slice();
  sumUpwards(tree, totals);
  // the last node after which an open occurrence of the function ends
  const openUntil = new Int32Array(functions);
  for (let n = 1; n < tree.parent.length; n++) {
    const f = tree.frame[n]!;
    selfUs[f]! += selfOfNode[n]!;
    if (n < openUntil[f]!) continue;
    totalUs[f]! += totals[n]!;
    openUntil[f] = tree.end[n]!;
  }
  return { selfUs, totalUs };
}
