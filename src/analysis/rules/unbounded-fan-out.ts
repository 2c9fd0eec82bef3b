import type { Rule } from '../rule.ts';

export const unboundedFanOut: Rule = {
  id: 'unbounded-fan-out',
  title: 'As many requests at once as the caller asks for',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
