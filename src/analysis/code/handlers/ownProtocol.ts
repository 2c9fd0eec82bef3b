import type { Resolved } from '../program.ts';
import type { Expr, FileSummary, Span } from '../summary.ts';
import { isTest } from './callIndex.ts';
import { dispatchOf, type Part } from './dispatch.ts';
import { dispatchFacts, type Guard } from './dispatchVisitors.ts';
import type { Thing } from './env.ts';
import { complete, type Found } from './registration.ts';
import { runOf, type Run } from './runs.ts';
import { partIn, type NameAt } from './sentName.ts';
import { trace } from './trace.ts';

/** A function that answers `tools/call`, of a server that reads the protocol's messages itself. */
interface Answer {
  run: Run;
  /** Where it says so: the branch, or the table of methods. */
  file: string;
  span: Span;
  nameAt: NameAt;
  /** Its part of a function that answers other methods, too; null: all of it. */
  part: Part | null;
}

const calls = 'tools/call';
const lists = 'tools/list';

/**
 * Tools of servers without an SDK: `if (message.method === 'tools/call')` beside `'tools/list'`, a `switch` with both, a table
 * `{ 'tools/list': list, 'tools/call': call }`. Those that have a name: what only hands messages on, or looks at them, tells the methods apart, too.
 */
export const ownProtocol = (program: Resolved): Found[] =>
  [...program.files].flatMap(([file, summary]) => (isTest(file) ? [] : [...inBranches(program, summary), ...inTables(program, summary)])).flatMap((answer) => toolsOf(program, answer));

function toolsOf(program: Resolved, { run, file, span, nameAt, part }: Answer): Found[] {
  const isPython = program.files.get(file)!.language === 'python';
  const isAsync = program.functionOf(run.function).async;
  const whole = { kind: 'tool' as const, dialect: 'other' as const, file, span, env: null, annotations: null, schema: null, argumentsParameter: null, contextParameter: null };
  const { cases } = dispatchOf(program, run, nameAt, { part });
  const distinct = cases.filter((c, i) => cases.findIndex((o) => o.name === c.name) === i);
  return distinct.flatMap(({ name, run: handler, place, branch, notMine, offloaded }) =>
    complete(program, { ...whole, ...place, name, handler }).map((found) => ({
      ...found,
      async: found.async || isAsync,
      // a loop of Python's that is not async has nobody to keep waiting
      threaded: found.threaded || offloaded === true || (isPython && !isAsync),
      branch,
      notMine,
    })),
  );
}

/** Functions that tell the methods apart. */
function inBranches(program: Resolved, summary: FileSummary): Answer[] {
  const { file, facts } = summary;
  const guards = facts.flatMap(({ rule, function: fn, span, data }) => (rule === dispatchFacts && (data as Guard).exact ? [{ fn, span, ...(data as Guard), names: (data as Guard).values.flatMap(textOf) }] : []));
  return guards.flatMap((guard) => {
    if (!guard.names.includes(calls)) return [];
    const same = guards.filter((g) => g.fn === guard.fn && JSON.stringify(g.on) === JSON.stringify(guard.on));
    if (!same.some((g) => g.names.includes(lists))) return [];
    const run = { function: { file, index: guard.fn }, env: null };
    const method: Thing = { expr: guard.on, at: { file, function: guard.fn, offset: guard.span.start } };
    const message = partIn(program, trace(program, method, null));
    const others = same.filter((g) => !g.names.includes(calls)).map((g) => g.span);
    return [{ run, file, span: guard.span, nameAt: { message: message && trace(program, message.of, null), path: ['params', 'name'] }, part: { own: guard.span, others } }];
  });
}

/** Tables of functions by method. */
function inTables(program: Resolved, { file, bindings }: FileSummary): Answer[] {
  return bindings.flatMap(({ scope, span, values }) =>
    values.flatMap((value): Answer[] => {
      if (value.kind !== 'object' || !value.properties.some((p) => p.name === lists)) return [];
      const answer = value.properties.find((p) => p.name === calls);
      const run = answer ? runOf(program, { expr: answer.value, at: { file, function: scope, offset: span.start } }, null) : null;
      return run ? [{ run, file: run.function.file, span: program.functionOf(run.function).span, nameAt: { message: null, path: ['params', 'name'] }, part: null }] : [];
    }),
  );
}

const textOf = (expr: Expr): string[] => (expr.kind === 'literal' && typeof expr.value === 'string' ? [expr.value] : []);
