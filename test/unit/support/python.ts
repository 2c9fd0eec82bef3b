import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '4';

/** A Python with `fastmcp`, in a cache folder outside the checkout, made when it is not there; null where that cannot be. */
export function pythonWithFastmcp(): string | null {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mcp-profiler-tests');
  const folder = join(cache, `fastmcp-${version}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const ready = () => existsSync(python) && succeeds(python, ['-c', 'import fastmcp']);
  if (ready()) return python;
  mkdirSync(cache, { recursive: true });
  const system = ['python3', 'python'].find((name) => succeeds(name, ['-c', 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)']));
  if (system === undefined) return null;
  if (succeeds(system, ['-m', 'venv', folder], 60_000) && succeeds(python, ['-m', 'pip', '--quiet', 'install', `fastmcp==${version}.*`], 240_000) && ready()) return python;
  rmSync(folder, { recursive: true, force: true });
  return null;
}

function succeeds(command: string, args: string[], timeout = 20_000): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout });
    return true;
  } catch {
    return false;
  }
}
