import type { Rule } from '../rule.ts';

export const clientPerCall: Rule = {
  id: 'client-per-call',
  title: 'A new client for every call',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
