import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { RuntimeFacts } from '../model/run.ts';
import { probeDirVariable } from '../probe/contract.ts';

type Name = RuntimeFacts['name'];

/** What programs a server's process tree consists of; the most telling first. */
const known: [RegExp, Name][] = [
  [/^python(\d[\d.]*)?w?(\.exe)?$/i, 'python'],
  [/^(pypy)(\d[\d.]*)?(\.exe)?$/i, 'python'],
  [/^(uv|uvx|pipx|poetry|fastmcp)(\.exe)?$/i, 'python'],
  [/^deno(\.exe)?$/i, 'deno'],
  [/^bunx?(\.exe)?$/i, 'bun'],
  [/^(node|nodejs)(\.exe)?$/i, 'node'],
];

/**
 * The runtime of a server that has no Node probe, as far as it can be seen from outside: the programs of its processes
 * on Linux (found by the variable that all of them inherited), elsewhere the command it was started with.
 */
export function detectRuntime(dir: string, command: string | undefined): RuntimeFacts {
  const programs: { path: string; pid: number | null }[] = process.platform === 'linux' ? runningPrograms(dir) : [];
  if (command !== undefined) programs.push({ path: command, pid: null });
  for (const [pattern, name] of known) {
    const program = programs.find(({ path }) => pattern.test(basename(path)));
    if (!program) continue;
    const version = name === 'python' ? (/(\d+\.\d+)/.exec(basename(program.path))?.[1] ?? null) : null;
    return { name, version, execPath: program.pid === null ? null : program.path, pid: program.pid };
  }
  return { name: 'unknown', version: null, execPath: programs[0]?.path ?? null, pid: programs[0]?.pid ?? null };
}

/** Why there are timings only; a full sentence for the user. */
export function whyTimingsOnly({ name, version }: RuntimeFacts): string {
  const measured = 'CPU and memory are measured in Node.js servers.';
  switch (name) {
    case 'python':
      return `This server runs on Python${version === null ? '' : ` ${version}`}: timings only for now. ${measured}`;
    case 'deno':
      return `This server runs on Deno: timings only for now. ${measured}`;
    case 'bun':
      return `This server runs on Bun: timings only for now. ${measured}`;
    case 'node':
      return 'No Node.js process of this server loaded the profiler: NODE_OPTIONS did not reach it. Timings only; start it without what clears its environment.';
    case 'unknown':
      return `No Node.js process of this server answered the profiler: timings only. ${measured}`;
  }
}

function runningPrograms(dir: string): { path: string; pid: number }[] {
  const marker = Buffer.from(`${probeDirVariable}=${dir}\0`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`).includes(marker)) return [];
        return [{ path: readlinkSync(`/proc/${name}/exe`), pid: Number(name) }];
      } catch {
        return []; // ended meanwhile, or not ours
      }
    })
    .sort((a, b) => b.pid - a.pid);
}
