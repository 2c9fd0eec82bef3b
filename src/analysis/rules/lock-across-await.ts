import type { Rule } from '../rule.ts';

export const lockAcrossAwait: Rule = {
  id: 'lock-across-await',
  title: 'Lock held across an await',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
