import type { Generator } from '../load/generator.ts';
import { resolveWorkload } from '../load/workload/resolve.ts';
import type { Operation } from '../load/workload/sampler.ts';
import { UserError } from '../model/errors.ts';
import type { ChooseForLoad, LoadRequest } from '../model/load.ts';
import type { Workload } from '../model/workload.ts';
import type { ServerSpec } from '../model/server.ts';
import { selectTools, type Selection } from './choose.ts';
import { isLoopback } from './loadInputs.ts';
import { offerOf, type ListedTool } from './offers.ts';

export interface PreparedLoad {
  workload: Workload;
  operations: Operation[];
  skipped: { tool: string; reason: string }[];
}

/** A list that never ends must not keep a load test. */
const maxListPages = 200;

/** Load goes to this machine; anywhere else takes a yes that names the host. @throws UserError `bad-argument`. */
export function checkRemote(server: ServerSpec, allowed: readonly string[]): void {
  if (server.transport === 'stdio') return;
  const { hostname } = new URL(server.url);
  if (isLoopback(hostname) || allowed.includes(hostname)) return;
  throw new UserError('bad-argument', `${hostname} is not this machine: a load test sends it many requests.`, `If the server is yours and may take it, say so by its name: --allow-remote ${hostname}`);
}

/** All pages of `tools/list`; none where the server says that it has no tools. @throws UserError when it does not answer. */
export async function listTools(generator: Generator): Promise<ListedTool[]> {
  const capabilities = generator.opened.handshake['capabilities'];
  if (typeof capabilities !== 'object' || capabilities === null || !('tools' in capabilities)) return [];
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxListPages; page++) {
    const result = (await generator.request('tools/list', cursor === undefined ? {} : { cursor })) as { tools?: ListedTool[]; nextCursor?: string };
    tools.push(...(result.tools ?? []));
    cursor = result.nextCursor;
    if (cursor === undefined) break;
  }
  return tools;
}

/**
 * What is sent, after the rules of consent. `choose` is asked first, also for the tools of a workload: some may destroy.
 * @throws UserError when nothing may be called, or the workload does not fit the server.
 */
export async function prepareLoad(generator: Generator, tools: ListedTool[], request: LoadRequest, choose: ChooseForLoad | undefined): Promise<PreparedLoad> {
  const offers = tools.map(offerOf);
  const choice = choose ? await choose(offers) : request.choice;
  if (choice === null) throw new UserError('nothing-to-call', 'No tools were chosen.', 'Run the command again and choose at least one.');
  const chosen = request.workload === null ? selectTools(offers, choice) : null;
  const { workload, skipped } = resolveWorkload(request.workload ?? mixOf(chosen!), tools, (names) => selectTools(offers, { ...choice, tools: names }));
  const { operations } = await generator.load(workload);
  return { workload, operations, skipped: [...(chosen?.skipped ?? []), ...skipped] };
}

/** The tools that were chosen, in equal parts; arguments that nobody gave are generated, anew for each call. */
function mixOf(selection: Selection): Workload {
  return {
    mix: selection.calls.map(({ tool, args, generated }) => ({ tool, weight: 1, arguments: generated ? 'generate' : args })),
    session: null,
    data: {},
    dir: null,
    generated: selection.calls.some((c) => c.generated),
  };
}
