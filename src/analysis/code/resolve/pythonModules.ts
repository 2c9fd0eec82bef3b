import { folderOf, joinPath } from './paths.ts';
import type { World } from './world.ts';

/** A Python module of the workspace: its file, or the folder of a package without `__init__.py`. */
export type PythonModule = { file: string } | { folder: string };

/** By name as written: `.models`, `..`, `pkg.sub`. */
export function pythonModule(world: World, from: string, name: string): PythonModule | null {
  const dots = /^\.+/.exec(name)?.[0].length ?? 0;
  const path = name.slice(dots).replaceAll('.', '/');
  if (dots > 0) {
    let folder = folderOf(from);
    for (let up = 1; up < dots; up++) folder = folderOf(folder);
    return at(world, path === '' ? folder : `${folder}/${path}`);
  }
  const roots = [...world.projectOf(from).pythonRoots];
  // a script finds the modules beside it
  if (!roots.includes(folderOf(from)) && !world.has(`${folderOf(from)}/__init__.py`)) roots.push(folderOf(from));
  let folder: PythonModule | null = null;
  for (const root of roots) {
    const found = at(world, joinPath(root, path));
    if (found && 'file' in found) {
      // no file means itself: `import asyncio` in utils/asyncio.py
      if (found.file !== from) return found;
      continue;
    }
    // `src/git` of a repository with many servers is a project, not the package `git`
    if (found && world.projectOf(`${found.folder}/x.py`).root !== found.folder) folder ??= found;
  }
  return folder;
}

/** A module or package within a package's folder. */
export const pythonChild = (world: World, folder: string, name: string): PythonModule | null => at(world, `${folder}/${name}`);

function at(world: World, path: string): PythonModule | null {
  for (const file of [`${path}/__init__.py`, `${path}.py`]) if (world.has(file)) return { file };
  return world.hasFolder(path) ? { folder: path } : null;
}
