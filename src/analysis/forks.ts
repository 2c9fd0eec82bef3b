import type { Hop, Program, Reach } from './code/program.ts';
import { ownerOf } from './code/receiving.ts';
import { stepBack, type Placed } from './trace.ts';

/**
 * Whether a way goes through a method that several classes have, of which a server uses the one that it is set up with: an
 * adapter of a database, a provider, a storage. Whoever uses another one is not concerned. Of tools in a table all are used.
 */
export const isOneOfSeveral = (program: Program, { path }: Pick<Reach, 'path'>): boolean => path.some((hop, i) => isFork(program, hop, path[i + 1]));

function isFork(program: Program, { call: ref }: Hop, next: Hop | undefined): boolean {
  if (!ref || !next) return false;
  const { functions, receiver } = program.target(ref);
  if (functions.length < 2 || receiver?.kind === 'own' || receiver?.kind === 'super') return false;
  const isNext = functions.some((f) => f.file === next.function.file && f.index === next.function.index);
  const owners = new Set(functions.map((f) => ownerOf(program.files, f)?.class).map((c) => c && `${c.index} ${c.file}`));
  if (!isNext || owners.size < functions.length || owners.has(undefined)) return false;
  const { callee, function: fn, span } = program.callOf(ref);
  return callee.kind === 'member' && !isFromTable(program, { expr: callee.object, at: { file: ref.file, function: fn, offset: span.start } });
}

const maxSteps = 6;
const takes = /^(?:get|find|pop|at|shift|filter|next|values|items)(?=[A-Z_]|$)/;

/** Whether a value is one of many in a list or table: `tools[name]`, `registry.get(name)`, `for tool in tools`. */
function isFromTable(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (depth > maxSteps) return false;
  if (expr.kind === 'element') return true;
  if (expr.kind === 'call') {
    const { callee } = program.callOf({ file: at.file, index: expr.call });
    if (callee.kind === 'member' && takes.test(callee.name) && program.target({ file: at.file, index: expr.call }).functions.length === 0) return true;
  }
  return stepBack(program, { expr, at }).from.some((one) => isFromTable(program, one, depth + 1));
}
