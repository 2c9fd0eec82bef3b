import type { CodeFinding, LintReport } from '../../model/lint.ts';
import { clean, marks, plural, shorten, wrap, type Style } from '../text.ts';

export interface TextOptions {
  style: Style;
  /** The run that the findings were joined with. */
  run: string | null;
}

/** The report for people: sentences, findings by file, what was left out, and what to do next. Fits 80 columns. */
export function lintText(report: LintReport, { style, run }: TextOptions): string {
  const lines = [...wrap(summary(report), '')];
  const helped = new Set<string>();
  for (const [file, findings] of byFile(report.findings)) {
    lines.push('', style('bold', clean(shorten(file))));
    for (const finding of findings) {
      lines.push(...findingLines(finding, style, !helped.has(finding.help)));
      helped.add(finding.help);
    }
  }
  const notes = notesOf(report);
  if (notes.length > 0) lines.push('', ...notes.flatMap((note) => wrap(clean(note), '', '  ')).map((line) => style('dim', line)));
  lines.push('', ...nextStep(report, run), '');
  return lines.join('\n');
}

/** `12 tools in 4 files; 3 findings: 2 warnings, 1 hint.` */
function summary({ files, handlers, findings }: LintReport): string {
  if (files === 0) return 'There is no TypeScript, JavaScript or Python source to analyse.';
  const counted = new Map<string, number>([['tool', 0], ['resource', 0], ['prompt', 0], ['other handler', 0]]);
  for (const { kind } of handlers) {
    const what = kind.includes('/') || kind === 'other' ? 'other handler' : kind;
    counted.set(what, (counted.get(what) ?? 0) + 1);
  }
  const kinds = [...counted].filter(([, count]) => count > 0).map(([kind, count]) => plural(count, kind));
  const where = plural(new Set(handlers.map((h) => h.file)).size, 'file');
  const found = handlers.length === 0 ? 'No MCP handler was found' : `${kinds.join(', ')} in ${where}`;
  const levels = Object.keys(marks).flatMap((level) => {
    const count = findings.filter((f) => f.severity === level).length;
    return count === 0 ? [] : [plural(count, level, level === 'information' ? level : `${level}s`)];
  });
  const confirmed = findings.filter((f) => f.evidence === 'confirmed').length;
  const findingsText = findings.length === 0 ? 'no findings' : `${plural(findings.length, 'finding')}: ${levels.join(', ')}`;
  return `${found} (${plural(files, 'source file')} analysed); ${findingsText}.${confirmed > 0 ? ` The run confirms ${confirmed} of them.` : ''}`;
}

/** In the order of their first finding: files with what a run confirmed come first. */
function byFile(findings: readonly CodeFinding[]): Map<string, CodeFinding[]> {
  const files = new Map<string, CodeFinding[]>();
  for (const finding of findings) {
    const ofFile = files.get(finding.file);
    if (ofFile) ofFile.push(finding);
    else files.set(finding.file, [finding]);
  }
  return files;
}

/** With its help the first time that it is given. */
function findingLines(finding: CodeFinding, style: Style, withHelp: boolean): string[] {
  const { severity, evidence, line, column, rule, message, help, path, fixes } = finding;
  const level = marks[severity];
  const colour = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'cyan';
  const place = `${line}:${column + 1}`;
  const head = `  ${place}  ${style(colour, level)}${evidence === 'confirmed' ? ` ${style('bold', 'confirmed')}` : ''}  `;
  const margin = '      ';
  const [first = '', ...more] = wrap(`${clean(message)} ${style('dim', rule)}`, ' '.repeat(4 + place.length + level.length + (evidence === 'confirmed' ? 10 : 0)), margin);
  const lines = [head + first.trimStart(), ...more];
  if (path.length > 1) lines.push(...wrap(`by ${placesOf(path)}`, margin, `${margin}   `).map((l) => style('dim', l)));
  if (withHelp) lines.push(...wrap(clean(help), margin));
  if (fixes[0]) lines.push(...wrap(`${fixes[0].kind === 'safe' ? 'Quick fix' : 'Scaffold'} in the editor: ${clean(fixes[0].title)}`, margin));
  return lines;
}

/** `src/server.ts:12 → src/load.ts:40 → 52`: the file where it changes, lines within. */
function placesOf(path: CodeFinding['path']): string {
  return path.map(({ file, line }, i) => (i > 0 && path[i - 1]!.file === file ? String(line) : `${shorten(file)}:${line}`)).join(' → ');
}

function notesOf({ suppressed, unusedSuppressions, skipped, defects }: LintReport): string[] {
  const shown = 5;
  const some = (places: string[]) => `${places.slice(0, shown).join(', ')}${places.length > shown ? ` and ${places.length - shown} more` : ''}`;
  return [
    ...(suppressed.length > 0 ? [`${plural(suppressed.length, 'finding')} suppressed by comments.`] : []),
    ...(unusedSuppressions.length > 0 ? [`${plural(unusedSuppressions.length, 'comment')} that suppress${unusedSuppressions.length === 1 ? 'es' : ''} nothing: ${some(unusedSuppressions.map((u) => `${shorten(u.file)}:${u.line}`))}.`] : []),
    ...(skipped.length > 0 ? [`Left out: ${some(skipped.map((s) => `${shorten(s.file)} (${s.reason})`))}.`] : []),
    ...defects.map((d) => `A defect of MCP Profiler, please report it: ${d.split('\n')[0]!}`),
  ];
}

function nextStep({ handlers, findings, files }: LintReport, run: string | null): string[] {
  if (files === 0) return wrap('Name the folder with the sources of your server: mcp-profiler lint PATH', '');
  if (handlers.length === 0) return wrap('If this server registers its tools with a function, decorator or base class of its own, name it: mcp-profiler lint --handler NAME', '');
  if (findings.length === 0) return wrap('What code cannot show, a run does: mcp-profiler profile TARGET', '');
  if (run === null) return ['What do they cost? Measure it, then join the two:', '  mcp-profiler profile TARGET', '  mcp-profiler lint --run .mcp-profiler/runs/RUN'];
  return ['In CI, let warnings fail:', '  mcp-profiler lint --fail-on warning'];
}
