import packageJson from '../../package.json' with { type: 'json' };
import type { LoadOperation, LoadPercentiles, LoadResult } from '../model/loadResult.ts';
import { runSchemaVersion, type Latency, type RunRecord, type ToolSummary } from '../model/run.ts';

/** File of the run folder with the whole result. */
export const loadFile = 'load.json';

/** `run.json` of a load test: what lists of runs, findings and exports need. The figures are in `load.json`. */
export function recordOfLoad(result: LoadResult, title: string, durationUs: number): RunRecord {
  const { options } = result;
  return {
    schemaVersion: runSchemaVersion,
    id: result.id,
    title,
    startedAt: result.startedAt,
    durationUs,
    status: result.status,
    failure: result.failure,
    profilerVersion: packageJson.version,
    server: result.server,
    load: { achieved: result.achieved, p99Us: result.responseUs.p99, capacity: result.capacity?.rate ?? null },
    runtime: null,
    options: {
      callsPerTool: 0,
      concurrency: options.model.kind === 'closed' ? options.model.concurrency : 0,
      cpu: false,
      heap: false,
      protocol: options.protocol,
      requestTimeoutMs: options.requestTimeoutMs,
      initializeTimeoutMs: options.initializeTimeoutMs,
      bodies: false,
      budgets: {},
    },
    startupUs: null,
    tools: result.operations.filter((o) => o.kind === 'tool').map(toolOf),
    methods: [],
    files: { requests: 'requests.ndjson', messages: 'messages.ndjson', events: 'events.ndjson', cpu: [], heap: [], load: loadFile },
    cpu: null,
    hotLines: [],
    blocks: [],
    memory: null,
    findings: result.findings,
    sentences: result.sentences,
    skipped: result.skipped,
    notices: result.notices,
  };
}

/** The service time is what a profile measures: from the write to the answer. */
function toolOf({ name, calls, errors, serviceUs, bytesPerCall }: LoadOperation): ToolSummary {
  return {
    name,
    title: null,
    description: null,
    readOnly: false,
    destructive: false,
    definitionTokens: 0,
    calls,
    errors,
    latencyUs: latencyOf(serviceUs),
    bytes: { in: Math.round((bytesPerCall ?? 0) * calls), out: 0 },
    cpuUs: null,
    allocBytes: null,
    blockedUs: null,
  };
}

const latencyOf = ({ p50, p95, p99, max, mean }: LoadPercentiles): Latency => ({ p50, p95, p99, max, mean });
