import { blockFinding, own } from '../blocks.ts';
import { culprits } from '../culprits.ts';
import type { Rule } from '../rule.ts';
import { say } from '../say.ts';

export const cpuBoundHandler: Rule = {
  id: 'cpu-bound-handler',
  title: 'Computation blocks the event loop',
  severity: 'warning',
  docs: `A tool computes for more than 50 ms at a stretch: parsing, sorting, searching, a regular expression that backtracks.

**Why it hurts an MCP server.** JavaScript runs on one thread. While a tool computes, every other call of every session waits, and so do pings and cancellations.

**How it is measured.** The probe notes each stretch of more than 50 ms without a return to the event loop, and the CPU samples inside it. The finding stands at the own line with most of the samples; if a library has them, at the own code that called it. A block that came back in fewer than 3 calls, or in fewer than a fifth of them, is a hint.

**How to mend it.** Do it once instead of per call (parse at start-up, keep an index), choose a cheaper algorithm, or move it to a worker thread. Splitting it with \`setImmediate\` lets others in, but does not make it shorter.`,

  measured(evidence) {
    return culprits(evidence).flatMap((culprit) => {
      if (culprit.api !== null) return [];
      const { at, native } = culprit;
      const finding = blockFinding(
        evidence,
        cpuBoundHandler,
        culprit,
        (where) => (at ? say`${native === null ? '' : `\`${native}\` in `}${own(at, where, { to: 'tab', tab: 'flame', frame: at })}` : say`Computation in ${culprit.leader}`),
        'Do the work once instead of per call, make it cheaper, or move it to a worker thread.',
      );
      return finding ? [finding] : [];
    });
  },
};
