import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Project } from '../../analysis/code/program.ts';
import { npmVersions, readManifest } from './npmVersions.ts';
import { pythonRoots, pythonVersions, readPyproject } from './pythonProject.ts';
import { readTsconfig } from './tsconfig.ts';
import { manifestNames } from './walk.ts';

/**
 * The projects of some folders with manifests, and of what stands above the paths that are analysed. One that lies in
 * another inherits what it does not say itself: a workspace's lock file and base tsconfig are at its root.
 */
export function readProjects(paths: readonly string[], manifests: readonly string[]): Project[] {
  const folders = new Set([...paths.flatMap(projectAbove), ...manifests]);
  const outermostFirst = [...folders].sort((a, b) => a.length - b.length);
  const projects = new Map<string, Project>();
  for (const folder of outermostFirst) projects.set(folder, readProject(folder, nearest(dirname(folder), projects)));
  return [...projects.values()];
}

function readProject(folder: string, above: Project | null): Project {
  const manifest = readManifest(folder);
  const pyproject = readPyproject(folder);
  const tsconfig = readTsconfig(folder);
  const pythonName = (pyproject?.['project'] as { name?: unknown } | undefined)?.name;
  const named = [manifest?.name, pythonName].find((name) => typeof name === 'string' && name !== '');
  return {
    root: folder,
    name: typeof named === 'string' ? named : basename(folder),
    versions: { ...above?.versions, ...pythonVersions(folder, pyproject), ...(manifest ? npmVersions(folder, manifest) : {}) },
    baseUrl: tsconfig ? tsconfig.baseUrl : (above?.baseUrl ?? null),
    paths: tsconfig ? tsconfig.paths : (above?.paths ?? {}),
    packageImports: manifest?.imports ?? null,
    packageExports: manifest?.exports ?? null,
    pythonRoots: [...new Set([...pythonRoots(folder, pyproject), ...(above?.pythonRoots ?? [])])],
  };
}

function nearest(folder: string, projects: ReadonlyMap<string, Project>): Project | null {
  for (let at = folder; ; at = dirname(at)) {
    const project = projects.get(at);
    if (project) return project;
    if (dirname(at) === at) return null;
  }
}

/** The folders with manifests at and above a path, up to its repository's root; the path's own folder where there are none. */
function projectAbove(path: string): string[] {
  const found: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    if ([...manifestNames].some((name) => existsSync(join(folder, name)))) found.push(folder);
    if (existsSync(join(folder, '.git'))) break;
    // in no repository: what lies further up belongs to something else
    if (dirname(folder) === folder) return found.length > 0 ? found.slice(0, 1) : [folderOf(path)];
  }
  return found.length > 0 ? found : [folderOf(path)];
}

const folderOf = (path: string) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path));
