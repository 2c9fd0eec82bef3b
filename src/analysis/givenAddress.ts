import type { CallRef, Program } from './code/program.ts';
import { nameOf, type Call, type Expr } from './code/summary.ts';
import { usesOf } from './clientUses.ts';
import { handlersByFunction } from './freshReach.ts';
import { keyOf } from './ioBelow.ts';
import { originsOf } from './origins.ts';
import { basesOf, begin } from './thisMachine.ts';
import { bindingOf, type Placed } from './trace.ts';

/** Addresses are followed over this many expressions. */
const maxSteps = 300;
/** Clients of HTTP that have connections of their own. */
export const isHttp = /^(?:httpx|aiohttp|requests|requests_cache|urllib3|curl_cffi|cloudscraper|undici)\./;
const requests = /^(?:get|head|post|put|patch|delete|options|request|stream|send|fetch)$/;
const isMethod = (expr: Expr | undefined) => expr?.kind === 'literal' && /^[A-Z]+$/i.test(String(expr.value));
const isScheme = (expr: Expr) => expr.kind === 'literal' && /^https?:\/\/$/i.test(String(expr.value));

/** Whether a client of HTTP is only asked for addresses that the tool's caller gives whole (downloads): hosts vary, so that a kept connection is hardly ever used again. */
export function asksWhereCallersSay(program: Program, made: CallRef): boolean {
  if (!isHttp.test(program.target(made).external ?? '') || basesOf(program, made).length > 0) return false;
  const asked = usesOf(program, made).requests.map((ref) => ({ ref, call: program.callOf(ref) })).filter(({ call: { callee } }) => callee.kind === 'member' && requests.test(callee.name));
  return asked.length > 0 && asked.every(({ ref, call }) => {
    const expr = addressIn(call);
    return expr !== null && isGiven(program, { expr, at: { file: ref.file, function: call.function, offset: call.span.start } });
  });
}

function addressIn({ args, keywords }: Call): Expr | null {
  return keywords.find((k) => k.name === 'url')?.value ?? (isMethod(args[0]) ? args[1] : args[0]) ?? null;
}

function isGiven(program: Program, address: Placed): boolean {
  const handlers = handlersByFunction(program);
  const open = [address];
  const seen = new Set<string>();
  let isByCaller = false;
  for (let steps = 0; open.length > 0; steps++) {
    if (steps > maxSteps) return false;
    const placed = open.pop()!;
    const { expr, at } = placed;
    const key = `${at.file} ${at.function} ${at.offset} ${JSON.stringify(expr)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (isEmpty(expr) || isRedirect(program, placed)) continue;
    const binding = expr.kind === 'name' ? bindingOf(program, expr.name, at) : null;
    const isOfHandler = binding?.kind === 'parameter' && handlers.has(keyOf({ file: at.file, index: binding.scope }));
    const from = cleaned(program, placed) ?? begin(program, placed);
    // `params.endpoint`, a field of a model without a default
    if (isField(program, placed) && !from.some(({ expr: value, at: there }) => hasText(program, value, there.file))) {
      isByCaller = true;
      continue;
    }
    open.push(...from.filter((one) => one.at.function === 0 || program.reach({ file: one.at.file, index: one.at.function }, 'any') !== null));
    const isDefault = expr.kind === 'member' && from.every((one) => isEmpty(one.expr));
    if (from.length > 0 && !isOfHandler && !isDefault) continue;
    const origins = originsOf(program, isDefault ? expr.object : expr, at);
    if (expr.kind === 'call' ? !origins.has('unknown') : origins.size > 1 || !origins.has('arguments')) return false;
    // what a call makes, nobody knows how, is nobody's here: others say it all
    if (expr.kind !== 'call') isByCaller = true;
  }
  return isByCaller;
}

/** Of what a handler is given. */
function isField(program: Program, { expr, at }: Placed): boolean {
  const binding = expr.kind === 'member' && expr.object.kind === 'name' ? bindingOf(program, expr.object.name, at) : null;
  return binding?.kind === 'parameter' && handlersByFunction(program).has(keyOf({ file: at.file, index: binding.scope }));
}

/** A text that is written out, also as the first or the `default` of `Field(…)`. */
function hasText(program: Program, expr: Expr, file: string): boolean {
  if (expr.kind === 'literal') return typeof expr.value === 'string';
  const call = expr.kind === 'call' ? program.callOf({ file, index: expr.call }) : null;
  return call !== null && [call.args[0], call.keywords.find((k) => k.name === 'default')?.value].some((value) => value !== undefined && value.kind !== 'other' && hasText(program, value, file));
}

/** What stands where nothing is given. */
const isEmpty = (expr: Expr) => (expr.kind === 'literal' && !/[./:]/.test(String(expr.value))) || (expr.kind === 'array' && expr.items.length === 0);

/** `url.strip()`, `str(url)`, `'https://' + url`, `arguments.get('url')`: the same address; of `for url in json.loads(urls)` where that list comes from. */
function cleaned(program: Program, { expr, at }: Placed): Placed[] | null {
  if (expr.kind === 'binary' && isScheme(expr.left)) return [{ expr: expr.right, at }];
  if (expr.kind === 'element') return [{ expr: expr.of, at }];
  if (expr.kind === 'template') return hostOf(expr.parts, at);
  if (expr.kind === 'member' && /^(?:netloc|host(?:name)?|origin|href)$/.test(expr.name)) return [{ expr: expr.object, at }];
  if (expr.kind !== 'call') return null;
  const ref = { file: at.file, index: expr.call };
  const { callee, args, function: fn, span } = program.callOf(ref);
  if (program.target(ref).functions.length > 0) return null;
  const place = { file: at.file, function: fn, offset: span.start };
  if (callee.kind === 'member' && /^(?:[lr]?strip|trim(?:Start|End)?|toString|replace|geturl|split(?:lines)?)$/.test(callee.name)) return [{ expr: callee.object, at: place }];
  const [first] = args;
  if (callee.kind === 'member' && callee.name === 'get' && first?.kind === 'literal') return [{ expr: callee.object, at: place }];
  // `urlunparse((parts.scheme, parts.netloc, '/robots.txt', …))`
  if (first?.kind === 'array' && first.items[1] && /^urlun(?:parse|split)$/.test(nameOf(callee))) return [{ expr: first.items[1], at: place }];
  if (program.target(ref).external === 'URL' && args[1]) return [{ expr: args[1], at: place }];
  return first && (callee.kind === 'name' || callee.kind === 'member') && /^(?:str|String|URL|urljoin|urlparse|urlsplit|encodeURI|enumerate|list|sorted|loads|parse)$/.test(callee.name) ? [{ expr: first, at: place }] : null;
}

/** Of an address that is put together, what says whose it is: `${base}/x`, `https://${host}/x`, `${scheme}://${host}/x`. */
function hostOf([first, second, third]: readonly Expr[], at: Placed['at']): Placed[] | null {
  const isAfterScheme = first && second && isScheme(first);
  const host = isAfterScheme ? second : second?.kind === 'literal' && String(second.value) === '://' ? third : first;
  return host && host.kind !== 'literal' ? [{ expr: host, at }] : null;
}

/** Where the other side sends on to: `answer.headers.get('location')`. */
function isRedirect(program: Program, { expr, at }: Placed): boolean {
  const [name, of] = expr.kind === 'member' ? [expr.name, expr.object] : [];
  if (expr.kind !== 'call') return isHeader(name, of);
  const { callee, args } = program.callOf({ file: at.file, index: expr.call });
  return callee.kind === 'member' && callee.name === 'get' && args[0]?.kind === 'literal' && isHeader(String(args[0].value), callee.object);
}

const isHeader = (name: string | undefined, of: Expr | undefined) => /^location$/i.test(name ?? '') && of?.kind === 'member' && of.name === 'headers';
