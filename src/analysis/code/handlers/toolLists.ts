import type { Resolved } from '../program.ts';
import type { Expr } from '../summary.ts';
import { isTest } from './callIndex.ts';
import type { Thing } from './env.ts';
import { complete, type Found } from './registration.ts';

/** How the function of a tool is called in a dictionary that describes it. */
const runNames = ['func', 'fn', 'function', 'handler', 'callable'];
const isCalledTools = /(?:^|_)tools?(?:_(?:list|definitions?|registry|functions?|specs?))?$/i;

/**
 * Functions of Python in lists of a module that are called tools (`READ_ONLY_TOOLS = [search, load]`, `tools = [{"func": search}]`),
 * where what becomes of the lists could not be followed.
 */
export function* listedTools(program: Resolved, root: string): Iterable<Found> {
  for (const [file, { language, bindings }] of program.files) {
    if (language !== 'python' || isTest(file) || program.projectOf(file).root !== root) continue;
    for (const { name, kind, scope, values, span } of bindings) {
      const [list] = values;
      if (kind !== 'variable' || scope !== 0 || !isCalledTools.test(name) || list?.kind !== 'array' || list.many || list.items.length < 2) continue;
      const tools = list.items.map((item) => toolOf(program, { expr: item, at: { file, function: 0, offset: span.start } }));
      if (tools.includes(null)) continue;
      for (const tool of tools) yield* complete(program, { ...base, file: tool!.at.file, span: program.functionOf({ file: tool!.at.file, index: tool!.function }).span, name: tool!.name, handler: { expr: { kind: 'function', function: tool!.function }, at: tool!.at } });
    }
  }
}

const base = { kind: 'tool', dialect: 'other', env: null, byFunction: true, annotations: null, schema: null, argumentsParameter: null, contextParameter: null } as const;

/** Null for what is no function of the workspace. */
function toolOf(program: Resolved, { expr, at }: Thing): { function: number; at: Thing['at']; name: Thing | null } | null {
  const part = (names: readonly string[]): Expr | undefined => (expr.kind === 'object' ? expr.properties.find((p) => names.includes(p.name))?.value : undefined);
  const run = expr.kind === 'object' ? part(runNames) : expr;
  const value = run && program.resolve(run, at);
  if (value?.kind !== 'function') return null;
  const { file, index } = value.function;
  const name = part(['name']);
  return { function: index, at: { file, function: 0, offset: program.functionOf(value.function).span.start }, name: name ? { expr: name, at } : null };
}
