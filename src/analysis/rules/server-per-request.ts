import type { Rule } from '../rule.ts';

export const serverPerRequest: Rule = {
  id: 'server-per-request',
  title: 'A new MCP server for every request',
  severity: 'information',
  docs: '',
  code: {
    languages: ['typescript', 'python'],
    check: () => [],
    examples: [],
  },
};
