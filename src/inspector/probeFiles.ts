import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeFile, spanWidth, type Announcement, type Confirmation, type ProbeLine } from '../probe/contract.ts';

/** Bytes read at once from a growing file. */
const chunkBytes = 1 << 20;

/** What the bootloaders of a run wrote into its folder. Everything in it came from processes that we do not control. */
export interface ProbeFiles {
  announcements(): Announcement[];
  confirmation(pid: number): Confirmation | null;
  isExiting(pid: number): boolean;
  hasWorkers(pid: number): boolean;
  /** Lines that were written since the last call. */
  newLines(pid: number): ProbeLine[];
  /** (start, end, seq) triples. */
  spans(pid: number): Float64Array;
  /** From now on new processes are left alone. */
  markChosen(): void;
}

export function readProbeFiles(dir: string): ProbeFiles {
  const read = new Map<number, { offset: number; rest: string }>();
  const announced = new Map<string, Announcement>();

  return {
    announcements() {
      for (const name of list(dir)) {
        if (announced.has(name) || !/^\d+\.json$/.test(name)) continue;
        const announcement = readJson(join(dir, name)) as Announcement | null;
        if (announcement) announced.set(name, announcement);
      }
      return [...announced.values()];
    },
    confirmation: (pid) => readJson(join(dir, probeFile.confirmed(pid))) as Confirmation | null,
    isExiting: (pid) => existsSync(join(dir, probeFile.exiting(pid))),
    hasWorkers: (pid) => existsSync(join(dir, probeFile.worker(pid))),
    newLines(pid) {
      const state = read.get(pid) ?? { offset: 0, rest: '' };
      read.set(pid, state);
      const data = readFrom(join(dir, probeFile.events(pid)), state.offset);
      state.offset += data.length;
      const lines = (state.rest + data.toString('utf8')).split('\n');
      state.rest = lines.pop()!;
      return lines.flatMap((line) => {
        try {
          return [JSON.parse(line) as ProbeLine];
        } catch {
          return []; // a process that was killed within a write
        }
      });
    },
    spans(pid) {
      const data = readFrom(join(dir, probeFile.spans(pid)), 0);
      const bytes = Math.floor(data.length / (8 * spanWidth)) * 8 * spanWidth;
      return new Float64Array(data.buffer.slice(data.byteOffset, data.byteOffset + bytes));
    },
    markChosen() {
      writeFileSync(join(dir, probeFile.chosen), '', { mode: 0o600 });
    },
  };
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function readFrom(file: string, offset: number): Buffer {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const chunks: Buffer[] = [];
    for (let at = offset; ; ) {
      const chunk = Buffer.alloc(chunkBytes);
      const length = readSync(fd, chunk, 0, chunkBytes, at);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, length));
      at += length;
    }
  } finally {
    closeSync(fd);
  }
}
