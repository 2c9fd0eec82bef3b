import type { Fix } from '../../model/lint.ts';
import { branchesAround, together } from '../branches.ts';
import { callNode } from '../callSyntax.ts';
import { weigh, type Made } from '../clientWeight.ts';
import type { CodeReport, Example } from '../codeRule.ts';
import type { CallRef, Program } from '../code/program.ts';
import type { Call, Expr } from '../code/summary.ts';
import type { SourceFile } from '../code/syntax.ts';
import { freshReach } from '../freshReach.ts';
import { hoist } from '../hoist.ts';
import { isBehindRunning, isBeside, isFallback, isForFetch, isForPool, isForTest, isGivenAnother, isOnPurpose, isOtherwise, isPutAway, opensSession, replacesField } from '../newOnPurpose.ts';
import { onceOnly, onceObserver } from '../onceOnly.ts';
import { type Origin, originsOf } from '../origins.ts';
import type { Rule } from '../rule.ts';
import { createHardlyEver, seldomObservers } from '../seldom.ts';
import { isAside } from '../serverFiles.ts';
import { clientSinks, type ClientSink, type Loss } from '../sinks/clients.ts';
import { isTemporary } from '../temporary.ts';
import { isToThisMachine } from '../thisMachine.ts';
import { bindingOf, type Placed } from '../trace.ts';
import { clientPerCallExamples } from '../examples/client-per-call.ts';

const id = 'client-per-call';

export const clientPerCall: Rule = {
  id,
  title: 'A new client for every call',
  severity: 'warning',
  docs: `A tool makes its HTTP client, database pool, cloud client or browser anew each time it is called, and throws it away afterwards.

**Why it hurts an MCP server.** Every call pays again for what should be paid once: name lookup, TCP and TLS handshake, login, sometimes a whole browser. For a short request that is most of its time. Under load it is worse: the other side sees a storm of new connections, sockets in TIME_WAIT pile up, and a database runs out of connections though each pool was told to be small. Clients that share their connections (an instance of axios, of most SDKs) lose less: their interceptors, rate limits and cached credentials.

**How it is measured.** In the code: a constructor of a client stands in code that a handler reaches, and nothing on the way keeps what it gives: no \`if (!client)\`, \`??=\`, \`lru_cache\`, map by key or lifespan. How much it weighs:

- *A warning* is a client that could be made once and connects anew for each call.
- *A hint* is one that takes other arguments of the call (a host, a database): it can be kept by that key. So is what shares its connections (an HTTP client on Node's \`fetch\`, the clients of Azure's storage); one whose requests go to this machine (by default, too) or to whatever address the caller gives; one that moves a whole file (\`download_…\`, \`upload_…\`), beside which a handshake is nothing; one that the requests of a call share (a browser: the pages of a crawl), that waits for a job or is given a minute or more to answer; and one of a tool that only looks whether all is well (\`health\`) or tells somebody of something.
- *Information* is a client of a language model, which answers after seconds; \`axios.create\` without an agent or interceptors; one that asks for a token or logs in, as who keeps the token does so seldom; opening an SQLite file, which is cheap; \`requests.get\` and the like, which connect for each request, where one run of a function makes several.
- *Nothing* is one that takes the caller's own token, headers or session; one that steps in where a pool or a kept client has failed, or has none that is free; one that is put where later calls find it (a tool that opens a session); one in whose place all callers hand over another; one beside which a comment says why there is a new one each time; and what tests a connection, which is for connecting.

In a run: new connections per call.

**How to mend it.** Make the client once, where the module or the server starts (in Python: in the lifespan, so that it belongs to the running loop and is closed with it), and use it in every call. Where clients differ, keep them in a bounded map by what they differ in.`,

  code: {
    languages: ['typescript', 'python'],
    sinks: clientSinks,
    observes: [onceObserver, ...seldomObservers],
    check,
    fixes,
    examples: clientPerCallExamples satisfies readonly Example[],
  },
};

function* check(program: Program): Iterable<CodeReport> {
  const once = onceOnly(program);
  const hardlyEver = createHardlyEver(program);
  for (const { call: ref, sink } of program.hits(id)) {
    const row = sink as ClientSink;
    const call = program.callOf(ref);
    if (call.decorator || isAside(program, ref.file) || !isConstruction(program, ref, row) || savesNothing(program, ref, row)) continue;
    const fn = { file: ref.file, index: call.function };
    const reach = freshReach(program, once, fn, call.span.start, { objects: true });
    if (!reach) continue;
    const made: Made = { ref, row, reach, once, takes: row.loses === 'once' ? 'constant' : whatItTakes(program, ref), isFailed: hardlyEver(ref) === 'failed' };
    if (hasReason(program, made)) continue;
    const weight = weigh(program, made);
    if (!weight) continue;
    yield {
      file: ref.file,
      span: call.span,
      function: fn,
      ...weight,
      message: `\`${shownName(program, ref)}\` ${said[row.loses]}.`,
      help: made.takes === 'arguments' ? 'Keep one for each of what it is made with, in a bounded map.' : help[row.loses],
      reach,
      data: { movable: made.takes === 'constant' && row.loses !== 'once' },
    };
  }
}

/** One that is kept would do no better: there is one request only, or one to a program of this machine; a database is there for a moment. */
function savesNothing(program: Program, ref: CallRef, { loses }: ClientSink): boolean {
  if (loses === 'once') return !isRepeated(program, ref) || isBeside(program, ref) || isToThisMachine(program, ref, true);
  if (loses !== 'file') return false;
  const { args, keywords, function: fn, span } = program.callOf(ref);
  const at = { file: ref.file, function: fn, offset: span.start };
  return (args[0]?.kind === 'literal' && args[0].value === ':memory:') || [...args, ...keywords.map((k) => k.value)].some((expr) => isTemporary(program, { expr, at }));
}

/** In a Worker of Cloudflare written in Python the platform keeps the connections, and nothing may outlive the request. */
const isInWorker = (program: Program, { file }: CallRef): boolean => program.files.get(file)!.language === 'python' && program.files.get(file)!.imports.some((i) => i.module === 'workers');

/** A new one each time is what is meant: the caller's own, another where the usual one has failed or where none is kept, one that is kept from here on. */
function hasReason(program: Program, { ref, row, reach, takes, isFailed }: Made): boolean {
  if (isInWorker(program, ref)) return true;
  if (row.loses === 'browser' && reach.path.some(({ function: fn, call }) => call !== null && isBehindRunning(program, fn, program.callOf(call).span.start))) return true;
  if ((row.loses === 'connection' || replacesField(program, ref)) && isForTest(program, reach)) return true;
  if (takes === 'caller' || (isFailed && (isFallback(program, ref) || replacesField(program, ref)))) return true;
  return isForPool(program, reach, program.callOf(ref).span.start) || isOneOfMany(program, ref, row) || isPutAway(program, ref) || opensSession(program, ref, reach) || isGivenAnother(program, ref) || isForFetch(program, ref) || isOnPurpose(program, ref) || isOtherwise(program, ref);
}

const said: Record<Loss, string> = {
  connections: 'makes a client with connections of its own in every call; none is ever reused',
  connection: 'connects anew in every call, handshake and login included',
  settings: 'makes a client anew in every call, with its settings and whatever it had learnt',
  browser: 'starts a browser in every call',
  file: 'opens the database anew in every call and loses its prepared statements and page cache',
  once: 'opens a connection for this one request; several are made here, none is reused',
};
const help: Record<Loss, string> = {
  connections: 'Make it once, at module level or in the server’s lifespan, and use it in every call.',
  connection: 'Keep a pool at module level or in the server’s lifespan and take connections from it.',
  settings: 'Make it once at module level and use it in every call.',
  browser: 'Keep one browser running and open a page or context for each call.',
  file: 'Open it once when the server starts.',
  once: 'Use one session or client for all of them.',
};

function isConstruction(program: Program, ref: CallRef, { isNew, static: isStatic, members, language, offline, alone, without }: ClientSink): boolean {
  const call = program.callOf(ref);
  const { external } = program.target(ref);
  if (language === 'typescript' && (isNew ?? false) !== call.isNew) return false;
  if (members && !members.test(external ?? '')) return false;
  if ((alone && call.args.length + call.keywords.length > 0) || without?.test(program.textOf(ref.file).slice(call.span.end, call.span.end + 60))) return false;
  if (offline && [...call.keywords, ...call.args.flatMap((a) => (a.kind === 'object' ? a.properties : []))].some((p) => offline.includes(p.name))) return false;
  if (!isStatic || call.callee.kind !== 'member') return true;
  const owner = program.resolve(call.callee.object, { file: ref.file, function: call.function, offset: call.span.start });
  return owner.kind === 'external' && !owner.instance;
}

function whatItTakes(program: Program, ref: CallRef): Made['takes'] {
  const call = program.callOf(ref);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const origins = new Set([call, ...openings(program, ref)].flatMap((given) => [...given.args, ...given.keywords.map((k) => k.value)].flatMap((arg) => [...originsOf(program, arg, { ...at, offset: given.span.start, function: given.function })])));
  const through = call.callee.kind === 'member' ? originsOfMaker(program, call.callee.object, at) : new Set<Origin>();
  if (origins.has('caller') || through.has('caller')) return 'caller';
  return origins.has('arguments') || through.has('arguments') || origins.has('unknown') ? 'arguments' : 'constant';
}

const opens = /^(?:connect|access|login)$/;

/** `client.connect({ host })`, `self.client.connect(self.host)`: where it is told only then to whom it connects. */
function openings(program: Program, { file, index }: CallRef): Call[] {
  const { bindings, calls, classes } = program.files.get(file)!;
  const isMade = (v: Expr) => v.kind === 'call' && v.call === index;
  const field = classes.flatMap((c) => c.fields).find((f) => f.values.some(isMade));
  if (field) return calls.filter(({ callee }) => callee.kind === 'member' && opens.test(callee.name) && callee.object.kind === 'member' && callee.object.name === field.name);
  const own = bindings.find(({ kind, values }) => kind === 'variable' && values.some(isMade));
  return own ? calls.filter(({ callee, function: fn }) => fn === own.scope && callee.kind === 'member' && opens.test(callee.name) && callee.object.kind === 'name' && callee.object.name === own.name) : [];
}

/** What an object was made with in the same function: `Session(aws_session_token=…)` of `session.client('s3')`. */
function originsOfMaker(program: Program, object: Expr, at: Placed['at']): Set<Origin> {
  const values = object.kind === 'name' ? (bindingOf(program, object.name, at)?.values ?? []) : [object];
  const { calls } = program.files.get(at.file)!;
  return new Set(values.flatMap((value) => {
    const made = value.kind === 'call' ? calls[value.call]! : null;
    if (made?.function !== at.function) return [];
    const place = { ...at, offset: made.span.start };
    return [...made.args, ...made.keywords.map((k) => k.value)].flatMap((arg) => [...originsOf(program, arg, place)]);
  }));
}

/** Next to it, one of the same kind is made with the caller's credentials: this one is for callers who have others, or none. */
function isOneOfMany(program: Program, ref: CallRef, row: ClientSink): boolean {
  const { function: fn } = program.callOf(ref);
  return program.hits(id).some(({ call, sink }) => call.file === ref.file && call.index !== ref.index && (sink as ClientSink).name === row.name && program.callOf(call).function === fn && whatItTakes(program, call) === 'caller');
}

/** One-shot requests: in a loop, or several that one run of a function makes. */
function isRepeated(program: Program, ref: CallRef): boolean {
  const { loop, function: fn } = program.callOf(ref);
  // what is tried again has failed before
  if (loop && !/^[^\n]*(?:attempt|retr|tries)/i.test(program.textOf(ref.file).slice(loop.start, loop.end))) return true;
  const branches = branchesAround(program, { file: ref.file, index: fn });
  const all = program.hits(id).flatMap(({ call, sink }) => ((sink as ClientSink).loses === 'once' && call.file === ref.file && program.callOf(call).function === fn ? [{ index: call.index, at: program.callOf(call).span.start }] : []));
  return all.find((one) => together(branches, one.at, all.flatMap((other) => (other === one ? [] : [other.at]))))?.index === ref.index;
}

/** What `with` closes, or what is made of the call's arguments, cannot simply be moved. */
function fixes({ span, data }: CodeReport, source: SourceFile, program: Program): Fix[] {
  const node = (data as { movable: boolean }).movable ? callNode(source, span) : null;
  if (!node || /^(?:with_item|as_pattern|await|await_expression)$/.test(node.parent?.type ?? '')) return [];
  const edits = hoist(program, source, node, { name: source.language === 'python' ? '_CLIENT' : 'client', methods: null });
  if (!edits) return [];
  return [{ title: 'Make the client once, at module level', kind: 'scaffold', edits, explain: 'The client is made when the module is loaded and used in every call. Take out what closes it in the tool (`end`, `close`, `quit`), and close it when the server stops.' }];
}

/** As it is written, without arguments. */
function shownName(program: Program, ref: CallRef): string {
  const { callee, isNew } = program.callOf(ref);
  const name = nameOf(callee) ?? program.target(ref).external ?? 'this call';
  return isNew ? `new ${name}()` : `${name}()`;
}

function nameOf(expr: Parameters<Program['resolve']>[0]): string | null {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'member') return null;
  const object = nameOf(expr.object);
  return object === null ? expr.name : `${object}.${expr.name}`;
}
