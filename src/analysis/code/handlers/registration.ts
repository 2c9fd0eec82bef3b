import type { ClassRef, FunctionRef, Handler, HandlerKind, Resolved } from '../program.ts';
import { isStaticMethod, type Expr, type Span } from '../summary.ts';
import { selfOf, type Env, type Thing } from './env.ts';
import { alternatives, blockOf } from './expand.ts';
import { decoratedBy } from './decorators.ts';
import { enclosingClass } from './members.ts';
import { returnedBy } from './returns.ts';
import { toolNameOf } from './names.ts';
import { partOf } from './parts.ts';
import { runOf, type Run } from './runs.ts';
import { addsOnThreads, dialectIn } from './servers.ts';
import { threaded } from './threads.ts';
import { booleanOf, step, stringOf, trace } from './trace.ts';

/** A handler before it has its id and project. */
export type Found = Omit<Handler, 'id' | 'project'>;

/** A registration as it is written: its parts are expressions, which may depend on parameters and loops around. */
export interface Registration {
  kind: HandlerKind;
  dialect: Handler['dialect'];
  file: string;
  span: Span;
  env: Env;
  /** An expression, the name itself, or null where there is none. */
  name: Thing | string | null;
  /** In front of the name; null where it is not known. */
  prefix?: string | null;
  /** Without a name of its own it has that of its function. */
  byFunction?: boolean;
  handler: Thing | Run | null;
  /** Where `readOnlyHint` and its like stand. */
  annotations: Thing | null;
  schema: Thing | null;
  /** Positions of the parameters, self not counted. */
  argumentsParameter: number | null;
  contextParameter: number | null;
  /** Python: said that a `def` is to stay on the loop. */
  onLoop?: boolean;
}

/** The handlers of a registration: one for every tool that it registers. */
export function complete(program: Resolved, registration: Registration): Found[] {
  const { name, env, handler, byFunction } = registration;
  if (name === null && byFunction && handler && 'expr' in handler) return alternatives(program, handler, env).map(({ env: inner, place }) => one(program, { ...registration, ...place }, nameOfFunction(program, handler, inner), inner)).filter((f) => f.function !== null);
  if (name === null || typeof name === 'string') return [one(program, registration, name, env)];
  const found = alternatives(program, name, env).map(({ env: inner, place }) => one(program, { ...registration, ...place }, nameIn(program, name, inner) ?? (byFunction && handler && 'expr' in handler ? behindPrefix(program, name, nameOfFunction(program, handler, inner), inner) : null), inner));
  return found.filter((f) => f.name !== null || f.function !== null);
}

/** The name itself, or that of the object that has it: `this.name`, which a constructor may have been given. */
function nameIn(program: Resolved, name: Thing, env: Env): string | null {
  const said = stringOf(program, name, env);
  if (said !== null) return said;
  for (let at: Thing | null = name, steps = 0; at && steps < 20; at = step(program, at, env), steps++) {
    if (at.expr.kind !== 'member' || !/name$/i.test(at.expr.name)) continue;
    const found = toolNameOf(program, { expr: at.expr.object, at: at.at }, env);
    if (found !== null) return found;
  }
  return null;
}

/** A name that is computed, where it ends as the function's own: `prefix + 'search'` over `def search`, the prefix being configured. */
function behindPrefix(program: Resolved, name: Thing, own: string | null, env: Env): string | null {
  const { expr, at } = trace(program, name, env);
  const last = expr.kind === 'binary' && expr.operator === '+' ? expr.right : expr.kind === 'template' ? expr.parts.at(-1) : undefined;
  return last && stringOf(program, { expr: last, at }, env) === own ? own : null;
}

function nameOfFunction(program: Resolved, handler: Thing, env: Env): string | null {
  const { expr, at } = trace(program, handler, env);
  const value = expr.kind === 'function' ? { file: at.file, index: expr.function } : null;
  const run = value ?? runOf(program, handler, env)?.function;
  return (run && program.functionOf(run).name) || null;
}

function one(program: Resolved, r: Registration, name: string | null, env: Env): Found {
  const { file, span, kind, prefix = '' } = r;
  const { language } = program.files.get(file)!;
  const dialect = language === 'python' ? dialectIn(program, file, r.dialect) : r.dialect;
  const run = runIn(program, r.handler, env);
  const fn = run ? program.functionOf(run.function) : null;
  const decorated = run && language === 'python' ? decoratedBy(program, run.function) : null;
  const around = [...(run?.around ?? []), ...(decorated?.around ?? [])];
  const ownSelf = language === 'python' && fn !== null && fn.class !== null && !isStaticMethod(fn) ? 1 : 0;
  const positions = positionsIn(fn, r, language, ownSelf);
  const annotations = r.annotations && trace(program, r.annotations, env);
  const receiver = run && receiverOf(program, run);
  return {
    name: name === null || prefix === null ? null : prefix + name,
    kind,
    language,
    file,
    span,
    function: run?.function ?? null,
    ...(receiver && { receiver }),
    branch: null,
    notMine: run?.notMine ?? [],
    ...(around.length > 0 && { around }),
    threaded: decorated !== null && (decorated.offloaded || (!decorated.async && ((r.onLoop !== true && threaded(dialect, program.projectOf(file).versions)) || addsOnThreads(program, file)))),
    async: decorated?.async ?? fn?.async ?? false,
    readOnly: annotations && hint(program, annotations, 'readOnlyHint', 'read_only_hint', env),
    destructive: annotations && hint(program, annotations, 'destructiveHint', 'destructive_hint', env),
    schema: schemaIn(program, r.schema, file, env),
    ...positions,
    dialect,
  };
}

/** Of what class the object is whose method runs. */
function receiverOf(program: Resolved, { function: { file, index }, env }: Run): ClassRef | null {
  const declared = enclosingClass(program.files.get(file)!, index);
  return declared === null ? null : (selfOf(env, { file, index: declared })?.class ?? null);
}

function positionsIn(fn: { parameters: readonly { name: string; type: unknown }[] } | null, r: Registration, language: string, ownSelf: number) {
  if (language === 'python') {
    const context = fn?.parameters.findIndex((p) => /^(ctx|context)$/.test(p.name) || isContext(p.type)) ?? -1;
    return { contextParameter: context < 0 ? null : context, argumentsParameter: r.argumentsParameter === null ? null : r.argumentsParameter + ownSelf };
  }
  return { contextParameter: r.contextParameter, argumentsParameter: r.argumentsParameter };
}

const isContext = (type: unknown): boolean => JSON.stringify(type ?? null).includes('"Context"');

/** What runs; where what runs is a parameter, the only thing that it can be. */
function runIn(program: Resolved, handler: Registration['handler'], env: Env): Run | null {
  if (handler === null || 'function' in handler) return handler;
  const direct = runOf(program, handler, env);
  if (direct || !blockOf(program, handler, env)) return direct;
  const all = alternatives(program, handler, env).flatMap((a) => runOf(program, handler, a.env) ?? []);
  const distinct = new Map(all.map((run) => [key(run.function), run]));
  return distinct.size === 1 ? all[0]! : null;
}

const key = ({ file, index }: FunctionRef) => `${index} ${file}`;

/** A schema is of use where it is written in the handler's own file. */
function schemaIn(program: Resolved, schema: Thing | null, file: string, env: Env): Expr | null {
  if (!schema) return null;
  const traced = trace(program, schema, env);
  return traced.at.file === file ? traced.expr : schema.at.file === file ? schema.expr : null;
}

function hint(program: Resolved, annotations: Thing, camel: string, snake: string, env: Env): boolean | null {
  // `writes({ destructive: true })` of the author's own
  const made = returnedBy(program, annotations, env);
  if (made) return hint(program, trace(program, made.thing, made.env), camel, snake, made.env);
  const said = partOf(program, annotations, camel, env) ?? partOf(program, annotations, snake, env);
  return said && booleanOf(program, said, env);
}
