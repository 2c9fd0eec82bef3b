import type { CallRef, Resolved } from '../program.ts';
import type { Call } from '../summary.ts';
import { named } from './scope.ts';

/** `mcp.tool(name='x')(fn)`, and `add = mcp.tool(name='x')` with `add(fn)` in the same function. */
export function curriedBy(program: Resolved, { file, index }: CallRef): Call | undefined {
  const { calls } = program.files.get(file)!;
  const { function: fn, loop } = calls[index]!;
  const isKept = ({ callee, span, function: within, loop: around, args }: Call): boolean => {
    if (callee.kind !== 'name' || within !== fn || around?.start !== loop?.start || args.length !== 1) return false;
    const value = named(program, callee.name, { file, function: fn, offset: span.start });
    return value?.expr.kind === 'call' && value.expr.call === index && value.at.file === file;
  };
  return calls.find((c) => (c.callee.kind === 'call' && c.callee.call === index) || isKept(c));
}
