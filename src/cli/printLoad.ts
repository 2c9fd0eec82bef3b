import { notChosen } from '../app/choose.ts';
import { errorName, formatBytes, formatCount, formatRate, formatRatio, formatUs } from '../model/format.ts';
import type { LoadOperation, LoadPercentiles, LoadResult } from '../model/loadResult.ts';
import { clean, columns, marks, shorten, styleFor, wrap } from './text.ts';

/** The result for people: the answer, the figures, the operations, what was tried, and what to do next. Fits 80 columns. */
export function printLoad(result: LoadResult, runDir: string, out: Partial<NodeJS.WriteStream>): string {
  const style = styleFor(out);
  const heading = (text: string) => ['', style('bold', text)];
  const { server } = result;
  const lines: string[] = [];

  lines.push(style('bold', clean(`${server.name}${server.version === null ? '' : ` ${server.version}`}`)));
  lines.push(...wrap(clean(`${server.transport}, MCP ${server.protocolVersion ?? '?'} · ${describeConnections(result)}`), ''), '');
  for (const sentence of result.sentences) lines.push(...wrap(clean(sentence.parts.map((p) => p.text).join('')), ''));

  lines.push(...heading('Load'));
  lines.push(`  offered ${formatRate(result.offered)}, achieved ${formatRate(result.achieved)}${result.responseUs.samples === 0 && (result.achieved ?? 0) > 0 ? ' (of calls of the warm-up)' : ''}, in ${formatUs(result.durationUs)}`);
  lines.push(`  sent ${formatCount(result.sent)}, not sent ${formatCount(result.notSent)}, failed ${formatCount(failedOf(result))}${result.unfinished ? `, open at the stop ${formatCount(result.unfinished.calls)}` : ''}`);
  for (const [name, count] of failuresOf(result).sort((a, b) => b[1] - a[1])) lines.push(`    ${clean(errorName(name))}: ${formatCount(count)}`);
  lines.push('', ...table(['', 'p50', 'p90', 'p99', 'p99.9', 'max'], [row('response time', result.responseUs), row('service time', result.serviceUs), row('schedule lag', result.scheduleLagUs)]));
  if (result.slo) lines.push('', ...wrap(`${result.slo.met === null ? 'Unknown' : result.slo.met ? 'Held' : 'Missed'}: ${result.slo.text}. ${result.slo.why}`, '  '));

  if (result.operations.length > 1) lines.push(...heading('Operations'), ...operationsTable(result));
  if (result.capacity) {
    lines.push(...heading('Tried'));
    const rows = result.capacity.tries.map((t) => [
      t.offered === null ? `${t.concurrency ?? '?'} at once` : formatRate(t.offered),
      formatRate(t.achieved),
      formatUs(t.responseUs.p99),
      formatRatio(t.serverCpu),
      t.sustainable ? 'held' : (t.reasons[0] ?? 'not held'),
    ]);
    lines.push(...table(['offered', 'achieved', 'p99', 'CPU', ''], rows));
  }
  if (result.findings.length > 0) {
    lines.push(...heading('Findings'));
    for (const f of result.findings) {
      lines.push(...wrap(`${style(f.severity === 'error' || f.severity === 'warning' ? 'yellow' : 'cyan', marks[f.severity])} ${f.rule}: ${clean(f.message)}`, '  '));
      lines.push(...wrap(clean(f.help), '      '));
    }
  }
  const skipped = result.skipped.filter((s) => s.reason !== notChosen);
  if (skipped.length > 0) {
    lines.push(...heading('Not called'));
    for (const s of skipped) lines.push(...wrap(`${clean(s.tool)}: ${s.reason}`, '  '));
  }
  if (result.notices.length > 0) {
    lines.push(...heading('Please note'));
    for (const notice of result.notices) lines.push(...wrap(clean(notice), '  '));
  }
  const dir = shorten(runDir);
  lines.push(...heading('Run'), `  ${dir}`, '  Open it in VS Code: "MCP Profiler: Open Run…", or as a page:', `  mcp-profiler export ${dir} --format html --out report.html`, '');
  return lines.join('\n');
}

function describeConnections({ server, connections: { processes, sessions, sockets } }: LoadResult): string {
  const plural = (n: number, what: string) => `${formatCount(n)} ${what}${n === 1 ? '' : what.endsWith('s') ? 'es' : 's'}`;
  return server.transport === 'stdio' ? plural(processes, 'process') : `${plural(sessions, 'session')}, ${plural(sockets, 'socket')}`;
}

const row = (name: string, p: LoadPercentiles): string[] => [name, formatUs(p.p50), formatUs(p.p90), formatUs(p.p99), formatUs(p.p999), formatUs(p.max)];

function operationsTable({ operations, unfinished }: LoadResult): string[] {
  const open = (text: string) => (unfinished ? [text] : []);
  return table(['', 'calls', ...open('open'), 'failed', 'p50', 'p99', 'bytes'], operations.map((o) => operationRow(o, open(formatCount(o.unfinished ?? 0)))));
}

/** What was not sent has a figure of its own. */
const failuresOf = ({ errors }: Pick<LoadOperation, 'errors'>) => Object.entries(errors).filter(([name]) => name !== 'not_sent');
const failedOf = (of: Pick<LoadOperation, 'errors'>) => failuresOf(of).reduce((a, [, n]) => a + n, 0);

function operationRow(o: LoadOperation, open: string[]): string[] {
  return [clean(o.name), formatCount(o.calls), ...open, formatCount(failedOf(o)), formatUs(o.responseUs.p50), formatUs(o.responseUs.p99), formatBytes(o.bytesPerCall)];
}

/** The first column is left-aligned, and so is a last one without a name, which is for words; the rest are figures. */
function table(header: string[], rows: string[][]): string[] {
  const widths = header.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)));
  const isText = (i: number) => i === 0 || (i === header.length - 1 && header[i] === '');
  return [header, ...rows].map((cells) => `  ${cells.map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`.trimEnd().slice(0, columns));
}

/** The documented part of `load --json`; the whole is in load.json of `runDir`. */
export function loadToJson(result: LoadResult, runDir: string) {
  const { server, offered, achieved, sent, notSent, responseUs, serviceUs, scheduleLagUs, errors } = result;
  return {
    server: { name: server.name, version: server.version, protocolVersion: server.protocolVersion },
    status: result.status,
    failure: result.failure,
    offered,
    achieved,
    sent,
    notSent,
    unfinished: result.unfinished ?? null,
    durationUs: result.durationUs,
    warmup: result.warmup,
    generatorLimited: result.generator.limited,
    generator: result.generator,
    responseUs,
    serviceUs,
    scheduleLagUs,
    errors,
    strays: result.strays ?? {},
    tools: result.operations.map(({ name, kind, calls, unfinished = 0, errors, responseUs, serviceUs }) => ({ name, kind, calls, unfinished, errors, responseUs, serviceUs })),
    slo: result.slo,
    capacity: result.capacity && { rate: result.capacity.rate, low: result.capacity.low, high: result.capacity.high, limitedBy: result.capacity.limitedBy, why: result.capacity.why, tookUs: result.capacity.tookUs },
    scaling: result.scaling,
    overload: result.overload,
    agents: result.agents,
    connections: result.connections,
    littlesLaw: result.littlesLaw,
    findings: result.findings,
    skipped: result.skipped,
    notices: result.notices,
    sentences: result.sentences.map((s) => s.parts.map((p) => p.text).join('')),
    runDir,
  };
}
