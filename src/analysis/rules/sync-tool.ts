import type { Rule } from '../rule.ts';

export const syncTool: Rule = {
  id: 'sync-tool',
  title: 'Synchronous tool runs on the event loop',
  severity: 'warning',
  docs: '',
  code: {
    languages: ['python'],
    check: () => [],
    examples: [],
  },
};
