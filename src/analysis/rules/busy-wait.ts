import type { Rule } from '../rule.ts';

export const busyWait: Rule = {
  id: 'busy-wait',
  title: 'Waits by polling its own state',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
