import type { RunRecord, ToolSummary } from '../model/run.ts';
import type { RequestRecord } from '../model/trace.ts';
import { median, smallest } from './statistics.ts';

/** What the rules look at: a run with its calls sorted by tool. Times in microseconds. */
export interface Evidence {
  run: RunRecord;
  requests: RequestRecord[];
  tools: ToolEvidence[];
  sourceOf: SourceOf;
}

/** Text of a source file as it was run; null where it is not at hand. */
export type SourceOf = (file: string) => string | null;

export interface ToolEvidence {
  name: string;
  summary: ToolSummary;
  /** The first call, made alone before the measured ones; null when it failed or was not made. */
  warmup: RequestRecord | null;
  /** Calls of the measured phase that we did not cancel ourselves, in the order of queueing. */
  calls: RequestRecord[];
  /** Those that succeeded. */
  ok: RequestRecord[];
  /**
   * What each of these cost by itself: its latency without the time in which the main thread served other calls. Where
   * that is not known and calls overlapped, the quickest call stands for all: a lower bound.
   */
  ownUs: number[];
  /** Median of these, 0 without any. */
  costUs: number;
}

export function gather(run: RunRecord, requests: RequestRecord[], sourceOf: SourceOf = () => null): Evidence {
  const tools = new Map(run.tools.map((summary): [string, ToolEvidence] => [summary.name, { name: summary.name, summary, warmup: null, calls: [], ok: [], ownUs: [], costUs: 0 }]));
  for (const r of requests) {
    const tool = r.method === 'tools/call' && r.target !== null ? tools.get(r.target) : undefined;
    if (!tool) continue;
    const ok = r.outcome === 'ok' && r.parsedUs !== null;
    if (r.phase === 'warmup' && ok) tool.warmup ??= r;
    if (r.phase !== 'measure' || r.outcome === 'cancelled') continue;
    tool.calls.push(r);
    if (ok) tool.ok.push(r);
  }
  for (const tool of tools.values()) {
    for (const some of [tool.calls, tool.ok]) some.sort((a, b) => a.request - b.request);
    tool.ownUs = ownUs(run, tool);
    tool.costUs = median(tool.ownUs) ?? 0;
  }
  return { run, requests, tools: [...tools.values()], sourceOf };
}

/** From handing over to the answer parsed; 0 while there is none. */
export const latencyUs = (r: RequestRecord): number => (r.parsedUs === null ? 0 : r.parsedUs - r.queuedUs);

function ownUs({ options }: RunRecord, { ok, warmup }: ToolEvidence): number[] {
  const quickest = smallest([...ok, ...(warmup ? [warmup] : [])].map(latencyUs));
  return ok.map((r) => {
    if (r.blockedByOthersUs != null) return Math.max(0, latencyUs(r) - r.blockedByOthersUs);
    return options.concurrency > 1 ? quickest : latencyUs(r);
  });
}
