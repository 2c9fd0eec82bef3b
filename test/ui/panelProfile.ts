import { SampleOwner, type CpuProfile, type CpuProfileNode } from '../../src/model/profile.ts';
import type { SyntheticRun } from './panelRun.ts';

/** A CPU profile that fits a synthetic run: a sample each millisecond for the calls of the first seconds. */
export function syntheticProfile({ run, requests }: SyntheticRun, seconds = 20): CpuProfile {
  const nodes: CpuProfileNode[] = [];
  const node = (functionName: string, url: string, lineNumber: number, parent?: CpuProfileNode): CpuProfileNode => {
    const made: CpuProfileNode = { id: nodes.length + 1, callFrame: { functionName, scriptId: '1', url, lineNumber, columnNumber: 2 }, hitCount: 0, children: [] };
    nodes.push(made);
    parent?.children!.push(made.id);
    return made;
  };
  const folder = 'file:///home/ann/bookshop';
  const root = node('(root)', '', -1);
  const idle = node('(idle)', '', -1, root);
  const collector = node('(garbage collector)', '', -1, root);
  const dispatch = node('dispatch', `${folder}/node_modules/@modelcontextprotocol/server/dist/index.js`, 310, root);
  const leaves = new Map(run.tools.map(({ name }) => {
    const handler = node(`handle_${name}`, `${folder}/src/${name}.ts`, 17, dispatch);
    const work = node(name === 'search' ? 'loadIndex' : `load_${name}`, `${folder}/src/index.ts`, 40, handler);
    return [name, [node('parse', '', -1, work), work, node('stringify', '', -1, handler), handler]] as const;
  }));
  const samples: number[] = [];
  const requestOfSample: number[] = [];
  const calls = requests.filter((r) => r.target !== null).toSorted((a, b) => a.queuedUs - b.queuedUs);
  for (let us = 0; us < seconds * 1e6; us += 1000) {
    const running = calls.filter((r) => r.queuedUs <= us && us < r.queuedUs + Math.max(1000, r.cpuUs ?? 0));
    const owner = running[0];
    const n = samples.length;
    const gc = n % 53 === 52;
    samples.push(gc ? collector.id : owner ? leaves.get(owner.target!)![n % 7 < 4 ? 0 : (n % 3) + 1]!.id : idle.id);
    requestOfSample.push(gc ? SampleOwner.gc : owner ? owner.request : SampleOwner.none);
  }
  for (const id of samples) nodes[id - 1]!.hitCount! += 1;
  const tools = run.tools.map((t) => t.name);
  return {
    nodes, startTime: 5e9, endTime: 5e9 + samples.length * 1000, samples, timeDeltas: samples.map(() => 1000),
    _mcpProfiler: { version: 1, requestOfSample, tools, requests: calls.map((r) => r.request), toolOfRequest: calls.map((r) => tools.indexOf(r.target!)), clockOffsetUs: -5e9 },
  };
}
