import { groupBy } from '../../model/groupBy.ts';
import { formatUs } from '../../model/format.ts';
import type { HotLine } from '../../model/run.ts';

/** Self time of one line, all tools together; `line` is 1-based. */
export interface LineHeat {
  line: number;
  selfUs: number;
  /** Heaviest first; null is start-up and other work. */
  tools: { tool: string | null; selfUs: number }[];
  /** Functions of Node or of libraries that the line called, heaviest first; null is the line's own work. */
  callees: { callee: string | null; selfUs: number }[];
}

/** Lines that took less than this share of the hottest line's time are not worth a mark. */
const leastShare = 0.01;

export function heatOf(lines: readonly HotLine[], file: string): LineHeat[] {
  const byLine = new Map<number, LineHeat>();
  for (const hot of lines) {
    if (!hot.own || hot.file !== file) continue;
    const heat = byLine.get(hot.line) ?? { line: hot.line, selfUs: 0, tools: [], callees: [] };
    byLine.set(hot.line, heat);
    heat.selfUs += hot.selfUs;
    const tool = heat.tools.find((t) => t.tool === hot.tool);
    if (tool) tool.selfUs += hot.selfUs;
    else heat.tools.push({ tool: hot.tool, selfUs: hot.selfUs });
    const callee = heat.callees.find((c) => c.callee === hot.callee);
    if (callee) callee.selfUs += hot.selfUs;
    else heat.callees.push({ callee: hot.callee, selfUs: hot.selfUs });
  }
  const all = [...byLine.values()].sort((a, b) => b.selfUs - a.selfUs);
  for (const { tools, callees } of all) {
    tools.sort((a, b) => b.selfUs - a.selfUs);
    callees.sort((a, b) => b.selfUs - a.selfUs);
  }
  return all.filter((heat) => heat.selfUs >= all[0]!.selfUs * leastShare);
}

/** Time of the hottest line of all files, which the bars are drawn against. */
export function hottestOf(lines: readonly HotLine[]): number {
  return Math.max(0, ...[...groupBy(lines, (h) => h.file)].map(([file, own]) => heatOf(own, file)[0]?.selfUs ?? 0));
}

/** What stands at the end of a hot line: its time, where that went, and whose it is. */
export function heatText(heat: LineHeat, stale: boolean): string {
  const owners = heat.tools.slice(0, 2).map((t) => t.tool ?? 'no tool');
  const more = heat.tools.length > 2 ? ` +${heat.tools.length - 2}` : '';
  const main = heat.callees[0]!;
  const where = main.callee !== null && main.selfUs * 2 >= heat.selfUs ? `in ${main.callee}` : 'self';
  return `${formatUs(heat.selfUs)} ${where} · ${owners.join(', ')}${more}${stale ? ' · stale' : ''}`;
}

/** A bar of up to four cells, in eighths; no-break spaces keep what follows it in line. */
export function heatBar(share: number): string {
  const eighths = Math.max(1, Math.round(Math.min(1, share) * 32));
  return `${'█'.repeat(Math.floor(eighths / 8))}${['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8]}`.padEnd(4, '\u00a0');
}
