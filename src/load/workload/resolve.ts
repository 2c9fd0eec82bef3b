import { UserError } from '../../model/errors.ts';
import type { Workload, WorkloadRequest } from '../../model/workload.ts';

export interface Consent {
  calls: { tool: string }[];
  skipped: { tool: string; reason: string }[];
}

/**
 * A workload against the tools that a server lists: schemas are put beside arguments that are to be generated, and tools
 * that may not be called are taken out of the mix, the others keep their proportions. A session cannot go on without one
 * of its tools: it is taken out as a whole.
 *
 * @param consent applies the rules of consent to the tools of the workload, as named ones; not asked when there are none.
 * @throws UserError `unknown-tool` for tools that the server does not list, `nothing-to-call` when nothing is left, and
 * what `consent` throws.
 */
export function resolveWorkload(workload: Workload, tools: { name: string; inputSchema: unknown }[], consent: (names: string[]) => Consent): { workload: Workload; skipped: Consent['skipped'] } {
  const names = toolsOf(workload);
  const schemas = new Map(tools.map((tool) => [tool.name, tool.inputSchema]));
  const unknown = names.filter((name) => !schemas.has(name));
  if (unknown.length > 0) {
    throw new UserError('unknown-tool', `The server has no tool named ${unknown.map((name) => `"${name}"`).join(', ')}, which the workload calls.`, `It lists: ${tools.map((t) => t.name).join(', ') || 'none'}.`);
  }
  const { calls, skipped } = names.length > 0 ? consent(names) : { calls: [], skipped: [] };
  const allowed = new Set(calls.map((call) => call.tool));
  const left = withSchemas(dropTools(workload, (name) => allowed.has(name)), schemas);
  const sessionIsOut = workload.session !== null && left.session === null;
  const refused = skipped
    .filter(({ tool }) => names.includes(tool) && !allowed.has(tool))
    .map(({ tool, reason }) => ({ tool, reason: sessionIsOut && inSession(workload, tool) ? `${reason}; the session, which needs it, is left out` : reason }));
  if (left.mix.length === 0 && left.session === null) {
    throw new UserError('nothing-to-call', `None of the tools of the workload may be called: ${refused.map((s) => `${s.tool} (${s.reason})`).join(', ')}.`, 'Give your consent, or take other tools.');
  }
  return { workload: left, skipped: refused };
}

/** Names of the tools that a workload calls, each once, in its order. */
export function toolsOf(workload: Workload): string[] {
  return [...new Set(requestsOf(workload).flatMap((request) => ('tool' in request ? [request.tool] : [])))];
}

/** The workload without tools that may not be called. */
export function dropTools(workload: Workload, mayCall: (tool: string) => boolean): Workload {
  const stays = (request: WorkloadRequest) => !('tool' in request) || mayCall(request.tool);
  const wholeSession = workload.session?.steps.every((step) => step.requests.every(stays)) ?? false;
  return { ...workload, mix: workload.mix.filter(stays), session: wholeSession ? workload.session : null };
}

function withSchemas(workload: Workload, schemas: Map<string, unknown>): Workload {
  const generates = (request: WorkloadRequest) => 'tool' in request && request.arguments === 'generate';
  const fill = <T extends WorkloadRequest>(request: T): T => (generates(request) && 'tool' in request ? { ...request, inputSchema: schemas.get(request.tool) } : request);
  const { session } = workload;
  return {
    ...workload,
    mix: workload.mix.map(fill),
    session: session && { ...session, steps: session.steps.map((step) => ({ ...step, requests: step.requests.map(fill) })) },
    generated: workload.generated || requestsOf(workload).some(generates),
  };
}

const inSession = (workload: Workload, tool: string) => workload.session?.steps.some((step) => step.requests.some((r) => 'tool' in r && r.tool === tool)) === true;
const requestsOf = (workload: Workload): WorkloadRequest[] => [...workload.mix, ...(workload.session?.steps.flatMap((step) => step.requests) ?? [])];
