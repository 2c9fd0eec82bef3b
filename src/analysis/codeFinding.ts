import type { Severity } from '../model/finding.ts';
import { severities, type CodeFinding, type HandlerInfo, type LintSettings } from '../model/lint.ts';
import { branchesOn } from './branches.ts';
import type { CodeReport } from './codeRule.ts';
import { fromItsName, lineOf, linesOf } from './code/lines.ts';
import type { Handler, Program, Reach } from './code/program.ts';
import { ownerOf } from './code/receiving.ts';
import { isOneOfSeveral, isOneOfUnrelated } from './forks.ts';
import { gatesOf } from './gates.ts';
import { raisesOnWay } from './raises.ts';
import { findingId, type Rule } from './rule.ts';
import { isBesideCommands, isInDocs, isLeftOver } from './serverFiles.ts';

/**
 * Conditions on the way to a culprit (`gatesOf`, `branchesOn`): with so many a warning is a hint. Whether a call comes
 * through all of them, and how often, the code does not say: of warnings with two or more (an `else` counted as well), 46 of
 * 120 were right, of those with fewer 211 of 303, as readers of servers said. Where one time is enough to do the harm only
 * functions count that may leave before, and one more is let pass (readers: 93 of 117, and 155 of 171). A hint over more
 * than `nearHops` calls is information; of these 1 of 9 was right.
 */
export const manyGates = { warning: 2, harmfulOnce: 3, hint: 3 };
export const nearHops = 4;
/** Calls up to which a finding is sure at all. What needs more is information; a hint is none. */
export const farHops = 6;
/** Names of a path that a message spells out. */
const maxNames = 6;

/** The reports of one rule and line as the user gets them, without fixes; null where the settings switch the rule off. */
export function codeFinding(rule: Rule, reports: readonly CodeReport[], program: Program, settings: LintSettings): CodeFinding | null {
  // of handlers that are told one by one, the nearest speaks for all
  const [report] = [...reports].sort((a, b) => (a.handlers && b.handlers ? (a.reach?.path.length ?? 0) - (b.reach?.path.length ?? 0) : 0)) as [CodeReport];
  const hops = (report.reach?.path.length ?? 1) - 1;
  const severity = severityOf(rule, report, settings, hops, program);
  if (severity === null) return null;
  const { file, span, reach } = report;
  const handlers = handlersOf([report, ...reports], program);
  return {
    id: codeFindingId(rule, report, program),
    rule: rule.id,
    severity,
    evidence: 'static',
    confidence: hops > farHops ? 'low' : (report.confidence ?? 'high'),
    tools: [...new Set(handlers.map(toolName).filter((n) => n !== null))],
    message: messageOf(report, handlers, program),
    help: report.help,
    savedUsPerCall: null,
    file,
    ...linesOf(program, file, fromItsName(program, file, span)),
    figures: [],
    path: reach ? framesOf(reach, report, program, handlers[0]) : [],
    handlers: handlers.map((h) => h.id),
    fixes: [],
  };
}

/** The line that a report is told at. */
export const culpritLine = ({ file, span }: CodeReport, program: Program): number => lineOf(program, file, fromItsName(program, file, span));

/** Finding and report of one rule and line have the same id. */
export const codeFindingId = (rule: Rule, report: CodeReport, program: Program): string => findingId(rule.id, `${report.file}:${culpritLine(report, program)}`);

/** The setting speaks of the rule's own level; what the rule itself says more quietly stays at least as quiet. Null: not told. */
function severityOf(rule: Rule, report: CodeReport, { severities: set }: LintSettings, hops: number, program: Program): Severity | null {
  const setting = set[rule.id];
  if (setting === 'off' || (report.reach && raisesOnWay(program, report.reach))) return null;
  const own = report.severity ?? rule.severity;
  let severity = setting ?? own;
  if (isQuieter(own, rule.severity)) severity = quieter(severity, own);
  if (hops > farHops) return isQuieter(own, 'information') || (report.reach && isOneOfUnrelated(program, report.reach)) ? null : quieter(severity, 'information');
  if (severity !== 'information' && report.reach) {
    const gates = gatesOf(program, report.reach, report.span.start);
    if (severity === 'hint') severity = gates >= manyGates.hint && hops > nearHops ? 'information' : severity;
    else if (rule.harmfulOnce) severity = gates >= manyGates.harmfulOnce ? 'hint' : severity;
    else if (gates + branchesOn(program, report.reach, report.span.start) >= manyGates.warning) severity = 'hint';
  }
  // information says already that it does not weigh much
  if (severity === 'information') return severity;
  const from = report.reach?.handlers.length ? report.reach.handlers : [report];
  if (from.every(({ file }) => isBesideCommands(program, file) || isInDocs(program, file)) || (report.reach && report.reach.handlers.length > 0 && report.reach.handlers.every(isUnlisted))) return aside(severity);
  const isUnsure = (report.reach && isOneOfSeveral(program, report.reach)) || isLeftOver(program, report.file);
  return isUnsure ? quieter(severity, 'hint') : severity;
}

/** A name that a dispatching function answers to, though the list of tools does not have it: no client is told of it. */
const isUnlisted = ({ kind, branch }: Handler) => kind === 'other' && branch !== null;

/** What is no part of the server that somebody runs: no more than information; a hint is quieter than that, and is not told. */
export const aside = (severity: Severity): Severity | null => (severity === 'hint' ? null : quieter(severity, 'information'));

const isQuieter = (a: Severity, b: Severity) => severities.indexOf(a) > severities.indexOf(b);
const quieter = (a: Severity, b: Severity) => (isQuieter(a, b) ? a : b);

/** Of all reports of one line, the one that the path starts from first. */
function handlersOf(reports: readonly CodeReport[], program: Program): Handler[] {
  const all = [...new Set(reports.flatMap((r) => namedOnWay(r.handlers ?? r.reach?.handlers ?? [], r.reach, program)))];
  const tools = new Map<string | Handler, Handler>();
  for (const handler of all) {
    const { kind, name, function: fn } = handler;
    // of a server that is made in several places it is one tool
    const key = name === null || !fn ? handler : `${kind} ${name} ${fn.index} ${fn.file}`;
    if (!tools.has(key)) tools.set(key, handler);
  }
  return [...tools.values()];
}

/**
 * Of tools that one function dispatches to objects of a class for each (`handlers.get(name).handle(args)`), those whose
 * class is on the way: it has their name in a field. All of them, where nothing on the way says so.
 */
function namedOnWay(handlers: readonly Handler[], reach: Reach | null, program: Program): readonly Handler[] {
  if (handlers.length < 2 || !reach) return handlers;
  const names = new Set<unknown>();
  for (const { function: fn } of reach.path.slice(1)) {
    const owner = ownerOf(program.files, fn)?.class;
    const fields = owner ? program.files.get(owner.file)!.classes[owner.index]!.fields : [];
    for (const { values } of fields) if (values.length === 1 && values[0]!.kind === 'literal') names.add(values[0].value);
  }
  const named = handlers.filter(({ name }) => name !== null && names.has(name));
  return named.length > 0 ? named : handlers;
}

/** Lists go by their method. */
function toolName({ name, kind }: Handler): string | null {
  return name ?? (kind.includes('/') ? kind : null);
}

/** `… (reached from tool `search` via `loadIndex` → `readAll`).` */
function messageOf({ message, reach, function: culprit }: CodeReport, handlers: readonly Handler[], program: Program): string {
  const [nearest] = handlers;
  if (!nearest) return message;
  const said = message.replace(/\.$/, '');
  const others = handlers.length - 1;
  const name = nearest.kind.includes('/') ? `\`${nearest.kind}\`` : `${nearest.kind === 'other' ? 'handler' : nearest.kind}${nearest.name === null ? '' : ` \`${nearest.name}\``}`;
  const andOthers = others === 0 ? '' : ` and ${others} other${others === 1 ? '' : 's'}`;
  const via = namesOf(reach, program);
  const isInside = reach ? reach.path.length <= 1 : nearest.function?.file === culprit.file && nearest.function.index === culprit.index;
  if (via.length === 0) return `${said} (${isInside ? 'in' : 'reached from'} ${name}${andOthers}).`;
  return `${said} (reached from ${name}${andOthers} via ${via.join(' → ')}).`;
}

/** The functions between; of a long way its ends. Functions without a name say nothing and are left out. */
function namesOf(reach: Reach | null, program: Program): string[] {
  const between = (reach?.path ?? []).slice(1).map((hop) => program.nameOf(hop.function));
  const names = between.filter((n) => !n.endsWith('(anonymous)')).map((n) => `\`${n}\``);
  if (names.length <= maxNames) return names;
  return [...names.slice(0, maxNames / 2), '…', ...names.slice(-maxNames / 2)];
}

/** Each function on the way with the line of the call that leads on; the culprit's own line last. */
function framesOf(reach: Reach, report: CodeReport, program: Program, handler: Handler | undefined): CodeFinding['path'] {
  return reach.path.map(({ function: fn, call }, i) => ({
    // the function of a handler mostly has no name but the tool's
    functionName: i === 0 && program.functionOf(fn).name === '' ? (handler?.name ?? handler?.kind ?? '') : program.nameOf(fn),
    file: call?.file ?? report.file,
    line: call ? lineOf(program, call.file, program.callOf(call).span) : culpritLine(report, program),
  }));
}

export function handlerInfo(handler: Handler, program: Program): HandlerInfo {
  const { id, name, kind, language, file, span } = handler;
  const { line, column, endLine } = linesOf(program, file, span);
  return { id, name, kind, language, file, line, column, endLine, server: program.projectOf(file).name };
}
