/** A time on the ruler, in one unit for all ticks: the largest in which neighbouring ticks still differ by whole steps. */
export function formatTick(us: number, stepUs: number): string {
  const [unit, size] = stepUs >= 100_000 ? (['s', 1e6] as const) : stepUs >= 100 ? (['ms', 1e3] as const) : (['µs', 1] as const);
  const decimals = Math.max(0, -Math.floor(Math.log10(stepUs / size) + 1e-9));
  return `${(us / size).toFixed(decimals).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',')} ${unit}`;
}
