import { formatUs } from '../../model/format.ts';
import { severities, type CodeFinding } from '../../model/lint.ts';
import type { ToolSummary } from '../../model/run.ts';

/** `search · p50 38 ms · p95 412 ms · 27 ms CPU · 62 ms block`; what was not measured is left out. */
export function lensText(tool: ToolSummary, stale: boolean): string {
  const { p50, p95, max } = tool.latencyUs;
  const errors = Object.values(tool.errors).reduce((a, b) => a + b, 0);
  return [
    tool.name,
    p50 !== null && `p50 ${formatUs(p50)}`,
    p95 !== null ? `p95 ${formatUs(p95)}` : max !== null && `max ${formatUs(max)}`,
    tool.cpuUs && `${formatUs(tool.cpuUs.perCall)} CPU`,
    tool.blockedUs && tool.blockedUs.max > 0 && `${formatUs(tool.blockedUs.max)} block`,
    errors > 0 && `${errors} of ${tool.calls} calls failed`,
    stale && 'stale: the file has changed since',
  ]
    .filter((part) => typeof part === 'string')
    .join(' · ');
}

const nouns = { error: 'error', warning: 'warning', information: 'note', hint: 'hint' };

/** `2 warnings, 1 hint`. */
export function findingsText(findings: readonly Pick<CodeFinding, 'severity'>[]): string {
  return severities
    .map((severity) => ({ severity, count: findings.filter((f) => f.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${nouns[severity]}${count === 1 ? '' : 's'}`)
    .join(', ');
}
