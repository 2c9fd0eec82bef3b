/** What an instance should keep free: rates swing, and one instance may be away. */
export const headroom = 0.3;

/** Instances that serve `wanted` calls/s when one alone can sustain `capacity`, each with headroom. Null for no rate. */
export function instancesFor(wanted: number, capacity: number): number | null {
  if (!Number.isFinite(wanted) || wanted <= 0 || !(capacity > 0)) return null;
  return Math.ceil(wanted / (capacity * (1 - headroom)) - 1e-9);
}
