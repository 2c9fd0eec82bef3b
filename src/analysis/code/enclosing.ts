import type { CallRef, FunctionRef, Resolved } from './program.ts';
import { indexOf } from './resolve/fileIndex.ts';
import { positionOf } from './sure.ts';
import type { Expr, FileSummary } from './summary.ts';
import { testDoubles } from './testFiles.ts';

/** What is handed over for a parameter. */
export interface Given {
  functions: FunctionRef[];
  /** Those that a call runs on another thread. */
  offloaded: FunctionRef[];
  /** There is nothing else that callers hand over. */
  complete: boolean;
}

type CallersOf = (fn: FunctionRef) => readonly CallRef[];

/** A parameter, or what its members lead to. */
interface Root {
  function: number;
  parameter: number;
  path: readonly string[];
}

interface Place {
  file: string;
  function: number;
  offset: number;
}

/** Over more functions than this a parameter is not followed. */
const maxHandedOn = 3;
const maxNames = 5;

/**
 * The functions that a call within another function calls by a parameter of that one around it: `config.handle(request)`
 * in `server.setRequestHandler(…)` of `function run(config)`, where `run({ handle })` stands in the workspace, or what
 * hands it on to `run`. Where it stands more often each call has its own, unless `isOneOfAll` says that whoever gets there
 * may have any of them. Also a method of a function's own parameter, `client.get()` in `function load(client)`, where all that
 * call it hand over objects with the same one. Null where it calls no such parameter.
 */
export function givenToEnclosing(program: Resolved, ref: CallRef, callersOf: CallersOf, isOneOfAll: (around: FunctionRef, within: FunctionRef) => boolean = () => false): Given | null {
  const { callee, function: inner, span } = program.callOf(ref);
  const { file } = ref;
  const root = rootOf(program.files.get(file)!, callee, inner, span.start);
  if (!root) return null;
  const isOwn = root.function === inner;
  // whoever calls the function leads to what it hands over to be called, too
  if (isOwn && (root.path.length === 0 || isReceiver(program.files.get(file)!, root))) return null;
  const given: Given = { functions: [], offloaded: [], complete: true };
  gather(program, { file, ...root }, callersOf, isOwn || isOneOfAll({ file, index: root.function }, { file, index: inner }), given, new Set());
  return isOwn && (!given.complete || given.functions.length + given.offloaded.length !== 1) ? null : given;
}

/** `self` and `cls`. */
const isReceiver = ({ language, functions }: FileSummary, { function: fn, parameter }: Root) => language === 'python' && parameter === 0 && functions[fn]!.class !== null;

function gather(program: Resolved, root: Root & { file: string }, callersOf: CallersOf, isOneOfAll: boolean, given: Given, seen: Set<string>): void {
  const fn = { file: root.file, index: root.function };
  const key = `${fn.index} ${root.parameter} ${root.path.join('.')} ${fn.file}`;
  if (seen.has(key)) return;
  seen.add(key);
  const doubles = testDoubles(program);
  const callers = callersOf(fn).filter((call) => (!doubles.has(call.file) || doubles.has(fn.file)) && program.target(call).functions.some((f) => f.file === fn.file && f.index === fn.index));
  if (seen.size > maxHandedOn + 1 || callers.length === 0 || (callers.length > 1 && !isOneOfAll)) {
    given.complete = false;
    return;
  }
  for (const caller of callers) {
    const handed = handedOver(program, fn, root.parameter, caller);
    if (!handed) given.complete = false;
    else for (const expr of alternatives(handed.expr)) follow(root.path.reduce<Expr>((object, name) => ({ kind: 'member', object, name }), expr), handed.at);
  }

  function follow(expr: Expr, at: Place): void {
    const { functions, offloads } = program.runs(expr, at);
    const known = offloads ? given.offloaded : given.functions;
    for (const to of functions) if (!known.some((f) => f.file === to.file && f.index === to.index)) known.push(to);
    if (functions.length > 0) return;
    const next = rootOf(program.files.get(at.file)!, expr, at.function, at.offset);
    if (next) gather(program, { file: at.file, ...next }, callersOf, isOneOfAll, given, seen);
    else given.complete = false;
  }
}

/** The parameter that an expression is, by whatever names. */
function rootOf(summary: FileSummary, expr: Expr, inner: number, offset: number): Root | null {
  const path: string[] = [];
  let at = { function: inner, offset };
  let now: Expr | undefined = expr;
  for (let names = 0; now && names < maxNames; ) {
    if (now.kind === 'as') now = now.value;
    else if (now.kind === 'member') {
      path.unshift(now.name);
      now = now.object;
    } else if (now.kind === 'object') {
      const name = path.shift();
      now = now.properties.findLast((p) => p.name === name)?.value;
    } else if (now.kind === 'parameter') {
      return now.index < 0 ? null : { function: now.function, parameter: now.index, path };
    } else if (now.kind === 'name') {
      names++;
      const [binding, ...others] = indexOf(summary).lookup(now.name, at.function, at.offset);
      if (!binding || others.length > 0 || binding.reassigned) return null;
      const { kind, scope, index, values, span } = binding;
      const parameter = kind === 'parameter' ? summary.functions[scope]!.parameters[index] : undefined;
      // what is assigned to it is listed behind its default
      if (parameter?.name === now.name) return values.length > (parameter.optional ? 1 : 0) ? null : { function: scope, parameter: index, path };
      // `function run({ handle })`, `const { handle } = config`
      if (values.length !== 1 || (kind !== 'parameter' && kind !== 'variable')) return null;
      at = { function: scope, offset: span.start };
      now = values[0];
    } else return null;
  }
  return null;
}

/** What a call hands over for a parameter, or leaves at its default; null where that cannot be told. */
function handedOver(program: Resolved, fn: FunctionRef, index: number, ref: CallRef): { expr: Expr; at: Place } | null {
  const summary = program.files.get(fn.file)!;
  const { name, rest } = summary.functions[fn.index]!.parameters[index]!;
  const call = program.callOf(ref);
  const position = positionOf(summary, fn.index, index, call);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const keyword = call.keywords.find((k) => k.name === name);
  if (keyword) return { expr: keyword.value, at };
  // a spread has no position
  if (rest || position < 0 || call.args.slice(0, position).some((a) => a.kind === 'other' || a.kind === 'element')) return null;
  const expr = call.args[position];
  if (expr) return { expr, at };
  const usual = summary.bindings.find((b) => b.kind === 'parameter' && b.scope === fn.index && b.index === index)?.values.find((v) => v.kind !== 'parameter');
  return usual && !call.keywords.some((k) => k.name === '**') ? { expr: usual, at: { file: fn.file, function: fn.index, offset: -1 } } : null;
}

/** `a ?? b` is one of both; nothing is no function. */
const alternatives = (expr: Expr): Expr[] => (expr.kind === 'either' ? expr.of.flatMap(alternatives) : expr.kind === 'literal' ? [] : [expr]);
