import type { Rule } from '../rule.ts';

export const slowList: Rule = {
  id: 'slow-list',
  title: 'Listing does I/O every time',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
