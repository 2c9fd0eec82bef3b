import { cacheScaffold } from '../cacheScaffold.ts';
import { uncachedHotToolExamples } from '../examples/uncached-hot-tool.ts';
import { absentObserver } from '../ifAbsent.ts';
import { onceObserver } from '../onceOnly.ts';
import { keyedObserver } from '../presentTime.ts';
import { isComputing, repeatedArguments, sameAnswers, simulateCache, worthUs } from '../repetition.ts';
import { found, type Rule } from '../rule.ts';
import { say, type Figure } from '../say.ts';
import { mean, sum } from '../statistics.ts';
import { uncachedReads } from '../uncachedReads.ts';

/** Times to live that are tried, seconds; the middle one is in the message. */
const ttls = [10, 60, 300];
/** Fewer repetitions are no habit. */
const leastRepetitions = 5;
/** A share of the time in blocks from which on mending them comes first. */
const blocked = 0.5;

export const uncachedHotTool: Rule = {
  id: 'uncached-hot-tool',
  title: 'Same arguments, same result, computed again',
  severity: 'warning',
  docs: `A read-only tool was called with the same arguments several times, gave the same result each time, and each call cost time.

**Why it hurts an MCP server.** Models repeat themselves: after a summary of the context, in a retry, in parallel branches. Each repetition pays the full price, and so does the service behind the tool.

**How it is measured.** From the trace: calls with equal arguments had equal results, always. A cache with a time to live of 10 s, 60 s and 5 min, in which calls that come together wait for one another, is replayed on the calls of the run: its hit rate and the time it would have saved. A profile repeats the same arguments by itself; then the repetition says nothing about your users, and the finding is a hint. It is a warning when several different arguments came back. Tools that are not marked read-only, and those whose result changed once, are left out.

In the code: a tool that only reads (it says \`readOnlyHint: true\`, or is called get…, list…, search…) asks a service with a GET or a database with a SELECT, and nothing that looks like a cache is in its reach. That says nothing about how often it is asked for the same: it is a hint, and tools whose answer is other each time (logs, state, prices, what is still to be had, what is asked for up to the present time, what another tool of the server changes) are left out, and so is a program on this machine. Where what is asked for is only a cookie or a token, the same for all arguments, it says so.

**How to mend it.** Keep results for as long as they may be old, with a limit on their number, keyed by the arguments and by whatever else the result depends on (the user). Let calls for the same key wait for the one under way.`,

  code: {
    languages: ['typescript', 'python'],
    observes: [onceObserver, keyedObserver, absentObserver],
    check: uncachedReads,
    fixes: cacheScaffold,
    examples: uncachedHotToolExamples,
  },

  measured({ tools }) {
    return tools.flatMap((tool) => {
      const groups = sameAnswers(tool);
      if (!groups) return [];
      const repetitions = sum(groups.map((calls) => calls.length - 1));
      const outcomes = ttls.map((s) => simulateCache(tool, s * 1e6));
      const { hitRatio, savedUsPerCall } = outcomes[1]!;
      const isOurs = repeatedArguments(groups) < 2;
      if (repetitions < leastRepetitions || Math.min(savedUsPerCall, tool.costUs * hitRatio) < worthUs(isOurs)) return [];

      const blockedUs = (tool.summary.blockedUs?.total ?? 0) / tool.calls.length;
      // a profile repeats every call; where a block explains the time there is nothing that speaks for a cache
      if (isOurs && isComputing(tool) && blockedUs > blocked * tool.costUs) return [];

      const link = { to: 'tab' as const, tab: 'trace' as const, tool: tool.name };
      const saved: Figure = { label: 'saved per call, 60 s', value: savedUsPerCall, unit: 'us', link };
      const cost: Figure = { label: 'mean cost of a call', value: mean(tool.ownUs)!, unit: 'us', link: { to: 'tab', tab: 'latency', tool: tool.name } };
      const hits: Figure = { label: 'hit rate, 60 s', value: hitRatio, unit: 'ratio', link };
      const same: Figure = { label: 'calls with the result of their arguments', value: tool.ok.length, unit: 'count', link };
      const variety: Figure = { label: 'different arguments', value: groups.length, unit: 'count', link };
      const others = [0, 2].flatMap((i): Figure[] => [
        { label: `hit rate, ${ttls[i]!} s`, value: outcomes[i]!.hitRatio, unit: 'ratio', link },
        { label: `saved per call, ${ttls[i]!} s`, value: outcomes[i]!.savedUsPerCall, unit: 'us', link },
      ]);
      const which = isOurs ? [] : say` (${variety} different ones)`;
      const origin = isOurs ? say` This run repeated the call itself: it counts only if your users do so too.` : [];
      return [
        found(uncachedHotTool, {
          ...(isOurs ? { severity: 'hint' as const } : {}),
          tools: [tool.name],
          sentence: say`\`${tool.name}\` gave the same result for the same arguments${which} in ${same} of ${same} calls, at ${cost} each on average: a cache of 60 s would have answered ${hits} of them and saved ${saved} per call.${origin}`,
          help: 'Keep results for as long as they may be old, bounded in number, and let calls for the same key wait for the one under way.',
          savedUsPerCall,
          figures: [cost, hits, saved, variety, ...others],
        }),
      ];
    });
  },
};
