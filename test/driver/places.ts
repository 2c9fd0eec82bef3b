import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Where tests leave what can be looked at: results, logs, screenshots. Not committed. */
export function outputDir(...parts: string[]): string {
  const dir = join(root, 'test/output', ...parts);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** Holds what is installed once for all checkouts. */
export function cacheDir(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const dir = join(base, 'mcp-profiler');
  mkdirSync(dir, { recursive: true });
  return dir;
}

export interface Manifest {
  name: string;
  publisher: string;
  version: string;
  contributes: { commands: { command: string; title: string; category: string }[] };
}

export function manifest(): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
}

/** The VSIX that the package stage leaves. */
export function vsixPath(): string {
  const { name, version } = manifest();
  return join(root, `${name}-${version}.vsix`);
}

/** Full path of a program on PATH, or null. */
export function which(program: string): string | null {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = names.map((name) => join(dir, name)).find((candidate) => existsSync(candidate) && isExecutable(candidate));
    if (path) return path;
  }
  return null;
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
