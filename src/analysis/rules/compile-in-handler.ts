import type { Rule } from '../rule.ts';

export const compileInHandler: Rule = {
  id: 'compile-in-handler',
  title: 'Compiled anew in every call',
  severity: 'hint',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
