import type { CodeReport } from './codeRule.ts';
import { usesOf } from './clientUses.ts';
import type { CallRef, FunctionRef, Handler, Program, Reach } from './code/program.ts';
import { nameOf, type Expr } from './code/summary.ts';
import { asksWhereCallersSay, isHttp } from './givenAddress.ts';
import { ioOwn, languageOf } from './ioBelow.ts';
import { mayHave } from './mayHave.ts';
import type { OnceOnly } from './onceOnly.ts';
import { isOnOwnLoop } from './raises.ts';
import type { ClientSink } from './sinks/clients.ts';
import { snake } from './snake.ts';
import { knowsOnlyThisMachine, servesThisMachine } from './thisMachine.ts';
import { isWithin, stepBack, type Placed } from './trace.ts';
import { withBlockOf } from './withBlock.ts';

/** A client that handlers make. */
export interface Made {
  ref: CallRef;
  row: ClientSink;
  reach: Reach;
  once: OnceOnly;
  /** `caller`: credentials of the one who calls. */
  takes: 'constant' | 'arguments' | 'caller';
  /** It is made where something has failed. */
  isFailed: boolean;
}

/** How bad it is, where that is not what the rule's own level says; null: too little to tell of. */
export function weigh(program: Program, made: Made): Pick<CodeReport, 'severity' | 'confidence'> | null {
  const { ref, row, reach, takes, isFailed } = made;
  const { loop, function: index } = program.callOf(ref);
  const fn = { file: ref.file, index };
  const isTransfer = row.loses === 'connections' && loop === null && movesMuch(program, fn, reach);
  // one file from wherever the caller says
  if (isTransfer && asksWhereCallersSay(program, ref)) return null;
  const isShared = row.loses === 'settings' && !bringsOwn(program, ref);
  if ((isShared || (isFailed && row.loses === 'settings')) && takes === 'arguments') return null;
  if (reach.path.some((hop) => logsIn.test(shortName(program, hop.function))) || (row.loses === 'connections' && asksModel(program, ref)) || (isShared && learnsNothing(program, ref))) return { severity: 'information' };
  if (takes === 'arguments') return { severity: row.level ?? 'hint', confidence: 'medium' };
  if (row.level) return { severity: row.level };
  return isFailed || isTransfer || isShared || asksWhether.test(shortName(program, fn)) || waitsForJob.test(shortName(program, fn)) || reach.handlers.every(({ name }) => name !== null && looksWhether.test(snake(name))) || (row.loses === 'browser' && opensMany(program, ref)) || (row.loses === 'connections' && (connectsCheaply(program, made) || mayTakeLong(program, ref) || reach.handlers.every((handler) => isLong(program, handler)))) ? { severity: 'hint' } : {};
}

const shortName = (program: Program, fn: FunctionRef) => snake(program.nameOf(fn).split('.').at(-1)!);

/** `axios.create({ baseURL })`, Airtable's and their like are an object of a few settings; the connections are Node's own. */
function learnsNothing(program: Program, { file, index }: CallRef): boolean {
  const { start, end } = program.functionOf({ file, index: program.callOf({ file, index }).function }).span;
  return /^(?:axios\.create|airtable)$/.test(program.target({ file, index }).external ?? '') && !/\.interceptors\b/.test(program.textOf(file).slice(start, end));
}

/** All its requests are for the answer of a language model, which takes seconds. */
function asksModel(program: Program, made: CallRef): boolean {
  const { requests } = usesOf(program, made);
  const isForModel = ({ file, index }: CallRef) => /\/chat\/completions\b|\/api\/(?:chat|generate)['"`]|\/v1\/messages\b|:generateContent\b/.test(program.textOf(file).slice(program.callOf({ file, index }).span.start, program.callOf({ file, index }).span.end));
  const { start, end } = program.functionOf({ file: made.file, index: program.callOf(made).function }).span;
  return requests.length > 0 && (requests.every(isForModel) || (requests.length === 1 && prompts.test(program.textOf(made.file).slice(start, end))));
}

/** What a model is sent with its prompt: how many tokens it may answer with; or to where. */
const prompts = /["']?\b(?:max_(?:completion_|output_)?tokens|maxOutputTokens|maxTokens|num_predict)["']?\s*[:=]|:generateContent\b/;

/** Its connections are no loss: they end with the loop that they live on, none stays open, they lead to this machine, or wherever the caller says. */
function connectsCheaply(program: Program, { ref, row, reach, once }: Made): boolean {
  if (isOnOwnLoop(program, reach) || keepsNothingOpen(program, ref) || servesMany(program, ref)) return true;
  const isBesideKept = isKeptBeside(program, once, ref, row);
  return servesThisMachine(program, ref, !isBesideKept) || (!isBesideKept && knowsOnlyThisMachine(program, ref.file)) || asksWhereCallersSay(program, ref);
}

/** Several requests of a call go over it, or it waits for a job with pauses: beside what it is there for its beginning is little. */
function servesMany(program: Program, ref: CallRef): boolean {
  const { text } = withBlockOf(program, ref) ?? withBlockOf(program, ref, { async: true }) ?? {};
  // a pause after a failure is none between questions
  return (isHttp.test(program.target(ref).external ?? '') && usesOf(program, ref).areSeveral) || (/\basyncio\.sleep\(/.test(text ?? '') && !/\bexcept\b/.test(text ?? ''));
}

/** A crawl: page after page, or several at a time, in one browser. */
function opensMany(program: Program, { file, index }: CallRef): boolean {
  const summary = program.files.get(file)!;
  const fn = program.callOf({ file, index }).function;
  return summary.calls.some(({ callee, function: at, loop }) => /^(?:goto|new_?page)$/i.test(nameOf(callee)) && (loop !== null || at !== fn) && isWithin(summary, at, fn));
}

/** What a function is called that is done once for many calls. */
const logsIn = /(?:^|_)(?:exchange|refresh|renew|fetch|get|request|obtain|acquire|ensure|generate|create)_(?:\w+_)?(?:tokens?|code|jwt|session_id)(?:_|$)|(?:^|_)(?:validate|verify|check)_(?:\w+_)?(?:keys?|tokens?|credentials)(?:_|$)|(?:^|_)(?:log_?in|sign_?in|authenticate|authori[sz]e|oauth)(?:_|$)/;

/** A tool that is called now and then: to see whether all is well, to tell somebody of something. */
const looksWhether = /^(?:get_|check_)?(?:(?:api|server|service)_)?status$|(?:^|_)(?:health|ping|doctor|diagnos\w*|preflight|readiness|(?:test|check|verify)_connect\w*|test_(?:reply|webhook|api|auth\w*|key)|notify|(?:send|push|post)_(?:\w+_)?(?:notifications?|alerts?))(?:_|$)/;

/** The same of a function: `is_server_running`. */
const asksWhether = /(?:^|_)(?:is_(?:\w+_)?(?:running|alive|up|healthy|reachable|online)|health_?check|check_health|ping)(?:_|$)/;

/** `wait_for_operation`, `poll_job`: it asks again and again over one connection. */
const waitsForJob = /^_*(?:wait|poll)_/;

const transfer = /(?:^|_)(?:fetch|get|save)_(?:\w+_)?(?:pdf|file|media|image|attachment)(?:_|s_|$)|(?:^|_)(?:up|down)load(?!_(?:links?|urls?|status|count))(?:_|s_|$)|(?:^|_)(?:transfer|duplicate|clone|backup|restore|migrate|stream)(?:_|$)/;

/** What came is given back as bytes. */
const bytes = /\breturn\s+(?:\w+\.content\b(?![.\w])|(?:Buffer\.from\(\s*)?await\s+\w+\.arrayBuffer\()/;

/** What a whole file is moved by, or what others make of many things at once, takes so long that a handshake is nothing beside it. */
function movesMuch(program: Program, { file, index }: FunctionRef, { handlers }: Reach): boolean {
  const { functions } = program.files.get(file)!;
  const { start, end } = functions[index]!.span;
  if (bytes.test(program.textOf(file).slice(start, end))) return true;
  for (let at: number | null = index; at !== null; at = functions[at]!.parent) if (transfer.test(snake(functions[at]!.name))) return true;
  return handlers.every(({ name }) => name !== null && transfer.test(snake(name)));
}

/** Seconds. Of clients that were given a minute or more 2 of 8 warnings were right, of the others 46 of 79, as readers of servers said. */
const longest = 60;

/** `AsyncClient(timeout=120)`: whoever gives the other side so much time knows that it takes long to answer. */
function mayTakeLong(program: Program, ref: CallRef): boolean {
  const secondsOf = ({ expr, at }: Placed, depth = 0): number => {
    if (expr.kind === 'literal') return Number(expr.value) || 0;
    if (depth > maxSteps) return 0;
    const most = (some: readonly Expr[], there = at) => Math.max(0, ...some.map((one) => secondsOf({ expr: one, at: there }, depth + 1)));
    if (expr.kind === 'function') return most(program.functionOf({ file: at.file, index: expr.function }).returned, { ...at, function: expr.function });
    if (expr.kind === 'call') {
      const { callee, args, keywords } = program.callOf({ file: at.file, index: expr.call });
      // `httpx.Timeout(120)`, `float(os.getenv('TIMEOUT', '180'))`, `field(default_factory=lambda: …)`
      if (/Timeout$|^(?:float|int|[Ff]ield|getenv|get)$/.test(nameOf(callee))) return most([...args, ...keywords.filter((k) => /^(?:total|timeout|read|default(?:_factory)?)$/.test(k.name)).map((k) => k.value)]);
    }
    return Math.max(0, ...stepBack(program, { expr, at }).from.map((one) => secondsOf(one, depth + 1)));
  };
  return [ref, ...usesOf(program, ref).requests].some((one) => {
    const { keywords, function: fn, span } = program.callOf(one);
    const given = keywords.find((k) => k.name === 'timeout')?.value;
    return given !== undefined && languageOf(program, one.file) === 'python' && secondsOf({ expr: given, at: { file: one.file, function: fn, offset: span.start } }) >= longest;
  });
}

/** Names are followed over this many steps. */
const maxSteps = 8;

/** A tool that moves a whole file on its way, or starts a program: that takes far longer than to connect. */
function isLong(program: Program, handler: Handler): boolean {
  return Array.from(program.reachedFrom(handler, 'any')).some((fn) => transfer.test(shortName(program, fn))) || Array.from(program.callsFrom(handler, 'any')).some((ref) => ioOwn(program, ref) === 'process');
}

/** The file keeps one of its kind for other calls, which could be used here. */
function isKeptBeside(program: Program, once: OnceOnly, { file, index }: CallRef, row: ClientSink): boolean {
  return program.hits('client-per-call').some(({ call, sink }) => {
    const { function: fn, span } = program.callOf(call);
    return call.file === file && call.index !== index && (sink as ClientSink).name === row.name && (fn === 0 || once.isOnceAt(file, span.start));
  });
}

/** `axios.create({ httpsAgent: new Agent() })`. */
function bringsOwn(program: Program, { file, index }: CallRef): boolean {
  const { span, function: fn } = program.callOf({ file, index });
  return program.functionOf({ file, index: fn }).calls.some((other) => {
    const inner = program.callOf({ file, index: other });
    return inner.isNew && span.start < inner.span.start && inner.span.end <= span.end && inner.callee.kind !== 'call' && /Agent$/.test(nameOf(inner.callee));
  });
}

/** An agent of Node's own has keep-alive off unless it is told otherwise: made once it would reuse nothing either (`no-connection-reuse`). */
function keepsNothingOpen(program: Program, ref: CallRef): boolean {
  if (!/^https?\.Agent$/.test(program.target(ref).external ?? '')) return false;
  const { args: [options], function: fn, span } = program.callOf(ref);
  return !options || mayHave(program, { expr: options, at: { file: ref.file, function: fn, offset: span.start } }, ['keepAlive']) === 'no';
}
