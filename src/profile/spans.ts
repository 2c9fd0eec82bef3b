import type { RequestRecord } from '../model/trace.ts';

/** Stretches of main-thread time, ordered, without overlap, on the run's clock. */
export interface Spans {
  startUs: Float64Array;
  endUs: Float64Array;
  /** Number of the request it served; 0 for none of ours. */
  request: Int32Array;
  /** True where the probe saw them; false where they are the times between request and answer on the wire. */
  exact: boolean;
}

export interface ProbeSpans {
  spans: { startUs: Float64Array; endUs: Float64Array; seq: Int32Array };
  requestIds: readonly { seq: number; id: string | number; method: string }[];
}

/** The probe's spans with the numbers of our requests. Ids are unique in a run, so id and method tell them. */
export function joinSpans({ spans, requestIds }: ProbeSpans, requests: readonly RequestRecord[]): Spans {
  const numbers = new Map(requests.map((r) => [key(r.id, r.method), r.request]));
  const requestOfSeq = new Map(requestIds.map((r) => [r.seq, numbers.get(key(r.id, r.method)) ?? 0]));
  const joined: Spans = { startUs: spans.startUs, endUs: spans.endUs, request: spans.seq.map((seq) => requestOfSeq.get(seq) ?? 0), exact: true };
  return isOrdered(joined.startUs) ? joined : sortSpans(joined);
}

/** With one call at a time, what the main thread did between a request and its answer it did for that request. */
export function spansOfRequests(requests: readonly RequestRecord[]): Spans {
  const answered = requests.flatMap((r) => {
    const start = r.writtenUs ?? r.queuedUs;
    const end = r.firstByteUs ?? r.parsedUs;
    return end === null ? [] : [{ start, end, request: r.request }];
  });
  return sortSpans({
    startUs: Float64Array.from(answered, (a) => a.start),
    endUs: Float64Array.from(answered, (a) => a.end),
    request: Int32Array.from(answered, (a) => a.request),
    exact: false,
  });
}

const key = (id: string | number, method: string) => `${typeof id}:${id}:${method}`;

function isOrdered(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}

function sortSpans({ startUs, endUs, request, exact }: Spans): Spans {
  const order = Uint32Array.from(startUs.keys()).sort((a, b) => startUs[a]! - startUs[b]!);
  return {
    startUs: Float64Array.from(order, (i) => startUs[i]!),
    endUs: Float64Array.from(order, (i) => endUs[i]!),
    request: Int32Array.from(order, (i) => request[i]!),
    exact,
  };
}
