import { groupBy } from '../model/groupBy.ts';
import { culpritLine } from './codeFinding.ts';
import type { CodeReport } from './codeRule.ts';
import type { Program } from './code/program.ts';

/** So many of one kind are told each for itself. */
const mostAlone = 3;
/** Lines that are named besides the first. */
const mostNamed = 8;

/** Findings with the same key are told as the first of them, with the lines of the others, where there are many. */
export function* toldTogether(program: Program, reports: readonly CodeReport[], keyOf: (report: CodeReport) => string): Iterable<CodeReport> {
  const lineIn = (report: CodeReport) => culpritLine(report, program);
  for (const group of groupBy(reports, keyOf).values()) {
    const [line, ...others] = [...new Set(group.map(lineIn))].sort((a, b) => a - b);
    const [first] = group.filter((r) => lineIn(r) === line);
    if (others.length < mostAlone || !first) yield* group;
    else yield { ...first, message: `${first.message.replace(/\.$/, '')}, as in lines ${listed(others)}`, handlers: [...new Set([first, ...group].flatMap((r) => r.handlers ?? r.reach?.handlers ?? []))] };
  }
}

function listed(lines: readonly number[]): string {
  if (lines.length <= mostNamed) return `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)!}`;
  return `${lines.slice(0, mostNamed).join(', ')} and ${lines.length - mostNamed} more`;
}
