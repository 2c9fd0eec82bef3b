import type { Workload, WorkloadRequest, WorkloadStep } from '../../model/workload.ts';

/** Where the schema of workload files is published; editors complete by it. */
export const workloadSchemaUrl = 'https://raw.githubusercontent.com/mcp-profiler/mcp-profiler/main/src/load/workload/workload.schema.json';

/** What the redaction leaves of a secret. */
const redacted = '[redacted]';

/**
 * A workload as the text of its file, one request and one row a line, so that a person can read and change them. Rows are
 * in it, also those that came from a file; schemas, which belong to the server, are not.
 */
export function workloadText({ mix, session, data }: Workload): string {
  const parts = [`  "$schema": ${JSON.stringify(workloadSchemaUrl)}`];
  if (mix.length > 0) parts.push(`  "mix": ${lines(mix.map((r) => JSON.stringify(entryOf(r))), '  ')}`);
  if (session) parts.push(`  "session": {\n    "steps": ${lines(session.steps.map((s) => JSON.stringify(stepOf(s))), '    ')}${session.thinkMs.max > 0 ? `,\n    "thinkMs": ${JSON.stringify(thinkOf(session.thinkMs))}` : ''}\n  }`);
  const sets = Object.entries(data).map(([name, { rows, order }]) => `    ${JSON.stringify(name)}: {"order": "${order}", "rows": ${lines(rows.map((row) => JSON.stringify(row)), '    ')}}`);
  if (sets.length > 0) parts.push(`  "data": {\n${sets.join(',\n')}\n  }`);
  const text = `{\n${parts.join(',\n')}\n}\n`;
  return text.includes(redacted) ? `// ${redacted} stands where a secret was: replace it by what may be sent.\n${text}` : text;
}

function stepOf({ requests, thinkMs }: WorkloadStep): object {
  const think = thinkMs.max > 0 ? { thinkMs: thinkOf(thinkMs) } : {};
  return { requests: requests.map((r) => ({ ...entryOf({ ...r, weight: 1 }), ...(r.as === null ? {} : { as: r.as }) })), ...think };
}

function entryOf(request: WorkloadRequest): object {
  const weight = request.weight === 1 ? {} : { weight: request.weight };
  if ('resource' in request) return { resource: request.resource, ...weight };
  return 'tool' in request ? { tool: request.tool, ...weight, arguments: request.arguments } : { prompt: request.prompt, ...weight, arguments: request.arguments };
}

const thinkOf = ({ min, max }: { min: number; max: number }) => (min === max ? min : [min, max]);
const lines = (items: string[], indent: string) => `[\n${items.map((item) => `${indent}  ${item}`).join(',\n')}\n${indent}]`;
