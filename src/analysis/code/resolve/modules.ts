import type { Project } from '../program.ts';
import { folderOf, joinPath } from './paths.ts';
import { packageFile } from './packageModules.ts';
import type { World } from './world.ts';

/** The workspace's file behind a module's name in TypeScript or JavaScript, by the rules of Node's and TypeScript's resolution. */
export function moduleFile(world: World, from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return fileOrFolder(world, joinPath(folderOf(from), specifier));
  if (specifier.startsWith('/')) return fileOrFolder(world, specifier);
  const project = world.projectOf(from);
  return byPaths(world, project, specifier) ?? (project.baseUrl === null ? null : fileOrFolder(world, joinPath(project.baseUrl, specifier))) ?? byCustom(world, project, specifier) ?? packageFile(world, project, specifier);
}

/** `@/x` and `~/x`, which no package can be called, where no tsconfig that was read says what they are: mostly the sources' folder. */
function byCustom(world: World, { root }: Project, specifier: string): string | null {
  if (!/^[@~]\//.test(specifier)) return null;
  const inside = specifier.slice(2);
  return fileOrFolder(world, joinPath(`${root}/src`, inside)) ?? fileOrFolder(world, joinPath(root, inside));
}

const endings = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs'];
/** What a file's ending in an import may stand for in the sources. */
const sources: Record<string, string[]> = { '.js': ['.ts', '.tsx', '.js', '.jsx', '.d.ts'], '.jsx': ['.tsx', '.jsx'], '.mjs': ['.mts', '.mjs'], '.cjs': ['.cts', '.cjs'] };

export function fileOrFolder(world: World, path: string): string | null {
  return sourceFile(world, path) ?? firstFile(world, endings.map((e) => `${path}/index${e}`));
}

/** A file with or without its ending, `.js` for `.ts` and so on. */
export function sourceFile(world: World, path: string): string | null {
  const ending = /\.[cm]?jsx?$/.exec(path)?.[0];
  const stem = ending ? path.slice(0, -ending.length) : path;
  return (ending ? firstFile(world, sources[ending]!.map((e) => stem + e)) : null) ?? (world.has(path) ? path : null) ?? firstFile(world, endings.map((e) => path + e));
}

const firstFile = (world: World, paths: readonly string[]) => paths.find((p) => world.has(p)) ?? null;

/** tsconfig's `paths`: the exact pattern, else the one with the longest part in front of its star. */
function byPaths(world: World, { paths }: Project, specifier: string): string | null {
  const match = bestPattern(Object.keys(paths), specifier);
  if (!match) return null;
  for (const target of paths[match.pattern]!) {
    const file = fileOrFolder(world, target.replace('*', match.star));
    if (file !== null) return file;
  }
  return null;
}

/** The pattern (with at most one star) that fits best, and what its star stands for. */
export function bestPattern(patterns: readonly string[], name: string): { pattern: string; star: string } | null {
  if (patterns.includes(name)) return { pattern: name, star: '' };
  let best: { pattern: string; star: string } | null = null;
  let length = -1;
  for (const pattern of patterns) {
    const [before, after] = pattern.split('*');
    if (after === undefined || !name.startsWith(before!) || !name.endsWith(after) || name.length < before!.length + after.length) continue;
    if (before!.length > length) {
      length = before!.length;
      best = { pattern, star: name.slice(before!.length, name.length - after.length) };
    }
  }
  return best;
}
