import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Project } from '../../analysis/code/program.ts';
import { readText } from './manifestText.ts';
import { npmVersions, readManifest } from './npmVersions.ts';
import { commandModules, pythonRoots, pythonVersions, readPyproject } from './pythonProject.ts';
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
  const modules = commandModules(folder, pyproject);
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
    ...(modules.length > 0 && { commands: { modules, named: modulesNamedIn(folder) } }),
  };
}

const saysHowToStart = /^(?:readme|install|usage|quickstart|claude|agents)\b.*|^(?:dockerfile|makefile|procfile|justfile)\b.*|\.(?:json|ya?ml|toml|sh|bat|ps1|cmd|service)$/i;
/** More than this is no text that anybody reads. */
const maxText = 300_000;

/** `server.py`, `package.server`, `-m server`, `server:app`. */
const module = /\b(\w+)\.py\b|\b(?:\w+\.)+(\w+)|-m\s+(\w+)|\b(\w+):[a-z_]+\b/g;

/** The modules that the files in a folder name that say how something is started. */
function modulesNamedIn(folder: string): ReadonlySet<string> {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((e) => (e.isFile() && saysHowToStart.test(e.name) && e.name !== 'package-lock.json' ? [e.name] : []));
  const texts = names.flatMap((name) => (statSync(join(folder, name)).size > maxText ? [] : (readText(join(folder, name)) ?? [])));
  return new Set(texts.flatMap((text) => Array.from(text.matchAll(module), (names) => names.slice(1).find(Boolean)!)));
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
