import { SampleOwner, type CpuProfile, type CpuProfileAttribution } from '../model/profile.ts';
import type { Block, CpuSummary, HotLine } from '../model/run.ts';
import type { RequestRecord } from '../model/trace.ts';
import { findBlocks } from './blocks.ts';
import { blockedByOthers } from './delays.ts';
import { findHotLines } from './hotLines.ts';
import { NodeKind, readSamples, type Samples } from './samples.ts';
import { joinSpans, spansOfRequests, type ProbeSpans, type Spans } from './spans.ts';

export interface AttributionInput extends ProbeSpans {
  profile: CpuProfile;
  /** Add to a time of the profile for the run's clock. */
  clockOffsetUs: number;
  requests: readonly RequestRecord[];
  /** The answer of initialize, on the run's clock. */
  startupEndUs: number;
  /** Calls in flight at once. With 1, a lost probe can be made up for. */
  concurrency: number;
}

export interface AttributedRun {
  /** A copy in order, with the owner of every sample. */
  profile: CpuProfile;
  cpu: CpuSummary;
  /** Per request number; requests that used no main-thread time are there with 0. Empty when nothing was attributed. */
  perRequest: Map<number, { cpuUs: number; blockedByOthersUs: number }>;
  /** All phases. */
  cpuByTool: Map<string, number>;
  /** Longest first. */
  blocks: Block[];
  /** Heaviest first; `fileHash` is null. */
  hotLines: HotLine[];
}

/**
 * Says for every sample which call caused it. Totals are those of the probe's spans, which are exact to the microsecond;
 * samples divide them among functions and lines. Start-up, the protocol's own requests and garbage collection are kept
 * apart. All times are wall time on the main thread.
 */
export function attributeRun(input: AttributionInput): AttributedRun {
  const { profile, requests, startupEndUs } = input;
  const samples = readSamples(profile, input.clockOffsetUs);
  const spans = chooseSpans(input);
  const attributed = spans.startUs.length > 0;
  const toolOf = new Map(requests.map((r) => [r.request, r.method === 'tools/call' ? r.target : null]));

  const owner = ownersOf(samples, spans, toolOf, startupEndUs);
  const time = divideTime(samples, spans, startupEndUs);
  const cpuByTool = new Map<string, number>();
  let protocolUs = 0;
  for (const [request, us] of time.byRequest) {
    const tool = toolOf.get(request) ?? null;
    if (tool === null) protocolUs += us;
    else cpuByTool.set(tool, (cpuByTool.get(tool) ?? 0) + us);
  }
  if (attributed) for (const tool of toolOf.values()) if (tool !== null && !cpuByTool.has(tool)) cpuByTool.set(tool, 0);

  const perRequest = new Map<number, { cpuUs: number; blockedByOthersUs: number }>();
  if (attributed) {
    const blocked = blockedByOthers(requests, spans, samples.atUs.at(-1) ?? 0);
    for (const { request } of requests) perRequest.set(request, { cpuUs: time.byRequest.get(request) ?? 0, blockedByOthersUs: blocked.get(request) ?? 0 });
  }

  return {
    profile: withOwners(profile, samples, { owner, toolOf, clockOffsetUs: input.clockOffsetUs }),
    cpu: {
      sampleCount: samples.node.length,
      samplingIntervalUs: typicalInterval(samples),
      byTool: Object.fromEntries(cpuByTool),
      startupUs: time.startupUs,
      protocolUs,
      gcUs: time.gcUs,
      otherUs: time.otherUs,
      idleUs: time.idleUs,
      attributed,
    },
    perRequest,
    cpuByTool,
    blocks: findBlocks(samples, spans, requests),
    hotLines: findHotLines(samples, owner, toolOf, cpuByTool),
  };
}

function chooseSpans(input: AttributionInput): Spans {
  if (input.spans.startUs.length > 0) return joinSpans(input, input.requests);
  return spansOfRequests(input.concurrency === 1 ? input.requests : []);
}

/** A request number, or one of `SampleOwner`, per sample. */
function ownersOf(samples: Samples, spans: Spans, toolOf: ReadonlyMap<number, string | null>, startupEndUs: number): Int32Array {
  const owner = new Int32Array(samples.node.length);
  let s = 0;
  for (let i = 0; i < owner.length; i++) {
    const at = samples.atUs[i]!;
    while (s < spans.startUs.length && spans.endUs[s]! <= at) s++;
    const kind = samples.kind[samples.node[i]!];
    const request = s < spans.startUs.length && spans.startUs[s]! <= at ? spans.request[s]! : 0;
    if (kind === NodeKind.gc) owner[i] = SampleOwner.gc;
    else if (kind === NodeKind.idle) owner[i] = SampleOwner.none;
    else if (request !== 0) owner[i] = toolOf.get(request) == null ? SampleOwner.protocol : request;
    else owner[i] = at < startupEndUs ? SampleOwner.startup : SampleOwner.none;
  }
  return owner;
}

interface DividedTime {
  /** Without garbage collection. */
  byRequest: Map<number, number>;
  startupUs: number;
  gcUs: number;
  otherUs: number;
  idleUs: number;
}

/** Every microsecond of the profile goes to one owner: what spans cover to their requests, the rest by its samples. */
function divideTime(samples: Samples, spans: Spans, startupEndUs: number): DividedTime {
  const time: DividedTime = { byRequest: new Map(), startupUs: 0, gcUs: 0, otherUs: 0, idleUs: 0 };
  const add = (request: number, us: number) => time.byRequest.set(request, (time.byRequest.get(request) ?? 0) + us);
  if (spans.exact) for (let s = 0; s < spans.startUs.length; s++) if (spans.request[s] !== 0) add(spans.request[s]!, spans.endUs[s]! - spans.startUs[s]!);

  let first = 0;
  for (let i = 0; i < samples.node.length; i++) {
    const start = samples.atUs[i]!;
    const end = start + samples.weightUs[i]!;
    const kind = samples.kind[samples.node[i]!];
    while (first < spans.startUs.length && spans.endUs[first]! <= start) first++;
    let outsideUs = end - start;
    for (let s = first; s < spans.startUs.length && spans.startUs[s]! < end; s++) {
      const request = spans.request[s]!;
      if (request === 0) continue;
      const inside = Math.min(end, spans.endUs[s]!) - Math.max(start, spans.startUs[s]!);
      if (kind === NodeKind.gc) {
        if (spans.exact) add(request, -inside);
        continue;
      }
      // between request and answer on the wire the thread may also have waited
      if (!spans.exact && kind === NodeKind.idle) continue;
      if (!spans.exact) add(request, inside);
      outsideUs -= inside;
    }
    // a sample speaks for the time until the next one; where its span has ended before that, the next one knows better
    const rest = outsideUs < end - start && i + 1 < samples.node.length ? samples.kind[samples.node[i + 1]!] : kind;
    if (kind === NodeKind.gc) time.gcUs += outsideUs;
    else if (rest === NodeKind.idle) time.idleUs += outsideUs;
    else if (start < startupEndUs) time.startupUs += outsideUs;
    else time.otherUs += outsideUs;
  }
  for (const [request, us] of time.byRequest) time.byRequest.set(request, Math.max(0, us));
  return time;
}

function withOwners(profile: CpuProfile, samples: Samples, o: { owner: Int32Array; toolOf: ReadonlyMap<number, string | null>; clockOffsetUs: number }): CpuProfile {
  const tools: string[] = [];
  const requests: number[] = [];
  const toolOfRequest: number[] = [];
  for (const [request, tool] of o.toolOf) {
    if (tool === null) continue;
    if (!tools.includes(tool)) tools.push(tool);
    requests.push(request);
    toolOfRequest.push(tools.indexOf(tool));
  }
  const attribution: CpuProfileAttribution = { version: 1, requestOfSample: Array.from(o.owner), tools, requests, toolOfRequest, clockOffsetUs: o.clockOffsetUs };
  let before = profile.startTime + o.clockOffsetUs;
  return {
    nodes: samples.nodes,
    startTime: profile.startTime,
    endTime: profile.endTime,
    samples: Array.from(samples.node, (index) => samples.nodes[index]!.id),
    timeDeltas: Array.from(samples.atUs, (at) => {
      const delta = Math.round(at - before);
      before += delta;
      return delta;
    }),
    _mcpProfiler: attribution,
  };
}

/** Median time between samples. */
function typicalInterval(samples: Samples): number {
  const sorted = samples.weightUs.slice().sort();
  return sorted[sorted.length >> 1] ?? 0;
}
