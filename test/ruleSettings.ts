import type { Rule } from '../src/analysis/rule.ts';
import { severities } from '../src/model/lint.ts';

/** The properties of the setting `mcpProfiler.rules`: every rule that reads code. */
export function ruleSettings(rules: readonly Rule[]) {
  const levels = [...severities, 'off'];
  return Object.fromEntries(
    rules.filter((rule) => rule.code).map(({ id, title, severity }) => [id, { type: 'string', enum: levels, description: `${title}. Without a setting: ${severity} at most.` }]),
  );
}
