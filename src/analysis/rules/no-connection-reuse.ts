import type { CodeReport } from '../codeRule.ts';
import type { CallRef, Program } from '../code/program.ts';
import type { Expr, Fact } from '../code/summary.ts';
import type { VisitContext } from '../code/syntax.ts';
import type { SyntaxNode } from '../code/syntaxNode.ts';
import { noConnectionReuseExamples } from '../examples/no-connection-reuse.ts';
import { freshReach } from '../freshReach.ts';
import { mayHave } from '../mayHave.ts';
import { isForFetch } from '../newOnPurpose.ts';
import { onceObserver, onceOnly, type OnceOnly } from '../onceOnly.ts';
import type { Rule } from '../rule.ts';
import { isAside, serverFiles } from '../serverFiles.ts';

const id = 'no-connection-reuse';

export const noConnectionReuse: Rule = {
  id,
  title: 'Connections are not reused',
  severity: 'warning',
  docs: `The server tells its HTTP client to close each connection after one request: keep-alive is switched off, or a \`Connection: close\` header is sent.

**Why it hurts an MCP server.** Tools ask the same few services again and again. Each request then begins with a name lookup, a TCP and a TLS handshake: two or three round trips before the first byte, for a request that may need one. Under load the closed sockets stay in TIME_WAIT until the ports run out.

**How it is measured.** In the code: \`keepAlive: false\` of an agent, \`agent: false\`, \`pipelining: 0\` of undici, a \`Connection: close\` header of a request, \`max_keepalive_connections=0\` of httpx, \`force_close=True\` of aiohttp, \`keep_alive = False\` of a session of requests, in what belongs to a server. A \`new Agent()\` of Node that says nothing about keep-alive has it off, unlike the global one, and is a hint. Headers of the server's own answers do not count. In a run: new connections per call, and none reused.

**How to mend it.** Leave keep-alive on: \`new https.Agent({ keepAlive: true })\` where an agent of one's own is needed, no agent at all otherwise. Bound the pool (\`maxSockets\`, \`max_connections\`) instead of closing what is in it.`,

  code: {
    languages: ['typescript', 'python'],
    sinks: ['http.Agent', 'https.Agent'].map((name) => ({ name, language: 'typescript' as const })),
    observes: [onceObserver],
    visitors: {
      typescript: { pair: visitPair, call_expression: visitCall, assignment_expression: visitAssignment },
      python: { pair: visitPair, keyword_argument: visitKeyword, assignment: visitAssignment },
    },
    check,
    examples: noConnectionReuseExamples,
  },
};

type Off = { off: string };

/** Whoever says above it why has thought of it. */
const reasons = /keep-?alive|reus|pool|connection|loop|sqlite|ECONNRESET|socket/i;

function isExplained(program: Program, file: string, { start }: Fact['span']): boolean {
  const above = program.textOf(file).slice(0, start).split('\n').slice(-10, -1);
  return above.some((line) => reasons.test(/(?:#|\/\/|^\s*\*|\/\*)(.*)$/.exec(line)?.[1] ?? ''));
}

/** A session that is made for one request is `client-per-call`'s; an engine that its own function disposes of has nothing to reuse. */
function isForOneRequest(program: Program, file: string, { function: index, span: { start } }: Fact): boolean {
  const { span, kind, generator } = program.functionOf({ file, index });
  // what a lifespan yields is used by all calls
  if (kind === 'module' || (generator && program.reach({ file, index }, 'any', start) === null)) return false;
  const text = program.textOf(file);
  return /\basync with\s+(?:aiohttp\.)?ClientSession\(/.test(text.slice(start, span.end)) || /\.dispose\(/.test(text.slice(span.start, span.end));
}

function* check(program: Program): Iterable<CodeReport> {
  const files = serverFiles(program);
  const once = onceOnly(program);
  const report = (file: string, fn: number, span: Fact['span'], message: string, severity?: 'hint'): CodeReport => ({
    file,
    span,
    function: { file, index: fn },
    ...(severity ? { severity } : {}),
    message,
    help: 'Leave keep-alive on, so that the next request finds an open connection.',
    reach: program.reach({ file, index: fn }, 'any', span.start),
  });
  for (const { file, fact } of program.facts(id)) {
    if (!files.has(file) || isAside(program, file) || isForOneRequest(program, file, fact)) continue;
    yield report(file, fact.function, fact.span, `${(fact.data as Off).off}: every request opens a connection of its own.`, isExplained(program, file, fact.span) ? 'hint' : undefined);
  }
  for (const { call: ref } of program.hits(id)) {
    const call = program.callOf(ref);
    const at = { file: ref.file, function: call.function, offset: call.span.start };
    const [options] = call.args;
    if (!call.isNew || !files.has(ref.file) || isAside(program, ref.file) || (options && mayHave(program, { expr: options, at }, ['keepAlive']) !== 'no')) continue;
    if (isForFetch(program, ref) || isOfOneRequest(program, once, ref) || isForOwnRequests(program, ref) || isUnused(program, ref)) continue;
    yield report(ref.file, call.function, call.span, `\`new ${nameOf(call.callee)}()\` has keep-alive off unless it is told otherwise: every request opens a connection of its own.`, 'hint');
  }
}

/** `const agent = new Agent()`, `this.agent = new Agent()`, of which nothing is ever asked, and one of a function that nothing calls. */
function isUnused(program: Program, { file, index }: CallRef): boolean {
  const { bindings, classes, exports, functions, calls } = program.files.get(file)!;
  const isNamedOnce = (name: string) => !exports.some((e) => e.name === name || e.local === name) && program.textOf(file).split(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`)).length === 2;
  const { kind, name: maker } = functions[calls[index]!.function]!;
  if (kind === 'function' && maker !== '' && isNamedOnce(maker)) return true;
  const field = classes.flatMap((c) => c.fields).find((f) => f.values.some((v) => v.kind === 'call' && v.call === index))?.name;
  if (field !== undefined) {
    const reads = new RegExp(`\\.${field.replaceAll('$', '\\$')}(?![\\w$])(?!\\s*=(?!=))`);
    return ![...program.files.keys()].some((one) => reads.test(program.textOf(one)));
  }
  const name = bindings.find((b) => b.scope === 0 && b.values.some((v) => v.kind === 'call' && v.call === index))?.name;
  return name !== undefined && isNamedOnce(name);
}

/** For a request that is waited for right here, on the way to something that is kept: the agent would never be used again. */
function isOfOneRequest(program: Program, once: OnceOnly, { file, index }: CallRef): boolean {
  const { span, function: fn } = program.callOf({ file, index });
  const isHandedOver = program.functionOf({ file, index: fn }).calls.some((other) => {
    const request = program.callOf({ file, index: other });
    return request.awaited && request.span.start < span.start && span.end <= request.span.end;
  });
  const own = { file, index: fn };
  return isHandedOver && !once.isOnceAt(file, span.start) && program.reach(own, 'any', span.start) !== null && !freshReach(program, once, own, span.start);
}

/** `const client = axios.create({ httpsAgent: new Agent() }); await client.get(url);`: the function keeps it for no other call, which is told by `client-per-call`. */
function isForOwnRequests(program: Program, { file, index }: CallRef): boolean {
  const { bindings, functions, calls } = program.files.get(file)!;
  const { span, function: fn } = program.callOf({ file, index });
  if (fn === 0) return false;
  const makes = (value: Expr) => value.kind === 'call' && calls[value.call]!.span.start <= span.start && span.end <= calls[value.call]!.span.end;
  const names = bindings.flatMap((b) => (b.scope === fn && b.values.length === 1 && b.values.every(makes) ? [b.name] : []));
  const isIt = (expr: Expr) => expr.kind === 'name' && names.includes(expr.name);
  const own = functions[fn]!.calls.map((call) => calls[call]!);
  const asks = own.some((call) => call.awaited && call.callee.kind === 'member' && isIt(call.callee.object));
  const handsOn = functions[fn]!.returned.some(isIt) || own.some((call) => call.args.some(isIt));
  const { start, end } = functions[fn]!.span;
  return asks && !handsOn && !names.some((name) => new RegExp(`=\\s*${name.replaceAll('$', '\\$')}\\s*[;\\n]`).test(program.textOf(file).slice(start, end)));
}

function nameOf(expr: Expr): string {
  if (expr.kind === 'member' && expr.object.kind === 'name') return `${expr.object.name}.${expr.name}`;
  return expr.kind === 'name' || expr.kind === 'member' ? expr.name : 'Agent';
}

/** `{ keepAlive: false }`, `{ Connection: 'close' }`, `{ agent: false }`. */
function visitPair(node: SyntaxNode, context: VisitContext) {
  const written = node.childForFieldName('key')?.text;
  if (written === undefined || !/connection|keepalive|agent|pipelining|reset/i.test(written)) return;
  const key = unquoted(written);
  if (!key || !/^(?:connection|keepalive|agent|pipelining|reset)$/i.test(key)) return;
  const value = unquoted(node.childForFieldName('value')?.text) ?? '';
  const call = callAround(node);
  if (key.toLowerCase() === 'connection') {
    if (/^close$/i.test(value) && !answers.test(call)) say(node, context, 'The header `Connection: close`');
  } else if (key === 'keepAlive') {
    if (value === 'false' && /Agent$/i.test(call || nameAround(node))) say(node, context, '`keepAlive: false`');
  } else if (key === 'agent') {
    if (value === 'false' && /(?:https?\.|^)(?:request|get|fetch)$|axios|got|needle|superagent/.test(call)) say(node, context, '`agent: false`');
  } else if (key === 'reset') {
    if (value === 'true' && /(?:^|\.)(?:request|stream|pipeline|dispatch)$/.test(call)) say(node, context, '`reset: true`');
  } else if (value === '0' && /(?:^|\.)(?:Agent|Pool|Client|ProxyAgent)$/.test(call)) say(node, context, '`pipelining: 0`');
}

/** Callees whose headers are those of the server's own answer. */
const answers = /(?:^|\.)(?:writeHead|\w*Response|status|json|send|reply|html|text|body)$|^(?:res|response|reply|ctx|c|ctx\.response)\.(?:set|header|headers|append|setHeader)$/;

/** `headers.set('Connection', 'close')`, `request.setHeader('Connection', 'close')`. */
function visitCall(node: SyntaxNode, context: VisitContext) {
  const args = node.childForFieldName('arguments');
  if (!args || args.endIndex - args.startIndex > 40 || !/^\(\s*['"`]connection['"`]\s*,\s*['"`]close['"`]\s*\)$/i.test(args.text)) return;
  const callee = node.childForFieldName('function')?.text ?? '';
  if (/\.(?:set|append|setHeader|header)$/.test(callee) && !answers.test(callee) && !/\bres(?:ponse)?\b|\breply\b|^c\./.test(callee)) say(node, context, 'The header `Connection: close`');
}

function visitKeyword(node: SyntaxNode, context: VisitContext) {
  const name = node.childForFieldName('name')?.text;
  if (name === undefined || !/^(?:max_keepalive_connections|force_close|keep_alive|keepalive_expiry|poolclass)$/.test(name)) return;
  const value = node.childForFieldName('value')?.text ?? '';
  const call = callAround(node);
  if (isOff(name, value, call)) say(node, context, `\`${name}=${value}\``);
}

function isOff(name: string, value: string, call: string): boolean {
  if (name === 'force_close') return value === 'True' && /Connector$/.test(call);
  if (name === 'keep_alive') return value === 'False';
  if (name === 'poolclass') return /(?:^|\.)NullPool$/.test(value);
  return /^0(?:\.0*)?$/.test(value) && /Limits$/.test(call);
}

/** `session.keep_alive = False`, `session.headers['Connection'] = 'close'`. */
function visitAssignment(node: SyntaxNode, context: VisitContext) {
  const left = node.childForFieldName('left')?.text ?? '';
  const right = node.childForFieldName('right');
  if (!right || right.endIndex - right.startIndex > 9) return;
  if (/\.keep_alive$/.test(left) && right.text === 'False') say(node, context, '`keep_alive = False`');
  else if (/(?:\[\s*["']connection["']\s*\]|\.connection)$/i.test(left) && /^close$/i.test(unquoted(right.text) ?? '') && !/\bres(?:p|ponse)?\.headers/.test(left)) say(node, context, 'The header `Connection: close`');
}

function say(node: SyntaxNode, context: VisitContext, off: string) {
  if (!isOnCondition(node)) context.fact(node, { off } satisfies Off);
}

/** `if (!agent)`, `if _session is None`: what is made the first time. */
const isMissing = /^\(?\s*(?:!\s*[\w.#$]+|not\s+[\w.]+|[\w.]+\s+is\s+None|[\w.#$]+\s*===?\s*(?:null|undefined))\s*\)?$/;

/** `if not settings.use_pooling`. */
const isSetting = /(?:\buse|\.use|enabled?|pooling)(?:_|\b|[A-Z])/;

/** It is one of two ways, and so somebody's choice: in a branch, or in an `a ? b : c`. */
function isOnCondition(node: SyntaxNode): boolean {
  for (let at = node.parent; at && !/function|method|lambda|class|^program$|^module$/.test(at.type); at = at.parent) {
    if (/^(?:ternary_expression|conditional_expression)$/.test(at.type)) return true;
    const condition = /^(?:if_statement|elif_clause)$/.test(at.type) ? (at.childForFieldName('condition')?.text ?? '') : null;
    if (condition !== null && (!isMissing.test(condition) || isSetting.test(condition))) return true;
  }
  return false;
}

const unquoted = (text: string | undefined) => text?.replace(/^[bru]*(['"`])(.*)\1$/s, '$2');

/** The callee of the innermost call around a node within its statement, `''` where there is none. */
function callAround(node: SyntaxNode): string {
  for (let at = node.parent; at && !/statement|declaration|function|^block$|^arrow/.test(at.type); at = at.parent) {
    if (at.type === 'call_expression' || at.type === 'call') return at.childForFieldName('function')?.text ?? '';
    if (at.type === 'new_expression') return at.childForFieldName('constructor')?.text ?? '';
  }
  return '';
}

/** The variable that an object is given to. */
function nameAround(node: SyntaxNode): string {
  const owner = node.parent?.parent;
  return owner?.type === 'variable_declarator' ? (owner.childForFieldName('name')?.text ?? '').replace(/(?:Agent)?(?:Options|Opts|Config)$/i, 'Agent') : '';
}
