import { UserError } from '../model/errors.ts';
import type { ServerDefinition, ServerSpec } from '../model/server.ts';
import { showError } from './errors.ts';
import type { Host } from './host.ts';
import type { Memory, Target } from './memory.ts';
import type { Servers } from './servers.ts';

/** A server that can be started now. */
export interface Startable {
  target: Target;
  spec: ServerSpec;
  /** What a run needs to know of a configured one. */
  configured: { serverId: string; openConfiguration: () => unknown } | Record<string, never>;
}

/** Undefined when it cannot be resolved; that has been shown then, with the way to the place that defines it. */
export async function toStartable(host: Host, servers: Servers, target: Target): Promise<Startable | undefined> {
  const definition: ServerDefinition | undefined = target.kind === 'configured' ? await servers.find(target.id) : undefined;
  const openConfiguration = definition && (() => servers.openConfiguration(definition));
  try {
    if (target.kind !== 'configured') return { target, spec: await servers.specOf(target), configured: {} };
    if (!definition || !openConfiguration) return undefined;
    return { target: { kind: 'configured', id: definition.id }, spec: await servers.resolve(definition), configured: { serverId: definition.id, openConfiguration } };
  } catch (error) {
    void showError(host, error, openConfiguration ? { openConfiguration } : {});
    return undefined;
  }
}

/** The target of an earlier run, also of one that the terminal made: then by the name it was configured with. */
export async function targetOfRun(memory: Memory, servers: Servers, dir: string): Promise<Target> {
  const known = await memory.targetOf(dir);
  if (known) return known;
  const { readRun } = await import('../app/runs.ts');
  const run = await readRun(dir);
  const named = (await servers.list()).servers.filter((s) => s.name === run.title || s.name === run.server.name);
  if (named.length === 1) return { kind: 'configured', id: named[0]!.id };
  throw new UserError('unknown-server', `How the server of “${run.title}” was started is not known in this workspace.`, 'Start it from the Servers view, or by its command line.');
}
