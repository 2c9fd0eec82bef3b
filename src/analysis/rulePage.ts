import type { Severity } from '../model/finding.ts';
import type { Rule } from './rule.ts';

const severities: Record<Severity, string> = { error: 'Error', warning: 'Warning', information: 'Information', hint: 'Hint' };

/** The page of a rule, Markdown; nothing in it is written anywhere else. */
export function rulePage(rule: Rule): string {
  return `# ${rule.title}\n\n\`${rule.id}\` · ${severities[rule.severity]} at most\n\n${rule.docs}\n`;
}
