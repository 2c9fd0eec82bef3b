import { UserError } from '../../model/errors.ts';
import type { Workload, WorkloadRequest } from '../../model/workload.ts';
import type { Protocol } from '../../model/run.ts';
import { compileRequest, operationOf, type CompiledRequest, type Path } from './request.ts';
import type { Scope } from './template.ts';

export interface Operation {
  /** Tool, URI of the resource (as in the workload, templates unrendered) or prompt. */
  name: string;
  kind: 'tool' | 'resource' | 'prompt';
}

export interface CompiledWorkload {
  operations: Operation[];
  /** In the order of `workload.mix`. */
  mix: CompiledRequest[];
  /** In the order of the session's steps. */
  steps: CompiledRequest[][];
}

export interface WorkloadProblem {
  /** Where the request is in the workload, and the value within the request. */
  at: Path;
  request: WorkloadRequest;
  within: Path;
  text: string;
}

/** @throws UserError `bad-argument` with every problem. */
export function compileWorkload(workload: Workload, era: Protocol): CompiledWorkload {
  const problems: WorkloadProblem[] = [];
  const compiled = tryCompile(workload, era, problems);
  if (problems.length > 0) throw new UserError('bad-argument', problems.map((p) => `${[...p.at, ...p.within].join('.')}: ${p.text}.`).join('\n'), 'Mend the workload.');
  return compiled;
}

/** Every template of it is looked at; `problems` gets what is wrong. */
export function tryCompile(workload: Workload, era: Protocol, problems: WorkloadProblem[]): CompiledWorkload {
  const operations: Operation[] = [];
  const numbers = new Map<string, number>();
  const data = new Map(Object.entries(workload.data).map(([name, { rows }]) => [name, columnsOf(rows)]));

  const mix = workload.mix.map((request, i) => compile(request, { data, steps: new Set() }, ['mix', i]));
  const steps: CompiledRequest[][] = [];
  const over = new Set<string>();
  const named = new Set(workload.session?.steps.flatMap((s) => s.requests.flatMap((r) => r.as ?? [])));
  for (const [i, step] of (workload.session?.steps ?? []).entries()) {
    const scope = { data, steps: new Set(over), laterSteps: named };
    steps.push(step.requests.map((request, j) => compile(request, scope, ['session', 'steps', i, 'requests', j])));
    for (const { as } of step.requests) if (as !== null) over.add(as);
  }
  return { operations, mix, steps };

  function compile(request: WorkloadRequest, scope: Scope, at: Path): CompiledRequest {
    return compileRequest(request, { operation: numberOf(operationOf(request)), era, scope }, (within, text) => void problems.push({ at, request, within, text }));
  }

  function numberOf(operation: Operation): number {
    const key = `${operation.kind} ${operation.name}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, operations.length);
    return operations.push(operation) - 1;
  }
}

/** Null without rows: they could not be read, which has been told. */
function columnsOf(rows: Record<string, unknown>[]): Set<string> | null {
  if (rows.length === 0) return null;
  const columns = new Set<string>();
  for (const row of rows) for (const column of Object.keys(row)) columns.add(column);
  return columns;
}
