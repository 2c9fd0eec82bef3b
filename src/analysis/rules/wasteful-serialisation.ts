import type { Rule } from '../rule.ts';

export const wastefulSerialisation: Rule = {
  id: 'wasteful-serialisation',
  title: 'Result is larger than it need be',
  severity: 'information',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
