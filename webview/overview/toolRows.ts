import type { RunRecord, ToolSummary } from '../../src/model/run.ts';
import type { SeriesFigures } from '../data/protocol.ts';

/** One line of the table: the run's own figures, or those of the brushed span. */
export interface ToolRow {
  name: string;
  calls: number;
  errors: number;
  errorClasses: string;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
  samples: number;
  cpuPerCallUs: number | null;
  blockMaxUs: number | null;
  allocPerCall: number | null;
  bytesPerCall: number | null;
  findings: number;
  /** Why a tool was not called. */
  skipped: string | null;
}

const sumOf = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

/** Rows of all tools, the skipped ones included. `inSpan`: figures of a brushed span by tool, which replace the run's. */
export function toolRows(run: RunRecord, inSpan: Map<string, SeriesFigures> | null): ToolRow[] {
  const findings = new Map<string, number>();
  for (const f of run.findings) for (const tool of f.tools) findings.set(tool, (findings.get(tool) ?? 0) + 1);
  const skipped = new Map(run.skipped.map((s) => [s.tool, s.reason]));
  const rows = run.tools.map((t) => {
    const row = { ...(inSpan ? fromSpan(t, inSpan.get(t.name)) : fromRun(t)), findings: findings.get(t.name) ?? 0, skipped: skipped.get(t.name) ?? null };
    skipped.delete(t.name);
    return row;
  });
  const neverCalled = [...skipped].map(([name, reason]): ToolRow => ({
    name, calls: 0, errors: 0, errorClasses: '', p50: null, p95: null, p99: null, max: null, samples: 0, cpuPerCallUs: null, blockMaxUs: null, allocPerCall: null, bytesPerCall: null, findings: findings.get(name) ?? 0, skipped: reason,
  }));
  return [...rows, ...neverCalled];
}

type Figures = Omit<ToolRow, 'findings' | 'skipped'>;

function fromRun(t: ToolSummary): Figures {
  const errors = sumOf(t.errors);
  return {
    name: t.name, calls: t.calls, errors, errorClasses: Object.entries(t.errors).map(([name, n]) => `${name}: ${n}`).join(', '),
    p50: t.latencyUs.p50, p95: t.latencyUs.p95, p99: t.latencyUs.p99, max: t.latencyUs.max, samples: t.calls - errors,
    cpuPerCallUs: t.cpuUs?.perCall ?? null, blockMaxUs: t.blockedUs?.max ?? null, allocPerCall: t.allocBytes?.perCall ?? null,
    bytesPerCall: t.calls === 0 ? null : t.bytes.in / t.calls,
  };
}

function fromSpan(t: ToolSummary, f: SeriesFigures | undefined): Figures {
  return {
    name: t.name, calls: f?.calls ?? 0, errors: f?.errors ?? 0, errorClasses: '', p50: f?.p50 ?? null, p95: f?.p95 ?? null, p99: f?.p99 ?? null, max: f?.max ?? null, samples: f?.samples ?? 0,
    cpuPerCallUs: f && f.cpuUs !== null && f.calls > 0 ? f.cpuUs / f.calls : null, blockMaxUs: null, allocPerCall: null, bytesPerCall: f && f.calls > 0 ? f.bytesIn / f.calls : null,
  };
}

const sortKeys: Record<string, (row: ToolRow) => number | string | null> = {
  name: (r) => r.name, mark: (r) => r.p95, p50: (r) => r.p50, p95: (r) => r.p95 ?? r.max, p99: (r) => r.p99, max: (r) => r.max, calls: (r) => r.calls, errors: (r) => r.errors,
  cpu: (r) => r.cpuPerCallUs, block: (r) => r.blockMaxUs, alloc: (r) => r.allocPerCall, bytes: (r) => r.bytesPerCall, findings: (r) => r.findings,
};

/** What was not measured comes last, whichever way it is sorted. */
export function sortRows(rows: ToolRow[], sort: { column: string; descending: boolean }): ToolRow[] {
  const key = sortKeys[sort.column] ?? sortKeys['p95']!;
  const sign = sort.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const x = key(a);
    const y = key(b);
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0);
    const order = typeof x === 'string' ? x.localeCompare(y as string, 'en') : x - (y as number);
    return order * sign || a.name.localeCompare(b.name, 'en');
  });
}
