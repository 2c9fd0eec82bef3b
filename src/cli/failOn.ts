import type { Severity } from '../model/finding.ts';
import type { RunRecord } from '../model/run.ts';
import { isRule } from '../app/rules.ts';

const levels: Severity[] = ['error', 'warning', 'information', 'hint'];
const isLevel = (text: string): text is Severity => (levels as string[]).includes(text);

/** A level, a rule's id, or `budget`. */
export const knownFailOn = (what: string): boolean => isLevel(what) || what === 'budget' || isRule(what);

/** What of the run makes the command exit with 1, a line each. */
export function failures(run: RunRecord, failOn: string[]): string[] {
  const reached = (finding: RunRecord['findings'][number]) =>
    failOn.some((what) => {
      if (what === 'budget') return finding.rule === 'budget-exceeded' || finding.figures.some((f) => f.label === 'budget');
      return isLevel(what) ? levels.indexOf(finding.severity) <= levels.indexOf(what) : finding.rule === what;
    });
  return run.findings.filter(reached).map((f) => `${f.rule}: ${f.message}`);
}
