import type { Project } from '../program.ts';
import { createExternalMembers } from './externals.ts';
import { type FileIndex, indexOf } from './fileIndex.ts';
import { createHierarchy, type Hierarchy } from './hierarchy.ts';
import type { Workspace } from './index.ts';
import { createMemo, type Memo } from './memo.ts';
import { folderOf } from './paths.ts';
import type { Known } from './values.ts';

/** The workspace with the resolver's memory; whatever is asked of it is noted as looked at. */
export interface World {
  memo: Memo;
  /** The same text once: names of packages' functions are put together anew for each of their calls, and kept with them. */
  once(name: string): string;
  /** A member of something outside. */
  externalMember(python: boolean, name: string, instance: boolean, member: string): Known;
  hierarchy: Hierarchy;
  /** Null for a file that is not part of the workspace. */
  index(file: string): FileIndex | null;
  has(file: string): boolean;
  /** Whether there is a Python file in the folder or below. */
  hasFolder(folder: string): boolean;
  /** Files in the folder or below. */
  filesBelow(folder: string): Iterable<string>;
  projectOf: (file: string) => Project;
  /** The project of a package.json's name. */
  projectNamed(name: string): Project | null;
  /** All files; what depends on them must say itself which. */
  allFiles(): Iterable<string>;
  /** Counts the calls of `invalidate`. */
  version(): number;
  /** Gives the files of which a call's target was dropped. */
  invalidate(files: Iterable<string>): Set<string>;
}

export function createWorld(workspace: Workspace): World {
  const { files } = workspace;
  const projectOf = (file: string) => workspace.projectOf(file);
  const memo = createMemo();
  let members = new Set(files.keys());
  let folders: Set<string> | null = null;
  let projects: Map<string, Project> | null = null;
  let version = 0;
  const names = new Map<string, string>();
  /** That of the last file that was asked for, which is mostly the next one, too. */
  let last: FileIndex | null = null;

  function findFolders(): Set<string> {
    const found = new Set<string>();
    for (const file of files.keys()) {
      if (!file.endsWith('.py')) continue;
      for (let folder = folderOf(file); folder !== '' && !found.has(folder); folder = folderOf(folder)) found.add(folder);
    }
    return found;
  }

  function findProjects(): Map<string, Project> {
    const found = new Map<string, Project>();
    for (const file of files.keys()) {
      const project = projectOf(file);
      if (!file.endsWith('.py')) found.set(project.name, project);
    }
    return found;
  }

  const world: World = {
    memo,
    once(name) {
      const known = names.get(name);
      if (known === undefined) names.set(name, name);
      return known ?? name;
    },
    externalMember: createExternalMembers(),
    get hierarchy() {
      return hierarchy;
    },
    index(file) {
      memo.read(file);
      const summary = files.get(file);
      if (!summary) return null;
      return last?.summary === summary ? last : (last = indexOf(summary));
    },
    has(file) {
      memo.read(file);
      return files.has(file);
    },
    hasFolder(folder) {
      memo.read(`${folder}/`);
      return (folders ??= findFolders()).has(folder);
    },
    filesBelow(folder) {
      memo.read(`${folder}/`);
      return [...files.keys()].filter((file) => file.startsWith(`${folder}/`));
    },
    projectOf,
    projectNamed(name) {
      memo.read('projects');
      return (projects ??= findProjects()).get(name) ?? null;
    },
    allFiles: () => files.keys(),
    version: () => version,
    invalidate(changed) {
      version++;
      const sources: string[] = [];
      let sameMembers = true;
      for (const file of changed) {
        sources.push(file);
        if (files.has(file) === members.has(file)) continue;
        sameMembers = false;
        for (let folder = folderOf(file); folder !== ''; folder = folderOf(folder)) sources.push(`${folder}/`);
      }
      if (!sameMembers) {
        members = new Set(files.keys());
        folders = null;
        const before = projects;
        projects = null;
        if (before && !sameProjects(before, findProjects())) sources.push('projects');
      }
      const dropped = memo.drop(sources);
      hierarchy.dropped(dropped);
      const more = memo.drop(hierarchy.refresh());
      hierarchy.dropped(more);
      return new Set([...(dropped.get('target') ?? []), ...(more.get('target') ?? [])]);
    },
  };
  const hierarchy = createHierarchy(world);
  return world;
}

const sameProjects = (a: ReadonlyMap<string, Project>, b: ReadonlyMap<string, Project>) => a.size === b.size && [...a].every(([name, project]) => b.get(name) === project);
