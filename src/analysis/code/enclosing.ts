import type { CallRef, FunctionRef, Resolved } from './program.ts';
import { indexOf } from './resolve/fileIndex.ts';
import type { Expr } from './summary.ts';

/**
 * The function that a call within another function calls by a parameter of that one around it: `config.handle(request)`
 * in `server.setRequestHandler(…)` of `function run(config)`, where `run({ handle })` stands once in the workspace. Null
 * where it stands more often: then each has its own.
 */
export function givenToEnclosing(program: Resolved, ref: CallRef, callersOf: (fn: FunctionRef) => readonly CallRef[]): FunctionRef | null {
  const { callee, function: inner, span } = program.callOf(ref);
  const path: string[] = [];
  let root = callee;
  for (; root.kind === 'member'; root = root.object) path.unshift(root.name);
  if (root.kind !== 'name') return null;
  const summary = program.files.get(ref.file)!;
  const [binding, ...others] = indexOf(summary).lookup(root.name, inner, span.start);
  if (!binding || others.length > 0 || binding.scope === inner || binding.reassigned) return null;
  // `function run({ handle })`
  let from: Expr | undefined = binding.kind === 'parameter' ? { kind: 'parameter', function: binding.scope, index: binding.index } : binding.values[0];
  for (; from?.kind === 'member'; from = from.object) path.unshift(from.name);
  if (from?.kind !== 'parameter' || from.index < 0) return null;
  const fn = { file: ref.file, index: from.function };
  const { name } = program.functionOf(fn).parameters[from.index]!;
  const [only, ...more] = callersOf(fn).filter((call) => program.target(call).functions.some((f) => f.file === fn.file && f.index === fn.index));
  if (!only || more.length > 0) return null;
  const call = program.callOf(only);
  const given = call.keywords.find((k) => k.name === name)?.value ?? call.args[from.index];
  if (!given) return null;
  const value = program.resolve(path.reduce<Expr>((object, name) => ({ kind: 'member', object, name }), given), { file: only.file, function: call.function, offset: call.span.start });
  return value.kind === 'function' ? value.function : null;
}
