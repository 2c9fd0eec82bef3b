import type { RuleId, Severity } from '../model/finding.ts';
import type { CallRef, Program, SinkHit } from './code/program.ts';
import { nameOf, type Call, type Expr } from './code/summary.ts';
import { prepares, type BlockingSink } from './sinks/blocking.ts';
import { blockingClients } from './sinks/blockingClients.ts';
import { blockingDatabases } from './sinks/blockingDatabases.ts';
import { blockingPython } from './sinks/blockingPython.ts';
import { isOfEdge } from './edgeRuntime.ts';
import { isOfDict } from './ioBelow.ts';
import { everyCommand, isHandOver, isLocalCommand, isServiceSetting } from './localCommands.ts';
import { isReading, listsFolder, pathOf, readsLittle, takesPath } from './oneFile.ts';
import { hasEnded } from './processEnds.ts';
import { isOfSystem, isOnce, smallFile } from './smallFiles.ts';
import { ofSqlite } from './sqlite.ts';
import { bindingOf, stepBack, type Place, type Placed } from './trace.ts';
import { withBlockOf } from './withBlock.ts';

export const blockingInPython: readonly BlockingSink[] = [...blockingPython, ...blockingClients, ...blockingDatabases];

/** A call that keeps its thread until it is done. */
export interface BlockingCall {
  ref: CallRef;
  call: Call;
  sink: BlockingSink;
  /** As a message says it: `readFileSync`, `requests.get`, `Jira.get_issue`. */
  name: string;
  severity: Severity;
}

/** Of a rule with such sinks, the calls that really block, whoever reaches them. */
export function blockingCalls(program: Program, rule: RuleId): BlockingCall[] {
  const small = new Set<string>();
  const found = program.hits(rule).flatMap((hit) => {
    const { call: ref, sink } = hit as SinkHit<BlockingSink>;
    const call = program.callOf(ref);
    const external = program.target(ref).external;
    if (external === null || call.decorator || sink.level === 'none') return [];
    // what can be awaited is not what its name says
    if (sink.language === 'python' && (call.awaited || isOfDict(program, ref))) return [];
    if (sink.name.endsWith('.*')) {
      const member = external.slice(sink.name.length - 1);
      if (!(sink.members ?? /^\w+$/).test(member) || prepares.test(member)) return [];
    }
    const severity = severityOf(program, ref, external, sink);
    if (external === 'open' && severity !== 'warning') small.add(placeOf(ref, call));
    // what is worked out takes as long wherever it comes from
    if (severity === null || (sink.on === 'computes' ? isOfEdge(program, ref.file) : isInMemory(program, ref, call))) return [];
    return [{ external, blocking: { ref, call, sink, name: shortName(external, call.callee), severity } }];
  });
  // what a small file holds is read as soon as it is opened
  return found.flatMap(({ external, blocking }) => (/^open\(\)\.read/.test(external) && small.has(placeOf(blocking.ref, blocking.call)) ? [] : [blocking]));
}

const placeOf = ({ file }: CallRef, call: Call) => `${call.function} ${file}`;

/** Null where these arguments make it return at once. */
function severityOf(program: Program, ref: CallRef, external: string, { level = 'warning', on }: BlockingSink): Severity | null {
  const call = program.callOf(ref);
  const path = pathOf(external, call);
  const small = on === 'waits for the disk' && level === 'warning' && path !== undefined ? (takesPath.test(external) ? smallFile(program, ref.file, call, path) : isOfSystem(path) || (listsFolder(program, ref) && isOnce(program, ref.file, call)) ? 'lines' : null) : null;
  if (small === 'bytes' && (/readFile|read_text|read_bytes/.test(external) || (/(?:^|\.)open$/.test(external) && isReading(external, call)))) return null;
  if (small === 'settings' && external === 'open' && savesSettings(program, ref, call)) return null;
  // they are saved when somebody has changed them
  if (small === 'settings' && /writeFile|appendFile|copyFile|write_text|write_bytes/.test(external)) return null;
  const own = small === 'settings' ? 'information' : small || (level === 'warning' && on === 'waits for a child process' && everyCommand(program, ref, isLocalCommand, isHandOver, isServiceSetting)) ? 'hint' : level === 'none' ? null : level;
  switch (external) {
    case 'fs.appendFileSync':
    case 'fs-extra.appendFileSync':
      // a line at the end of a log is soon written
      return own === null ? null : 'hint';
    case 'shelljs.exec':
      return call.args.some((a) => a.kind === 'function') || valueOf(optionOf(call, 'async')) === true ? null : own;
    case 'open':
    case 'pathlib.Path.open':
      return readsLittle(program, ref) || isHandedOn(program, ref) ? 'information' : small ? own : openSeverity(call, external);
    case 'feedparser.parse': {
      // a text that is there already
      const [given] = call.args;
      return (given?.kind === 'member' || given?.kind === 'name') && /^(?:\w+_)?(?:text|content|body|data|xml|raw|html|bytes|response)$/.test(given.name) ? null : own;
    }
    case 'time.sleep': {
      // a pause between commands that nobody notices
      const seconds = numberOf(program, call.args[0], { file: ref.file, function: call.function, offset: call.span.start });
      return seconds === 0 ? null : seconds !== null && seconds <= shortPause ? 'hint' : own;
    }
    case 'concurrent.futures.ThreadPoolExecutor':
    case 'concurrent.futures.ProcessPoolExecutor':
      return isLeftWithWork(program, ref) ? own : null;
    case 'threading.Thread.join':
      return isNow(call) ? null : endsSoon(program, ref, call) ? 'hint' : own;
    case 'queue.Queue.get':
    case 'queue.LifoQueue.get':
      // one of those that are free
      return call.callee.kind === 'member' && isPool.test(nameOf(call.callee.object)) ? 'hint' : isNow(call) ? null : own;
    case 'psutil.cpu_percent':
    case 'psutil.cpu_times_percent':
      return Number(valueOf(keyword(call, 'interval') ?? call.args[0]) ?? 0) > 0 ? own : null;
    case 'fcntl.flock':
    case 'fcntl.lockf':
      // whoever holds it writes a file, as a rule
      return /"LOCK_(?:NB|UN)"/.test(JSON.stringify(call.args)) ? null : 'hint';
    case 'sqlalchemy.inspect':
      // of an object it only gives what it knows
      return call.args.some((a) => /engine|conn|bind|database|(?:^|_)db$/i.test(nameOf(a))) ? own : null;
    case 'crypto.generateKeyPairSync':
      // 0.05 ms on a curve (1.7 for P-521), 70 for RSA of 2048 bits (Node 24)
      return /^(?:ed25519|ed448|x25519|x448|ec)$/.test(String(valueOf(call.args[0]) ?? '')) ? 'information' : own;
    case 'crypto.pbkdf2Sync':
      // a thousand rounds take 0.2-0.6 ms, ten thousand 1.6-6.4 (Node 24)
      return Number(valueOf(call.args[2]) ?? Infinity) < 10_000 ? 'information' : own;
    case 'docx.Document':
    case 'pptx.Presentation':
      // an empty one is a small file that comes with the package
      return call.args.length + call.keywords.length === 0 ? 'hint' : own;
    case 'fitz.open':
    case 'fitz.Document':
    case 'pymupdf.open':
    case 'pymupdf.Document':
      // opening reads where the pages are; what takes long is what is made of them
      return own === 'warning' ? 'hint' : own;
    case 'docx.Document.save':
    case 'pptx.Presentation.save':
      return own === 'warning' ? 'hint' : own;
    case 'zipfile.ZipFile.read':
      // a description among what is packed
      return own === 'warning' && /\.(?:xml|json|txt|rels|ya?ml|md)$/i.test(String(valueOf(call.args[0]) ?? '')) ? 'hint' : own;
    case 'openpyxl.load_workbook':
      // the rows are read while one goes through them
      return valueOf(keyword(call, 'read_only')) === true ? 'hint' : own;
    case 'socket.socket.connect':
      // without a connection it only notes where to send to
      return /\bSOCK_DGRAM\b/.test(program.textOf(ref.file).slice(program.functionOf({ file: ref.file, index: call.function }).span.start, call.span.start)) ? null : own;
    case 'subprocess.Popen.communicate':
    case 'subprocess.Popen.wait':
      return isNow(call) || hasEnded(program, ref, call) ? null : own;
    case 'os.waitpid':
      return valueOf(call.args[1]) === 0 ? own : null;
    case 'sqlite.DatabaseSync.exec':
    case 'better-sqlite3.exec':
    case 'better-sqlite3.pragma':
    case 'bun:sqlite.Database.exec':
      // a switch of the connection
      return /^(?:PRAGMA\s+)?\w+\s*=\s*\w+\s*;?$/i.test(String(valueOf(call.args[0]) ?? '')) ? null : own;
    default:
      if (external.startsWith('tar.') && valueOf(optionOf(call, 'sync')) !== true) return null;
      if (/\.std(?:err|out)\.read\w*$/.test(external) && hasEnded(program, ref, call)) return null;
      // a tenth of a second, unless it is told to take longer, does so again and again or for each letter
      if (/^pyautogui\.(?!(?:type)?write$|sleep$)/.test(external)) return call.loop !== null || call.keywords.some((k) => /^(?:duration|interval|presses|clicks)$/.test(k.name)) ? own : 'hint';
      // a picture is soon written
      if (/^PIL\.Image\..*\bsave$/.test(external)) return 'hint';
      // `get(block=False)`, `wait(timeout=0)`, `list_pods(async_req=True)`
      return isNow(call) ? null : ((own === 'warning' ? (vectorRows.test(external) ? 'hint' : ofSqlite(program, ref, call, external)) : null) ?? own);
  }
}

/** What is looked up by its id in a database in the process, without a search. */
const vectorRows = /^chromadb\..*\.(?:get|count|peek|modify)$/;

/** Seconds. */
const shortPause = 0.05;

/** A number that is written out, or that a constant of the file stands for. */
function numberOf(program: Program, expr: Expr | undefined, at: Place): number | null {
  const values = expr?.kind === 'name' ? (bindingOf(program, expr.name, at)?.values ?? []) : expr ? [expr] : [];
  const [value] = values;
  return values.length === 1 && value?.kind === 'literal' && typeof value.value === 'number' ? value.value : null;
}

/** `with open(path, 'rb') as f: await client.upload(f)`, `await client.post(url, files={'file': open(path, 'rb')})`: opened in no time, and read by whoever is waited for. */
function isHandedOn(program: Program, ref: CallRef): boolean {
  const { function: fn } = program.callOf(ref);
  const isIn = (expr: Expr): boolean => (expr.kind === 'call' && expr.call === ref.index) || (expr.kind === 'object' && expr.properties.some((p) => isIn(p.value))) || (expr.kind === 'array' && expr.items.some(isIn));
  if (program.files.get(ref.file)!.calls.some((c) => c.function === fn && c.awaited && [...c.args, ...c.keywords.map((k) => k.value)].some(isIn))) return true;
  const { name, text = '' } = withBlockOf(program, ref) ?? {};
  const uses = [...text.matchAll(new RegExp(`(?<![\\w.])${name}\\b(?!["'\\s]*=(?!=))([.\\w]*)`, 'g'))];
  return name !== undefined && uses.length === 1 && uses[0]![1] === '' && /\bawait\b/.test(text) && !new RegExp(`\\b(?:loads?|dump|reader|DictReader|readlines|iter|enumerate|copyfileobj)\\(\\s*${name}\\b|\\bin\\s+${name}\\b`).test(text);
}

/** `with ThreadPoolExecutor() as pool: pool.submit(…)`: its end waits for all of it, unless that has been awaited. */
function isLeftWithWork(program: Program, ref: CallRef): boolean {
  const { name, text, end } = withBlockOf(program, ref) ?? {};
  if (text === undefined || !new RegExp(`\\b${name}\\.submit\\(`).test(text) || /\bawait\b|\bwrap_future\b|\bcancel_futures\b/.test(text)) return false;
  // what waits in it is told itself
  const { function: fn, span } = program.callOf(ref);
  return !program.functionOf({ file: ref.file, index: fn }).calls.some((index) => {
    const { start } = program.callOf({ file: ref.file, index }).span;
    return span.end < start && start < end! && waitsForThread.test(program.target({ file: ref.file, index }).external ?? '');
  });
}

const waitsForThread = /^concurrent\.futures\.(?:wait|as_completed|Future\.\w+|\w+Executor\.(?:map|shutdown|submit\(\)\.\w+))$/;

const isPool = /pool|free|idle|available|(?:^|_)connections?$/i;
const toldToStop = /(?:stop|shut|exit|quit|cancel|done|closing|kill|terminat)\w*\.set\(\)|(?:stop|shutdown|exit|quit|cancel|closing)\w*\s*=\s*True\b|(?:running|active|alive|connected|listening|polling)\s*=\s*False\b/i;

/** A thread that was told to stop just before, or is waited for a second at most. */
function endsSoon(program: Program, { file }: CallRef, call: Call): boolean {
  const timeout = valueOf(keyword(call, 'timeout') ?? call.args[0]);
  const { start } = program.functionOf({ file, index: call.function }).span;
  const isTold = (from: number, to: number, where: string) => toldToStop.test(program.textOf(where).slice(from, to));
  const callers = program.callersOf({ file, index: call.function }).map((one) => ({ where: one.file, ...program.callOf(one) }));
  return (typeof timeout === 'number' && timeout <= 1) || isTold(start, call.span.start, file) || (callers.length > 0 && callers.every(({ where, function: index, span }) => isTold(program.functionOf({ file: where, index }).span.start, span.start, where)));
}

/** `open(path, "w")`, and what was there before in a function that saves them. */
function savesSettings(program: Program, { file }: CallRef, call: Call): boolean {
  const mode = valueOf(keyword(call, 'mode') ?? call.args[1]);
  return (typeof mode === 'string' && /[wax+]/.test(mode)) || /^_*(?:save|write|store|update|persist|set)_/.test(program.functionOf({ file, index: call.function }).name);
}

/** `pandas.read_csv(io.StringIO(text))` reads no file, nor does a member of `ZipFile(io.BytesIO(body))`. */
function isInMemory(program: Program, ref: CallRef, call: Call): boolean {
  const { callee, function: fn, span } = call;
  const made = callee.kind === 'member' ? madeBy(program, { expr: callee.object, at: { file: ref.file, function: fn, offset: span.start } }) : null;
  return isOfMemory(program, ref.file, call) || (made !== null && isOfMemory(program, made.file, program.callOf(made)));
}

/** The call that gave what a name stands for, opened or not. */
function madeBy(program: Program, { expr, at }: Placed, depth = 0): CallRef | null {
  if (expr.kind === 'call') return { file: at.file, index: expr.call };
  if (expr.kind === 'enter' || expr.kind === 'await') return madeBy(program, { expr: expr.of, at }, depth);
  const { from } = stepBack(program, { expr, at });
  return from.length === 1 && depth < 3 ? madeBy(program, from[0]!, depth + 1) : null;
}

function isOfMemory(program: Program, file: string, { args, function: fn, span }: Call): boolean {
  const first = args[0];
  if (first?.kind !== 'call' && first?.kind !== 'name') return false;
  const value = program.resolve(first, { file, function: fn, offset: span.start });
  return value.kind === 'external' && /^io\.(?:StringIO|BytesIO)(?:\(\))?$/.test(value.name);
}

function isNow(call: Call): boolean {
  return valueOf(keyword(call, 'block')) === false || valueOf(keyword(call, 'blocking')) === false || valueOf(keyword(call, 'timeout')) === 0 || valueOf(keyword(call, 'async_req')) === true;
}

/** A line at the end of a log is soon written. */
function openSeverity(call: Call, external: string): Severity {
  const mode = valueOf(keyword(call, 'mode') ?? call.args[external === 'open' ? 1 : 0]);
  return typeof mode === 'string' && mode.includes('a') ? 'hint' : 'warning';
}

const keyword = (call: Call, name: string) => call.keywords.find((k) => k.name === name)?.value;
const optionOf = (call: Call, name: string): Expr | undefined => call.args.flatMap((a) => (a.kind === 'object' ? a.properties : [])).find((p) => p.name === name)?.value;
const valueOf = (expr: Expr | undefined) => (expr?.kind === 'literal' ? expr.value : undefined);

/** Of a long name the end; a member of what a call gave as it is written (`collection.query`). */
function shortName(external: string, callee: Expr): string {
  const parts = external.split('.');
  const last = parts.at(-1)!.replace(/\(\)$/, '');
  if (last.endsWith('Sync') || parts.length === 1) return last;
  const owner = parts.at(-2)!;
  if (!owner.endsWith('()') || callee.kind !== 'member') return `${owner.replace(/\(\)$/, '')}.${last}`;
  const { object } = callee;
  return object.kind === 'name' || object.kind === 'member' ? `${object.name}.${last}` : `${owner}.${last}`;
}
