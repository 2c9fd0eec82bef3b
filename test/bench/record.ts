import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Writes what a bench or matrix measured to test/bench/results/<name>.json, with commit and machine. */
export function recordResult(name: string, result: object): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const folder = join(root, 'test/bench/results');
  mkdirSync(folder, { recursive: true });
  const record = {
    measuredAt: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    /** True when files differed from that commit. */
    modified: git('status', '--porcelain', '--', 'src') !== '',
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), os: `${platform()} ${release()} ${arch()}`, node: process.version },
    ...result,
  };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(record, null, 2)}\n`);
}
