import { largeResponseExamples } from '../examples/large-response.ts';
import { returnObserver } from '../resultFlow.ts';
import { found, type Rule } from '../rule.ts';
import { say, type Figure } from '../say.ts';
import { quantile } from '../statistics.ts';
import { wholeLists } from '../wholeLists.ts';

/** Where no budget says otherwise. */
const defaultLimit = { bytes: 100_000, tokens: 10_000 };

export const largeResponse: Rule = {
  id: 'large-response',
  title: 'Results are large',
  severity: 'warning',
  docs: `A tool returns more than 100 kB or about 10,000 tokens (or the budget) in one result; or its code returns a whole list (files, rows, documents, what an API lists) and nothing, in its schema or on the way, says how much of it.

**Why it hurts an MCP server.** The result goes into the model's context: it costs money, crowds out what matters and may be cut off by the client. Serialising, sending and parsing it takes time too.

**How it is measured.** Bytes of the answer on the wire, and an estimate of its tokens (UTF-8 bytes / 4; for images and other binary content this says little). The median over the limit is a warning; only the largest twentieth over it, a hint. In the code it is a hint too (information, where a service lists it: most answer in pages): the value is followed from the result back to the question, through everything that could cut it; nothing are one thing (\`get_…_by_id\`), what somebody has a handful of (workspaces, the templates of a folder, tables of a database), numbers and dates of a file, one that was read with the module or of whose entries some fields are left, and what a function around all tools cuts when it is too long.

**How to mend it.** Take a limit and a cursor as arguments with a small default, return the fields that are asked for, return a resource link instead of the content.`,

  measured({ run, tools }) {
    const { resultBytes, resultTokens } = run.options.budgets;
    const isBudget = resultBytes !== undefined || resultTokens !== undefined;
    const limit = { bytes: resultBytes ?? defaultLimit.bytes, tokens: resultTokens ?? defaultLimit.tokens };
    return tools.flatMap((tool) => {
      const bytes = tool.ok.map((r) => r.bytesIn);
      const tokens = tool.ok.map((r) => r.resultTokens ?? 0);
      const isOver = (p: number) => (quantile(bytes, p) ?? 0) > limit.bytes || (quantile(tokens, p) ?? 0) > limit.tokens;
      if (!isOver(0.95)) return [];
      const p = isOver(0.5) ? 0.5 : 0.95;
      const label = p === 0.5 ? 'median' : 'p95';
      const size: Figure = { label: `${label} size`, value: quantile(bytes, p)!, unit: 'bytes', link: { to: 'tab', tab: 'trace', tool: tool.name } };
      const estimate: Figure = { label: `${label} estimate`, value: quantile(tokens, p)!, unit: 'tokens', link: { to: 'tab', tab: 'trace', tool: tool.name } };
      const limits: Figure[] = [
        { label: isBudget ? 'budget' : 'limit', value: limit.bytes, unit: 'bytes' },
        { label: isBudget ? 'budget' : 'limit', value: limit.tokens, unit: 'tokens' },
      ];
      const count: Figure = { label: 'calls', value: bytes.length, unit: 'count' };
      return [
        found(largeResponse, {
          ...(p === 0.5 ? {} : { severity: 'hint' as const }),
          tools: [tool.name],
          sentence: say`\`${tool.name}\` returns ${size}, about ${estimate} (${label} of ${count} calls); the ${limits[0]!.label} is ${limits[0]!} or ${limits[1]!}.`,
          help: 'Take a limit and a cursor as arguments, with a small default, or return a resource link.',
          figures: [size, estimate, ...limits],
        }),
      ];
    });
  },

  code: {
    languages: ['typescript', 'python'],
    observes: [returnObserver],
    check: (program) => wholeLists(program),
    examples: largeResponseExamples,
  },
};
