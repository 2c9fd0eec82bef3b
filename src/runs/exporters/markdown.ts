import { formatBytes, formatCount, formatUs, notMeasured } from '../../model/format.ts';
import type { RunRecord, ToolSummary } from '../../model/run.ts';
import type { Exporter } from './index.ts';

/** The answer as text: sentences, tools, hot lines, findings, and what limits the figures. */
export const exportMarkdown: Exporter = async function* (run) {
  yield* await Promise.resolve([heading(run), sentences(run), tools(run), hotLines(run), findings(run), limits(run)].filter((part) => part !== '').map((part) => `${part}\n`));
};

function heading(run: RunRecord): string {
  const { name, version, protocolVersion, transport, target } = run.server;
  const runtime = run.runtime ? `${run.runtime.name}${run.runtime.version === null ? '' : ` ${run.runtime.version}`}` : null;
  const facts = [
    `- Server: ${escape(`${name} ${version ?? ''}`.trim())}`,
    ...(target === '' ? [] : [`- Started as: ${code(target)}`]),
    `- Transport: ${transport}${protocolVersion === null ? '' : `, protocol ${protocolVersion}`}`,
    ...(runtime === null ? [] : [`- Runtime: ${escape(runtime)}`]),
    `- Run: ${escape(run.id)}, ${run.startedAt}, ${formatUs(run.durationUs)}, ${run.status}`,
    `- Options: ${run.options.callsPerTool} calls per tool, concurrency ${run.options.concurrency}`,
    `- MCP Profiler ${escape(run.profilerVersion)}`,
  ];
  const failure = run.failure ? `\n**Failed:** ${escape(run.failure.message)} ${escape(run.failure.hint)}\n` : '';
  return `# ${escape(run.title)}\n\n${facts.join('\n')}\n${failure}`;
}

const sentences = (run: RunRecord) => run.sentences.map((s) => `${escape(s.parts.map((p) => p.text).join(''))}\n`).join('\n');

function tools(run: RunRecord): string {
  if (run.tools.length === 0) return '';
  const row = (t: ToolSummary) => [
    code(t.name),
    formatCount(t.calls),
    errors(t.errors),
    formatUs(t.latencyUs.p50),
    formatUs(t.latencyUs.p95),
    formatUs(t.latencyUs.p99),
    formatUs(t.latencyUs.max),
    formatUs(t.cpuUs?.perCall ?? null),
    formatUs(t.blockedUs?.max ?? null),
    formatBytes(t.allocBytes?.perCall ?? null),
    formatBytes(t.calls === 0 ? null : t.bytes.in / t.calls),
  ];
  return `## Tools\n\n${table(['Tool', 'Calls', 'Errors', 'p50', 'p95', 'p99', 'Max', 'CPU per call', 'Longest block', 'Allocated per call', 'Result per call'], run.tools.map(row))}`;
}

const errors = (classes: Record<string, number>) =>
  Object.entries(classes)
    .map(([name, count]) => `${formatCount(count)} ${escape(name)}`)
    .join(', ') || '0';

function hotLines(run: RunRecord): string {
  if (run.hotLines.length === 0) return '';
  const rows = run.hotLines.map((h) => [code(`${h.file}:${h.line}`), escape(h.callee === null ? h.functionName : `${h.functionName} → ${h.callee}`), formatUs(h.selfUs), h.tool === null ? notMeasured : code(h.tool)]);
  return `## Hot lines\n\n${table(['Line', 'Function', 'Self time', 'Tool'], rows)}`;
}

function findings(run: RunRecord): string {
  if (run.findings.length === 0) return '';
  const items = run.findings.map((f) => {
    const place = f.file === null ? '' : ` (${code(`${f.file}${f.line === null ? '' : `:${f.line}`}`)})`;
    return `- **${f.severity}** \`${f.rule}\`${place}: ${escape(f.message)} ${escape(f.help)}`;
  });
  return `## Findings\n\n${items.join('\n')}\n`;
}

function limits(run: RunRecord): string {
  const items = [...run.notices.map(escape), ...run.skipped.map((s) => `${code(s.tool)} was not called: ${escape(s.reason)}`)];
  return items.length === 0 ? '' : `## Notes\n\n${items.map((item) => `- ${item}`).join('\n')}\n`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** Text of a server is shown, never read as Markdown or HTML. */
const escape = (text: string) => text.replace(/[\\`*_[\]<>|#~]/g, '\\$&').replace(/\s+/g, ' ').trim();

/** A code span is fenced with one backtick more than it holds; in a table a bar needs its backslash even there. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${text.replace(/\s+/g, ' ').replaceAll('|', '\\|')}${pad}${fence}`;
}
