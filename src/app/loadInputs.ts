import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workloadFromRequests } from '../load/workload/save.ts';
import { workloadText } from '../load/workload/write.ts';
import type { LoadResult } from '../model/loadResult.ts';
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

/** Whether a host is this machine. `hostname` as a URL has it. */
export const isLoopback = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost') || /^127(\.\d+){3}$/.test(hostname) || hostname === '[::1]';
