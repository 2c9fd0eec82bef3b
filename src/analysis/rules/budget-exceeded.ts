import type { Budgets } from '../../model/run.ts';
import { holdAgainstBudgets, type Verdict } from '../budgets.ts';
import type { Evidence } from '../evidence.ts';
import { found, type Rule } from '../rule.ts';
import { say, type Figure, type Parts } from '../say.ts';

/** What a budget limits, in words. The budgets that are missing here have a rule of their own. */
const words: Partial<Record<keyof Budgets, string>> = { toolP95Us: 'p95', toolMeanUs: 'mean', listP95Us: 'p95', errorRatio: 'error rate' };

export const budgetExceeded: Rule = {
  id: 'budget-exceeded',
  title: 'Budget exceeded',
  severity: 'error',
  docs: `A figure of the run is over its budget: p95 or mean of a tool, p95 of a list, share of errors. Every budget is a setting.

**Why it hurts an MCP server.** Budgets say what is good enough. A call over budget keeps a model and its user waiting.

**How it is measured.** Every budget has one of three verdicts. For p95 the calls over the limit are counted, failed ones included: *exceeded* when so many would come about by chance less than once in 100 if just 5% were over; *met* when so few would less than once in 20; *unknown* otherwise, as it is after 20 calls that were all in time. Errors are held against their share in the same way; a tool that refuses one and the same arguments each time is for information, for they may be wrong. For the mean, the 98% confidence interval lies above the limit or below it. Only *exceeded* makes a finding, but *unknown* is never shown as met. Sizes, tool definitions and start-up have rules of their own, with the budget as their limit.

**How to mend it.** See the other findings of the tool; without any, look where its slowest calls were in the timeline.`,

  measured(evidence) {
    const exceeded = holdAgainstBudgets(evidence).filter((v) => v.verdict === 'exceeded' && words[v.budget] !== undefined);
    // where all the misses are failures, the error rate has said so
    const failed = (v: Verdict) => v.budget === 'toolP95Us' && exceeded.some((e) => e.budget === 'errorRatio' && e.subject === v.subject && e.misses === v.misses);
    return exceeded
      .filter((v) => !failed(v))
      .map((v) => {
        const limit: Figure = { label: 'budget', value: v.limit, unit: v.unit };
        const isTool = v.budget !== 'listP95Us';
        const link = { to: 'tab' as const, tab: v.budget === 'errorRatio' ? ('trace' as const) : ('latency' as const), ...(isTool && v.subject !== null ? { tool: v.subject } : {}) };
        const misses: Figure = { label: v.budget === 'errorRatio' ? 'calls that failed' : 'calls over budget', value: v.misses, unit: 'count', link };
        const calls: Figure = { label: 'calls', value: v.calls, unit: 'count' };
        const value: Figure | null = v.value === null ? null : { label: words[v.budget]!, value: v.value, unit: v.unit, link };
        const isRefused = v.budget === 'errorRatio' && refusesOurArguments(evidence, v.subject);
        return found(budgetExceeded, {
          ...(isRefused ? { severity: 'information' as const } : {}),
          tools: isTool && v.subject !== null ? [v.subject] : [],
          sentence: sentence(v, limit, misses, calls, value),
          help: isRefused ? 'If the arguments were generated, give real ones and run again.' : 'See the other findings of this tool, or its slowest calls in the timeline.',
          figures: [...(value ? [value] : []), limit, misses, calls],
          subject: `${v.budget} ${v.subject ?? ''}`,
        });
      });
  },
};

/** One and the same arguments, and the tool itself says no each time: it may well be right. */
function refusesOurArguments({ tools }: Evidence, subject: string | null): boolean {
  const calls = tools.find((t) => t.name === subject)?.calls ?? [];
  return new Set(calls.map((r) => r.argsHash)).size === 1 && calls.every((r) => r.outcome === 'toolError' || r.errorClass === 'jsonrpc(-32602)');
}

function sentence(v: Verdict, limit: Figure, misses: Figure, calls: Figure, value: Figure | null): Parts {
  const subject = `\`${v.subject ?? 'the server'}\``;
  if (v.budget === 'errorRatio') return say`${misses} of ${calls} calls of ${subject} failed, over the budget of ${limit}.`;
  if (v.budget === 'toolMeanUs' && value) return say`${subject} takes ${value} on average over ${calls} calls, over the budget of ${limit}.`;
  return say`${misses} of ${calls} calls of ${subject} ${v.failed > 0 ? 'failed or ' : ''}took longer than the p95 budget of ${limit}.`;
}
