import { browserFiles } from './browserFiles.ts';
import { createCalled } from './called.ts';
import { createLive } from './constructed.ts';
import { createHandedOn, unaware, type Entry } from './handedOn.ts';
import { findHandlers } from './handlers/index.ts';
import type { CallRef, ClassRef, FileState, FunctionRef, Handler, Program, Project, SinkHit, Target } from './program.ts';
import { createEdgesFrom, createReach, type Edge, type ReachIndex } from './reach.ts';
import { createCallers } from './reachGraph.ts';
import type { Resolver } from './resolve/index.ts';
import type { Fact, FileSummary } from './summary.ts';
import { testDoubles } from './testFiles.ts';
import type { Transport } from './transports.ts';

/** What the calls of one file lead to; by the index of the call. */
export interface Links extends FileState {
  targets: Target[];
  transports: ReadonlySet<Transport>;
  edges: Edge[];
  /** Some call has several functions to choose from. */
  choices: boolean;
  hits: Map<string, SinkHit[]>;
  facts: Map<string, Fact[]>;
  /** The same with their file, of the ids that were asked for. */
  placed: Map<string, { file: string; fact: Fact }[]>;
}

export type Holders = Map<string, Set<string>>;
export type Index = Record<'sources' | 'hits' | 'facts', Holders>;

/** What a program is made of. */
interface Parts {
  /** Its own; others can be looked up. */
  files: ReadonlyMap<string, FileSummary>;
  texts: ReadonlyMap<string, string>;
  links: ReadonlyMap<string, Links>;
  index: Index;
  moduleFile: Program['moduleFile'];
  imports: object;
  resolver: Resolver;
  projectOf: (file: string) => Project;
  handlerNames: readonly string[];
}

export function buildProgram({ files, texts, links, index, moduleFile, imports, resolver, projectOf, handlerNames }: Parts): Program {
  const fileOf = ({ file }: FunctionRef | ClassRef | CallRef) => {
    const summary = files.get(file);
    if (!summary) throw new Error(`${file} is not in the program`);
    return summary;
  };
  const hits = new Map<string, SinkHit[]>();
  const facts = new Map<string, { file: string; fact: Fact }[]>();
  let transports: Map<string, Set<Transport>> | null = null;
  let handlers: readonly Handler[] | null = null;
  let reached: ReachIndex | null = null;
  const program: Program = {
    files,
    get handlers() {
      return (handlers ??= findHandlers(program, { handlers: handlerNames }));
    },
    projectOf,
    transportsOf: (file) => (transports ??= transportsByProject()).get(projectOf(file).root) ?? new Set(),
    textOf: (file) => texts.get(file)!,
    callOf: (call) => fileOf(call).calls[call.index]!,
    functionOf: (fn) => fileOf(fn).functions[fn.index]!,
    nameOf(fn) {
      const summary = fileOf(fn);
      const { name, kind, class: owner } = summary.functions[fn.index]!;
      if (kind === 'module') return '(module)';
      const own = kind === 'constructor' ? 'constructor' : name || '(anonymous)';
      const className = owner === null ? '' : summary.classes[owner]!.name;
      return className === '' ? own : `${className}.${own}`;
    },
    target: (call) => links.get(call.file)!.targets[call.index]!,
    called: (call) => (reachIndex(), called(call)),
    runs: (expr, at) => resolver.runs(expr, at),
    resolve: (expr, at) => resolver.resolve(expr, at),
    moduleFile,
    reach: (fn, kind, at) => reachIndex().reach(fn, kind, at),
    reachBy: (some, fn, kind, at) => reachIndex().reachBy(some, fn, kind, at),
    reachedFrom: (handler, kind) => reachIndex().reachedFrom(handler, kind),
    callsFrom: (handler, kind) => reachIndex().callsFrom(handler, kind),
    callersOf: (fn) => callersWithGiven(fn),
    entrances: (fn) => reachIndex().entrances(fn),
    entry: (fn, call, from = unaware) => enter(fn, call, from),
    hits: (rule) => gather(hits, index.hits, rule, (file) => links.get(file)!.hits.get(rule)!),
    facts: (id) => gather(facts, index.facts, id, (file) => placedFacts(file, id)),
    factsOf: (file, id) => links.get(file)?.facts.get(id) ?? [],
    stateOf: (file) => links.get(file)!,
    imports,
  };
  function placedFacts(file: string, id: string) {
    const { facts: own, placed } = links.get(file)!;
    let found = placed.get(id);
    if (!found) placed.set(id, (found = own.get(id)!.map((fact) => ({ file, fact }))));
    return found;
  }
  let order: ReadonlyMap<string, number> | null = null;
  const inOrder = (some: Iterable<string>) => {
    order ??= new Map(Array.from(files.keys(), (name, i) => [name, i]));
    return [...some].filter((file) => order!.has(file)).sort((a, b) => order!.get(a)! - order!.get(b)!);
  };
  /** Of all files in their order. */
  function gather<T>(known: Map<string, T[]>, holders: Holders, id: string, of: (file: string) => readonly T[]): T[] {
    let all = known.get(id);
    if (all) return all;
    const inBrowser = browserFiles(program);
    known.set(id, (all = inOrder(holders.get(id) ?? []).filter((file) => !inBrowser.has(file)).flatMap(of)));
    return all;
  }
  function transportsByProject(): Map<string, Set<Transport>> {
    const all = new Map<string, Set<Transport>>();
    for (const file of files.keys()) {
      const { transports: own } = links.get(file)!;
      if (own.size === 0) continue;
      const { root } = projectOf(file);
      const ofProject = all.get(root) ?? new Set();
      all.set(root, ofProject);
      for (const t of own) ofProject.add(t);
    }
    return all;
  }
  /** What stands in for something in tests, or runs in a browser, is no implementation of it, nor is what nobody makes an object of. */
  function edgesOf(file: string): readonly Edge[] {
    const { edges, choices, targets } = links.get(file)!;
    const doubles = testDoubles(program);
    const inBrowser = browserFiles(program);
    if (doubles.has(file) || (doubles.size === 0 && inBrowser.size === 0 && !choices)) return edges;
    return edges.filter(({ to, call, handed }) => !doubles.has(to.file) && (!inBrowser.has(to.file) || inBrowser.has(file)) && (handed || live(targets[call]!.functions).includes(to)));
  }
  const callers = createCallers(edgesOf, (file) => inOrder(index.sources.get(file) ?? []));
  const reachIndex = () => (reached ??= createReach(files, edgesFrom, program.handlers, { ...resolver.classes, receiverOf: (call) => links.get(call.file)!.targets[call.index]!.receiver }, handedOn));
  const edgesOfCalls = createEdgesFrom(edgesOf);
  const { called, edgesFrom, givenCallers } = createCalled(program, edgesOfCalls, callers);
  function callersWithGiven(fn: FunctionRef): readonly CallRef[] {
    // all that handlers get to has been looked at when the graph is there
    reachIndex();
    const given = givenCallers(fn);
    const own = callers(fn);
    return given.length > 0 ? [...own, ...given] : own;
  }
  const handedOn = createHandedOn(files, edgesFrom, (file) => program.textOf(file), (call) => program.target(call));
  const byFunction = new Map<string, Handler>();
  function enter(fn: FunctionRef, call: CallRef, from: Entry): Entry {
    if (called(call).functions.some((f) => f.file === fn.file && f.index === fn.index)) return handedOn.entry(fn, call, from.given, true);
    if (byFunction.size === 0) for (const handler of program.handlers) if (handler.function) byFunction.set(`${handler.function.index} ${handler.function.file}`, handler);
    const handler = byFunction.get(`${fn.index} ${fn.file}`);
    return handler ? handedOn.start(fn, handler) : handedOn.entry(fn, call, from.given, false);
  }
  const live = createLive(program, () => program.handlers, (ref) => resolver.classes.derivedOf(ref));
  return program;
}
