import { formatRate } from '../../model/format.ts';
import type { LoadResult } from '../../model/loadResult.ts';
import { found, type Rule } from '../rule.ts';
import { say, type Figure } from '../say.ts';
import { sum } from '../statistics.ts';

const link = { to: 'tab', tab: 'load' } as const;

export const overloadCollapse: Rule = {
  id: 'overload-collapse',
  title: 'Collapse under overload',
  severity: 'warning',
  docs: `Past its capacity the server does not say no: it takes every call, each waits longer than the one before, or less and less is answered at all.

**Why it hurts an MCP server.** Agents call in bursts and try again when a call takes too long. A server that keeps what it cannot do works on calls nobody waits for any more, and stays slow long after the burst.

**How it is measured.** A load test that searches the capacity and then offers 1.5 times as much. It is a collapse when good answers fall under 80% of those at capacity, or when the requests in flight grow without end and hardly any is refused, or when calls are lost to timeouts and broken connections. A test whose generator fell short says nothing.

**How to mend it.** Set a limit, from the knee that was measured: work on so many calls at a time, keep a short queue, and refuse what is beyond at once (\`isError\` with the words "busy, try again in 2 s", HTTP 429 or 503 with \`Retry-After\`). Then run the test again: *rejected* is what it should say.

\`\`\`ts
import pLimit from 'p-limit';
const limit = pLimit(8); // the knee of the load test
server.registerTool('search', config, async (args) => {
  if (limit.pendingCount > 16) return { isError: true, content: [{ type: 'text', text: 'Busy: try again in 2 s.' }] };
  return limit(() => search(args));
});
\`\`\``,

  load(result) {
    const { overload, capacity } = result;
    if (overload?.verdict !== 'collapsed') return [];
    const figures: Figure[] = [
      { label: 'offered', value: overload.offered, unit: 'per-second', link },
      { label: 'good answers', value: overload.goodput, unit: 'per-second', link },
      { label: 'good answers at capacity', value: overload.goodputAtCapacity, unit: 'per-second', link },
      { label: 'calls that failed', value: sum(Object.values(overload.errors)), unit: 'count', link },
    ];
    if (overload.recoveryUs !== null) figures.push({ label: 'time to recover', value: overload.recoveryUs, unit: 'us', link });
    const atATime = knee(result);
    if (atATime !== null) figures.push({ label: 'calls at a time at capacity', value: atATime, unit: 'count', link });
    const rate = capacity?.rate ?? overload.goodputAtCapacity;
    const limit = atATime === null ? '' : `work on at most ${atATime} at a time, and `;
    return [
      found(overloadCollapse, {
        tools: result.operations.filter((o) => o.kind === 'tool').sort((a, b) => (b.responseUs.p99 ?? 0) - (a.responseUs.p99 ?? 0)).map((o) => o.name),
        sentence: say`At ${figures[0]!}, more than it can do, the server collapses: ${overload.why}.`,
        help: `Refuse at once what is too much instead of keeping it: ${limit}answer with isError or HTTP 429 beyond ${formatRate(rate)}.`,
        figures,
        subject: 'overload',
      }),
    ];
  },
};

/** Requests in flight at the highest rate that held; by Little's law, so many are worked on or wait a moment. */
function knee({ capacity, scaling }: LoadResult): number | null {
  if (scaling?.peak) return scaling.peak.concurrency;
  const held = capacity?.tries.findLast((t) => t.sustainable && t.offered !== null && capacity.rate !== null && Math.abs(t.offered / capacity.rate - 1) < 0.02);
  return held ? Math.max(1, Math.ceil(held.meanInFlight)) : null;
}
