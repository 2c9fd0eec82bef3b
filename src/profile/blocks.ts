import type { Block } from '../model/run.ts';
import type { RequestRecord } from '../model/trace.ts';
import { firstAfter, pendingUs } from './delays.ts';
import { fileOf, isOwn } from './frames.ts';
import { hottestLine } from './hotLines.ts';
import { NodeKind, type Samples } from './samples.ts';
import type { Spans } from './spans.ts';

/** From this on a stretch without a return to the event loop is reported, microseconds. */
export const blockUs = 50_000;
const mostFrames = 5;

/** Stretches over 50 ms in which the main thread did not return to its event loop, longest first. */
export function findBlocks(samples: Samples, spans: Spans, requests: readonly RequestRecord[]): Block[] {
  const byNumber = new Map(requests.map((r) => [r.request, r]));
  const delayed = delayedBy(requests, samples.atUs.at(-1) ?? 0);
  return (spans.exact ? longSpans(spans) : busyStretches(samples, spans))
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .map(({ start, end, request }) => {
      const culprit = byNumber.get(request);
      const others = delayed(start, end, request);
      return {
        atUs: start,
        durationUs: end - start,
        request: culprit?.request ?? null,
        tool: culprit?.method === 'tools/call' ? culprit.target : null,
        ...evidence(samples, start, end),
        delayedRequests: others.length,
        delayedTools: [...new Set(others.flatMap((r) => (r.target === null ? [] : [r.target])))],
      };
    });
}

interface Stretch {
  start: number;
  end: number;
  request: number;
}

function longSpans(spans: Spans): Stretch[] {
  const found: Stretch[] = [];
  for (let s = 0; s < spans.startUs.length; s++) {
    const start = spans.startUs[s]!;
    const end = spans.endUs[s]!;
    if (end - start > blockUs) found.push({ start, end, request: spans.request[s]! });
  }
  return found;
}

/** Without spans: busy samples in a row, within the time of one request. */
function busyStretches(samples: Samples, spans: Spans): Stretch[] {
  const found: Stretch[] = [];
  for (let s = 0; s < spans.startUs.length; s++) {
    const until = spans.endUs[s]!;
    let start = -1;
    const finish = (end: number) => {
      if (start >= 0 && end - start > blockUs) found.push({ start, end, request: spans.request[s]! });
      start = -1;
    };
    for (let i = firstAfter(samples.atUs, spans.startUs[s]!); i < samples.node.length && samples.atUs[i]! < until; i++) {
      if (samples.kind[samples.node[i]!] === NodeKind.idle) finish(samples.atUs[i]!);
      else if (start < 0) start = samples.atUs[i]!;
    }
    finish(until);
  }
  return found;
}

function evidence(samples: Samples, start: number, end: number): Pick<Block, 'frames' | 'stack'> {
  const selfOfNode = new Map<number, number>();
  for (let i = firstAfter(samples.atUs, start); i < samples.node.length && samples.atUs[i]! < end; i++) {
    const node = samples.node[i]!;
    if (samples.kind[node] === NodeKind.code) selfOfNode.set(node, (selfOfNode.get(node) ?? 0) + Math.min(samples.weightUs[i]!, end - samples.atUs[i]!));
  }
  const frames = new Map<string, Block['frames'][number]>();
  let heaviest = -1;
  for (const [node, selfUs] of selfOfNode) {
    if (heaviest < 0 || selfUs > selfOfNode.get(heaviest)!) heaviest = node;
    const { callFrame } = samples.nodes[node]!;
    const key = `${callFrame.scriptId}:${callFrame.url}:${callFrame.lineNumber}:${callFrame.columnNumber}:${callFrame.functionName}`;
    const frame = frames.get(key);
    const file = fileOf(callFrame.url);
    if (frame) frame.selfUs += selfUs;
    else frames.set(key, { functionName: nameOf(callFrame.functionName), file, line: hottestLine(samples.nodes[node]!), selfUs, own: isOwn(file) });
  }
  const stack: Block['stack'] = [];
  for (let node = heaviest; node >= 0 && samples.kind[node] === NodeKind.code; node = samples.parent[node]!) {
    const { functionName, url, lineNumber } = samples.nodes[node]!.callFrame;
    stack.push({ functionName: nameOf(functionName), file: fileOf(url), line: lineNumber + 1 });
  }
  return { frames: [...frames.values()].sort((a, b) => b.selfUs - a.selfUs).slice(0, mostFrames), stack: stack.reverse() };
}

const nameOf = (functionName: string) => functionName || '(anonymous)';

/** Finds the requests that were pending within a stretch, the culprit apart. */
function delayedBy(requests: readonly RequestRecord[], endUs: number): (start: number, end: number, culprit: number) => RequestRecord[] {
  const pending = requests.map((r) => ({ r, ...pendingUs(r, endUs) })).sort((a, b) => a.from - b.from);
  const from = Float64Array.from(pending, (p) => p.from);
  // of all up to each, the one that was answered last: nothing before it can matter any more
  const latest = new Float64Array(pending.length);
  for (let i = 0; i < pending.length; i++) latest[i] = Math.max(pending[i]!.to, i > 0 ? latest[i - 1]! : -Infinity);
  return (start, end, culprit) => {
    const found: RequestRecord[] = [];
    for (let i = firstAfter(from, end) - 1; i >= 0 && latest[i]! > start; i--) {
      const { r, to } = pending[i]!;
      if (to > start && r.request !== culprit) found.push(r);
    }
    return found.reverse();
  };
}
