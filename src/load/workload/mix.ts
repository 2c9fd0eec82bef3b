/**
 * Which of several comes next, by weight: always the one that is furthest behind its share (smooth weighted round robin,
 * as in nginx). After any number of steps each has been chosen as often as its weight says to within about one, so a
 * window of a second holds the mix that was asked for, where drawn ones would be off by the square root of their count;
 * and the heavy ones do not come in a row.
 */
export function createMix(weights: number[]): () => number {
  if (weights.length === 1) return () => 0;
  const total = weights.reduce((sum, w) => sum + w, 0);
  const shares = Float64Array.from(weights, (w) => w / total);
  const behind = new Float64Array(weights.length);
  return () => {
    let chosen = 0;
    let most = -Infinity;
    for (let i = 0; i < shares.length; i++) {
      const value = (behind[i]! += shares[i]!);
      // a hair, so that rounding does not decide between equals
      if (value > most + 1e-9) {
        most = value;
        chosen = i;
      }
    }
    behind[chosen]! -= 1;
    return chosen;
  };
}
