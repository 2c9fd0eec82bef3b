import type { Finding, RuleId, Severity } from '../model/finding.ts';
import { formatUs, formatValue } from '../model/format.ts';
import { severities, type CodeFinding } from '../model/lint.ts';
import type { HotLine, RunRecord } from '../model/run.ts';

/** Rules whose culprit itself takes the time of the main thread, so that samples at its line prove its cost. */
const takesTime: ReadonlySet<RuleId> = new Set(['blocking-call', 'compile-in-handler', 'wasteful-serialisation', 'busy-wait']);
/** Figures that a message can carry. */
const maxFigures = 2;

/**
 * Joins what the code shows with what a run showed. A finding that the run saw too is `confirmed`, says what it cost, and
 * comes first; among these the one that saves most. All others stay as they are, in their order.
 */
export function confirm(findings: readonly CodeFinding[], run: RunRecord): CodeFinding[] {
  const joined = findings.map((finding) => {
    const measured = run.findings.find((m) => isSame(finding, m));
    if (measured) return confirmedBy(finding, measured);
    const lines = run.hotLines.filter((line) => takesTime.has(finding.rule) && isItsLine(finding, line));
    return lines.length > 0 ? confirmedByTime(finding, lines, run) : finding;
  });
  const isConfirmed = (f: CodeFinding) => f.evidence === 'confirmed';
  const confirmed = joined.filter(isConfirmed).sort((a, b) => (b.savedUsPerCall ?? -1) - (a.savedUsPerCall ?? -1));
  return [...confirmed, ...joined.filter((f) => !isConfirmed(f))];
}

/** The same rule at the same line; in the same function with the same API named; or, where the run has no place, of the same tool. */
function isSame(finding: CodeFinding, measured: Finding): boolean {
  if (measured.rule !== finding.rule) return false;
  // what no call did is of the start-up, as what no handler reaches
  if (measured.file === null) return measured.tools.length > 0 ? measured.tools.some((t) => finding.tools.includes(t)) : finding.rule === 'stdout-pollution' && finding.tools.length === 0;
  if (measured.file !== finding.file) return false;
  return measured.line === finding.line || (isSameFunction(finding, measured.path.at(-1)?.functionName ?? '') && sharesApi(finding, measured));
}

/** Profiles name a method without its class, or with it. */
function isSameFunction(finding: CodeFinding, name: string): boolean {
  const own = finding.path.at(-1)?.functionName ?? '';
  const last = (text: string) => text.slice(text.lastIndexOf('.') + 1);
  return name !== '' && !name.startsWith('(') && last(own) === last(name);
}

/** The last names of what stands in backticks: `fs.readFileSync` and `readFileSync` are one. */
function apisOf(message: string): Set<string> {
  return new Set([...message.matchAll(/`([^`]+)`/g)].map((m) => m[1]!.replace(/\(.*$/, '').split('.').at(-1)!));
}

function sharesApi(finding: CodeFinding, measured: Finding): boolean {
  const [api] = apisOf(finding.message);
  return api !== undefined && apisOf(measured.message).has(api);
}

function isItsLine(finding: CodeFinding, line: HotLine): boolean {
  if (line.file !== finding.file || line.line < finding.line || line.line > finding.endLine) return false;
  return line.callee !== null && apisOf(finding.message).has(line.callee.split('.').at(-1)!);
}

function confirmedBy(finding: CodeFinding, measured: Finding): CodeFinding {
  const said = measured.figures.slice(0, maxFigures).map((f) => `${f.label} ${formatValue(f.value, f.unit)}`);
  return {
    ...finding,
    evidence: 'confirmed',
    confidence: 'high',
    severity: graver(finding.severity, measured.severity),
    message: said.length > 0 ? `${finding.message} Measured: ${said.join(', ')}.` : `${finding.message} ${measured.message}`,
    savedUsPerCall: measured.savedUsPerCall,
    figures: measured.figures,
  };
}

function confirmedByTime(finding: CodeFinding, lines: readonly HotLine[], run: RunRecord): CodeFinding {
  const selfUs = lines.reduce((sum, line) => sum + line.selfUs, 0);
  const tools = new Set(lines.map((line) => line.tool));
  const calls = run.tools.filter((t) => tools.has(t.name)).reduce((sum, t) => sum + t.calls, 0);
  const perCall = calls > 0 ? selfUs / calls : null;
  const figures: CodeFinding['figures'] = [perCall === null ? { label: 'main-thread time', value: selfUs, unit: 'us' } : { label: 'main-thread time per call', value: perCall, unit: 'us' }];
  return {
    ...finding,
    evidence: 'confirmed',
    confidence: 'high',
    message: `${finding.message} Measured: ${formatUs(perCall ?? selfUs)} of the main thread${perCall === null ? '' : ' per call'}.`,
    savedUsPerCall: perCall,
    figures,
  };
}

const graver = (a: Severity, b: Severity) => (severities.indexOf(a) < severities.indexOf(b) ? a : b);
