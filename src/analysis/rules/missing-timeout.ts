import type { Rule } from '../rule.ts';

export const missingTimeout: Rule = {
  id: 'missing-timeout',
  title: 'Waits without a limit',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
