import childProcess from 'node:child_process';

const starters = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const;

/**
 * Watches what is started in this process from now on. The tests share the extension host with the extension, and with VS Code's
 * own extensions: only calls from our built files count.
 * @returns the calls so far, as `spawn node`.
 */
export function watchProcesses(): () => string[] {
  const calls: string[] = [];
  for (const name of starters) {
    const original = childProcess[name] as (...args: unknown[]) => unknown;
    const watched = function (this: unknown, ...args: unknown[]): unknown {
      if (/[\\/](extension|cli|reaper)\.cjs|[\\/]src[\\/]extension[\\/]/.test(new Error().stack ?? '')) calls.push(`${name} ${String(args[0])}`);
      return original.apply(this, args);
    };
    Object.defineProperty(childProcess, name, { value: watched, configurable: true, writable: true });
  }
  return () => [...calls];
}
