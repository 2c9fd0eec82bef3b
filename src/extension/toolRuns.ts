import type { HandlerInfo } from '../model/lint.ts';
import type { LatestRun } from './runList.ts';

/** The newest run that belongs to a server in the source: the one that knows most of its tools. */
export function runOfServer(handlers: readonly HandlerInfo[], runs: readonly LatestRun[]): LatestRun | null {
  const names = new Set(handlers.map((h) => h.name));
  let best: { entry: LatestRun; common: number } | null = null;
  for (const entry of runs) {
    const common = entry.run.tools.filter((tool) => names.has(tool.name)).length;
    if (common > (best?.common ?? 0)) best = { entry, common };
  }
  return best?.entry ?? null;
}

/** Handlers by the server that they belong to, in the order of the first of each. */
export function byServer(handlers: readonly HandlerInfo[]): Map<string, HandlerInfo[]> {
  const servers = new Map<string, HandlerInfo[]>();
  for (const handler of handlers) {
    const list = servers.get(handler.server);
    if (list) list.push(handler);
    else servers.set(handler.server, [handler]);
  }
  return servers;
}

export const handlerLabel = ({ kind, name }: HandlerInfo): string => (kind.endsWith('/list') ? kind : (name ?? `${kind} with a computed name`));
