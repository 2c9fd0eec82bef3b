import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A package of npm in a cache folder outside the checkout, installed when it is not there; returns its folder. */
export function cachedPackage(name: string, version: string): string {
  const prefix = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mcp-profiler-tests', `${name}-${version}`);
  const folder = join(prefix, 'node_modules', name);
  if (!existsSync(folder)) {
    mkdirSync(prefix, { recursive: true });
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', prefix, `${name}@${version}`], { stdio: 'ignore', timeout: 180_000 });
  }
  return folder;
}

/** The newest Node of a major version; the one that runs this for its own. */
export function nodeOf(major: number): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return join(cachedPackage(`node-${platform}-${process.arch}`, String(major)), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}
