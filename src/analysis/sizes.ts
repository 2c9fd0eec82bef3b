import type { FunctionRef, Handler, Program } from './code/program.ts';
import { nameOf, type Call, type Expr, type TypeRef } from './code/summary.ts';
import { ioOfCall } from './ioBelow.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

/**
 * How many things a list may hold. `argument`: as many as the caller sends; `upstream`: as many as something outside
 * holds; `page`: as many as one answer of a service has, which is a page as a rule; `folder`: the files of one folder; `bounded`: limited on the way; `constant`: written in the source.
 */
export type Size = 'constant' | 'bounded' | 'argument' | 'upstream' | 'page' | 'folder' | 'unknown';

/** Whether the annotation of the parameter at an offset says how many (`Annotated[list, Field(max_length=5)]`), which its type leaves out. */
export type Limits = (file: string, offset: number) => boolean;

const maxSteps = 12;
/** Members and functions that give as many as they are given. */
const keepsSize = /^(?:map|filter|flatMap|sort|toSorted|reverse|toReversed|concat|flat|keys|values|entries|items|from|list|set|frozenset|tuple|sorted|enumerate|zip|dict|reversed|copy|split|splitlines|trim|strip|unique|uniq|dedupe|all|gather|json|parse|loads|fetchall|to_list|toArray|data|fromkeys|Set|Map)$/;
const asks = /^(?:fetch|query|find|list|search|scan|select|all|get_?all|load)(?=[A-Z_]|$)/;
const cuts = /^(?:slice|splice|take|islice|substring|chunk|batched|limit|head|sample|range)$/;

/** Of a list, followed to where it comes from. `handlers` are those whose arguments end there. */
export function sizeOf(program: Program, list: Placed, limits: Limits, depth = 0): Size {
  const { expr, at } = list;
  const go = (one: Expr) => sizeOf(program, { expr: one, at }, limits, depth + 1);
  if (depth > maxSteps) return 'unknown';
  switch (expr.kind) {
    case 'literal':
      return 'constant';
    case 'array':
      // a comprehension or a spread holds as many as what it is made from
      if (expr.many) return ofComprehension(program, list, expr.span.start, limits, depth);
      return expr.items.some((i) => i.kind === 'other') ? 'unknown' : largest(expr.items.map((i) => (i.kind === 'element' && i.index === undefined ? go(i.of) : 'constant')));
    case 'object':
      return expr.spread.length === 0 ? 'constant' : 'unknown';
    case 'await':
    case 'enter':
      return go(expr.of);
    case 'as':
      return go(expr.value);
    case 'either':
      return largest(expr.of.map(go));
    case 'element':
      return go(expr.of) === 'constant' ? 'unknown' : go(expr.of);
    case 'call':
      return ofCall(program, list, expr.call, limits, depth);
    case 'name':
    case 'parameter':
    case 'member':
      return ofReference(program, list, limits, depth);
    default:
      return 'unknown';
  }
}

const order: readonly Size[] = ['constant', 'bounded', 'unknown', 'folder', 'page', 'upstream', 'argument'];

function largest(sizes: readonly Size[]): Size {
  // an empty list as a fallback says nothing
  const known = sizes.filter((s) => s !== 'constant');
  return (known.length > 0 ? known : sizes).reduce<Size>((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'constant');
}

/** As many as it goes through, at most. */
function ofComprehension(program: Program, { expr, at }: Placed, start: number, limits: Limits, depth: number): Size {
  const { end } = expr.kind === 'array' ? expr.span : { end: start };
  const variable = program.files.get(at.file)?.bindings.find((b) => b.from === start && b.to === end);
  const value = variable?.values[0];
  return value?.kind === 'element' ? sizeOf(program, { expr: value.of, at: { ...at, offset: start } }, limits, depth + 1) : 'unknown';
}

function ofCall(program: Program, { at }: Placed, index: number, limits: Limits, depth: number): Size {
  const ref = { file: at.file, index };
  const call = program.callOf(ref);
  const place = { file: at.file, function: call.function, offset: call.span.start };
  const go = (expr: Expr) => sizeOf(program, { expr, at: place }, limits, depth + 1);
  const name = nameOf(call.callee);
  if (cuts.test(name) || saysHowMany(program, call, place, limits)) return 'bounded';
  const { functions, external } = program.called(ref);
  if (external !== null && /^(?:fs(?:\.promises)?\.(?:readdir|opendir)(?:Sync)?|os\.(?:listdir|scandir)|pathlib\.Path\.(?:iterdir|glob))$/.test(external) && !isRecursive(call)) return 'folder';
  if (functions.length > 0) {
    const returned = stepBack(program, { expr: { kind: 'call', call: index }, at }).from.map((one) => sizeOf(program, one, limits, depth + 1));
    const size = largest(returned);
    if (returned.length > 0 && size !== 'unknown') return size;
  } else if (keepsSize.test(name)) {
    const from = call.callee.kind === 'member' && !isStatic(call.callee.object) ? call.callee.object : call.args[0];
    const size = from ? go(from) : 'constant';
    // `text.split(',')` of an argument is as long as the caller likes
    return size === 'constant' && name === 'split' ? 'unknown' : size;
  }
  // what is awaited and named so comes from outside, whoever it is that answers
  const kinds = ioOfCall(program, ref);
  // `… LIMIT $limit`: a page of it
  const isCut = kinds.has('database') && /\blimit\b/i.test(program.textOf(at.file).slice(call.span.start, call.span.end));
  if (kinds.size > 0) return isCut || (kinds.has('network') && !kinds.has('database')) ? 'page' : 'upstream';
  return call.awaited && functions.length === 0 && asks.test(name) ? 'upstream' : 'unknown';
}

/** What a request for a page is given says how many at most, for which the tool's schema has a maximum. */
function saysHowMany(program: Program, { args, keywords }: Call, at: Placed['at'], limits: Limits): boolean {
  const said = [...keywords, ...args.flatMap((a) => (a.kind === 'object' ? a.properties : []))].filter((p) => /^(?:max_?results|limit|per_?page|page_?size)$/i.test(p.name));
  return said.some(({ value }) => {
    const argument = argumentPath(program, { expr: value, at });
    return argument !== null && argument.path.length > 0 && isBoundedBySchema(program, argument, limits);
  });
}

const isRecursive = ({ args }: Call) => args.some((a) => a.kind === 'object' && a.properties.some((p) => p.name === 'recursive'));

const isStatic = (expr: Expr) => expr.kind === 'name' && /^(?:Array|Object|JSON|Set|Map|Promise|asyncio|json|itertools|lodash|_|dict)$/.test(expr.name);

function ofReference(program: Program, { expr, at }: Placed, limits: Limits, depth: number): Size {
  const argument = argumentPath(program, { expr, at });
  if (argument) return argument.path.length > 0 && isBoundedBySchema(program, argument, limits) ? 'bounded' : 'argument';
  const { from } = stepBack(program, { expr, at });
  if (from.length > 0) return largest(from.map((one) => sizeOf(program, one, limits, depth + 1)));
  // a member of something: as large as what it is part of
  return expr.kind === 'member' ? notConstant(sizeOf(program, { expr: expr.object, at }, limits, depth + 1)) : 'unknown';
}

const notConstant = (size: Size): Size => (size === 'constant' ? 'unknown' : size);

/** A handler's argument: its name in the schema first. */
export interface Argument {
  handler: Handler;
  path: string[];
  type: TypeRef | null;
  values: readonly Expr[];
  /** Where its name stands, for a parameter of Python. */
  place: { file: string; offset: number } | null;
  /** Schemas that it went through on the way. */
  parsedBy: Placed[];
}

/** Which argument of which handler an expression is; null where it is none. */
export function argumentPath(program: Program, { expr, at }: Placed, depth = 0): Argument | null {
  if (depth > maxSteps) return null;
  if (expr.kind === 'member') {
    const of = argumentPath(program, { expr: expr.object, at }, depth + 1);
    return of && { ...of, path: [...of.path, expr.name] };
  }
  if (expr.kind === 'as') return argumentPath(program, { expr: expr.value, at }, depth + 1);
  if (expr.kind === 'await') return argumentPath(program, { expr: expr.of, at }, depth + 1);
  if (expr.kind === 'either') return expr.of.reduce<Argument | null>((known, one) => known ?? argumentPath(program, { expr: one, at }, depth + 1), null);
  if (expr.kind === 'parameter') return ofHandler(program, at.file, expr.function, expr.index);
  if (expr.kind === 'call') return parsed(program, at, expr.call, depth);
  if (expr.kind !== 'name') return null;
  const binding = bindingOf(program, expr.name, at);
  if (!binding) return null;
  const place = { file: at.file, function: binding.scope, offset: binding.span.start };
  if (binding.kind === 'variable') return binding.values.reduce<Argument | null>((known, one) => known ?? argumentPath(program, { expr: one, at: place }, depth + 1), null);
  if (binding.kind !== 'parameter') return null;
  const own = ofHandler(program, at.file, binding.scope, binding.index);
  if (own) return own.handler.language === 'python' && own.handler.dialect !== 'other' && own.handler.argumentsParameter === null ? { ...own, path: [binding.name], type: binding.type, values: binding.values, place: { file: at.file, offset: binding.span.start } } : own;
  // a pattern's names have the value that they take
  const taken = binding.values.find((v) => v.kind === 'member' || v.kind === 'element');
  if (taken) {
    const of = argumentPath(program, { expr: taken, at: place }, depth + 1);
    if (of) return of;
  }
  const handed = stepBack(program, { expr, at }).from.reduce<Argument | null>((known, one) => known ?? argumentPath(program, one, depth + 1), null);
  // what hands all requests on does so for this tool
  const tool = handed && program.handlers.find((h) => h.function?.file === at.file && h.function.index === binding.scope);
  return tool ? { ...handed, handler: tool } : handed;
}

/** `schema.parse(args)`, `parseOrThrow(schema, args)` give the arguments again. */
function parsed(program: Program, at: Placed['at'], index: number, depth: number): Argument | null {
  const { callee, args, function: fn, span } = program.callOf({ file: at.file, index });
  if (!/^(?:(?:safe_?)?(?:parse|validate)\w*|model_validate)$/i.test(nameOf(callee))) return null;
  const place = { ...at, function: fn, offset: span.start };
  const schemaOf = (given: Expr) => [...args.filter((a) => a !== given), ...(callee.kind === 'member' ? [callee.object] : [])];
  for (const given of args.slice(0, 2)) {
    const of = argumentPath(program, { expr: given, at: place }, depth + 1);
    if (of) return { ...of, parsedBy: [...of.parsedBy, ...schemaOf(given).map((expr) => ({ expr, at: place }))] };
  }
  return null;
}

function ofHandler(program: Program, file: string, fn: number, index: number): Argument | null {
  const isIt = (ref: FunctionRef | null) => ref?.file === file && ref.index === fn;
  const handler = program.handlers.find((h) => isIt(h.function)) ?? program.handlers.find(({ around = [] }) => around.some((a) => isIt(a.function)));
  if (!handler || handler.contextParameter === index) return null;
  if (handler.argumentsParameter !== null && handler.argumentsParameter !== index) return null;
  const parameter = program.functionOf({ file, index: fn }).parameters[index];
  return { handler, path: [], type: parameter?.type ?? null, values: [], place: null, parsedBy: [] };
}

const limitWords = /^(?:max|length|maxItems|max_length|max_items)$/;

/** Whether the schema says how many there may be: `z.array(…).max(20)`, `maxItems`, `Field(max_length=…)`. */
function isBoundedBySchema(program: Program, { handler, path, values, place: at, parsedBy }: Argument, limits: Limits): boolean {
  if (at && limits(at.file, at.offset)) return true;
  const place = { file: handler.file, function: 0, offset: handler.span.start };
  if (values.some((v) => saysLimit(program, { expr: v, at: place }, 0))) return true;
  // `request.params.arguments.ids`, `(await schema.parseAsync(args)).data.ids`
  const names = path.filter((part) => !/^(?:params|arguments|data)$/.test(part));
  const schemas = [...(handler.schema ? [{ expr: handler.schema, at: place }] : []), ...parsedBy];
  return schemas.some((schema) => {
    const property = propertyOf(program, schema, names[0] ?? '', 0);
    return property !== null && (saysLimit(program, property, 0) || isOfChoices(program, property));
  });
}

/** `z.array(z.enum(['a', 'b']))`: of a few that are written out nobody sends each many times. */
function isOfChoices(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (depth > 8) return false;
  if (expr.kind === 'name') return stepBack(program, { expr, at }).from.some((one) => isOfChoices(program, one, depth + 1));
  if (expr.kind === 'object') return expr.properties.some((p) => p.name === 'enum' || (p.name === 'items' && isOfChoices(program, { expr: p.value, at }, depth + 1)));
  if (expr.kind !== 'call') return false;
  const { callee, args, function: fn, span } = program.callOf({ file: at.file, index: expr.call });
  if (callee.kind !== 'member') return false;
  if (/^(?:enum|nativeEnum|literal)$/.test(callee.name)) return true;
  const place = { file: at.file, function: fn, offset: span.start };
  const inside = callee.name === 'array' ? args.slice(0, 1) : [callee.object];
  return inside.some((one) => isOfChoices(program, { expr: one, at: place }, depth + 1));
}

/** The schema of one argument, in a zod shape, `z.object(shape)` or a JSON schema. */
export function propertyOf(program: Program, schema: Placed, name: string, depth: number): Placed | null {
  const { expr, at } = schema;
  if (depth > 8) return null;
  if (expr.kind === 'object') {
    const own = expr.properties.find((p) => p.name === name) ?? expr.properties.find((p) => p.name === 'properties');
    if (!own) return null;
    return own.name === name ? { expr: own.value, at } : propertyOf(program, { expr: own.value, at }, name, depth + 1);
  }
  if (expr.kind === 'call') {
    const call = program.callOf({ file: at.file, index: expr.call });
    const place = { file: at.file, function: call.function, offset: call.span.start };
    const parts = [...call.args, ...(call.callee.kind === 'member' ? [call.callee.object] : [])];
    return parts.reduce<Placed | null>((known, one) => known ?? propertyOf(program, { expr: one, at: place }, name, depth + 1), null);
  }
  // `z.object({ … }).shape`
  if (expr.kind === 'member' && expr.name === 'shape') return propertyOf(program, { expr: expr.object, at }, name, depth + 1);
  return stepBack(program, schema).from.reduce<Placed | null>((known, one) => known ?? propertyOf(program, one, name, depth + 1), null);
}

function saysLimit(program: Program, { expr, at }: Placed, depth: number): boolean {
  if (depth > 8) return false;
  if (expr.kind === 'object') return expr.properties.some((p) => limitWords.test(p.name) || (p.name === 'type' && saysLimit(program, { expr: p.value, at }, depth + 1)));
  if (expr.kind === 'call') {
    const { callee, keywords, args, function: fn, span } = program.callOf({ file: at.file, index: expr.call });
    if (keywords.some((k) => limitWords.test(k.name))) return true;
    if (callee.kind !== 'member') return false;
    if (limitWords.test(callee.name)) return true;
    // `z.array(z.string()).max(5).optional()`; what is said of the items is another thing
    return saysLimit(program, { expr: callee.object, at: { ...at, function: fn, offset: span.start } }, depth + 1) || (args.length > 0 && callee.name === 'preprocess');
  }
  if (expr.kind === 'name') return stepBack(program, { expr, at }).from.some((one) => saysLimit(program, one, depth + 1));
  return false;
}
