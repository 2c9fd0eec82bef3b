import type { Rule } from '../rule.ts';
import { startsPage } from './browserFiles.ts';
import { buildProgram, type Holders, type Index, type Links } from './buildProgram.ts';
import { IslandFiles, islandsOf, type Island } from './islands.ts';
import { mainOf } from './ownLoop.ts';
import { importsSame } from './perImports.ts';
import type { Program, Project } from './program.ts';
import { createProjects } from './projects.ts';
import type { Edge } from './reach.ts';
import { createResolver, type Resolver } from './resolve/index.ts';
import { createSinkTables } from './sinkTables.ts';
import type { FileSummary } from './summary.ts';
import { transportsIn } from './transports.ts';

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
  let partition: { islands: readonly Island[]; foreign: ReadonlyMap<string, readonly string[]> } | null = null;
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
    partition = null;
  }
  /** All that follows from something that is not in a file. */
  function forgetAll() {
    links.clear();
    for (const holders of Object.values(index)) holders.clear();
    resolver = newResolver();
    forgetModules();
    current = null;
  }
  /** Most edits leave it as it is. */
  function partitionNow(stale: ReadonlySet<string>): readonly Island[] {
    const isSame = (file: string) => modules.foreignOf(file).join('\n') === partition!.foreign.get(file)!.join('\n');
    if (partition && [...stale].every(isSame)) return partition.islands;
    const foreign = new Map(Array.from(files.keys(), (file) => [file, modules.foreignOf(file)]));
    partition = { foreign, islands: islandsOf(files.keys(), (file) => projectOf(file).root, (file) => foreign.get(file)!) };
    return partition.islands;
  }
  function programIn({ key, files: own }: Island, stale: ReadonlySet<string>): Program {
    const before = islands.get(key);
    if (before && !own.some((file) => stale.has(file))) return before.program;
    const imports = before && !own.some((file) => changedImports.has(file)) ? before.imports : {};
    const program = buildProgram({ files: new IslandFiles(own, files), texts, links, index, moduleFile: modules.fileOf, imports, resolver, projectOf, handlerNames });
    islands.set(key, { imports, program });
    return program;
  }

  function programs(onFile?: (file: string) => void): readonly Program[] {
    if (current) return current;
    const stale = changed.size > 0 ? new Set([...resolver.invalidate(changed), ...changed]) : changed;
    for (const file of stale) setLinks(file, null);
    for (const [file, summary] of files) {
      if (links.has(file)) continue;
      onFile?.(file);
      setLinks(file, linksOf(summary, resolver, tables));
    }
    const now = partitionNow(stale);
    const all = now.map((island) => programIn(island, stale));
    const keys = new Set(now.map(({ key }) => key));
    for (const key of islands.keys()) if (!keys.has(key)) islands.delete(key);
    changed = new Set();
    changedImports = new Set();
    return (current = all);
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
    programs,
    textOf: (file) => texts.get(file)!,
  };
}

function linksOf(summary: FileSummary, resolver: Resolver, tables: ReturnType<typeof createSinkTables>): Links {
  const { file } = summary;
  const edges: Edge[] = [];
  const targets = summary.calls.map((_, index) => resolver.target({ file, index }));
  const onOwnLoop = new Set(summary.calls.flatMap((call, i) => mainOf(call, targets[i]!.external) ?? []));
  targets.forEach(({ functions, callbacks, offloads }, call) => {
    const from = summary.calls[call]!.function;
    for (const to of functions) edges.push({ from, call, to, loop: !onOwnLoop.has(call) });
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

