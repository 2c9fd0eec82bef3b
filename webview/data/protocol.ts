import type { ProfileProgress } from '../../src/model/engine.ts';
import type { MessageRecord, RequestRecord } from '../../src/model/trace.ts';
import type { Series } from './columns.ts';
import type { EventColumns } from './events.ts';
import type { Lanes } from './lanes.ts';
import type { MessageFilter } from './messages.ts';
import type { Span } from './statistics.ts';
import type { TimeSeries } from './timeSeries.ts';

/** Page -> data worker. Files go as blobs: a worker made from a blob may not fetch in every host. */
export type ToWorker =
  | { type: 'load'; tools: string[]; requests: Blob | null; events: Blob | null; messages: Blob | null; timeoutUs: number }
  | { type: 'live' }
  | { type: 'append'; progress: ProfileProgress }
  | { type: 'ask'; id: number; question: Question };

/** Data worker -> page. */
export type FromWorker =
  | { type: 'reading'; what: string; ratio: number }
  /** What has been read so far may be asked for. */
  | { type: 'changed'; ready: { requests: boolean; messages: boolean }; bad: number }
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'failed'; id: number | null; message: string };

export interface SeriesFigures {
  series: number;
  calls: number;
  errors: number;
  bytesIn: number;
  bytesOut: number;
  cpuUs: number | null;
  blockedByOthersUs: number | null;
  /** Of the successes; null with fewer samples than the percentile needs. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
  mean: number | null;
  samples: number;
}

export interface Distribution {
  series: number;
  samples: number;
  /** Percentile curve. */
  nines: Float64Array;
  us: Float64Array;
  /** Counts between the shared edges. */
  bins: Uint32Array;
}

export interface TimelineData {
  series: Series[];
  lanes: Lanes;
  /** One per request, in the order of time. */
  request: Int32Array;
  seriesOf: Uint16Array;
  phase: Uint8Array;
  outcome: Uint8Array;
  startUs: Float64Array;
  endUs: Float64Array;
  /** Written and first byte, microseconds after start; NaN for none. */
  writtenUs: Float32Array;
  firstByteUs: Float32Array;
}

/** A request with what else was going on. */
export interface RequestDetail {
  record: RequestRecord;
  endUs: number;
  /** Requests pending at some time during it, by series name; itself left out. */
  others: { name: string; count: number }[];
}

export interface MessageRow {
  row: number;
  direction: MessageRecord['direction'];
  kind: MessageRecord['kind'];
  method: string;
  target: string;
  id: string | number | null;
  request: number | null;
  bytes: number;
  atUs: number;
  /** Of the request it answers; NaN for none. */
  latencyUs: number;
}

/** What may be asked, and the answer to it. */
export interface Questions {
  figures: { ask: { span: Span | null }; answer: { series: Series[]; figures: SeriesFigures[] } };
  distributions: { ask: { names: string[]; span: Span | null }; answer: { edgesUs: Float64Array; distributions: Distribution[] } };
  /** Over the time in which tools were measured: `span`. */
  timeSeries: { ask: { names: string[]; buckets: number }; answer: { span: Span; series: TimeSeries[] } };
  timeline: { ask: object; answer: TimelineData };
  /** Tool calls with their latency, NaN for none. */
  calls: { ask: object; answer: { number: Int32Array; latencyUs: Float64Array } };
  events: { ask: object; answer: EventColumns };
  request: { ask: { request: number }; answer: RequestDetail | null };
  messages: { ask: { filter: MessageFilter }; answer: { rows: Uint32Array; total: number } };
  messageRows: { ask: { rows: number[] }; answer: MessageRow[] };
  message: { ask: { row: number }; answer: MessageRecord | null };
  slowest: { ask: { name: string; span: Span | null }; answer: number | null };
}
export type Kind = keyof Questions;
export type Question = { [K in Kind]: { kind: K } & Questions[K]['ask'] }[Kind];
export type Answer<K extends Kind> = Questions[K]['answer'];
