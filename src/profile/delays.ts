import type { RequestRecord } from '../model/trace.ts';
import type { Spans } from './spans.ts';

/** When a request was with the server; an unanswered one until `endUs`. */
export const pendingUs = (r: RequestRecord, endUs: number) => ({ from: r.writtenUs ?? r.queuedUs, to: r.firstByteUs ?? r.parsedUs ?? endUs });

/**
 * Per request number the time in which the main thread served other requests while this one was pending. `endUs` is
 * the end of the run. O((requests + spans) log spans).
 */
export function blockedByOthers(requests: readonly RequestRecord[], spans: Spans, endUs: number): Map<number, number> {
  // on the wire alone, nothing is known of what happened in between
  if (!spans.exact) return new Map();
  const count = spans.startUs.length;
  const busyBefore = new Float64Array(count + 1);
  const own = new Map<number, number[]>();
  for (let s = 0; s < count; s++) {
    const request = spans.request[s]!;
    busyBefore[s + 1] = busyBefore[s]! + (request === 0 ? 0 : spans.endUs[s]! - spans.startUs[s]!);
    if (request === 0) continue;
    const indices = own.get(request);
    if (indices) indices.push(s);
    else own.set(request, [s]);
  }
  /** Time served to requests before `at`. */
  const busyUntil = (at: number) => {
    const s = firstAfter(spans.startUs, at);
    const last = s - 1;
    const over = last >= 0 && spans.request[last] !== 0 ? Math.max(0, spans.endUs[last]! - at) : 0;
    return busyBefore[s]! - over;
  };
  return new Map(
    requests.map((r) => {
      const { from, to } = pendingUs(r, endUs);
      let us = busyUntil(to) - busyUntil(from);
      for (const s of own.get(r.request) ?? []) us -= Math.max(0, Math.min(to, spans.endUs[s]!) - Math.max(from, spans.startUs[s]!));
      return [r.request, Math.max(0, us)];
    }),
  );
}

/** Index of the first value greater than or equal to `at` in ascending `values`. */
export function firstAfter(values: Float64Array, at: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
