import type { Rule } from '../rule.ts';

export const polling: Rule = {
  id: 'polling',
  title: 'Asks again and again for what could be announced',
  severity: 'hint',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
