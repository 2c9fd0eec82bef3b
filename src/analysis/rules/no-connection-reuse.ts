import type { Rule } from '../rule.ts';

export const noConnectionReuse: Rule = {
  id: 'no-connection-reuse',
  title: 'Connections are not kept alive',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
