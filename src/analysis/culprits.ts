import type { SourceFrame } from '../model/finding.ts';
import type { Block } from '../model/run.ts';
import { callLine } from './callLine.ts';
import type { Evidence, SourceOf } from './evidence.ts';
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
export function measuredBlocks({ run, requests }: Evidence): Block[] {
  const blocking = new Set(run.blocks.map((b) => b.request));
  const measured = new Set(requests.filter((r) => r.phase === 'measure' && blocking.has(r.request)).map((r) => r.request));
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
