import type { TimelineData } from '../data/protocol.ts';

export const laneHeight = 14;
const groupGap = 6;

/** One tool's (or method's) lanes in the waterfall, top to bottom. */
export interface Group {
  series: number;
  name: string;
  tool: boolean;
  /** Pixels from the top of the waterfall. */
  top: number;
  height: number;
  lanes: number[];
}

/** Places the lanes of the wanted series; tools first, in the run's order. `wanted` empty: all. */
export function groupLanes(data: TimelineData, wanted: readonly string[]): { groups: Group[]; height: number } {
  const groups: Group[] = [];
  let top = 4;
  const chosen = new Set(wanted);
  const order = data.series.map((s, series) => ({ ...s, series })).sort((a, b) => Number(b.tool) - Number(a.tool));
  const lanesOf = new Map<number, number[]>();
  data.lanes.series.forEach((series, lane) => lanesOf.set(series, [...(lanesOf.get(series) ?? []), lane]));
  for (const { series, name, tool } of order) {
    const lanes = lanesOf.get(series);
    if (!lanes || (chosen.size > 0 && !(tool && chosen.has(name)))) continue;
    const height = lanes.length * laneHeight;
    groups.push({ series, name, tool, top, height, lanes });
    top += height + groupGap;
  }
  return { groups, height: top };
}

/** Position in `lanes.rows` of the first row of a lane that ends after `us`; lanes do not overlap, so ends ascend. */
export function firstEndingAfter({ lanes, endUs }: TimelineData, lane: number, us: number): number {
  let low = lanes.first[lane]!;
  let high = lanes.first[lane + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (endUs[lanes.rows[middle]!]! <= us) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row under a point of the waterfall, within `slackUs` of time; null when there is none. */
export function rowAt(data: TimelineData, groups: readonly Group[], us: number, y: number, slackUs: number): number | null {
  const group = groups.find((g) => y >= g.top && y < g.top + g.height);
  if (!group) return null;
  const lane = group.lanes[Math.floor((y - group.top) / laneHeight)]!;
  const at = firstEndingAfter(data, lane, us - slackUs);
  if (at >= data.lanes.first[lane + 1]!) return null;
  const row = data.lanes.rows[at]!;
  return data.startUs[row]! <= us + slackUs ? row : null;
}
