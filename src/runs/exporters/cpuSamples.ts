import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../model/errors.ts';
import { SampleOwner, type CpuProfile, type CpuProfileNode } from '../../model/profile.ts';
import type { RunRecord } from '../../model/run.ts';

/** The samples of one CPU profile, in order, each with whom it belongs to. */
export interface CpuSamples {
  nodes: CpuProfileNode[];
  /** Index of each node's parent; -1 for the root. */
  parent: Int32Array;
  /** Index of the node of each sample. */
  node: Int32Array;
  /** Until the next sample, microseconds of wall time on the thread. */
  weightUs: Float64Array;
  /** Index into `owners` of each sample; -1 for idle time. */
  owner: Int32Array;
  /** The tools in their order, then what belongs to no tool. */
  owners: string[];
}

/** @throws UserError `unsupported-format` when the run has no CPU samples. */
export async function readCpuSamples(run: RunRecord, dir: string): Promise<CpuSamples> {
  return toCpuSamples(JSON.parse(await readFile(cpuFileOf(run, dir), 'utf8')) as CpuProfile);
}

/** The stored profile of the main thread, as it is. */
export function streamCpuFile(run: RunRecord, dir: string): AsyncIterable<string> {
  return createReadStream(cpuFileOf(run, dir), 'utf8') as AsyncIterable<string>;
}

/** One stack as text, outermost first, without the root: nodes share what their parents have in common. */
export function stacks({ nodes, parent }: Pick<CpuSamples, 'nodes' | 'parent'>, frame: (node: CpuProfileNode, index: number) => string | number, separator: string): (node: number) => string {
  const known: (string | undefined)[] = [];
  return (start) => {
    const path: number[] = [];
    let at = start;
    for (; at >= 0 && parent[at]! >= 0 && known[at] === undefined; at = parent[at]!) path.push(at);
    let text = known[at] ?? '';
    for (let node = path.pop(); node !== undefined; node = path.pop()) {
      text = known[node] = `${text}${text === '' ? '' : separator}${frame(nodes[node]!, node)}`;
    }
    return text;
  };
}

function cpuFileOf(run: RunRecord, dir: string): string {
  const [first] = run.files.cpu;
  if (!first) throw new UserError('unsupported-format', `The run "${run.title}" has no CPU samples.`, 'Export csv, markdown or html, or profile again with CPU samples (Node only).');
  return join(dir, first.file);
}

function toCpuSamples(profile: CpuProfile): CpuSamples {
  const { nodes, samples = [], timeDeltas = [], startTime, endTime, _mcpProfiler: attribution } = profile;
  const indexOf = new Map(nodes.map((node, index) => [node.id, index]));
  const parent = new Int32Array(nodes.length).fill(-1);
  for (const [index, { children }] of nodes.entries()) for (const id of children ?? []) parent[indexOf.get(id)!] = index;

  const tools = attribution?.tools ?? [];
  const others = ['(start-up)', '(protocol)', '(garbage collection)', '(other)'];
  const otherOf = new Map<number, number>([[SampleOwner.startup, 0], [SampleOwner.protocol, 1], [SampleOwner.gc, 2], [SampleOwner.none, 3]]);
  const toolOf = new Map(attribution?.requests.map((request, i) => [request, attribution.toolOfRequest[i]!]));
  const idle = new Set(nodes.flatMap(({ callFrame }, i) => (callFrame.url === '' && callFrame.functionName === '(idle)' ? [i] : [])));

  const node = Int32Array.from(samples, (id) => indexOf.get(id) ?? 0);
  const owner = Int32Array.from(node, (n, i) => {
    const request = attribution?.requestOfSample[i] ?? SampleOwner.none;
    const tool = toolOf.get(request);
    if (tool !== undefined) return tool;
    return idle.has(n) ? -1 : tools.length + (otherOf.get(request) ?? 3);
  });

  const weightUs = new Float64Array(node.length);
  let at = startTime + (timeDeltas[0] ?? 0);
  for (let i = 0; i < node.length; i++) {
    const next = i + 1 < node.length ? at + (timeDeltas[i + 1] ?? 0) : endTime;
    weightUs[i] = Math.max(0, next - at);
    at = next;
  }
  return { nodes, parent, node, weightUs, owner, owners: [...tools, ...others] };
}
