import type { Evidence } from '../evidence.ts';
import { place } from '../place.ts';
import { found, type Rule } from '../rule.ts';
import { say, type Figure } from '../say.ts';

/** Where no budget says otherwise. */
const defaultLimitUs = 2_000_000;
/** A line is named when it has this share of the start-up. */
const namedShare = 0.1;

export const slowStartup: Rule = {
  id: 'slow-startup',
  title: 'Server is slow to start',
  severity: 'warning',
  docs: `From the start of the process to the answer of initialize it takes more than 2 s (or the budget).

**Why it hurts an MCP server.** Clients start their servers before the first prompt and wait for all of them; some give up.

**How it is measured.** Time from spawning the process (or the first connection) to the answer of initialize. The CPU samples up to there say how much of it the server computed itself; the rest is the launcher (\`npx\` looks packages up), reading files and waiting.

**How to mend it.** Import heavy modules where they are first used, answer initialize before connecting to other services, bundle the server, install it instead of starting it through \`npx\`.`,

  measured({ run }) {
    const limit = run.options.budgets.startupUs ?? defaultLimitUs;
    if (run.startupUs === null || run.startupUs <= limit) return [];
    const startup: Figure = { label: 'start-up', value: run.startupUs, unit: 'us', link: { to: 'tab', tab: 'timeline' } };
    const budget: Figure = { label: run.options.budgets.startupUs === undefined ? 'limit' : 'budget', value: limit, unit: 'us' };
    const busy: Figure | null = run.cpu && { label: 'own CPU', value: run.cpu.startupUs, unit: 'us', link: { to: 'tab', tab: 'flame' } };
    const hottest = hottestLine(run);
    const what = busy ? say`; ${busy} of it the server's own CPU` : [];
    const where = hottest ? say`, most in \`${hottest.functionName}\` (${place(run, hottest)})` : [];
    return [
      found(slowStartup, {
        tools: [],
        sentence: say`The server took ${startup} to answer initialize, over the ${budget.label} of ${budget}${what}${where}.`,
        help: 'Import heavy modules where they are first used, and answer initialize before connecting elsewhere.',
        at: hottest,
        figures: [startup, budget, ...(busy ? [busy] : [])],
      }),
    ];
  },
};

/** Lines without a tool may be start-up or background work: only where start-up is nearly all of it is one named. */
function hottestLine(run: Evidence['run']) {
  if (!run.cpu || run.cpu.otherUs + run.cpu.protocolUs > run.cpu.startupUs * 0.2) return null;
  const line = run.hotLines.filter((l) => l.tool === null && l.own).reduce<(typeof run.hotLines)[number] | null>((a, b) => (a && a.selfUs >= b.selfUs ? a : b), null);
  return line && line.selfUs >= run.startupUs! * namedShare ? line : null;
}
