import type { Rule } from '../rule.ts';

export const sequentialAwait: Rule = {
  id: 'sequential-await',
  title: 'Independent work done one after the other',
  severity: 'hint',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
