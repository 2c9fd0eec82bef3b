import { rulePage as pageOf } from '../analysis/rulePage.ts';
import { rules } from '../analysis/rules/index.ts';
import type { RuleId, Severity } from '../model/finding.ts';

export const isRule = (id: string): boolean => rules.some((rule) => rule.id === id);

export interface RuleInfo {
  id: RuleId;
  title: string;
  severity: Severity;
  /** Found in the code; all others need a run. */
  isStatic: boolean;
  /** Its page, Markdown. */
  page: string;
}

export const ruleInfos = (): RuleInfo[] => rules.map((rule) => ({ id: rule.id, title: rule.title, severity: rule.severity, isStatic: rule.code !== undefined, page: pageOf(rule) }));
