import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workloadFromRequests, workloadSchemaUrl } from '../load/workload/save.ts';
import type { LoadResult, Workload, WorkloadRequest, WorkloadStep } from '../model/load.ts';
import type { RequestRecord } from '../model/trace.ts';
import { readRequests, readRun } from '../runs/store.ts';

export { readSlo } from '../load/slo.ts';
export { readWorkloadFile } from '../load/workload/read.ts';

/** The result of a load test. @throws UserError `run-not-found`, `bad-config`; and what reading its file throws. */
export async function readLoadResult(runDir: string): Promise<LoadResult | null> {
  const { files } = await readRun(runDir);
  return files.load === undefined ? null : (JSON.parse(await readFile(join(runDir, files.load), 'utf8')) as LoadResult);
}

/** Text of a workload file that calls what a run has called, profile or load test. @throws UserError `nothing-to-call`. */
export async function workloadOfRun(runDir: string): Promise<string> {
  const result = await readLoadResult(runDir);
  if (result) return workloadText(result.workload);
  const requests: RequestRecord[] = [];
  for await (const request of readRequests(runDir)) requests.push(request);
  return workloadFromRequests(requests);
}

/** A workload as its file, one request a line. Paths of data files are not kept: their rows are in it. */
export function workloadText({ mix, session, data }: Workload): string {
  const parts = [`  "$schema": ${JSON.stringify(workloadSchemaUrl)}`];
  if (mix.length > 0) parts.push(`  "mix": [\n${mix.map((r) => `    ${JSON.stringify(requestOf(r, r.weight))}`).join(',\n')}\n  ]`);
  if (session) parts.push(`  "session": {\n    "steps": [\n${session.steps.map((s) => `      ${JSON.stringify(stepOf(s))}`).join(',\n')}\n    ]${thinkOf(session.thinkMs)}\n  }`);
  const sets = Object.entries(data).map(([name, { rows, order }]) => `    ${JSON.stringify(name)}: {"order": "${order}", "rows": [\n${rows.map((row) => `      ${JSON.stringify(row)}`).join(',\n')}\n    ]}`);
  if (sets.length > 0) parts.push(`  "data": {\n${sets.join(',\n')}\n  }`);
  return `{\n${parts.join(',\n')}\n}\n`;
}

function stepOf({ requests, thinkMs }: WorkloadStep): object {
  return { requests: requests.map((r) => ({ ...requestOf(r, 1), ...(r.as === null ? {} : { as: r.as }) })), ...(thinkMs.max > 0 ? { thinkMs: [thinkMs.min, thinkMs.max] } : {}) };
}

/** Its own members only: a schema that was put beside it belongs to the server. */
function requestOf(r: WorkloadRequest, weight: number): object {
  const shared = weight === 1 ? {} : { weight };
  if ('tool' in r) return { tool: r.tool, arguments: r.arguments, ...shared };
  if ('resource' in r) return { resource: r.resource, ...shared };
  return { prompt: r.prompt, arguments: r.arguments, ...shared };
}

const thinkOf = ({ min, max }: { min: number; max: number }) => (max > 0 ? `,\n    "thinkMs": [${min}, ${max}]` : '');

/** Whether a host is this machine. `hostname` as a URL has it. */
export const isLoopback = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost') || /^127(\.\d+){3}$/.test(hostname) || hostname === '[::1]';
