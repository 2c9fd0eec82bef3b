import { rules } from '../analysis/rules/index.ts';

export const isRule = (id: string): boolean => rules.some((rule) => rule.id === id);
