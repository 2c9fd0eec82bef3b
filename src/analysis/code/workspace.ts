import type { Rule } from '../rule.ts';
import { browserFiles, startsPage } from './browserFiles.ts';
import { findHandlers } from './handlers/index.ts';
import { createLive } from './constructed.ts';
import type { CallRef, ClassRef, FileState, FunctionRef, Handler, Program, Project, SinkHit, Target } from './program.ts';
import { createCalled } from './called.ts';
import { createHandedOn, unaware, type Entry } from './handedOn.ts';
import { IslandFiles, islandsOf, type Island } from './islands.ts';
import { importsSame } from './perImports.ts';
import { createProjects } from './projects.ts';
import { createEdgesFrom, createReach, type Edge, type ReachIndex } from './reach.ts';
import { createCallers } from './reachGraph.ts';
import { createResolver, type Resolver } from './resolve/index.ts';
import { createSinkTables } from './sinkTables.ts';
import type { Fact, FileSummary } from './summary.ts';
import { testDoubles } from './testFiles.ts';
import { transportsIn, type Transport } from './transports.ts';

/**
 * The summaries of a workspace, and the programs that they make: one for each group of projects that import each other, as
 * nothing that is in one of these matters to the others. What depends on a changed file alone is worked out again.
 */
export interface CodeWorkspace {
  readonly files: ReadonlyMap<string, FileSummary>;
  set(summary: FileSummary, text: string): void;
  remove(file: string): void;
  setProjects(projects: readonly Project[]): void;
  /** Names of further functions, decorators or base classes that register a handler. */
  setHandlerNames(names: readonly string[]): void;
  /** A program is the same object until one of its files, or what their calls lead to, is another. `onFile` is told of each file before its calls are resolved. */
  programs(onFile?: (file: string) => void): readonly Program[];
  textOf(file: string): string;
}

/** What the calls of one file lead to; by the index of the call. */
interface Links extends FileState {
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

type Holders = Map<string, Set<string>>;
type Index = Record<'sources' | 'hits' | 'facts', Holders>;

const holdersOf = ({ edges, hits, facts }: Links, { sources, ...by }: Index): { keys: Iterable<string>; holders: Holders }[] => [
  { keys: new Set(edges.map(({ to }) => to.file)), holders: sources },
  { keys: hits.keys(), holders: by.hits },
  { keys: facts.keys(), holders: by.facts },
];

export function createWorkspace(rules: readonly Rule[]): CodeWorkspace {
  const files = new Map<string, FileSummary>();
  const texts = new Map<string, string>();
  const links = new Map<string, Links>();
  /** Files with calls that lead into a file, files with hits of a rule, files with facts of an id. */
  const index: Index = { sources: new Map(), hits: new Map(), facts: new Map() };
  const tables = createSinkTables(rules);
  let projectOf = createProjects([]);
  let handlerNames: readonly string[] = [];
  let resolver = newResolver();
  let changed = new Set<string>();
  /** Of these what they import is another. */
  let changedImports = new Set<string>();
  /** Files behind modules' names; which there are matters to all of them. */
  let modules = createModules();
  let islands = new Map<string, { imports: object; program: Program }>();
  let current: readonly Program[] | null = null;

  function newResolver(): Resolver {
    return createResolver({ files, projectOf: (file) => projectOf(file) });
  }
  function touch(file: string) {
    changed.add(file);
    current = null;
  }
  function setLinks(file: string, link: Links | null) {
    const before = links.get(file);
    if (before) for (const { keys, holders } of holdersOf(before, index)) for (const key of keys) holders.get(key)?.delete(file);
    links.delete(file);
    if (!link) return;
    links.set(file, link);
    for (const { keys, holders } of holdersOf(link, index)) {
      for (const key of keys) {
        const held = holders.get(key);
        if (held) held.add(file);
        else holders.set(key, new Set([file]));
      }
    }
  }
  function createModules() {
    const known = new WeakMap<Links, Map<string, string | null>>();
    const foreign = new WeakMap<Links, readonly string[]>();
    const fileOf = (from: string, specifier: string): string | null => {
      const state = links.get(from);
      if (!state) return resolver.moduleFile(from, specifier);
      let ofFile = known.get(state);
      if (!ofFile) known.set(state, (ofFile = new Map<string, string | null>()));
      let file = ofFile.get(specifier);
      if (file === undefined) ofFile.set(specifier, (file = resolver.moduleFile(from, specifier)));
      return file;
    };
    return {
      fileOf,
      /** Files of other projects that a file imports, or calls into. */
      foreignOf(file: string): readonly string[] {
        const state = links.get(file)!;
        let found = foreign.get(state);
        if (!found) {
          const { imports, exports } = files.get(file)!;
          const { root } = projectOf(file);
          const named = new Set([...imports.flatMap((i) => [i.module, i.loads ?? i.module]), ...exports.flatMap((e) => e.module ?? [])]);
          const leadsTo = [...Array.from(named, (module) => fileOf(file, module)), ...state.edges.map(({ to }) => to.file)];
          foreign.set(state, (found = [...new Set(leadsTo)].filter((to) => to !== null && projectOf(to).root !== root) as string[]));
        }
        return found;
      },
    };
  }
  /** There are other files now. */
  function forgetModules() {
    modules = createModules();
    islands = new Map();
  }
  /** All that follows from something that is not in a file. */
  function forgetAll() {
    links.clear();
    for (const holders of Object.values(index)) holders.clear();
    resolver = newResolver();
    forgetModules();
    current = null;
  }
  function programOf({ key, files: own }: Island, stale: ReadonlySet<string>): Program {
    const before = islands.get(key);
    if (before && !own.some((file) => stale.has(file))) return before.program;
    const imports = before && !own.some((file) => changedImports.has(file)) ? before.imports : {};
    const program = buildProgram(new IslandFiles(own, files), texts, links, index, modules.fileOf, imports, resolver, projectOf, handlerNames);
    islands.set(key, { imports, program });
    return program;
  }

  return {
    files,
    set(summary, text) {
      const before = files.get(summary.file);
      if (!before) forgetModules();
      else if (!importsSame(before, summary) || startsPage(before) !== startsPage(summary)) changedImports.add(summary.file);
      files.set(summary.file, summary);
      texts.set(summary.file, text);
      touch(summary.file);
    },
    remove(file) {
      texts.delete(file);
      if (!files.delete(file)) return;
      forgetModules();
      touch(file);
    },
    setProjects(projects) {
      projectOf = createProjects(projects);
      forgetAll();
    },
    setHandlerNames(names) {
      if (names.join('\n') === handlerNames.join('\n')) return;
      handlerNames = names;
      forgetAll();
    },
    programs(onFile) {
      if (current) return current;
      const stale = changed.size > 0 ? new Set([...resolver.invalidate(changed), ...changed]) : changed;
      for (const file of stale) setLinks(file, null);
      for (const [file, summary] of files) {
        if (links.has(file)) continue;
        onFile?.(file);
        setLinks(file, linksOf(summary, resolver, tables));
      }
      const now = islandsOf(files.keys(), (file) => projectOf(file).root, (file) => modules.foreignOf(file));
      current = now.map((island) => programOf(island, stale));
      const keys = new Set(now.map(({ key }) => key));
      for (const key of islands.keys()) if (!keys.has(key)) islands.delete(key);
      changed = new Set();
      changedImports = new Set();
      return current;
    },
    textOf: (file) => texts.get(file)!,
  };
}

function linksOf(summary: FileSummary, resolver: Resolver, tables: ReturnType<typeof createSinkTables>): Links {
  const { file } = summary;
  const edges: Edge[] = [];
  const targets = summary.calls.map((_, index) => resolver.target({ file, index }));
  targets.forEach(({ functions, callbacks, offloads }, call) => {
    const from = summary.calls[call]!.function;
    for (const to of functions) edges.push({ from, call, to, loop: true });
    for (const to of callbacks) edges.push({ from, call, to, loop: !offloads, handed: true });
  });
  const externals = targets.map((t) => t.external);
  const facts: Links['facts'] = new Map();
  for (const fact of summary.facts) {
    const ofRule = facts.get(fact.rule);
    if (ofRule) ofRule.push(fact);
    else facts.set(fact.rule, [fact]);
  }
  return { targets, transports: transportsIn(summary, externals), edges, choices: targets.some((t) => t.functions.length > 1), hits: tables.hitsOf(summary, externals), facts, placed: new Map(), values: [] };
}

function buildProgram(files: ReadonlyMap<string, FileSummary>, texts: ReadonlyMap<string, string>, links: ReadonlyMap<string, Links>, index: Index, moduleFile: Program['moduleFile'], imports: object, resolver: Resolver, projectOf: (file: string) => Project, handlerNames: readonly string[]): Program {
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
  const handedOn = createHandedOn(files, edgesFrom, (file) => program.textOf(file));
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
