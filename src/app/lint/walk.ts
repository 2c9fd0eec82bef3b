import { lstatSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { grammarOf } from '../../analysis/code/grammarOf.ts';
import { isTest } from '../../analysis/code/testFiles.ts';

/** Folders of what others wrote, or a program. */
const skippedFolders = new Set([
  ...['node_modules', 'bower_components', '.git', '.hg', '.svn', '.yarn', '.pnpm-store'],
  ...['dist', 'build', 'out', 'coverage', '.next', '.nuxt', '.turbo', '.cache', '.output', '.svelte-kit'],
  ...['.venv', 'venv', '.virtualenv', 'virtualenv', 'site-packages', '__pycache__', '.tox', '.nox', '.eggs', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.vscode-test'],
]);
/** They call anything, but no client of the server gets there. */
const testFolders = new Set(['test', 'tests', '__tests__', '__mocks__']);
const testFile = /(?:\.(?:test|spec)\.[cm]?[jt]sx?|(?:^|[\\/])(?:test_[^\\/]*|[^\\/]*_test|conftest)\.py)$/;
const notSource = /\.d\.[cm]?ts$|\.min\.[cm]?js$/;

export interface Walk {
  /** Absolute, in the order of their names. */
  files: string[];
  /** Folders with a manifest of a project. */
  manifests: string[];
  skipped: { file: string; reason: string }[];
}

/** Names of files that say something about a project. */
export const manifestNames = new Set(['package.json', 'pyproject.toml', 'requirements.txt', 'setup.py', 'tsconfig.json', 'jsconfig.json']);

/**
 * The sources below some paths. A path that is given is taken as it is; names, .gitignore and links are judged below it
 * only, so that one can still lint a test or a build folder by naming it. Links are not followed, so nothing is seen
 * twice and there are no loops.
 */
export function walk(paths: readonly string[]): Walk {
  const found: Walk = { files: [], manifests: [], skipped: [] };
  for (const path of paths) {
    if (statSync(path).isDirectory()) walkFolder(path, ignoresAbove(path), found);
    else found.files.push(path);
  }
  found.files = [...new Set(found.files)];
  found.manifests = [...new Set(found.manifests)];
  return found;
}

interface Ignores {
  folder: string;
  rules: Ignore;
}

function walkFolder(folder: string, above: readonly Ignores[], found: Walk) {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    found.skipped.push({ file: folder, reason: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` });
    return;
  }
  const names = new Set(entries.map((e) => e.name));
  const ignores = names.has('.gitignore') ? [...above, { folder, rules: readIgnore(join(folder, '.gitignore')) }] : above;
  if ([...manifestNames].some((name) => names.has(name))) found.manifests.push(folder);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!isSkippedFolder(path) && !isIgnored(`${path}${sep}`, ignores)) walkFolder(path, ignores, found);
    } else if (entry.isFile() && isSource(path) && !isIgnored(path, ignores)) {
      found.files.push(path);
    }
  }
}

const isSource = (path: string) => grammarOf(path) !== null && !notSource.test(path) && !(testFile.test(path) && isTest(path));

function isSkippedFolder(path: string): boolean {
  const name = basename(path);
  // `.claude/worktrees`: other states of the same sources
  const isCopy = name === '.worktrees' || (name === 'worktrees' && basename(dirname(path)).startsWith('.'));
  return skippedFolders.has(name) || testFolders.has(name) || isCopy || name.endsWith('.egg-info') || exists(join(path, 'pyvenv.cfg'));
}

/** Whether a walk of these paths would come to a file, which need not be there (any more). */
export function isBelow(file: string, paths: readonly string[]): boolean {
  return paths.some((path) => {
    if (file === path) return grammarOf(file) !== null;
    const below = relative(path, file);
    if (below === '' || below.startsWith('..') || !isSource(file)) return false;
    const ignores = [...ignoresAbove(path)];
    let folder = path;
    for (const part of below.split(sep)) {
      const gitignore = join(folder, '.gitignore');
      if (exists(gitignore)) ignores.push({ folder, rules: readIgnore(gitignore) });
      folder = join(folder, part);
      if (folder === file) return !isIgnored(file, ignores);
      if (isSkippedFolder(folder) || isLink(folder) || isIgnored(`${folder}${sep}`, ignores)) return false;
    }
    return false;
  });
}

/** .gitignore files above a path, down from the repository's root; none where they ignore the path itself. */
function ignoresAbove(path: string): Ignores[] {
  const above: Ignores[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    if (folder !== path && exists(join(folder, '.gitignore'))) above.unshift({ folder, rules: readIgnore(join(folder, '.gitignore')) });
    if (exists(join(folder, '.git'))) break;
    if (dirname(folder) === folder) return [];
  }
  return isIgnored(`${path}${sep}`, above) ? [] : above;
}

const readIgnore = (file: string): Ignore => {
  const rules = ignore();
  try {
    return rules.add(readFileSync(file, 'utf8'));
  } catch {
    return rules; // a .gitignore that cannot be read ignores nothing
  }
};

/** The nearest .gitignore that says anything decides. */
function isIgnored(path: string, ignores: readonly Ignores[]): boolean {
  for (const { folder, rules } of ignores.toReversed()) {
    const { ignored, unignored } = rules.test(relative(folder, path).replaceAll(sep, '/') + (path.endsWith(sep) ? '/' : ''));
    if (ignored || unignored) return ignored;
  }
  return false;
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
