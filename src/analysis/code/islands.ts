import { groupBy } from '../../model/groupBy.ts';
import type { FileSummary } from './summary.ts';

/** Projects that import each other, directly or by way of others. */
export interface Island {
  /** The same for the same projects. */
  key: string;
  /** In the order of the workspace. */
  files: string[];
}

/** `foreignOf` gives the files of other projects that a file leads to. */
export function islandsOf(files: Iterable<string>, rootOf: (file: string) => string, foreignOf: (file: string) => readonly string[]): Island[] {
  /** From a project to another one of its island; that of the island itself leads to itself. */
  const leads = new Map<string, string>();
  const islandOf = (root: string): string => {
    let at = root;
    for (let next = leads.get(at) ?? at; next !== at; next = leads.get(at) ?? at) at = next;
    leads.set(root, at);
    return at;
  };
  const roots = new Map<string, string>();
  for (const file of files) {
    const root = rootOf(file);
    roots.set(file, root);
    for (const to of foreignOf(file)) leads.set(islandOf(rootOf(to)), islandOf(root));
  }
  const members = groupBy([...roots], ([, root]) => islandOf(root));
  return Array.from(members.values(), (of) => ({ key: [...new Set(of.map(([, root]) => root))].sort().join('\n'), files: of.map(([file]) => file) }));
}

/** What is gone through are the files of an island; what is looked up by its name may be any file. */
export class IslandFiles extends Map<string, FileSummary> {
  readonly #all: ReadonlyMap<string, FileSummary>;

  constructor(own: readonly string[], all: ReadonlyMap<string, FileSummary>) {
    super(own.map((file) => [file, all.get(file)!]));
    this.#all = all;
  }
  override get(file: string): FileSummary | undefined {
    return this.#all.get(file);
  }
  override has(file: string): boolean {
    return this.#all.has(file);
  }
}
