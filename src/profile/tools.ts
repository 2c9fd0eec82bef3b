import { groupBy } from '../model/groupBy.ts';
import type { Block, MethodSummary, ToolSummary } from '../model/run.ts';
import type { RequestRecord } from '../model/trace.ts';
import { latency } from './percentiles.ts';

/** A tool as tools/list gave it. */
export interface ToolDefinition {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  annotations?: { title?: string | undefined; readOnlyHint?: boolean | undefined; destructiveHint?: boolean | undefined } | undefined;
}

/** Bytes sampled while `calls` calls of the tool were made alone; null where the samples were lost. */
export interface ToolAllocation {
  tool: string;
  calls: number;
  bytes: number | null;
}

/**
 * One summary per tool, in the order given. Figures are those of the measured phase. Latency is from the moment a call
 * was handed to the transport to its parsed answer, of successes only; errors are counted by class beside it.
 *
 * `attributed` (null without CPU samples) is what `attributeRun` returned, after its `perRequest` went into `requests`.
 */
export function summariseTools(
  tools: readonly ToolDefinition[],
  requests: readonly RequestRecord[],
  attributed: { cpuByTool: ReadonlyMap<string, number>; blocks: readonly Block[] } | null,
  allocations: readonly ToolAllocation[],
): ToolSummary[] {
  const calls = groupBy(
    requests.filter((r) => r.method === 'tools/call' && r.phase === 'measure'),
    (r) => r.target,
  );
  const measured = new Set(requests.filter((r) => r.phase === 'measure').map((r) => r.request));
  return tools.map((tool) => {
    const own = calls.get(tool.name) ?? [];
    const allocation = allocations.find((a) => a.tool === tool.name);
    return {
      name: tool.name,
      title: tool.title ?? tool.annotations?.title ?? null,
      description: tool.description ?? null,
      readOnly: tool.annotations?.readOnlyHint === true,
      destructive: tool.annotations?.readOnlyHint !== true && tool.annotations?.destructiveHint === true,
      definitionTokens: Math.round(utf8Bytes(JSON.stringify(tool)) / 4),
      ...summarise(own),
      bytes: { in: sum(own, (r) => r.bytesIn), out: sum(own, (r) => r.bytesOut) },
      cpuUs: cpu(own),
      allocBytes: allocation && allocation.bytes !== null && allocation.calls > 0 ? { perCall: allocation.bytes / allocation.calls } : null,
      blockedUs: attributed?.cpuByTool.has(tool.name) ? blocked(attributed.blocks.filter((b) => b.request !== null && measured.has(b.request) && b.tool === tool.name)) : null,
    };
  });
}

/** One summary per method that is no tool call, in the order of first use. */
export function summariseMethods(requests: readonly RequestRecord[]): MethodSummary[] {
  const byMethod = groupBy(
    requests.filter((r) => r.method !== 'tools/call'),
    (r) => r.method,
  );
  return [...byMethod].map(([method, own]) => ({ method, ...summarise(own) }));
}

function summarise(requests: readonly RequestRecord[]): Pick<ToolSummary, 'calls' | 'errors' | 'latencyUs'> {
  const errors: Record<string, number> = {};
  const values: number[] = [];
  for (const r of requests) {
    if (r.outcome !== 'ok') errors[r.errorClass ?? r.outcome] = (errors[r.errorClass ?? r.outcome] ?? 0) + 1;
    else if (r.parsedUs !== null) values.push(r.parsedUs - r.queuedUs);
  }
  return { calls: requests.length, errors, latencyUs: latency(values) };
}

/** Null as soon as one call was not attributed: a total of some calls is not the total. */
function cpu(requests: readonly RequestRecord[]): ToolSummary['cpuUs'] {
  let total = 0;
  for (const { cpuUs } of requests) {
    if (cpuUs == null) return null;
    total += cpuUs;
  }
  return requests.length === 0 ? null : { total, perCall: total / requests.length };
}

function blocked(blocks: readonly Block[]): { max: number; total: number } {
  return { max: blocks.reduce((max, b) => Math.max(max, b.durationUs), 0), total: sum(blocks, (b) => b.durationUs) };
}

const sum = <T>(items: readonly T[], value: (item: T) => number) => items.reduce((total, item) => total + value(item), 0);
const utf8Bytes = (text: string) => new TextEncoder().encode(text).length;
