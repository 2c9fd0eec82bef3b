import { UserError } from '../../model/errors.ts';
import type { Workload, WorkloadRequest } from '../../model/workload.ts';
import { createSampler } from './sampler.ts';

export interface ProfileCalls {
  tools: string[];
  /** By tool; absent where they are to be generated. */
  args: Record<string, Record<string, unknown>>;
  /** What a profile leaves out of the workload; full sentences. */
  notes: string[];
}

/**
 * What a profile calls of a workload: the tools of its mix, each with one set of arguments, so that calls of a tool can be
 * compared. Of several requests of a tool the heaviest is taken; its templates are drawn once.
 *
 * @throws UserError `nothing-to-call` when the mix has no tool.
 */
export function callsForProfile(workload: Workload): ProfileCalls {
  const heaviest = new Map<string, Extract<WorkloadRequest, { tool: string }>>();
  const several = new Set<string>();
  for (const request of workload.mix) {
    if (!('tool' in request)) continue;
    const known = heaviest.get(request.tool);
    if (known) several.add(request.tool);
    if (!known || request.weight > known.weight) heaviest.set(request.tool, request);
  }
  if (heaviest.size === 0) {
    throw new UserError('nothing-to-call', 'The workload has no tool in its "mix", and a profile calls nothing else.', 'Add {"tool": "NAME"} to the mix, or run the workload as a load test: mcp-profiler load TARGET --workload FILE.');
  }
  const args: [string, Record<string, unknown>][] = [];
  for (const [tool, request] of heaviest) {
    if (request.arguments === 'generate') continue;
    const { params } = createSampler({ ...workload, mix: [request], session: null }, 'legacy', 1).next();
    args.push([tool, (JSON.parse(params) as { arguments: Record<string, unknown> }).arguments]);
  }
  return { tools: [...heaviest.keys()], args: Object.fromEntries(args), notes: notesOf(workload, several) };
}

function notesOf(workload: Workload, several: Set<string>): string[] {
  const notes: string[] = [];
  if (several.size > 0) notes.push(`A profile calls a tool with one set of arguments: of the requests of ${[...several].join(', ')} the one with the highest weight is taken.`);
  if (workload.mix.some((request) => !('tool' in request))) notes.push('A profile calls tools only: resources and prompts of the workload are left out.');
  return notes;
}
