import type { Finding, Severity } from '../model/finding.ts';
import { isRule } from '../app/rules.ts';

export const levels: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
export const isLevel = (text: string): text is Severity => (levels as readonly string[]).includes(text);

/** A level, a rule's id, or `budget`. */
export const knownFailOn = (what: string): boolean => isLevel(what) || what === 'budget' || isRule(what);

/** Which findings make the command exit with 1, a line each. */
export function failures(findings: readonly Finding[], failOn: readonly string[]): string[] {
  const reached = (finding: Finding) =>
    failOn.some((what) => {
      if (what === 'budget') return finding.rule === 'budget-exceeded' || finding.figures.some((f) => f.label === 'budget');
      return isLevel(what) ? levels.indexOf(finding.severity) <= levels.indexOf(what) : finding.rule === what;
    });
  return findings.filter(reached).map((f) => `${f.rule}: ${f.message}`);
}
