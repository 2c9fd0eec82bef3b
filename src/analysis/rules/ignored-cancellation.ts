import type { Rule } from '../rule.ts';

export const ignoredCancellation: Rule = {
  id: 'ignored-cancellation',
  title: 'Goes on after the client has cancelled',
  severity: 'hint',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
