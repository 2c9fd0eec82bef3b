import type { CallRef, FunctionRef, Program, Reach } from './code/program.ts';
import type { Expr } from './code/summary.ts';
import { isNothing } from './mayHave.ts';
import { snake } from './snake.ts';
import { argumentOf } from './trace.ts';

// Why a client that is made in a call is one that is wanted there.

/** `self._driver = GraphDatabase.driver(…)`: the kept one anew. */
export const replacesField = (program: Program, ref: CallRef): boolean => /(?:\bself|\bthis)\.#?\w+\s*=\s*(?:await\s+)?(?:new\s+)?$/.test(program.textOf(ref.file).slice(0, program.callOf(ref).span.start).slice(-80));

/** `session or requests.Session()`, where everybody hands over a session. */
export function isGivenAnother(program: Program, { file, index }: CallRef): boolean {
  const { span, function: fn } = program.callOf({ file, index });
  const [, name] = /([\w$]+)\s*(?:\bor\b|\?\?|\|\|)\s*(?:await\s+)?(?:new\s+)?$/.exec(program.textOf(file).slice(Math.max(0, span.start - 80), span.start)) ?? [];
  const position = program.functionOf({ file, index: fn }).parameters.findIndex((p) => p.name === name);
  const callers = position < 0 ? [] : program.callersOf({ file, index: fn });
  return callers.length > 0 && callers.every((ref) => {
    const given = argumentOf(program, ref, { file, index: fn }, position, name);
    return given !== null && !isNothing(given.expr);
  });
}

const comments = /\/\*[^]*?\*\/|(?:^|[^\S\n])(?:\/\/|#).*(?:\n\s*(?:\/\/|#).*)*|"""[^]*?"""/gm;
const ofConnections = /connect|client|transport|pool|session|browser|handshake|instance/i;
const anew = /\b(?:per[- ](?:call|request|invocation|operation)|(?:each|every) (?:tool )?(?:call|request|invocation|operation)|fresh|(?:not?|never|without|un-?)\b[^.]{0,25}\b(?:pool|keep|kept|reus)\w*)/i;
const reason = /\b(?:on purpose|deliberate(?:ly)?|intentional(?:ly)?|by design|because|since|so that|so each|to avoid|otherwise|cheap|marginal|simplicity|isolat\w+|thread[- ]safe\w*|hot path|requirements?|security|policy)\b/i;

/** To test whether one can connect is to connect. */
const tests = /(?:^|_)(?:test|check|verify)_(?:\w+_)?connection$|(?:^|_)reconnect$/;

/** Whether that is what a function on the way is for. */
export const isForTest = (program: Program, { path }: Reach): boolean => path.some((hop) => tests.test(snake(program.nameOf(hop.function).split('.').at(-1)!)));

/** `connectOneShotClient`. */
const oneShot = /(?:^|_)(?:one_?(?:shot|off)|throw_?away|ephemeral|fresh)(?:_|$)/;

/** Somebody has thought about it: the function's name says so, or a comment in it, before it or at the head of its file says why there is a new one each time. */
export function isOnPurpose(program: Program, { file, index }: CallRef): boolean {
  const text = program.textOf(file);
  const { span, function: fn } = program.callOf({ file, index });
  const { span: own, name } = program.functionOf({ file, index: fn });
  return oneShot.test(snake(name)) || Array.from(text.matchAll(comments)).some(({ index: start, 0: comment }) => {
    const end = start + comment.length;
    const isInside = own.start <= start && end <= own.end && start <= span.end + 200;
    const isBefore = fn !== 0 && end <= own.start && /^\s*(?:export\s+)?(?:default\s+)?(?:const\s+\w+\s*=\s*)?$/.test(text.slice(end, own.start));
    const isHead = /^(?:#!.*\n)?\s*$/.test(text.slice(0, start));
    // said in one paragraph
    return (isInside || isBefore || isHead) && comment.split(/\n\s*(?:\/\/|#|\*)?\s*\n/).some((part) => ofConnections.test(part) && anew.test(part) && reason.test(part));
  });
}

const puts = /\b\w*(?:sessions?|connections?|clients?|conns|tunnels|browsers?|drivers?|contexts?|pools?)\w*(?:\.(?:set|push|add)\(|\[[^\]\n]+\]\s*=(?!=))|\badd_?(?:session|connection|client|browser|driver)\w*\(/i;

/** Makers of a client that call each other are not more. */
const maxMakers = 3;

/** The function around, the one that it stands in, or all to whom it is given back put it where later calls find it: opening a session is what the tool is for. */
export function isPutAway(program: Program, { file, index }: CallRef, depth = 0): boolean {
  const { functions, bindings, calls } = program.files.get(file)!;
  const { span, function: fn } = program.callOf({ file, index });
  for (let at: number | null = fn; at !== null && at !== 0; at = functions[at]!.parent) {
    if (puts.test(program.textOf(file).slice(span.end, functions[at]!.span.end))) return true;
  }
  const names = new Set(bindings.flatMap((b) => (b.scope === fn && b.values.some((v) => v.kind === 'call' && v.call === index) ? [b.name] : [])));
  // itself, or what is called on it: `new Builder().forBrowser('firefox').build()`
  const isIt = (expr: Expr): boolean => expr.kind === 'call' && (expr.call === index || isOf(calls[expr.call]!.callee));
  const isOf = (callee: Expr) => callee.kind === 'member' && isIt(callee.object);
  const isGivenBack = functions[fn]!.returned.some((expr) => isIt(expr.kind === 'await' ? expr.of : expr) || (expr.kind === 'name' && names.has(expr.name)));
  const callers = isGivenBack && depth < maxMakers ? program.callersOf({ file, index: fn }) : [];
  return callers.length > 0 && callers.every((caller) => isPutAway(program, caller, depth + 1));
}

const opening = /^(?:.*[_-])?(?:launch|open|start|connect|create|new|init|begin|spawn|log_?in)(?:[_-].*|(?=[A-Z]).*)?$/;

/** `state.browser = await puppeteer.launch()` in a tool that is called for it, and what there was before is closed. */
export function opensSession(program: Program, { file, index }: CallRef, { handlers }: Reach): boolean {
  const { span, function: fn } = program.callOf({ file, index });
  const before = program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.start);
  const { end } = program.functionOf({ file, index: fn }).span;
  const [, direct, local, plain] = /(?:([\w$]+(?:\.[\w$#]+)+)|\b(?:const|let)\s+([\w$]+)(?::[^=\n]*)?|(?:^|[\s;{])([\w$]+))\s*=\s*(?:await\s+)?$/.exec(before) ?? [];
  const ofModule = program.files.get(file)!.bindings.some((b) => b.kind === 'variable' && b.scope === 0 && b.name === plain) ? plain : undefined;
  // `pool = newPool;` once it is connected
  const target = direct ?? ofModule ?? (local === undefined ? undefined : new RegExp(`(?<![\\w$.])(?<!(?:const|let|var)\\s)([\\w$.#]+)\\s*=\\s*${local.replaceAll('$', '\\$')}\\s*[;\\n]`).exec(program.textOf(file).slice(span.end, end))?.[1]);
  if (target === undefined) return false;
  const used = (text: string, by: string) => new RegExp(`(?<![\\w$.])${target.replaceAll(/[.$]/g, '\\$&')}[?!]?\\.${by}`).test(text);
  // what there was is closed, or other functions go on with it
  return (used(before, '(?:close|quit|stop|disconnect|destroy|kill)\\(') || ((target === ofModule || /^(?:self|this)\./.test(target)) && used(program.textOf(file).slice(end), '\\w+\\('))) && handlers.every(({ kind, name }) => kind === 'tool' && name !== null && opening.test(name));
}

/** A request past the client that the same function has for the others: for one that is answered without its headers, say. */
export function isBeside(program: Program, { file, index }: CallRef): boolean {
  const { function: fn, span } = program.callOf({ file, index });
  const { span: around } = program.functionOf({ file, index: fn });
  const text = program.textOf(file);
  return /\b(?:self|this)\._?(?:session|client|http|_get|_request)\b/.test(text.slice(around.start, span.start) + text.slice(span.end, around.end));
}

/** What was tried before is to have a connection of somebody: a pool, a client that is kept. */
export function isFallback(program: Program, { file, index }: CallRef): boolean {
  const { function: fn, span } = program.callOf({ file, index });
  const before = program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.start);
  return /pool|conn|client|session|browser/i.test(/[^]*\btry\b([^]*?)\b(?:catch|except)\b/.exec(before)?.[1] ?? '');
}

/** `fetch(url, { agent: new https.Agent() })`, `options.agent = new https.Agent()`: Node's own fetch looks at no agent, and keeps its connections. */
export function isForFetch(program: Program, { file, index }: CallRef): boolean {
  const { function: fn, span } = program.callOf({ file, index });
  if (!/^https?\.Agent$/.test(program.target({ file, index }).external ?? '')) return false;
  const before = program.textOf(file).slice(0, span.start);
  return /\bagent\s*(?::|=)\s*(?:new\s+)?(?:\(?\s*await\s+import\([^)]*\)\s*\)?\.)?\w*\.?$/.test(before) && program.functionOf({ file, index: fn }).calls.some((other) => program.target({ file, index: other }).external === 'fetch');
}

/** `if (session.isRunning()) return;`, `if (!this.browser || !this.browser.isConnected()) await this.restart();`: one that runs is used. */
export function isBehindRunning(program: Program, fn: FunctionRef, offset: number): boolean {
  const before = program.textOf(fn.file).slice(program.functionOf(fn).span.start, offset);
  const asks = String.raw`\bif\b[^\n{};]*\.(?:is_?(?:running|connected|open|launched|ready|alive|active))\b[^\n{};]*[):{]*\s*`;
  return new RegExp(`${asks}return\\b|${asks}(?:return\\s+|[\\w.]+\\s*=\\s*)?(?:await\\s+)?$`, 'i').test(before);
}

/** `conn = self._free.pop()`, and behind it one for when there is none: a pool. */
const takesFree = /\b\w*(?:pool|bucket|free|idle|available)\w*(?:\[[^\]\n]*\])?\??\.(?:pop|popleft|popitem|get_nowait|shift)\(/i;

/** Whether a way comes by a function that takes one of those that are free, if there is one. */
export const isForPool = (program: Program, { path }: Reach, culprit: number): boolean =>
  path.some(({ function: fn, call }) => takesFree.test(program.textOf(fn.file).slice(program.functionOf(fn).span.start, call ? program.callOf(call).span.start : culprit)));

/** `if client is not None: return await client.get(url)`, and behind it one for the rest. */
export function isOtherwise(program: Program, { file, index }: CallRef): boolean {
  const { function: fn, span } = program.callOf({ file, index });
  const before = program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.start);
  const [, name] = /\bif\s*\(?\s*(\w*(?:client|session|http|pool)\w*)\s*(?:is not None|!==?\s*(?:null|undefined))?\s*\)?\s*[:{][^]*?\breturn\b/i.exec(before) ?? [];
  return program.files.get(file)!.bindings.some((b) => b.name === name && b.scope === 0 && b.kind === 'variable');
}
