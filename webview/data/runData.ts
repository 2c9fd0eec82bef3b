import type { ProfileProgress } from '../../src/model/engine.ts';
import type { MessageRecord, RequestRecord, RunEvent } from '../../src/model/trace.ts';
import { createRequestBuilder, latencyOf, type RequestColumns, type Series } from './columns.ts';
import { addEvent, noEvents, sortEvents } from './events.ts';
import { endOf, layOutLanes } from './lanes.ts';
import { createMessageBuilder, directions, filterMessages, kinds, type MessageColumns } from './messages.ts';
import { readLines } from './ndjson.ts';
import type { Answer, Distribution, Kind, MessageRow, Question, RequestDetail, SeriesFigures, TimelineData } from './protocol.ts';
import { histogram, latencyOrder, logEdges, minimumSamples, percentile, percentileCurve, rowsIn, summarise, type SeriesSummary, type Span } from './statistics.ts';
import { measuredSpan, timeSeries } from './timeSeries.ts';

export interface RunFiles {
  tools: string[];
  requests: Blob | null;
  events: Blob | null;
  messages: Blob | null;
  timeoutUs: number;
}

/** A run's large files in memory, and the answers to what the tabs ask about them. */
export function createRunData(files: RunFiles) {
  const requestBuilder = createRequestBuilder(files.tools);
  const events = noEvents();
  let requests: RequestColumns = requestBuilder.finish();
  let messages: MessageColumns = createMessageBuilder().finish();
  let order: Uint32Array | null = null;
  let rowOfRequest: Map<number, number> | null = null;
  let liveRequests = 0;
  const summaries = new Map<string, SeriesSummary[]>();

  function changed() {
    requests = requestBuilder.finish();
    order = null;
    rowOfRequest = null;
    summaries.clear();
  }

  function summariesIn(span: Span | null): SeriesSummary[] {
    const key = String(span);
    let found = summaries.get(key);
    if (!found) {
      summaries.clear();
      found = summarise(requests, (order ??= latencyOrder(requests)), span);
      summaries.set(key, found);
    }
    return found;
  }

  function rowOf(request: number): number | undefined {
    rowOfRequest ??= new Map(Array.from(requests.request, (r, row) => [r, row]));
    return rowOfRequest.get(request);
  }

  const seriesNamed = (names: string[]) => names.map((name) => requests.series.findIndex((s) => s.name === name)).filter((i) => i >= 0);

  return {
    /** Reads the requests, then events, then messages; `onProgress` after each part and while reading. */
    async load(onProgress: (what: string, ratio: number) => void): Promise<number> {
      let bad = 0;
      const read = async (what: string, blob: Blob | null, onLine: (value: unknown, start: number, end: number) => void) => {
        if (blob === null) return;
        bad += await readLines(blob.stream(), onLine, (bytes) => onProgress(what, bytes / blob.size));
      };
      await read('events', files.events, (value) => addEvent(events, value as RunEvent));
      sortEvents(events);
      await read('requests', files.requests, (value, start, end) => requestBuilder.add(value as RequestRecord, start, end));
      changed();
      return bad;
    },
    async loadMessages(onProgress: (what: string, ratio: number) => void): Promise<number> {
      const builder = createMessageBuilder();
      const { messages: blob } = files;
      const bad = blob === null ? 0 : await readLines(blob.stream(), (value, start, end) => builder.add(value as MessageRecord, start, end), (bytes) => onProgress('messages', bytes / blob.size));
      messages = builder.finish();
      return bad;
    },
    append({ ended, events: more, tools }: ProfileProgress) {
      for (const tool of tools ?? []) requestBuilder.addTool(tool);
      for (const e of more) addEvent(events, e);
      ended.atUs.forEach((parsedUs, i) => {
        const queuedUs = parsedUs - ended.latencyUs[i]!;
        requestBuilder.add({
          request: ++liveRequests, method: 'tools/call', target: ended.tool[i]!, phase: ended.phase[i]!, outcome: ended.outcome[i]!,
          queuedUs, writtenUs: null, firstByteUs: null, parsedUs, bytesIn: 0, bytesOut: 0,
        });
      });
      changed();
    },
    async answer<K extends Kind>(question: Extract<Question, { kind: K }>): Promise<Answer<K>> {
      return (await answerAny(question));
    },
  };

  function answerAny(q: Question): Answer<Kind> | Promise<Answer<Kind>> {
    switch (q.kind) {
      case 'figures':
        return { series: requests.series, figures: summariesIn(q.span).map(toFigures) };
      case 'distributions':
        return distributions(q.names, q.span);
      case 'timeSeries':
        return seriesOver(q.names, q.buckets);
      case 'timeline':
        return timeline();
      case 'calls':
        return { number: requests.request.slice(), latencyUs: Float64Array.from({ length: requests.length }, (_, row) => latencyOf(requests, row)) };
      case 'events':
        return events;
      case 'request':
        return requestDetail(q.request);
      case 'slowest':
        return slowest(q.name, q.span);
      case 'messages':
        return { rows: filterMessages(messages, q.filter), total: messages.length };
      case 'messageRows':
        return q.rows.map(messageRow);
      case 'message':
        return readLine<MessageRecord>(files.messages, messages.lineStart[q.row], messages.lineEnd[q.row]);
    }
  }

  function seriesOver(names: string[], buckets: number) {
    const span = measuredSpan(requests);
    return { span, series: timeSeries(requests, seriesNamed(names), span, buckets) };
  }

  function distributions(names: string[], span: Span | null) {
    const chosen = seriesNamed(names).map((series) => summariesIn(span)[series]!);
    let min = Infinity;
    let max = 0;
    for (const { latencyUs: l } of chosen) {
      if (l.length === 0) continue;
      min = Math.min(min, l[0]!);
      max = Math.max(max, l.at(-1)!);
    }
    const edgesUs = max === 0 ? new Float64Array() : logEdges(min, max, max / min > 100 ? 16 : 32);
    return {
      edgesUs,
      distributions: chosen.map(({ series, latencyUs }): Distribution => ({
        series, samples: latencyUs.length, ...percentileCurve(latencyUs), bins: max === 0 ? new Uint32Array() : histogram(latencyUs, edgesUs),
      })),
    };
  }

  function timeline(): TimelineData {
    const { length, seriesOf, queuedUs, request, phase, outcome, series } = requests;
    const endUs = new Float64Array(length);
    const writtenUs = new Float32Array(length);
    const firstByteUs = new Float32Array(length);
    for (let row = 0; row < length; row++) {
      endUs[row] = endOf(requests, row, files.timeoutUs);
      writtenUs[row] = requests.writtenUs[row]! - queuedUs[row]!;
      firstByteUs[row] = requests.firstByteUs[row]! - queuedUs[row]!;
    }
    // copies: the arrays are transferred
    return {
      series, lanes: layOutLanes(requests, endUs), request: request.slice(), seriesOf: seriesOf.slice(), phase: phase.slice(), outcome: outcome.slice(),
      startUs: queuedUs.slice(), endUs, writtenUs, firstByteUs,
    };
  }

  async function requestDetail(request: number): Promise<RequestDetail | null> {
    const row = rowOf(request);
    if (row === undefined) return null;
    const record = await readLine<RequestRecord>(files.requests, requests.lineStart[row], requests.lineEnd[row]);
    if (record === null) return null;
    const endUs = endOf(requests, row, files.timeoutUs);
    const start = requests.queuedUs[row]!;
    const counts = new Map<string, number>();
    const [, last] = rowsIn(requests, [start, endUs]);
    // a request pending at our start was queued at most one time limit earlier
    for (let i = rowsIn(requests, [start - files.timeoutUs, start])[0]; i < last; i++) {
      if (i === row || endOf(requests, i, files.timeoutUs) <= start) continue;
      const { name } = requests.series[requests.seriesOf[i]!]!;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return { record, endUs, others: [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count) };
  }

  /** Request number of the slowest success of a series. */
  function slowest(name: string, span: Span | null): number | null {
    order ??= latencyOrder(requests);
    const [from, to] = rowsIn(requests, span);
    for (let i = order.length - 1; i >= 0; i--) {
      const row = order[i]!;
      if (row < from || row >= to || requests.series[requests.seriesOf[row]!]!.name !== name || Number.isNaN(latencyOf(requests, row))) continue;
      return requests.request[row]!;
    }
    return null;
  }

  function messageRow(row: number): MessageRow {
    const { kind, direction, method, target, words, id, request, bytes, atUs } = messages;
    const answered = direction[row] === 1 && (kind[row] === 1 || kind[row] === 2) ? rowOf(request[row]!) : undefined;
    return {
      row, direction: directions[direction[row]!]!, kind: kinds[kind[row]!]!, method: words[method[row]!]! || (answered === undefined ? '' : methodOf(requests.series[requests.seriesOf[answered]!]!)), target: words[target[row]!]!,
      id: id[row]!, request: request[row]! < 0 ? null : request[row]!, bytes: bytes[row]!, atUs: atUs[row]!, latencyUs: answered === undefined ? NaN : latencyOf(requests, answered),
    };
  }
}

function toFigures({ latencyUs: l, ...s }: SeriesSummary): SeriesFigures {
  const at = (p: number, needed: number) => (l.length < needed ? null : percentile(l, p));
  let sum = 0;
  for (const value of l) sum += value;
  return {
    ...s, samples: l.length, p50: at(0.5, minimumSamples.p50), p95: at(0.95, minimumSamples.p95), p99: at(0.99, minimumSamples.p99),
    max: l.at(-1) ?? null, mean: l.length === 0 ? null : sum / l.length,
  };
}

/** An answer does not say what it answers; its request does. */
const methodOf = ({ name, tool }: Series): string => (tool ? 'tools/call' : name);

async function readLine<T>(blob: Blob | null, start: number | undefined, end: number | undefined): Promise<T | null> {
  if (blob === null || start === undefined || end === undefined || Number.isNaN(start)) return null;
  return JSON.parse(await blob.slice(start, end).text()) as T;
}

