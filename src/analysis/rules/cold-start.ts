import { latencyUs } from '../evidence.ts';
import { found, type Rule } from '../rule.ts';
import { say, type Figure } from '../say.ts';
import { largest, median } from '../statistics.ts';

/** Fewer calls after the first say too little about what is usual. */
const leastCalls = 5;
const least = { ratio: 3, moreUs: 100_000, overMax: 2 };

export const coldStart: Rule = {
  id: 'cold-start',
  title: 'First call is much slower than the next',
  severity: 'information',
  docs: `The first call of a tool takes several times as long as those that follow.

**Why it hurts an MCP server.** Clients start a server per session, often for a handful of calls: the first call is what the user sees, and it may run into the client's timeout.

**How it is measured.** The first call of each tool, made alone, is set against the calls that follow: at least 3 times their median, 100 ms more, and twice the slowest of them. It happens once a run, so it is seen once: run again to be sure.

**How to mend it.** Open connections, load data and import modules when the server starts, after initialize was answered, instead of in the first call.`,

  measured({ tools }) {
    return tools.flatMap((tool) => {
      if (!tool.warmup || tool.ok.length < leastCalls) return [];
      const first = latencyUs(tool.warmup);
      const next = tool.ok.map(latencyUs);
      const usual = median(next)!;
      if (first < usual * least.ratio || first - usual < least.moreUs || first < largest(next) * least.overMax) return [];
      const firstCall: Figure = { label: 'first call', value: first, unit: 'us', link: { to: 'tab', tab: 'timeline', tool: tool.name, request: tool.warmup.request } };
      const following: Figure = { label: 'median of the next', value: usual, unit: 'us', link: { to: 'tab', tab: 'latency', tool: tool.name } };
      const count: Figure = { label: 'calls after the first', value: next.length, unit: 'count' };
      return [
        found(coldStart, {
          tools: [tool.name],
          sentence: say`The first call of \`${tool.name}\` took ${firstCall}, the ${count} after it ${following} (median).`,
          help: 'Prepare when the server starts what the first call now prepares: connections, data, imports.',
          figures: [firstCall, following, count],
        }),
      ];
    });
  },
};
