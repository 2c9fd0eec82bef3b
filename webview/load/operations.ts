import { html, nothing, type TemplateResult } from 'lit';
import type { LoadOperation, LoadPercentiles, LoadResult } from '../../src/model/loadResult.ts';
import { errorName, formatBytes, formatCount, formatRatio, formatUs, notMeasured } from '../../src/model/format.ts';
import '../parts/grid.ts';
import type { Column } from '../parts/grid.ts';
import { neededSamples, percentileName, tooFew, type Percentile } from './figures.ts';

const times = ['p50', 'p90', 'p99', 'p999'] as const;
const openColumn: Column = { key: 'open', label: 'Open', width: '44px', numeric: true, title: 'Neither answered nor failed when the test was stopped' };
const columns = (hasOpen: boolean): Column[] => [
  { key: 'name', label: 'Operation', width: 'minmax(120px, 1fr)' },
  { key: 'calls', label: 'Calls', width: '68px', numeric: true },
  ...(hasOpen ? [openColumn] : []),
  { key: 'errors', label: 'Errors', width: '92px', numeric: true },
  { key: 'classes', label: 'Errors by class', width: 'minmax(110px, 0.8fr)' },
  ...times.map((p): Column => ({ key: `response ${p}`, label: percentileName(p), width: '72px', numeric: true, title: `Response time, ${percentileName(p)}: from the moment a call was due` })),
  { key: 'max', label: 'Max', width: '72px', numeric: true, title: 'Response time of the slowest' },
  ...(['p50', 'p99'] as const).map((p): Column => ({ key: `service ${p}`, label: `Service ${p}`, width: '80px', numeric: true, title: `Service time, ${p}: from the moment a call was written` })),
  { key: 'bytes', label: 'Result', width: '68px', numeric: true, title: 'Bytes of an answer, on average' },
];

/** Calls, errors and times of each tool, resource and prompt. */
export function operationsTable({ operations, unfinished }: LoadResult): TemplateResult {
  return html`<section aria-label="Operations">
    <div class="heading"><h2>Operations</h2><span class="muted">${operations.length === 1 ? 'one' : formatCount(operations.length)}; response times unless it says service</span></div>
    <mcp-grid label="Operations" .maxRows=${16} .columns=${columns(unfinished !== undefined)} .count=${operations.length} .renderCell=${(row: number, c: Column) => cell(operations[row]!, c.key)}></mcp-grid>
  </section>`;
}

function cell(o: LoadOperation, key: string): unknown {
  const [kind, p] = key.split(' ');
  if ((kind === 'response' || kind === 'service') && p !== undefined) return percentile(kind === 'response' ? o.responseUs : o.serviceUs, p as Percentile);
  switch (key) {
    case 'name':
      return html`<span title=${o.name}>${o.name}</span>${o.kind === 'tool' ? nothing : html` <span class="muted">${o.kind}</span>`}`;
    case 'calls':
      return formatCount(o.calls);
    case 'open':
      return formatCount(o.unfinished ?? 0);
    case 'errors': {
      // what was not sent is a class beside it, as in the figures on top
      const notSent = o.errors['not_sent'] ?? 0;
      const errors = sumOf(o.errors) - notSent;
      return errors === 0 ? html`<span class="muted">0</span>` : html`<span class="error">${formatCount(errors)} (${formatRatio(errors / Math.max(1, o.calls - notSent))})</span>`;
    }
    case 'classes': {
      const text = classesText(o.errors);
      return text === '' ? html`<span class="muted">none</span>` : html`<span title=${text}>${text}</span>`;
    }
    case 'max':
      return formatUs(o.responseUs.max);
    case 'bytes':
      return formatBytes(o.bytesPerCall);
    default:
      return nothing;
  }
}

function percentile(figures: LoadPercentiles, p: Percentile): unknown {
  const value = figures[p];
  if (value !== null) return formatUs(value);
  const why = figures.samples < neededSamples[p] ? tooFew(p, figures.samples) : 'not measured';
  return html`<span class="muted" title=${why}><span aria-hidden="true">${notMeasured}</span><span class="visually-hidden">${why}</span></span>`;
}

/** `timeout without an answer 12, HTTP 5xx 3`, the most frequent first. */
export const classesText = (errors: Record<string, number>): string => Object.entries(errors).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]).map(([name, n]) => `${errorName(name)} ${formatCount(n)}`).join(', ');

export const sumOf = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, n) => sum + n, 0);
