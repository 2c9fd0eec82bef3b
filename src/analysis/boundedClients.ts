import { perFile } from './code/perFile.ts';
import type { CallRef, FunctionRef, Program } from './code/program.ts';
import type { Call, Expr } from './code/summary.ts';
import { ioOwn, keyOf, reachable } from './ioBelow.ts';
import { onceOnly } from './onceOnly.ts';
import { stepBack, type Place, type Placed } from './trace.ts';

/** What a client, a pool of connections or an agent is told of how many it may have. */
const bounds = /^(?:max_?connections|maxSockets|maxTotalSockets|connections|limit|max_?concurrency|maxConcurrent)$/i;
/** What carries such a bound into a client, or into a request. */
const carriers = /^(?:limits|connector|transport|dispatcher|agent|https?_?agent|https?|pool|queue)$/i;
/** It says how many, and keeps no connection itself. */
const isOnlySaid = (external: string | null) => external === 'httpx.Limits';
/** More at once are no bound to speak of: the defaults of httpx and aiohttp are 100. */
const most = 64;

/** Whether all requests that some work makes go through something that all of it shares and that has only so many in flight: the rest wait in there. */
export function sharesBoundedClient(program: Program, workers: readonly FunctionRef[]): boolean {
  const below = workers.flatMap((w) => reachable(program, w).slice(0, 60)).filter((f) => f.index !== 0);
  const own = new Set(below.map(keyOf));
  const requests = below.flatMap(({ file, index }) => program.functionOf({ file, index }).calls.map((call) => ({ file, index: call }))).filter((ref) => ioOwn(program, ref) === 'network');
  return requests.length > 0 && requests.every((ref) => isBounded(program, ref, own));
}

function isBounded(program: Program, ref: CallRef, own: ReadonlySet<string>): boolean {
  const call = program.callOf(ref);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const { callee } = call;
  const external = program.target(ref).external ?? '';
  if (/^(?:fetch|undici)\b/.test(external) && anywhere(program, 'dispatcher')) return true;
  if (/^(?:https?|axios|needle|request|superagent|node-fetch)\b/.test(external) && anywhere(program, 'agent')) return true;
  const client = callee.kind === 'member' ? callee.object : callee;
  return isSaidIn(program, call, at, own, 0) || leads(program, { expr: client, at }, own, 0);
}

/** An expression that leads to where a client or agent is made with a bound, outside of the work itself. */
function leads(program: Program, placed: Placed, own: ReadonlySet<string>, depth: number): boolean {
  if (depth > 8) return false;
  const { expr, at } = placed;
  if (expr.kind === 'call') {
    const ref = { file: at.file, index: expr.call };
    const call = program.callOf(ref);
    const isEach = own.has(keyOf({ file: at.file, index: call.function })) && !onceOnly(program).isOnceAt(at.file, call.span.start);
    const { external, functions } = program.target(ref);
    if (functions.length === 0) return (!isEach || isOnlySaid(external)) && isSaidIn(program, call, { ...at, function: call.function, offset: call.span.start }, own, depth + 1);
  }
  const { from } = stepBack(program, placed);
  return from.length > 0 && from.every((one) => (one.expr.kind === 'literal' && one.expr.value === null) || leads(program, one, own, depth + 1)) && from.some((one) => one.expr.kind !== 'literal');
}

/** In the arguments of a call: the bound itself, or what carries it. */
function isSaidIn(program: Program, { args, keywords }: Call, at: Place, own: ReadonlySet<string>, depth: number): boolean {
  const said = [...keywords, ...args.flatMap((a) => propertiesOf(program, a, at))];
  return said.some(({ name, value }) => (bounds.test(name) && isFew(value)) || (carriers.test(name) && (propertiesOf(program, value, at).some((p) => carriers.test(p.name) && leads(program, { expr: p.value, at }, own, depth + 1)) || leads(program, { expr: value, at }, own, depth + 1))));
}

function propertiesOf(program: Program, expr: Expr, at: Place): readonly { name: string; value: Expr }[] {
  if (expr.kind === 'object') return expr.properties;
  if (expr.kind !== 'name') return [];
  const value = program.resolve(expr, at);
  return value.kind === 'object' && value.file === at.file ? value.expr.properties : [];
}

const isFew = (value: Expr) => (value.kind === 'literal' ? typeof value.value === 'number' && value.value > 0 && value.value <= most : value.kind !== 'other');

const everyRequest = perFile((program, file) => {
  const text = program.textOf(file);
  return {
    dispatcher: /setGlobalDispatcher\(\s*new\s+[\w.]+\(\s*\{[^}]*\bconnections\s*:\s*[1-9]/.test(text),
    agent: /\bglobalAgent\.max(?:Total)?Sockets\s*=\s*[1-9]/.test(text),
  };
});

const anywhere = (program: Program, what: 'dispatcher' | 'agent') => [...program.files.keys()].some((file) => everyRequest(program, file)[what]);
