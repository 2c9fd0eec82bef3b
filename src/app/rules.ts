import { rulePage as pageOf } from '../analysis/rulePage.ts';
import { rules } from '../analysis/rules/index.ts';

export const isRule = (id: string): boolean => rules.some((rule) => rule.id === id);

/** The page that explains a rule, as Markdown; null for an id that is none. */
export function rulePage(id: string): string | null {
  const rule = rules.find((r) => r.id === id);
  return rule ? pageOf(rule) : null;
}
