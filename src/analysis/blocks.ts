import type { Link, SourceFrame } from '../model/finding.ts';
import type { Block } from '../model/run.ts';
import { callLine } from './callLine.ts';
import { groupBy, latencyUs, type Evidence, type SourceOf } from './evidence.ts';
import { place } from './place.ts';
import { found, type Found, type Rule } from './rule.ts';
import { linked, nameTools, say, type Figure, type Parts } from './say.ts';
import { sum } from './statistics.ts';
import { deepestOwn, isNode, syncApi } from './syncApi.ts';

/** Who kept the event loop: the author's line, and the synchronous API it waited in, if it was one. */
export interface Culprit {
  /** Null when no own code was on the stack. */
  at: SourceFrame | null;
  /** What the time was spent in, where there is no own line. */
  leader: string;
  api: string | null;
  /** The native function (`JSON.parse`) that did most of it for the author's line; null where JavaScript did. */
  native: string | null;
  /** Longest first. */
  blocks: Block[];
}

type Frame = Block['stack'][number];

/** A run's record holds this many blocks; with more, only their share is known. */
const recordedBlocks = 200;
/** What comes back less often is a hint: a block is wall time, and a busy machine stretches it. */
const repeated = { calls: 3, share: 0.2 };
const clearBlockUs = 100_000;

/** The blocks of measured calls by culprit. */
export function culprits(evidence: Evidence): Culprit[] {
  const byPlace = new Map<string, Culprit>();
  for (const block of measuredBlocks(evidence)) {
    if (block.frames.length === 0) continue;
    const blamed = blame(block, evidence.sourceOf);
    const { at, leader, api } = blamed;
    const key = `${api === null ? 'cpu' : 'sync'} ${at ? `${at.file}:${at.line}` : leader}`;
    const known = byPlace.get(key);
    if (known) known.blocks.push(block);
    else byPlace.set(key, { ...blamed, blocks: [block] });
  }
  return [...byPlace.values()];
}

/** Those of tool calls that count: what a first call does once is no habit. */
function measuredBlocks({ run, requests }: Evidence): Block[] {
  const measured = new Set(requests.filter((r) => r.phase === 'measure').map((r) => r.request));
  return run.blocks.filter((b) => b.tool !== null && b.request !== null && measured.has(b.request));
}

/** Synchronous API or computation, whichever has the larger part of the samples. */
function blame({ frames, stack }: Block, sourceOf: SourceOf): Omit<Culprit, 'blocks'> {
  const selfOf = (some: Block['frames']) => sum(some.map((f) => f.selfUs));
  const code = frames.filter((f) => !/^\((garbage collector|program|idle|root)\)$/.test(f.functionName));
  const api = syncApi(stack);
  const isSync = api !== null && selfOf(code.filter(isNode)) * 2 > selfOf(code);
  const caller = deepestOwn(stack);
  const hottest = code.find((f) => f.own) ?? null;
  // a caller that hands the work to a library is the place to change; so is a line that does most of it itself
  const at = !isSync && hottest && (hottest.selfUs * 2 > selfOf(code) || caller === null) ? hottest : caller;
  const leaf = stack.at(-1);
  const native = at && at === caller && leaf?.file === '' && stack.at(-2) === at ? code.find((f) => f.file === '' && f.functionName === leaf.functionName) : undefined;
  const line = at && at === caller ? calledAt(at, native, isSync ? api : null, sourceOf) : (at?.line ?? 0);
  const leader = code[0] ?? frames[0]!;
  return {
    at: at && { functionName: at.functionName, file: at.file, line },
    leader: leader.file === '' ? leader.functionName : `${leader.functionName} of ${packageOf(leader.file)}`,
    api: isSync ? api : null,
    native: native && native.selfUs * 2 > selfOf(code) ? native.functionName : null,
  };
}

/** The line of the call in the caller: V8 gives a native function the line that called it, all others where they begin. */
function calledAt(caller: Frame, native: Frame | undefined, api: string | null, sourceOf: SourceOf): number {
  if (native && native.line > 0) return native.line;
  const name = api ?? native?.functionName;
  return name === undefined ? caller.line : callLine(sourceOf(caller.file), caller.line, name);
}

const packageOf = (file: string) => /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]?.replaceAll('\\', '/') ?? file;

/** One finding per culprit; `who` names it in the sentence. Nothing for what happened once and briefly. */
export function blockFinding(evidence: Evidence, rule: Rule, culprit: Culprit, who: (where: Parts | null) => Parts, help: string): Found | null {
  const { blocks, at } = culprit;
  const perTool = groupBy(blocks, (b) => b.tool!);
  const worstFirst = [...perTool].map(([name, own]) => cost(evidence, name, own)).sort((a, b) => b.totalUs - a.totalUs);
  const worst = worstFirst[0]!;
  const calls = sum(worstFirst.map((t) => t.calls));
  const blockedCalls = new Set(blocks.map((b) => b.request)).size;
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
  const delayed = [...new Set(blocks.flatMap((b) => b.delayedTools))];
  const delayedRequests: Figure = { label: 'calls delayed', value: sum(blocks.map((b) => b.delayedRequests)), unit: 'count', link: timeline };
  const where = at ? place(evidence.run, at) : null;
  const names = nameTools(worstFirst.map((t) => t.name));

  const effect = isRepeated
    ? say`blocks the event loop for ${perCall} per call of ${names} (${count} of ${ofCalls} calls), ${share} of ${worstFirst.length > 1 ? `the time of \`${worst.name}\`` : 'its time'}`
    : say`blocked the event loop for ${longestBlock} in ${count} of ${ofCalls} calls of ${names}`;
  const victims = delayed.length > 0 ? say`; ${delayedRequests} calls of ${nameTools(delayed)} had to wait` : [];
  return found(rule, {
    ...(isRepeated ? {} : { severity: 'hint' as const }),
    tools: worstFirst.map((t) => t.name),
    sentence: say`${who(where)} ${effect}${victims}.`,
    help,
    savedUsPerCall: perCall.value,
    at,
    figures: [perCall, share, count, longestBlock, ...(delayed.length > 0 ? [delayedRequests] : [])],
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
  const totalUs = evidence.run.blocks.length >= recordedBlocks && all !== undefined && all > inList ? (all * listed) / inList : listed;
  const ended = (tool?.calls ?? []).filter((r) => r.parsedUs !== null);
  const ownTime = sum(ended.map((r) => Math.max(0, latencyUs(r) - (r.blockedByOthersUs ?? 0))));
  const calls = Math.max(tool?.calls.length ?? 0, new Set(blocks.map((b) => b.request)).size);
  return { name, totalUs, calls, share: ownTime > 0 ? Math.min(1, totalUs / ownTime) : 1 };
}

/** `loadIndex` (src/index.ts:42), for a sentence. */
export function own(at: SourceFrame, where: Parts | null, link: Link): Parts {
  const name = at.functionName === '' || at.functionName.startsWith('(') ? 'an anonymous function' : `\`${at.functionName}\``;
  return say`${linked(name, link)}${where ? say` (${where})` : []}`;
}
