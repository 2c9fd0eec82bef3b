/** A moment of the run, microseconds, as exact as it was taken and not rounded to three digits: `1,204.318 ms`. */
export function formatStamp(us: number): string {
  const [whole, fraction] = (us / 1000).toFixed(3).split('.');
  return `${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction} ms`;
}
