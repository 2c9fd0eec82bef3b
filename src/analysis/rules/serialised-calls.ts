import { servedOneAtATime } from '../queueing.ts';
import { found, type Rule } from '../rule.ts';
import { nameTools, say, type Figure } from '../say.ts';

export const serialisedCalls: Rule = {
  id: 'serialised-calls',
  title: 'Calls are served one at a time',
  severity: 'warning',
  docs: `Several calls were in flight, the processor was idle, and still each call began only when the one before had ended.

**Why it hurts an MCP server.** Something lets one call through at a time: a lock around the whole handler, a queue with one worker, a single connection. Clients that call tools in parallel wait for the sum of all calls.

**How it is measured.** With at least 4 calls in flight (\`--concurrency\`), the time between the ends of two calls that follow one another is, for at least 10 calls and 4 in 5 of them, that of one call alone. The main thread was busy for less than half of the time; a tool that computes is not meant (see cpu-bound-handler). Without CPU samples nothing is said.

**How to mend it.** Hold the lock for what needs it only, give the queue more workers, use a pool of connections.`,

  measured(evidence) {
    return servedOneAtATime(evidence).map((s) => {
      const names = s.tools.map((t) => t.name);
      const link = { to: 'tab' as const, tab: 'timeline' as const, tool: names[0]! };
      const inFlight: Figure = { label: 'in flight', value: s.inFlight, unit: 'count', link };
      const alone: Figure = { label: 'one call', value: s.aloneUs, unit: 'us', link };
      const queued: Figure = { label: 'median in the queue', value: s.queuedUs, unit: 'us', link: { to: 'tab', tab: 'latency', tool: names[0]! } };
      const busy: Figure = { label: 'main thread busy', value: s.busy, unit: 'ratio', link };
      return found(serialisedCalls, {
        tools: names,
        sentence: say`Calls of ${nameTools(names)} are served one at a time: with ${inFlight} in flight a call takes ${queued} (median) where one needs ${alone}, while the main thread is busy only ${busy} of the time.`,
        help: 'Look for a lock around the handler, a queue with one worker or a single connection, and narrow or widen it.',
        savedUsPerCall: s.savedUsPerCall,
        figures: [inFlight, queued, alone, busy],
      });
    });
  },
};
