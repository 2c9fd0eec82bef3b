import type { Resolved } from '../program.ts';
import { isWithin } from './around.ts';
import { isTest } from './callIndex.ts';
import { callsNamed, isRun } from './callers.ts';
import { keepsResults } from './decorators.ts';
import type { Thing } from './env.ts';
import { decorated } from './marked.ts';
import { complete, type Found } from './registration.ts';

// what authors of Python servers register by functions and decorators of their own

/** `self.add_tool(self.status)` of Python, where what the author's own function does with it could not be followed. */
export function* ownAdded(program: Resolved, root: string): Iterable<Found> {
  for (const ref of callsNamed(program, ['add_tool', 'register_tool'])) {
    const { file } = ref;
    const { args: [expr], span, function: fn } = program.callOf(ref);
    if (!expr || program.files.get(file)!.language !== 'python' || isTest(file) || program.projectOf(file).root !== root || program.target(ref).functions.length === 0) continue;
    const value = program.resolve(expr, { file, function: fn, offset: span.start });
    if (value.kind !== 'function') continue;
    const handler: Thing = { expr: { kind: 'function', function: value.function.index }, at: { file: value.function.file, function: 0, offset: program.functionOf(value.function).span.start } };
    yield* complete(program, { kind: 'tool', dialect: 'other', file, span, env: null, name: null, byFunction: true, handler, annotations: null, schema: null, argumentsParameter: null, contextParameter: null });
  }
}

/** Files of Python that go through the methods of an object and take those that a decorator has marked: `hasattr(method, '_mcp_tool')`. */
export function marksAsked(program: Resolved): string[] {
  return [...callsNamed(program, ['hasattr', 'getattr'])].flatMap((ref) => {
    const { args: [of, mark], function: index } = program.callOf(ref);
    const fn = { file: ref.file, index };
    const isMark = mark?.kind === 'literal' && typeof mark.value === 'string' && /(?:^|_)tool(?:$|_)/.test(mark.value);
    return isMark && of?.kind === 'name' && !/^(?:self|cls|mcp|app|server)$/.test(of.name) && !isTest(ref.file) && isRun(program, fn) ? [ref.file] : [];
  });
}

/** Files of Python with a decorator of the author's own that is called a tool, and registers what it is put on: `mcp.tool(**options)(wrapped(fn))`. */
export function registersItself(program: Resolved): string[] {
  return [...callsNamed(program, ['tool', 'add_tool'])].flatMap(({ file, index }) => {
    const { language, functions, calls } = program.files.get(file)!;
    const { callee, decorator, function: fn } = calls[index]!;
    if (language !== 'python' || decorator || isTest(file) || callee.kind !== 'member') return [];
    const outer = functions.findIndex((f, i) => f.class === null && /(?:^|_)tool$/.test(f.name) && isWithin(functions, i, fn));
    return outer > 0 ? [file] : [];
  });
}

export function* ownDecorated(program: Resolved, root: string): Iterable<Found> {
  const decorators = ownDecorators(program, root);
  if (decorators.length > 0) for (const one of decorated(program, decorators)) if (program.projectOf(one.file).root === root) yield one;
}

/** Decorators of the author's own that are called tools, by their names; not those that only keep results. */
function ownDecorators(program: Resolved, root: string): string[] {
  const names = new Set<string>();
  for (const [file, { functions, calls, language }] of program.files) {
    if (language !== 'python' || isTest(file) || program.projectOf(file).root !== root) continue;
    for (const { decorators, parent, span } of functions) {
      for (const decorator of decorators) {
        const what = decorator.kind === 'call' ? calls[decorator.call]!.callee : decorator;
        if (what.kind !== 'name' || !/(?:^|_)tool$/.test(what.name) || names.has(what.name)) continue;
        if (program.resolve(what, { file, function: parent ?? 0, offset: span.start }).kind !== 'external') names.add(what.name);
      }
    }
  }
  return [...names].filter((name) => !keepsAlone(program, root, name));
}

/** Under this name a project has a decorator that keeps results; a second one, for where that cannot be imported, does less. */
function keepsAlone(program: Resolved, root: string, name: string): boolean {
  return [...program.files].some(([file, { functions }]) => program.projectOf(file).root === root && functions.some((f, index) => f.name === name && f.class === null && keepsResults(program, { file, index })));
}
