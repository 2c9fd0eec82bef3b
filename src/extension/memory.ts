import { createHash } from 'node:crypto';
import type { RememberedChoice } from './chooseTools.ts';
import type { Host } from './host.ts';

/** What can be profiled, and profiled again. */
export type Target =
  | { kind: 'configured'; id: string }
  | { kind: 'sample' }
  | { kind: 'command'; command: string; args: string[]; cwd: string }
  | { kind: 'url'; url: string };

/** A name for a target that gives nothing away: command lines and URLs may carry secrets. */
export function targetKey(target: Target): string {
  switch (target.kind) {
    case 'sample':
      return 'sample';
    case 'configured':
      return `configured:${target.id}`;
    case 'command':
    case 'url':
      return `${target.kind}:${createHash('sha256').update(JSON.stringify(target)).digest('hex').slice(0, 24)}`;
  }
}

const runsKept = 200;

/**
 * What is remembered per workspace. Tool names go to the workspace's state; whatever may hold a secret (arguments,
 * command lines, URLs) to the secret storage.
 */
export function createMemory(host: Host) {
  const { workspaceState, secrets } = host.context;
  // secrets are kept per extension, not per workspace
  const workspace = createHash('sha256').update(host.context.storageUri?.toString() ?? '').digest('hex').slice(0, 16);
  const secretOf = (what: string) => `${what}:${workspace}`;

  async function readSecret<T>(what: string): Promise<T | null> {
    const text = await secrets.get(secretOf(what));
    return text === undefined ? null : (JSON.parse(text) as T);
  }

  return {
    /** A yes to a profile is none to a load test, and the other way round. */
    async choice(target: Target, what: 'choice' | 'load' = 'choice'): Promise<RememberedChoice | null> {
      const key = `${what}:${targetKey(target)}`;
      const names = workspaceState.get<Omit<RememberedChoice, 'args'>>(key);
      return names ? { ...names, args: (await readSecret<RememberedChoice['args']>(key)) ?? {} } : null;
    },
    async keepChoice(target: Target, { args, ...names }: RememberedChoice, what: 'choice' | 'load' = 'choice'): Promise<void> {
      const key = `${what}:${targetKey(target)}`;
      await workspaceState.update(key, names);
      if (Object.keys(args).length === 0) await secrets.delete(secretOf(key));
      else await secrets.store(secretOf(key), JSON.stringify(args));
    },
    /** What the run in this folder was a run of; null for a run of the terminal. */
    async targetOf(runDir: string): Promise<Target | null> {
      const key = runs().find((r) => r.dir === runDir)?.target;
      if (key === undefined) return null;
      if (key === 'sample') return { kind: 'sample' };
      if (key.startsWith('configured:')) return { kind: 'configured', id: key.slice('configured:'.length) };
      return readSecret<Target>(key);
    },
    async keepRun(runDir: string, target: Target): Promise<void> {
      const key = targetKey(target);
      if (target.kind === 'command' || target.kind === 'url') await secrets.store(secretOf(key), JSON.stringify(target));
      await workspaceState.update('runs', [{ dir: runDir, target: key }, ...runs().filter((r) => r.dir !== runDir)].slice(0, runsKept));
    },
  };

  function runs(): { dir: string; target: string }[] {
    return workspaceState.get<{ dir: string; target: string }[]>('runs') ?? [];
  }
}
export type Memory = ReturnType<typeof createMemory>;
