import { formatUs } from '../../model/format.ts';
import type { HotLine } from '../../model/run.ts';

/** Self time of one line, all tools together; `line` is 1-based. */
export interface LineHeat {
  line: number;
  selfUs: number;
  /** Heaviest first; null is start-up and other work. */
  tools: { tool: string | null; selfUs: number }[];
}

/** Lines that took less than this share of the hottest line's time are not worth a mark. */
const leastShare = 0.01;

export function heatOf(lines: readonly HotLine[], file: string): LineHeat[] {
  const byLine = new Map<number, LineHeat>();
  for (const hot of lines) {
    if (!hot.own || hot.file !== file) continue;
    const heat = byLine.get(hot.line) ?? { line: hot.line, selfUs: 0, tools: [] };
    byLine.set(hot.line, heat);
    heat.selfUs += hot.selfUs;
    const known = heat.tools.find((t) => t.tool === hot.tool);
    if (known) known.selfUs += hot.selfUs;
    else heat.tools.push({ tool: hot.tool, selfUs: hot.selfUs });
  }
  const all = [...byLine.values()].sort((a, b) => b.selfUs - a.selfUs);
  for (const heat of all) heat.tools.sort((a, b) => b.selfUs - a.selfUs);
  return all.filter((heat) => heat.selfUs >= all[0]!.selfUs * leastShare);
}

/** What stands at the end of a hot line: a bar against the hottest line of the run, self time, and whose it is. */
export function heatText(heat: LineHeat, hottestUs: number, stale: boolean): string {
  const owners = heat.tools.slice(0, 2).map((t) => t.tool ?? 'no tool');
  const more = heat.tools.length > 2 ? ` +${heat.tools.length - 2}` : '';
  return `${bar(heat.selfUs / hottestUs)} ${formatUs(heat.selfUs)} self · ${owners.join(', ')}${more}${stale ? ' · stale' : ''}`;
}

/** Up to four cells in eighths. */
function bar(share: number): string {
  const eighths = Math.max(1, Math.round(Math.min(1, share) * 32));
  return `${'█'.repeat(Math.floor(eighths / 8))}${['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8]}`.padEnd(4, '\u2007');
}
