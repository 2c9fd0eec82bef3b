import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Environment variable that every process of a run inherits; its value names the run. */
export const markerVariable = 'MCP_PROFILER_RUN';

export interface MarkedProcess {
  pid: number;
  group: number;
}

/** Scans until nothing new is found: a process may fork while the list is read. */
const maxSweeps = 20;

/**
 * Ends every process that carries the marker in its environment, and the process groups that these belong to.
 * Process ids are not trusted over time: each sweep looks the marker up again before it kills.
 *
 * @returns how many were found at first
 */
export async function killMarked(marker: string, politeMs = 0): Promise<number> {
  const first = await findMarked(marker);
  if (first.length === 0) return 0;
  if (politeMs > 0) {
    for (const { pid } of first) signal(pid, 'SIGTERM');
    await sleep(politeMs);
  }
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    const found = await findMarked(marker);
    if (found.length === 0) break;
    for (const { pid } of found) signal(pid, 'SIGKILL');
    // a child that cleared its environment is still in the group of one that did not
    for (const group of new Set(found.map((p) => p.group))) if (group > 1 && group !== process.pid) signal(-group, 'SIGKILL');
    await sleep(10 + 5 * sweep);
  }
  return first.length;
}

/** Processes that carry the marker now. Empty on Windows, where an environment cannot be read from outside. */
export async function findMarked(marker: string): Promise<MarkedProcess[]> {
  if (process.platform === 'linux') return findInProc(`${markerVariable}=${marker}`);
  if (process.platform === 'win32') return [];
  return findWithPs(`${markerVariable}=${marker}`);
}

async function findInProc(entry: string): Promise<MarkedProcess[]> {
  const found: MarkedProcess[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // gone meanwhile, a zombie, or somebody else's
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (!environment.split('\0').includes(entry)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    // "pid (name) state ppid pgrp …"; the name may hold spaces and brackets
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    found.push({ pid, group: Number.isInteger(group) ? group : pid });
  }
  return found;
}

async function findWithPs(entry: string): Promise<MarkedProcess[]> {
  const listing = await new Promise<string>((resolve) => {
    execFile('ps', ['axeww', '-o', 'pid=,pgid=,command='], { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => resolve(stdout));
  });
  return listing
    .split('\n')
    .filter((line) => line.split(/\s/).includes(entry))
    .map((line) => line.trim().split(/\s+/, 2).map(Number))
    .filter((ids) => ids[0] !== process.pid)
    .map(([pid, group]) => ({ pid: pid!, group: group! }));
}

/** Sends a signal; a process that is gone is none of our business any more. Returns whether there was one. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
