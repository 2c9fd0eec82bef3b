import type { Rule } from '../rule.ts';

export const stdoutPollution: Rule = {
  id: 'stdout-pollution',
  title: 'Prints into the protocol stream',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
