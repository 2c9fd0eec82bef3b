import type { FunctionRef, Hop, Program, Reach } from './code/program.ts';
import { ownerOf } from './code/receiving.ts';
import { stepBack, type Placed } from './trace.ts';

/**
 * Whether a way goes through a method that several classes have, of which a server uses the one that it is set up with: an
 * adapter of a database, a provider, a storage. Whoever uses another one is not concerned. Of tools in a table all are used.
 */
export const isOneOfSeveral = (program: Program, { path }: Pick<Reach, 'path'>): boolean => path.some((hop, i) => isFork(program, hop, path.slice(i + 1)));

/** The same where no type that they share says so either. */
export const isOneOfUnrelated = (program: Program, { path }: Pick<Reach, 'path'>): boolean => path.some((hop, i) => hop.call !== null && program.target(hop.call).declared === null && isFork(program, hop, path.slice(i + 1)));

function isFork(program: Program, { call: ref }: Hop, [next, ...later]: readonly Hop[]): boolean {
  if (!ref || !next) return false;
  const { functions: called, receiver } = program.target(ref);
  if (receiver?.kind === 'own' || receiver?.kind === 'super') return false;
  const keyOfOwner = (f: FunctionRef) => {
    const owner = ownerOf(program.files, f)?.class;
    return owner && keyOf(owner);
  };
  const functions = called.filter((f) => !onlyFails(program, f));
  const isNext = functions.some((f) => keyOf(f) === keyOf(next.function));
  const owners = new Set(functions.map(keyOfOwner));
  const several = functions.length > 1 && owners.size === functions.length && !owners.has(undefined);
  // a method that they share leads on into one of them
  const made = new Set((receiver?.made ?? []).filter((m) => keyOf(m.function) === keyOf(next.function)).map((m) => keyOf(m.class)));
  const partsLater = made.size > 1 && later.some((hop) => made.has(keyOfOwner(hop.function) ?? ''));
  if (!isNext || !(several || partsLater)) return false;
  const { callee, function: fn, span } = program.callOf(ref);
  return callee.kind === 'member' && !isFromTable(program, { expr: callee.object, at: { file: ref.file, function: fn, offset: span.start } });
}

/** What stands in for a class whose package is not there (`except ImportError: class Store: …`). */
function onlyFails(program: Program, fn: FunctionRef): boolean {
  const { calls, returned } = program.functionOf(fn);
  const made = calls.map((index) => program.callOf({ file: fn.file, index }).callee);
  return returned.length === 0 && made.length > 0 && made.every((c) => c.kind === 'name' && /(?:Error|Exception)$/.test(c.name));
}

const keyOf = ({ file, index }: { file: string; index: number }) => `${index} ${file}`;

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
