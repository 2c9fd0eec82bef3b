import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServerLoad } from '../model/load.ts';
import { loopDirVariable, loopFields } from '../probe/contract.ts';

export interface ServerWatch {
  /** What the process trees used since the call before; null figures where they cannot be read. Never rejects. */
  sample(): Promise<ServerLoad>;
}

/** What is added to the environment of a Node.js server, so that it watches its event loop; another runtime ignores it. */
export function loopEnv(env: Readonly<Record<string, string>>, dir: string, bootPath: string): Record<string, string> {
  const before = env['NODE_OPTIONS'];
  return { [loopDirVariable]: dir, NODE_OPTIONS: `${before === undefined ? '' : `${before} `}--require ${JSON.stringify(bootPath)}` };
}

/** CPU time used so far, and memory, of all processes of some groups. */
export interface Usage {
  cpuUs: number;
  rssBytes: number;
}

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick (`USER_HZ`). */
const tickUs = 10_000;
/** A share is of at least so long, so that a tick of CPU time is at most 1% of a core. */
const shareWindowUs = 1_000_000;
const pageBytes = 4096;

/**
 * Watches the process trees whose leaders are `groups` (process groups; a server is started as the leader of one), and
 * the files of the event-loop probe in `loopDir`, where there is one.
 */
export function watchServer(o: { groups: readonly number[]; loopDir: string | null; nowUs: () => number }): ServerWatch {
  const past: { atUs: number; cpuUs: number }[] = [];
  const counts = new Map<string, number>();
  /** Processes that end take their CPU time out of the sum; what was seen of them stays. */
  let highest = 0;

  return {
    async sample() {
      const usage = o.groups.length > 0 ? await readUsage(new Set(o.groups)) : null;
      return { cpu: usage && share(usage.cpuUs), rssBytes: usage?.rssBytes ?? null, ...readLoops() };
    },
  };

  function share(cpuUs: number): number | null {
    const atUs = o.nowUs();
    highest = Math.max(highest, cpuUs);
    past.push({ atUs, cpuUs: highest });
    while (past.length > 2 && past[1]!.atUs <= atUs - shareWindowUs) past.shift();
    const [first] = past;
    return first === undefined || atUs - first.atUs < shareWindowUs / 4 ? null : (highest - first.cpuUs) / (atUs - first.atUs);
  }

  /** Of the busiest process: a launcher waits, the server does not. Null where nothing new was written. */
  function readLoops(): Pick<ServerLoad, 'loopDelayP99Us' | 'loopDelayMaxUs' | 'loopUtilization'> {
    let busiest: Float64Array | null = null;
    for (const file of o.loopDir === null ? [] : readdirSync(o.loopDir)) {
      const bytes = readFileSync(join(o.loopDir!, file));
      if (bytes.length < loopFields.length * 8) continue;
      const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + loopFields.length * 8));
      if (counts.get(file) === values[0]) continue;
      counts.set(file, values[0]!);
      if (busiest === null || values[4]! > busiest[4]!) busiest = values;
    }
    return { loopDelayP99Us: busiest?.[2] ?? null, loopDelayMaxUs: busiest?.[3] ?? null, loopUtilization: busiest?.[4] ?? null };
  }
}

/** Null on Windows, where it would take a program that takes longer than the interval. */
async function readUsage(groups: ReadonlySet<number>): Promise<Usage | null> {
  if (process.platform === 'win32') return null;
  try {
    return process.platform === 'linux' ? readProc(groups) : usageOfPs(await ps(), groups);
  } catch {
    return null; // no /proc, no ps: not measured
  }
}

function readProc(groups: ReadonlySet<number>): Usage | null {
  const usage = { cpuUs: 0, rssBytes: 0 };
  let found = false;
  for (const name of readdirSync('/proc')) {
    if (!/^\d/.test(name)) continue;
    let stat: string;
    try {
      stat = readFileSync(`/proc/${name}/stat`, 'latin1');
    } catch {
      continue; // it has ended
    }
    // behind the name, which may hold blanks: state ppid pgrp … utime(12) stime(13) cutime cstime … rss(22)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (!groups.has(Number(fields[2]))) continue;
    found = true;
    usage.cpuUs += (Number(fields[11]) + Number(fields[12])) * tickUs;
    usage.rssBytes += Number(fields[21]) * pageBytes;
  }
  return found ? usage : null;
}

const ps = async () => (await promisify(execFile)('ps', ['-A', '-o', 'pgid=,time=,rss='], { env: { ...process.env, LC_ALL: 'C' } })).stdout;

/** `ps -o pgid=,time=,rss=`: the time is `[[dd-]hh:]mm:ss[.ss]`, memory is in KiB. */
export function usageOfPs(text: string, groups: ReadonlySet<number>): Usage | null {
  const usage = { cpuUs: 0, rssBytes: 0 };
  let found = false;
  for (const line of text.split('\n')) {
    const [group, time, rss] = line.trim().split(/\s+/);
    if (time === undefined || !groups.has(Number(group))) continue;
    found = true;
    const [clock, days] = time.split('-').reverse();
    const seconds = clock!.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days ?? 0) * 86_400;
    usage.cpuUs += seconds * 1e6;
    usage.rssBytes += Number(rss) * 1024;
  }
  return found ? usage : null;
}
