import type { Project } from '../program.ts';
import { bestPattern, fileOrFolder, sourceFile } from './modules.ts';
import { joinPath } from './paths.ts';
import type { World } from './world.ts';

/** A module that is reached through a package.json of the workspace: `#internal`, the project's own name, another package of the monorepo. */
export function packageFile(world: World, from: Project, specifier: string): string | null {
  if (specifier.startsWith('#')) return byMap(world, from, from.packageImports, specifier);
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
  if (name === undefined) return null;
  const project = from.name === name ? from : world.projectNamed(name);
  if (!project) return null;
  const inside = `.${specifier.slice(name.length)}`;
  if (project.packageExports !== null && project.packageExports !== undefined) return byMap(world, project, subpaths(project.packageExports), inside);
  return inside === '.' ? folderIndex(world, project.root) : (fileOrFolder(world, joinPath(project.root, inside)) ?? fileOrFolder(world, joinPath(`${project.root}/src`, inside)));
}

/** `exports` may be the target of `.` alone, or its conditions. */
function subpaths(exports: unknown): unknown {
  if (typeof exports === 'object' && exports !== null && !Array.isArray(exports) && Object.keys(exports).some((k) => k.startsWith('.'))) return exports;
  return { '.': exports };
}

function byMap(world: World, project: Project, map: unknown, name: string): string | null {
  if (typeof map !== 'object' || map === null) return null;
  const match = bestPattern(Object.keys(map), name);
  if (!match) return null;
  for (const target of targets((map as Record<string, unknown>)[match.pattern])) {
    const written = target.replaceAll('*', match.star);
    const file = written.startsWith('.') ? built(world, project.root, joinPath(project.root, written)) : world.projectNamed(written) && packageFile(world, project, written);
    if (file) return file;
  }
  return null;
}

/** In the order in which a type checker would like them; conditions may be nested. */
const conditions = ['source', 'types', 'import', 'module', 'node', 'default', 'require'];

function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(targets);
  if (typeof value !== 'object' || value === null) return [];
  const entries = value as Record<string, unknown>;
  return [...conditions.filter((c) => c in entries), ...Object.keys(entries).filter((c) => !conditions.includes(c))].flatMap((c) => targets(entries[c]));
}

const buildFolders = /^(?:dist|build|lib|out|esm|cjs|output)(?:\/(?:esm|cjs|src|types|es|commonjs|node))?\//;

/** The source of a built file that the workspace does not hold: the same path under `src` or the root. */
function built(world: World, root: string, path: string): string | null {
  const found = sourceFile(world, path);
  if (found !== null) return found;
  const inside = path.slice(root.length + 1).replace(/\.d\.([cm]?)ts$/, '.$1js');
  const part = buildFolders.exec(inside)?.[0];
  if (part === undefined) return null;
  const rest = inside.slice(part.length);
  return sourceFile(world, `${root}/src/${rest}`) ?? sourceFile(world, `${root}/${rest}`) ?? sourceFile(world, `${root}/src/lib/${rest}`);
}

const folderIndex = (world: World, root: string) => fileOrFolder(world, `${root}/src/index`) ?? fileOrFolder(world, `${root}/index`) ?? fileOrFolder(world, `${root}/lib/index`);
