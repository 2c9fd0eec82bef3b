import { found, type Rule } from '../rule.ts';
import { nameTools, say, type Figure } from '../say.ts';

/** Where no budget says otherwise: estimated tokens of tools/list, and of one tool. */
const defaultLimit = { list: 5_000, tool: 1_000 };

export const toolDefinitionCost: Rule = {
  id: 'tool-definition-cost',
  title: 'Tool definitions take much of the context',
  severity: 'warning',
  docs: `The list of tools is more than about 5,000 tokens (or the budget), or one tool's definition more than 1,000.

**Why it hurts an MCP server.** Clients put the definitions of all tools into the context of every request to the model: they cost money and attention in each turn, called or not.

**How it is measured.** An estimate from the answer to tools/list: UTF-8 bytes / 4, for each tool and in all. Models count differently; the order of magnitude holds. A single heavy tool in a list that is not too long is for information.

**How to mend it.** Shorten descriptions and take examples out of schemas, join tools that differ in one argument, offer rare ones only where they are needed.`,

  measured({ run }) {
    const heaviest = [...run.tools].sort((a, b) => b.definitionTokens - a.definitionTokens);
    const all = run.server.toolListTokens;
    const budget = run.options.budgets.toolListTokens;
    const limit: Figure = { label: budget === undefined ? 'limit' : 'budget', value: budget ?? defaultLimit.list, unit: 'tokens' };
    if (all !== null && all > limit.value) {
      const total: Figure = { label: 'tools/list', value: all, unit: 'tokens', link: { to: 'tab', tab: 'trace' } };
      const names = heaviest.slice(0, 3).map((t) => t.name);
      return [
        found(toolDefinitionCost, {
          tools: [],
          sentence: say`The definitions of the tools take about ${total} of context, over the ${limit.label} of ${limit}${names.length > 0 ? `; the heaviest: ${nameTools(names, 3)}` : ''}.`,
          help: 'Shorten the descriptions of the heaviest, join tools that differ in one argument.',
          figures: [total, limit, ...heaviest.slice(0, 5).map((t): Figure => ({ label: t.name, value: t.definitionTokens, unit: 'tokens' }))],
        }),
      ];
    }
    return heaviest.filter((t) => t.definitionTokens > defaultLimit.tool).map((tool) => {
      const size: Figure = { label: 'definition', value: tool.definitionTokens, unit: 'tokens', link: { to: 'tab', tab: 'trace' } };
      return found(toolDefinitionCost, {
        severity: 'information',
        tools: [tool.name],
        sentence: say`The definition of \`${tool.name}\` takes about ${size} of context.`,
        help: 'Shorten its description, and take examples out of its schema.',
        figures: [size, { label: 'limit', value: defaultLimit.tool, unit: 'tokens' }],
      });
    });
  },
};
