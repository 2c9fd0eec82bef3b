import type { RequestRecord } from '../../model/trace.ts';
import { latencyUs } from '../evidence.ts';
import { isComputing, repeatedArguments, sameAnswers, worthUs } from '../repetition.ts';
import { found, type Rule } from '../rule.ts';
import { say, type Figure } from '../say.ts';
import { sum } from '../statistics.ts';

/** Fewer may be chance. */
const least = { duplicates: 3, share: 0.1 };

export const duplicateInFlight: Rule = {
  id: 'duplicate-in-flight',
  title: 'Identical calls run at the same time',
  severity: 'warning',
  docs: `While a read-only call was under way, the same call with the same arguments came again; both were carried out, with the same result.

**Why it hurts an MCP server.** Clients that call tools in parallel, and several sessions on one server, ask the same thing at the same moment: the work and the requests to other services are done twice.

**How it is measured.** From the trace: calls of one tool with equal arguments and equal results whose times overlap. Calls that keep the main thread busy are left out, for they run one after the other. When the run itself sent the same arguments again and again, the finding is a hint; a warning when several different arguments were concerned.

**How to mend it.** Single-flight: keep the promise of the call under way in a map by its arguments, return it to whoever asks meanwhile, and delete it when it settles.`,

  measured({ tools }) {
    return tools.flatMap((tool) => {
      const groups = sameAnswers(tool);
      if (!groups) return [];
      const perArguments = groups.map(duplicates);
      const many = sum(perArguments.map((d) => d.calls));
      const each = tool.costUs;
      const isOurs = repeatedArguments(groups) < 2;
      if (many < least.duplicates || many < least.share * tool.ok.length || each < worthUs(isOurs) || isComputing(tool)) return [];

      const link = { to: 'tab' as const, tab: 'timeline' as const, tool: tool.name };
      const count: Figure = { label: 'duplicates', value: many, unit: 'count', link };
      const calls: Figure = { label: 'calls', value: tool.ok.length, unit: 'count' };
      const cost: Figure = { label: 'cost of a call', value: each, unit: 'us', link: { to: 'tab', tab: 'latency', tool: tool.name } };
      const work: Figure = { label: 'time spent twice', value: many * each, unit: 'us', link };
      const origin = isOurs ? say` This run sent the same arguments itself: it counts only if your users do so too.` : [];
      return [
        found(duplicateInFlight, {
          ...(isOurs ? { severity: 'hint' as const } : {}),
          tools: [tool.name],
          sentence: say`${count} of ${calls} calls of \`${tool.name}\` repeated a call that was still under way, and had its result: ${cost} each, ${work} in all.${origin}`,
          help: 'Return the promise of the call under way to whoever asks for the same meanwhile (single-flight).',
          savedUsPerCall: sum(perArguments.map((d) => d.savedUs)) / tool.ok.length,
          figures: [count, cost, work],
        }),
      ];
    });
  },
};

/** Of calls with one set of arguments: those sent while another was under way, and how much sooner that one's answer came. */
function duplicates(calls: RequestRecord[]) {
  let endUs = -Infinity;
  let count = 0;
  let savedUs = 0;
  for (const r of calls) {
    if (r.queuedUs < endUs) {
      count++;
      savedUs += Math.max(0, r.queuedUs + latencyUs(r) - endUs);
    } else {
      endUs = r.queuedUs + latencyUs(r);
    }
  }
  return { calls: count, savedUs };
}
