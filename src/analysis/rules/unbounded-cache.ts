import type { Rule } from '../rule.ts';

export const unboundedCache: Rule = {
  id: 'unbounded-cache',
  title: 'Cache that only grows',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
