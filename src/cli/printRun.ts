import { notChosen } from '../app/choose.ts';
import { formatBytes, formatUs } from '../model/format.ts';
import type { RunRecord, ToolSummary } from '../model/run.ts';
import { clean, columns, marks, shorten, styleFor, wrap } from './text.ts';

const maxHotLines = 8;

/** The run for people: the answer, the table, hot lines, findings, and what to do next. Fits 80 columns. */
export function printRun(run: RunRecord, runDir: string, out: Partial<NodeJS.WriteStream>): string {
  const style = styleFor(out);
  const heading = (text: string) => ['', style('bold', text)];
  const { server, runtime } = run;
  const lines: string[] = [];

  lines.push(style('bold', clean(`${server.name}${server.version === null ? '' : ` ${server.version}`}`)));
  lines.push(...wrap(clean([`${server.transport}, MCP ${server.protocolVersion ?? '?'}`, runtime?.version ? `${runtime.name} ${runtime.version}` : '', run.startupUs === null ? '' : `started in ${formatUs(run.startupUs)}`].filter(Boolean).join(' · ')), ''));
  lines.push('');
  for (const sentence of run.sentences) lines.push(...wrap(clean(sentence.parts.map((p) => p.text).join('')), ''));

  if (run.tools.length > 0) lines.push(...heading('Tools'), ...toolTable(run.tools).map((row, i) => (i === 0 ? style('dim', row) : row)));
  if (run.tools.some((t) => t.latencyUs.p95 === null)) lines.push(style('dim', '  – not measured, or too few calls: p50 takes 6, p95 72 (--calls)'));
  if (run.hotLines.length > 0) {
    lines.push(...heading('Hot lines'));
    for (const h of run.hotLines.slice(0, maxHotLines)) {
      const where = `${clean(h.functionName)}${h.callee === null ? '' : ` → ${clean(h.callee)}`} (${shorten(h.file)}:${h.line})${h.tool === null ? '' : ` · ${clean(h.tool)}`}`;
      lines.push(...wrap(where, `${formatUs(h.selfUs).padStart(9)}  `, ' '.repeat(11)));
    }
  }
  if (run.findings.length > 0) {
    lines.push(...heading('Findings'));
    for (const f of run.findings) {
      lines.push(...wrap(`${style(f.severity === 'error' || f.severity === 'warning' ? 'yellow' : 'cyan', marks[f.severity])} ${f.rule}: ${clean(f.message)}`, '  '));
      lines.push(...wrap(clean(f.help), '      '));
      if (f.file !== null) lines.push(`      ${shorten(f.file)}:${f.line ?? 1}`);
    }
  }
  const skipped = run.skipped.filter((s) => s.reason !== notChosen);
  if (skipped.length > 0) {
    lines.push(...heading('Not called'));
    for (const s of skipped) lines.push(...wrap(`${clean(s.tool)}: ${s.reason}`, '  '));
  }
  if (run.notices.length > 0) {
    lines.push(...heading('Please note'));
    for (const notice of run.notices) lines.push(...wrap(clean(notice), '  '));
  }
  const dir = shorten(runDir);
  lines.push(...heading('Run'), `  ${dir}`, '  Open it in VS Code: "MCP Profiler: Open Run…", or as a page:', `  mcp-profiler export ${dir} --format html --out report.html`, '');
  return lines.join('\n');
}

/** Percentiles that the calls do not bear out are `–`; the slowest call always stands beside them. */
function toolTable(tools: ToolSummary[]): string[] {
  const header = ['tool', 'calls', 'errors', 'p50', 'p95', 'max', 'CPU/call', 'block', 'out'];
  const rows = tools.map((t) => [
    clean(t.name),
    String(t.calls),
    String(Object.values(t.errors).reduce((a, b) => a + b, 0)),
    formatUs(t.latencyUs.p50),
    formatUs(t.latencyUs.p95),
    formatUs(t.latencyUs.max),
    formatUs(t.cpuUs?.perCall ?? null),
    formatUs(t.blockedUs?.max ?? null),
    formatBytes(t.calls > 0 ? t.bytes.in / t.calls : null),
  ]);
  const widths = header.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)));
  // what the figures leave is the name's
  const figures = widths.slice(1).reduce((a, b) => a + b + 2, 0);
  const name = Math.max(8, Math.min(widths[0]!, columns - figures));
  return [header, ...rows].map((row) => row.map((cell, i) => (i === 0 ? truncate(cell, name).padEnd(name) : cell.padStart(widths[i]!))).join('  '));
}

/** The documented part of `profile --json` first; the whole record is in run.json of `runDir`. */
export function runToJson(run: RunRecord, runDir: string) {
  const { name, version, protocolVersion } = run.server;
  return {
    server: { name, version, protocolVersion },
    runtime: run.runtime && { name: run.runtime.name, version: run.runtime.version },
    status: run.status,
    failure: run.failure,
    startupUs: run.startupUs,
    tools: run.tools.map(({ name, calls, errors, latencyUs, bytes, cpuUs, allocBytes, blockedUs }) => ({ name, calls, errors, latencyUs, bytes, cpuUs, allocBytes, blockedUs })),
    cpu: run.cpu,
    hotLines: run.hotLines.map(({ file, line, functionName, callee, selfUs, tool }) => ({ file, line, functionName, callee, selfUs, tool })),
    findings: run.findings,
    skipped: run.skipped,
    notices: run.notices,
    sentences: run.sentences.map((s) => s.parts.map((p) => p.text).join('')),
    runDir,
  };
}

const truncate = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);
