import { groupBy } from '../model/groupBy.ts';
import type { Link, SourceFrame } from '../model/finding.ts';
import type { Block } from '../model/run.ts';
import { measuredBlocks, type Culprit } from './culprits.ts';
import { latencyUs, type Evidence } from './evidence.ts';
import { place } from './place.ts';
import { found, type Found, type Rule } from './rule.ts';
import { linked, nameTools, say, type Figure, type Parts } from './say.ts';
import { sum } from './statistics.ts';

/** A run's record holds this many blocks; with more, only their share is known. */
const recordedBlocks = 200;
/** What comes back less often is a hint: a block is wall time, and a busy machine stretches it. */
const repeated = { calls: 3, share: 0.2 };
const clearBlockUs = 100_000;

/** One finding per culprit; `who` names it in the sentence. Nothing for what happened once and briefly. */
export function blockFinding(evidence: Evidence, rule: Rule, culprit: Culprit, who: (where: Parts | null) => Parts, help: string): Found | null {
  const { blocks, at } = culprit;
  const perTool = groupBy(blocks, (b) => b.tool!);
  const worstFirst = [...perTool].map(([name, own]) => cost(evidence, name, own)).sort((a, b) => b.totalUs - a.totalUs);
  const worst = worstFirst[0]!;
  const calls = sum(worstFirst.map((t) => t.calls));
  const blockedCalls = sum(worstFirst.map((t) => t.blockedCalls));
  const longest = blocks.reduce((a, b) => (b.durationUs > a.durationUs ? b : a));
  const isRepeated = blockedCalls >= Math.min(repeated.calls, Math.max(2, calls)) && blockedCalls >= repeated.share * calls;
  if (!isRepeated && longest.durationUs < clearBlockUs) return null;

  const timeline: Link = { to: 'tab', tab: 'timeline', tool: worst.name, ...(longest.request === null ? {} : { request: longest.request }) };
  const flame: Link = { to: 'tab', tab: 'flame', tool: worst.name, ...(at ? { frame: at } : {}) };
  const perCall: Figure = { label: 'blocked per call', value: worst.totalUs / worst.calls, unit: 'us', link: timeline };
  const share: Figure = { label: `share of ${worst.name}`, value: worst.share, unit: 'ratio', link: flame };
  const longestBlock: Figure = { label: 'longest block', value: longest.durationUs, unit: 'us', link: timeline };
  const count: Figure = { label: 'calls that blocked', value: blockedCalls, unit: 'count', link: timeline };
  const ofCalls: Figure = { label: 'calls', value: calls, unit: 'count' };
  const delayed = [...new Set(blocks.flatMap((b) => b.delayedTools))].filter((t) => !perTool.has(t));
  const delays: Figure = { label: 'delays of other calls', value: sum(blocks.map((b) => b.delayedRequests)), unit: 'count', link: timeline };
  const where = at ? place(evidence.run, at) : null;
  const names = nameTools(worstFirst.map((t) => t.name));

  const effect = isRepeated
    ? say`blocks the event loop for ${perCall} per call of ${names} (${count} of ${ofCalls} calls), ${share} of ${worstFirst.length > 1 ? `the time of \`${worst.name}\`` : 'its time'}`
    : say`blocked the event loop for ${longestBlock} in ${count} of ${ofCalls} calls of ${names}`;
  const victims = delayed.length > 0 ? say`; other calls had to wait for it ${delays} times, those of ${nameTools(delayed)} among them` : [];
  return found(rule, {
    ...(isRepeated ? {} : { severity: 'hint' as const }),
    tools: worstFirst.map((t) => t.name),
    sentence: say`${who(where)} ${effect}${victims}.`,
    help,
    savedUsPerCall: perCall.value,
    at,
    figures: [perCall, share, count, longestBlock, ...(delayed.length > 0 ? [delays] : [])],
    path: longest.stack.filter((f) => f.file !== ''),
    subject: culprit.leader,
  });
}

/** What these blocks cost the calls of one tool. */
function cost(evidence: Evidence, name: string, blocks: Block[]) {
  const tool = evidence.tools.find((t) => t.name === name);
  const inList = sum(measuredBlocks(evidence).filter((b) => b.tool === name).map((b) => b.durationUs));
  const listed = sum(blocks.map((b) => b.durationUs));
  const all = tool?.summary.blockedUs?.total;
  // the record keeps the longest blocks only: of the rest the same share is taken
  const factor = evidence.run.blocks.length >= recordedBlocks && all !== undefined && all > inList ? all / inList : 1;
  const totalUs = listed * factor;
  const ended = (tool?.calls ?? []).filter((r) => r.parsedUs !== null);
  const ownTime = sum(ended.map((r) => Math.max(0, latencyUs(r) - (r.blockedByOthersUs ?? 0))));
  const blocked = new Set(blocks.map((b) => b.request)).size;
  const calls = Math.max(tool?.calls.length ?? 0, blocked);
  return { name, totalUs, calls, blockedCalls: Math.min(calls, Math.round(blocked * factor)), share: ownTime > 0 ? Math.min(1, totalUs / ownTime) : 1 };
}

/** `loadIndex` (src/index.ts:42), for a sentence. */
export function own(at: SourceFrame, where: Parts | null, link: Link): Parts {
  const name = at.functionName === '' || at.functionName.startsWith('(') ? 'an anonymous function' : `\`${at.functionName}\``;
  return say`${linked(name, link)}${where ? say` (${where})` : []}`;
}
