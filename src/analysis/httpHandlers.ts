import { perFile, perSummary } from './code/perFile.ts';
import type { FunctionRef, Program } from './code/program.ts';
import type { Call, Expr, FileSummary, FunctionSummary } from './code/summary.ts';
import { keyOf } from './ioBelow.ts';
import { lastName } from './onceOnly.ts';

const known = new WeakMap<Program, Map<string, string>>();

/** Functions that answer HTTP requests, with what they answer as a message says it: `POST /mcp`. Keys by `keyOf`. */
export function httpHandlers(program: Program): ReadonlyMap<string, string> {
  let found = known.get(program);
  if (found) return found;
  found = new Map<string, string>();
  known.set(program, found);
  for (const [file, summary] of program.files) {
    for (const { index, route } of routesIn(program, file)) for (const fn of functionsIn(program, file, summary.calls[index]!, index)) found.set(keyOf(fn), route);
    for (const { index, route } of ownRoutes(summary)) found.set(keyOf({ file, index }), route);
  }
  return found;
}

interface Route {
  index: number;
  route: string;
}

/** Calls of a file that register functions. */
const routesIn = perFile((program, file): Route[] =>
  program.files.get(file)!.calls.flatMap((call, index) => {
    const route = routeOf(program, file, call, index);
    return route === null ? [] : [{ index, route }];
  }),
);

/** Functions of a file that say so themselves. */
const ownRoutes = perSummary((summary): Route[] => {
  const functions = summary.functions.flatMap((fn, index) => {
    const route = ownRoute(summary, fn) ?? endpointRoute(summary, fn);
    return route === null ? [] : [{ index, route }];
  });
  const fetched = summary.exports.flatMap(({ name, value }) => (name === 'default' && value ? fetchIn(value) : []));
  return [...functions, ...fetched.map((index) => ({ index, route: 'each request' }))];
});

const methods = /^(?:get|post|put|delete|patch|all|use|any|route|api_route|add_route|add_api_route|add_(?:get|post|put|delete|view)|addRoute|on|createServer|serve|Route)$/;
const frameworks = /^(?:express|fastify|hono|koa|@koa\/router|koa-router|polka|restify|elysia|h3|http|https|http2|find-my-way|itty-router|starlette|fastapi|flask|quart|sanic|aiohttp)\b|Router|Bun\.|Deno\./i;

/** What a call registers its functions for; null for one that registers nothing. */
function routeOf(program: Program, file: string, call: Call, index: number): string | null {
  const { callee } = call;
  const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : null;
  if (name === null || !methods.test(name)) return null;
  const { external } = program.target({ file, index });
  const [first] = call.args;
  const word = first?.kind === 'literal' && typeof first.value === 'string' ? first.value : null;
  if (name === 'createServer') return external !== null && /^(?:https?|http2)\.create/.test(external) ? 'each request' : null;
  if (name === 'serve') return external !== null && /^(?:Bun\.serve|Deno\.serve|@hono\/node-server)/.test(external) ? 'each request' : null;
  if (name === 'on') return word === 'request' ? 'each request' : null;
  if (word?.startsWith('/')) return /^(?:get|post|put|delete|patch)$/.test(name) ? `${name.toUpperCase()} ${word}` : `each request to ${word}`;
  const known = external !== null && frameworks.test(external);
  if (name === 'route') return known && first?.kind === 'object' ? 'each request' : null;
  return known && first !== undefined && first.kind !== 'literal' ? 'each request' : null;
}

function functionsIn(program: Program, file: string, call: Call, index: number): FunctionRef[] {
  const handed = [...call.args, ...call.keywords.filter((k) => k.name === 'endpoint' || k.name === 'handler').map((k) => k.value)].flatMap((arg) => (arg.kind === 'object' ? arg.properties.filter((p) => p.name === 'handler' || p.name === 'fetch').map((p) => p.value) : [arg]));
  const at = { file, function: call.function, offset: call.span.start };
  const functions = handed.flatMap((arg): FunctionRef[] => {
    if (arg.kind === 'function') return [{ file, index: arg.function }];
    const value = arg.kind === 'name' || arg.kind === 'member' ? program.resolve(arg, at) : null;
    return value?.kind === 'function' ? [value.function] : [];
  });
  return [...functions, ...program.target({ file, index }).callbacks];
}

/** A function that says so itself: `@app.post('/mcp')`, `@Post()`, `export async function POST`, an ASGI application. */
function ownRoute({ language, calls, exports }: FileSummary, { name, decorators, parameters, kind }: FunctionSummary): string | null {
  for (const decorator of decorators) {
    if (decorator.kind !== 'call') continue;
    const method = lastName(decorator, calls);
    const [path] = calls[decorator.call]!.args;
    const word = path?.kind === 'literal' && typeof path.value === 'string' ? path.value : '';
    if (method === null) continue;
    if (language === 'python' ? /^(?:get|post|put|delete|route|api_route|custom_route|websocket)$/.test(method) && word.startsWith('/') : /^(?:Get|Post|Put|Delete|All)$/.test(method)) {
      return word === '' ? 'each request' : `${/route|All/.test(method) ? 'each request to' : method.toUpperCase()} ${word}`;
    }
  }
  if (language === 'python') return parameters.map((p) => p.name).slice(-3).join() === 'scope,receive,send' ? 'each request' : null;
  return kind !== 'module' && /^(?:GET|POST|DELETE)$/.test(name) && exports.some((e) => e.name === name) ? `${name} of a route` : null;
}

/** A method of `class Mcp(HTTPEndpoint)`, of aiohttp's `web.View`, tornado's `RequestHandler`. */
function endpointRoute({ language, classes, calls }: FileSummary, { name, class: owner }: FunctionSummary): string | null {
  if (language !== 'python' || owner === null || !/^(?:get|post|put|delete|dispatch)$/.test(name)) return null;
  return classes[owner]!.bases.some((base) => /^(?:HTTPEndpoint|View|MethodView|RequestHandler)$/.test(lastName(base, calls) ?? '')) ? 'each request' : null;
}

/** `export default { fetch(request) { … } }`. */
function fetchIn(value: Expr): number[] {
  if (value.kind !== 'object') return [];
  return value.properties.flatMap(({ name, value: fn }) => (name === 'fetch' && fn.kind === 'function' ? [fn.function] : []));
}
