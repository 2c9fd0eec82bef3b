import type { ClassRef, FunctionRef, Handler, Resolved } from '../program.ts';
import type { Expr } from '../summary.ts';
import { isTest } from './callIndex.ts';
import { concreteClasses } from './callers.ts';
import { homeGrownMethods, keyOf } from './classes.ts';
import { sameRef, type Thing } from './env.ts';
import { makers } from './expand.ts';
import { asObject, enclosingClass, externalBases, lineage, methodOf } from './members.ts';
import { toolNameOf } from './names.ts';
import { complete, type Found } from './registration.ts';

/** Classes of Python's SDKs whose objects are tools. */
const toolClass = /^(mcp\.server\.fastmcp|fastmcp)\.tools\b.*\.(Tool|FunctionTool)$/;

/**
 * Tools that are classes of the author's own, of which an adapter makes the SDK's: a class that extends the SDK's `Tool`, is
 * made somewhere, and whose constructor takes an object of the base of them all.
 */
export function* adaptedTools(program: Resolved): Iterable<Found> {
  for (const [file, { language, classes }] of program.files) {
    if (language !== 'python' || isTest(file)) continue;
    for (const index of classes.keys()) {
      const adapter = { file, index };
      const base = externalBases(program, adapter).find((name) => toolClass.test(name));
      if (base === undefined || makers(program, adapter).length === 0) continue;
      for (const adapted of adaptedBy(program, adapter)) {
        const around = functionsOf(program, adapter);
        for (const tool of concreteClasses(program, adapted)) yield* read(program, tool, adapted, around, base.startsWith('mcp') ? 'sdk-v1' : 'fastmcp');
      }
    }
  }
}

/** Classes of the workspace whose objects the constructor takes and that others extend. */
function adaptedBy(program: Resolved, adapter: ClassRef): ClassRef[] {
  const { file } = adapter;
  const summary = program.files.get(file)!;
  const maker = summary.classes[adapter.index]!.methods.find((m) => m.name === '__init__');
  if (!maker) return [];
  return summary.functions[maker.function]!.parameters.flatMap((_, index) => {
    const value = program.resolve({ kind: 'parameter', function: maker.function, index }, { file, function: maker.function, offset: -1 });
    const isBase = value.kind === 'instance' && !sameRef(value.class, adapter) && concreteClasses(program, value.class).some((c) => !sameRef(c, value.class));
    return isBase ? [value.class] : [];
  });
}

/** What of the adapter runs around a tool: the functions that its constructor makes, and its own `run`. */
function functionsOf(program: Resolved, { file, index }: ClassRef): FunctionRef[] {
  const summary = program.files.get(file)!;
  return summary.functions.flatMap((fn, i) => {
    const isOwn = fn.class === index ? fn.name === 'run' : fn.parent !== null && fn.parent > 0 && enclosingClass(summary, i) === index;
    return isOwn ? [{ file, index: i }] : [];
  });
}

function read(program: Resolved, tool: ClassRef, base: ClassRef, around: readonly FunctionRef[], dialect: Handler['dialect']): Found[] {
  const own = lineage(program, tool).filter((c) => !lineage(program, base).some((b) => sameRef(b, c)));
  const run = homeGrownMethods.map((name) => methodOf(program, tool, name)).find((fn) => fn !== null && own.some((c) => c.file === fn.file && c.index === program.functionOf(fn).class));
  if (!run) return [];
  const env = asObject(program, tool, null, null);
  const self: Thing = { expr: { kind: 'this' }, at: { file: run.file, function: run.index, offset: program.functionOf(run).span.start } };
  const found = complete(program, {
    kind: 'tool',
    dialect,
    file: tool.file,
    span: program.files.get(tool.file)!.classes[tool.index]!.nameSpan,
    env,
    name: toolNameOf(program, self, env) ?? nameByClass(program, tool),
    handler: { function: run, env, around: around.map((fn) => ({ function: fn, without: [] })) },
    annotations: null,
    schema: null,
    argumentsParameter: null,
    contextParameter: null,
  });
  // what is called by its name at run time may as well be called on a thread
  const isCalled = leadsTo(program, around, run);
  return found.map((f) => ({ ...f, threaded: f.threaded || !isCalled }));
}

const mostFunctions = 300;

/** Whether calls that are written out lead from some functions to another one on the same thread. */
function leadsTo(program: Resolved, from: readonly FunctionRef[], to: FunctionRef): boolean {
  const seen = new Map(from.map((fn) => [keyOf(fn), fn]));
  for (const { file, index } of seen.values()) {
    if (seen.has(keyOf(to))) return true;
    if (seen.size > mostFunctions) return false;
    for (const call of program.functionOf({ file, index }).calls) {
      const { functions, callbacks, offloads } = program.target({ file, index: call });
      for (const next of offloads ? functions : [...functions, ...callbacks]) seen.set(keyOf(next), next);
    }
  }
  return seen.has(keyOf(to));
}

/** A name that is made of the class's own (`cls.__name__` without `Tool`, in lower case with underscores); null where it is made otherwise, or not for sure. */
function nameByClass(program: Resolved, tool: ClassRef): string | null {
  const getter = methodOf(program, tool, 'get_name') ?? methodOf(program, tool, 'name');
  const { file, index } = getter ?? { file: '', index: 0 };
  const called = getter && program.functionOf(getter).calls.flatMap((call) => program.target({ file, index: call }).functions);
  const maker = [...(getter ? [{ file, index }] : []), ...(called ?? [])].find((fn) => readsClassName(program, fn));
  if (!maker) return null;
  const { calls } = program.files.get(maker.file)!;
  const made = calls.filter((c) => c.function === maker.index);
  const says = (name: string) => made.some((c) => c.callee.kind === 'member' && c.callee.name === name);
  const className = program.files.get(tool.file)!.classes[tool.index]!.name;
  const cuts = made.some((c) => c.args.some((a) => a.kind === 'literal' && a.value === 'Tool'));
  const bare = cuts ? className.replace(/Tool$/, '') : className;
  if (!says('lower')) return made.length === 0 ? className : null;
  const isSnake = says('isupper') || says('sub');
  // where several capitals follow each other, every author does it in another way
  if (isSnake && /[A-Z]{2}/.test(bare)) return null;
  return isSnake ? bare.replace(/(?<!^)[A-Z]/g, '_$&').toLowerCase() : bare.toLowerCase();
}

function readsClassName(program: Resolved, { file, index }: FunctionRef): boolean {
  const { bindings, functions } = program.files.get(file)!;
  const isName = (e: Expr) => e.kind === 'member' && e.name === '__name__';
  return bindings.some((b) => b.scope === index && b.values.some(isName)) || functions[index]!.returned.some(isName);
}
