import type { CodeFinding, HandlerInfo, LintReport } from '../../model/lint.ts';

/** The documented part of `lint --format json` first in every object. Lines from 1, columns from 0, offsets in UTF-16 units. */
export function lintToJson(report: LintReport) {
  const handlers = new Map(report.handlers.map((h) => [h.id, h]));
  return {
    files: report.files,
    handlers: report.handlers.map(({ name, kind, file, line, language, column, endLine, server }) => ({ name, kind, file, line, language, column, endLine, server })),
    findings: report.findings.map((f) => findingToJson(f, handlers)),
    timings: report.timings,
    suppressed: report.suppressed.map(({ finding, reason }) => ({ ...findingToJson(finding, handlers), reason })),
    unusedSuppressions: report.unusedSuppressions,
    skipped: report.skipped,
    defects: report.defects,
  };
}

/** `handlers` are names; a handler whose name is computed goes by its kind. `fix` is the preferred one. */
function findingToJson(finding: CodeFinding, handlers: ReadonlyMap<string, HandlerInfo>) {
  const { rule, severity, confidence, file, line, endLine, message, path, fixes, column, endColumn, evidence, help, tools, figures, savedUsPerCall, id } = finding;
  return {
    rule,
    severity,
    confidence,
    file,
    line,
    endLine,
    message,
    handlers: finding.handlers.map((h) => handlers.get(h)?.name ?? handlers.get(h)?.kind ?? h),
    path: path.map(({ functionName, file, line }) => ({ file, line, name: functionName })),
    fix: fixes[0] ?? null,
    column,
    endColumn,
    evidence,
    help,
    tools,
    figures,
    savedUsPerCall,
    id,
  };
}
