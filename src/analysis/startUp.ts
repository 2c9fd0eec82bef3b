import type { CallRef, FunctionRef, Program } from './code/program.ts';
import { together, type Branches } from './branches.ts';
import { keyOf } from './ioBelow.ts';

/** A function that runs while a server starts, and the calls in it that lead on to where the transport is made; a module body has none. */
interface Starting {
  fn: FunctionRef;
  leads: number[];
}

/** Where a server begins to speak stdio. */
const stdioMakers = /(?:^|\.)(?:StdioServerTransport|stdio_server|run_stdio_async|serveStdio)$/;
const runners = /(?:^|\.)(?:FastMCP|MCPServer)\.(?:run|run_async|start)$/;

/**
 * Calls that happen in a process which speaks stdio, outside of handlers: in the functions that lead to its transport, in
 * what these call, and in the bodies of the modules that they import. Branches that exclude the transport are left out.
 */
export function* startUpCalls(program: Program, branchesOf: (file: string) => readonly Branches[]): Iterable<CallRef> {
  const starting = startingFunctions(program);
  const seen = new Set<string>();
  const queue: FunctionRef[] = [];
  const enqueue = (fn: FunctionRef) => {
    if (!seen.has(keyOf(fn))) {
      seen.add(keyOf(fn));
      queue.push(fn);
    }
  };
  for (const { fn } of starting) seen.add(keyOf(fn));
  for (const { fn, leads } of starting) {
    for (const ref of callsOf(program, fn)) {
      const { start } = program.callOf(ref).span;
      if (leads.length > 0 && !together(branchesOf(fn.file), start, leads)) continue;
      yield ref;
      for (const next of leadsTo(program, ref)) enqueue(next);
    }
  }
  for (const file of importedFrom(program, new Set(starting.map(({ fn }) => fn.file)))) enqueue({ file, index: 0 });
  for (const fn of queue) {
    // what prints and ends the process there is a help text or a failure before anything is spoken
    const calls = callsOf(program, fn);
    if (calls.some((ref) => /^(?:process\.exit|sys\.exit|exit|quit)$/.test(program.target(ref).external ?? ''))) continue;
    for (const ref of calls) {
      yield ref;
      for (const next of leadsTo(program, ref)) enqueue(next);
    }
  }
}

/** What it calls, and what it is given to call: on a signal, when a lifespan begins, for each request. */
function leadsTo(program: Program, ref: CallRef): FunctionRef[] {
  const { functions, callbacks } = program.target(ref);
  return [...functions, ...callbacks];
}

function callsOf(program: Program, fn: FunctionRef): CallRef[] {
  return program.functionOf(fn).calls.map((index) => ({ file: fn.file, index }));
}

/** The functions in which a stdio transport is made, those that call them, and so on up to the modules' bodies. */
function startingFunctions(program: Program): Starting[] {
  const found = new Map<string, Starting>();
  const queue: Starting[] = [];
  const note = (fn: FunctionRef, lead: number) => {
    const known = found.get(keyOf(fn));
    if (known) return void known.leads.push(lead);
    const starting = { fn, leads: [lead] };
    found.set(keyOf(fn), starting);
    queue.push(starting);
  };
  for (const { file, calls } of program.files.values()) {
    calls.forEach((call, index) => {
      if (makesStdio(program, { file, index })) note({ file, index: call.function }, call.span.start);
    });
  }
  for (const { fn } of queue) {
    for (const ref of program.callersOf(fn)) {
      const call = program.callOf(ref);
      note({ file: ref.file, index: call.function }, call.span.start);
    }
  }
  // a handler that is called by its server's start is no part of it
  return [...found.values()];
}

function makesStdio(program: Program, ref: CallRef): boolean {
  const call = program.callOf(ref);
  const { callee } = call;
  if ((callee.kind === 'name' || callee.kind === 'member') && stdioMakers.test(callee.name)) return true;
  const { external } = program.target(ref);
  return external !== null && runners.test(external) && program.transportsOf(ref.file).has('stdio');
}

/** The files that these import, and those that they import: their bodies run before anything else. */
function importedFrom(program: Program, files: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const queue = [...files];
  for (const file of queue) {
    const summary = program.files.get(file)!;
    const modules = [...summary.imports.filter((i) => !i.typeOnly && i.scope === 0).map((i) => i.module), ...summary.exports.flatMap((e) => e.module ?? [])];
    for (const module of modules) {
      const imported = program.moduleFile(file, module);
      if (imported === null || found.has(imported) || files.has(imported)) continue;
      found.add(imported);
      queue.push(imported);
    }
  }
  return found;
}
