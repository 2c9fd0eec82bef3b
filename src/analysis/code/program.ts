import type { Entry } from './handedOn.ts';
import type { Call, Expr, Fact, FileSummary, FunctionSummary, Language, Span } from './summary.ts';

/** A function of a file; `functions[0]` of a file is its module body. */
export interface FunctionRef {
  file: string;
  index: number;
}
export interface ClassRef {
  file: string;
  index: number;
}
export interface CallRef {
  file: string;
  index: number;
}

/** What is known of a folder with a package.json or pyproject.toml; read by whoever feeds the analysis. */
export interface Project {
  /** Absolute path of the folder. */
  root: string;
  /** Of package.json or pyproject.toml, else the folder's name. */
  name: string;
  /** Exact versions by package name (npm's, or PyPI's in lower case with `-`), from lock files and environments; what the range of a requirement says only where nothing else is known. */
  versions: Readonly<Record<string, string>>;
  /** From tsconfig.json or jsconfig.json, `extends` followed; paths absolute. */
  baseUrl: string | null;
  paths: Readonly<Record<string, readonly string[]>>;
  /** package.json `imports` (`#x`) and `exports`, as written. */
  packageImports: unknown;
  packageExports: unknown;
  /** Folders from which Python modules are imported: the root, `src`, what pyproject.toml names. */
  pythonRoots: readonly string[];
  /** Python modules that its commands start (`[project.scripts]`), and the names of those that are written where people and machines are told how to start it (README, Dockerfile, …). Absent: no commands are declared. */
  commands?: { modules: readonly string[]; named: ReadonlySet<string> };
}

/** Where an expression or a callee leads. `unknown` is the answer wherever more than one is possible. */
export type Value =
  | { kind: 'function'; function: FunctionRef; bound?: Value }
  | { kind: 'class'; class: ClassRef }
  | { kind: 'instance'; class: ClassRef }
  | { kind: 'module'; file: string }
  /** An object literal of the workspace. */
  | { kind: 'object'; file: string; expr: Extract<Expr, { kind: 'object' }>; scope: number }
  /**
   * Something of a package, of Node or of Python: `node:fs.readFileSync` is `fs.readFileSync`, `from os import path` gives
   * `os.path`, an instance of a class `requests.Session`, what a call gives `express()`, its members `express().get`.
   * Aliases of one thing have one name (`resolve/externals.ts`): `fs/promises.readFile`, `promises.readFile` of fs.
   */
  | { kind: 'external'; name: string; instance: boolean }
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'array'; of: Value }
  /** What awaiting gives. */
  | { kind: 'promise'; of: Value }
  | { kind: 'unknown' };

/** Whom a call calls. */
export interface Target {
  /** Functions of the workspace; several only where a method of a base class or interface has several implementations. */
  functions: readonly FunctionRef[];
  /** The declared one, as a type checker sees it; it may be one without a body (of an interface, abstract), which is not among them. */
  declared: FunctionRef | null;
  /** A function of a package, of Node or of Python, by its name as in `Value`; null otherwise. Built-ins too: `console.log`, `JSON.stringify`, `print`, `open`, `time.sleep`. */
  external: string | null;
  /** Functions handed over as arguments, inline or by name, that the callee may call. */
  callbacks: readonly FunctionRef[];
  /** What it is given runs on another thread or process: `asyncio.to_thread(f)`, `run_in_executor`, `new Worker`. */
  offloads: boolean;
  /** Absent: it is not known of whose object it calls a method. */
  receiver?: Receiver;
}

/** Whose object a call is about, where that says more than the type that is declared. */
export interface Receiver {
  /** `own`: `this.x()`, `self.x()`. `super`: of the bases of the class that it stands in. `exact`: objects that are made of these classes, `made` has one for each of the target's functions. */
  kind: 'own' | 'super' | 'exact' | 'none';
  /** The method; null for `super(…)`. */
  name: string | null;
  made: readonly { function: FunctionRef; class: ClassRef }[];
  /** Methods of the object itself that it hands over: `run(this.step)`. */
  handed: readonly string[];
}

export type HandlerKind = 'tool' | 'resource' | 'prompt' | 'tools/list' | 'resources/list' | 'prompts/list' | 'other';

/** Something that a client can call, found in the code. */
export interface Handler {
  /** Stable within a program. */
  id: string;
  /** Null where it is computed at run time. */
  name: string | null;
  kind: HandlerKind;
  language: Language;
  /** Where it is registered: the call, the decorator with its function, the class, or the `case` of a dispatching switch. */
  file: string;
  span: Span;
  /** What runs; null where it could not be resolved. */
  function: FunctionRef | null;
  /** The class of the object whose method it is, where it is known: what the method calls of its own object is looked up there. */
  receiver?: ClassRef;
  /** In a dispatching function, the part that is this tool's alone; null: all of it. */
  branch: Span | null;
  /** Parts of the dispatching function that are other tools'. */
  notMine: readonly Span[];
  /**
   * What runs around it on every call: a function that wraps it, the method of a base class that calls it, one that hands
   * the request on. `without` are the calls in there that lead to the functions of tools; `made` is the call that gave the
   * decorator by which it is put there.
   */
  around?: readonly { function: FunctionRef; without: readonly Span[]; made?: CallRef }[];
  /** Python: a `def` that its SDK runs in a thread; false: it runs on the event loop. */
  threaded: boolean;
  /** What the SDK calls is: the tool's own function, or the one that hands on to it. */
  async: boolean;
  /** Said at the registration; null where nothing is said. */
  readOnly: boolean | null;
  destructive: boolean | null;
  /** Its input schema as far as it is written in place; names of the properties, and which are arrays or limits can be asked of it. */
  schema: Expr | null;
  /** Position of the parameter that carries the cancellation signal (`extra`, `ctx`), and of the arguments; null: none. */
  contextParameter: number | null;
  argumentsParameter: number | null;
  project: string;
  dialect: 'sdk-v1' | 'sdk-v2' | 'fastmcp' | 'mcp-framework' | 'other';
}

/** One step of a path from a handler to a culprit: the function it is in and the line of the call that leads on. */
export interface Hop {
  function: FunctionRef;
  /** The call that leads to the next hop; null for the last one. */
  call: CallRef | null;
}

/** How a function is reached. */
export interface Reach {
  /** Every handler that gets there; the first one is the one that `path` starts from. */
  handlers: readonly Handler[];
  /** The shortest way, from the handler's function (or one around it) to this one. */
  path: readonly Hop[];
}

/** A function as handlers get to it. It has several of these where it matters whose method it is, or which part of it is meant. */
export interface Entrance {
  function: FunctionRef;
  /** What of the function is not meant: parts of other handlers, what constants leave out. */
  without: readonly Span[];
  /** Handlers that begin here. */
  starts: readonly Handler[];
  /** Where the calls stand that lead here, as handlers get there. */
  callers(): readonly { call: CallRef; from: Entrance }[];
}

/** `loop`: what runs on the event loop's thread. `any`: also what was handed to another thread. */
export type ReachKind = 'loop' | 'any';

/** A call that a rule's table of sinks names. */
export interface SinkHit<S = unknown> {
  call: CallRef;
  sink: S;
}

/** A program before its handlers are known: all that finding them needs. */
export type Resolved = Pick<Program, 'files' | 'projectOf' | 'callOf' | 'functionOf' | 'nameOf' | 'target' | 'runs' | 'resolve' | 'moduleFile' | 'imports'>;

/** What was worked out of a file alone, by the number of the computation. */
export interface FileState {
  readonly values: unknown[];
}

/** A workspace, or those of its projects that import each other, resolved. Everything is looked up, nothing is computed twice for one state. */
export interface Program {
  readonly files: ReadonlyMap<string, FileSummary>;
  readonly handlers: readonly Handler[];
  projectOf(file: string): Project;
  /** Which transports the server of this file speaks, by the classes and calls in its project; empty where none was found. */
  transportsOf(file: string): ReadonlySet<'stdio' | 'http'>;

  textOf(file: string): string;
  callOf(call: CallRef): Call;
  functionOf(fn: FunctionRef): FunctionSummary;
  /** Name for messages: `Class.method`, `loadIndex`, `(anonymous)`. */
  nameOf(fn: FunctionRef): string;
  target(call: CallRef): Target;
  /** The same with the functions that it calls by a parameter of a function around it, where handlers get there. Callers elsewhere say which: nothing that is remembered per file may ask for it. */
  called(call: CallRef): Target;
  /** Functions that would be called if what an expression gives were called. */
  runs(expr: Expr, at: { file: string; function: number; offset: number }): Pick<Target, 'functions' | 'offloads'>;
  /** The value of an expression that stands in a function at an offset. */
  resolve(expr: Expr, at: { file: string; function: number; offset: number }): Value;
  /** The workspace's file behind a module's name as written in `from`; null for a package, or where there is none. */
  moduleFile(from: string, specifier: string): string | null;

  /** Null where no handler gets there. `at` is an offset in the function: a part that belongs to other tools' branches is not reached. */
  reach(fn: FunctionRef, kind: ReachKind, at?: number): Reach | null;
  /** The same from some handlers only: those of them that get there, with the shortest of their ways. */
  reachBy(handlers: readonly Handler[], fn: FunctionRef, kind: ReachKind, at?: number): Reach | null;
  /** Every function that a handler reaches, breadth first. */
  reachedFrom(handler: Handler, kind: ReachKind): Iterable<FunctionRef>;
  /** Calls that a handler reaches, its own first; of a dispatching function only its branch. */
  callsFrom(handler: Handler, kind: ReachKind): Iterable<CallRef>;
  /** Every way in which handlers get to a function, on whatever thread. Empty where none does. */
  entrances(fn: FunctionRef): readonly Entrance[];
  /** Calls that lead to it: those that call it (of those by a parameter of a function around them, the ones that handlers get to), and those that it is handed over to as a callback. */
  callersOf(fn: FunctionRef): readonly CallRef[];

  /** What is known of a function when a call (from a function of which `from` is known) calls it, or hands it over; and what it leaves out then. */
  entry(fn: FunctionRef, call: CallRef, from?: Entry): Entry;

  /** Calls that the sinks of a rule name, in files in the order of `files`. */
  hits(rule: string): readonly SinkHit[];
  facts(id: string): readonly { file: string; fact: Fact }[];
  /** Of one file. */
  factsOf(file: string, id: string): readonly Fact[];
  /** Another object whenever the file's summary, or what its calls lead to, is another (`perFile.ts`). */
  stateOf(file: string): FileState;
  /** Another object whenever there are other files or projects, or a file imports or exports others. */
  readonly imports: object;
}
