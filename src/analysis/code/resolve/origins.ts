import type { Binding, Export, Expr, Import } from '../summary.ts';
import { canonical, moduleName } from './externals.ts';
import type { FileIndex } from './fileIndex.ts';
import { folderOfLoads, type Load, loadsOf } from './loads.ts';
import { moduleFile } from './modules.ts';
import { folderOf } from './paths.ts';
import { pythonChild, pythonModule, type PythonModule } from './pythonModules.ts';
import type { World } from './world.ts';

/** Where a name comes from, out of imports and re-exports. */
export type Origin =
  /** Declared at the module's level of a file. */
  | { kind: 'local'; file: string; name: string }
  | { kind: 'expression'; file: string; expr: Expr }
  | { kind: 'module'; file: string }
  | { kind: 'package'; folder: string }
  | { kind: 'external'; name: string };

/** What a module of the workspace exports by a name; null: nothing, or it is not known what. */
export function exportOrigin(world: World, file: string, name: string): Origin | null {
  return world.memo.run<Origin | null>('export', file, name, null, () => {
    const index = world.index(file);
    if (!index) return null;
    return index.python ? pythonName(world, index, name) : named(world, index, name);
  });
}

/** What an import binds. */
export function importOrigin(world: World, file: string, { module, imported }: Pick<Import, 'module' | 'imported'>): Origin | null {
  return world.index(file)?.python ? pythonImport(world, file, module, imported) : scriptImport(world, file, module, imported);
}

function scriptImport(world: World, file: string, module: string, imported: string): Origin | null {
  const target = scriptModule(world, file, module);
  if (target !== null) return imported === '*' ? wholeModule(world, target) : exportOrigin(world, target, imported);
  if (/^[./#]/.test(module)) return null;
  const name = moduleName(module);
  // the default export of a package has the package's name
  return { kind: 'external', name: imported === '*' || imported === 'default' ? canonical('javascript', name) : canonical('javascript', `${name}.${imported}`) };
}

const scriptModule = (world: World, file: string, module: string) => world.memo.run('module', folderOf(file), module, null, () => moduleFile(world, file, module));

/** The files that a path with one computed part may mean: all that there are in its folder. */
export function loadsIn(world: World, file: string, { before, after }: { before: string; after: string }): readonly Load[] {
  return world.memo.run('module', folderOf(file), `${before}\n${after}`, none, () => loadsOf({ before, after }, file, world.filesBelow(folderOfLoads(file, before)), (specifier) => scriptModule(world, file, specifier)));
}

const none: readonly Load[] = [];

/** `import * as x`, `require()`: what `module.exports = …` gives, where it is not an object that is written out. */
function wholeModule(world: World, file: string): Origin {
  const whole = world.index(file)?.exportsNamed('=')[0];
  if (whole && whole.value?.kind !== 'object') return exported(world, file, whole) ?? { kind: 'module', file };
  return { kind: 'module', file };
}

function named(world: World, index: FileIndex, name: string): Origin | null {
  const { file } = index.summary;
  const here = index.exportsNamed(name)[0];
  if (here) return exported(world, file, here);
  const whole = index.exportsNamed('=')[0];
  if (name === 'default') {
    if (whole) return exported(world, file, whole);
    return index.summary.language === 'javascript' ? { kind: 'module', file } : null;
  }
  if (whole) return { kind: 'expression', file, expr: { kind: 'member', object: whole.value ?? { kind: 'name', name: whole.local! }, name } };
  const found = index.starExports.flatMap((star) => scriptImport(world, file, star.module!, name) ?? []);
  // a package may export anything: it only counts where no file does
  return found.find((o) => o.kind !== 'external') ?? (found.length === 1 ? found[0]! : null);
}

function exported(world: World, file: string, { local, value, module }: Export): Origin | null {
  if (module !== null) return scriptImport(world, file, module, local ?? '*');
  return local === null ? value && { kind: 'expression', file, expr: value } : localOrigin(world, file, local);
}

/** A name of the module's scope; imports are followed. */
export function localOrigin(world: World, file: string, name: string): Origin {
  const index = world.index(file);
  const bindings = index?.lookup(name, 0, -1) ?? [];
  const only = bindings.length === 1 ? bindings[0]! : null;
  if (only?.kind !== 'import') return { kind: 'local', file, name };
  return importOrigin(world, file, index!.summary.imports[only.index]!) ?? { kind: 'local', file, name };
}

export const bindingOrigin = (world: World, index: FileIndex, binding: Binding): Origin | null =>
  importOrigin(world, index.summary.file, index.summary.imports[binding.index]!);

function pythonImport(world: World, file: string, module: string, imported: string): Origin | null {
  const found = world.memo.run('module', file, module, null, () => pythonModule(world, file, module));
  if (!found) {
    if (module.startsWith('.')) return null;
    const own = ownModule(world, file, `${module}.${imported}`);
    if (own) return own;
    const name = canonical('python', module);
    return { kind: 'external', name: imported === '*' ? name : canonical('python', `${name}.${imported}`) };
  }
  if (imported === '*') return moduleOrigin(found);
  if (!('file' in found)) return child(world, found.folder, imported);
  // `from . import server` in a package's own __init__ means the module, as the name is only about to be bound
  return (found.file === file ? child(world, folderOf(file), imported) : null) ?? exportOrigin(world, found.file, imported);
}

/** `from garmin import courses` in garmin/__init__.py: a module beside it. */
function ownModule(world: World, file: string, name: string): Origin | null {
  const found = file.endsWith('/__init__.py') ? world.memo.run('module', file, name, null, () => pythonModule(world, file, name)) : null;
  return found && 'file' in found && found.file.startsWith(`${folderOf(file)}/`) ? moduleOrigin(found) : null;
}

const moduleOrigin = (found: PythonModule): Origin => ('file' in found ? { kind: 'module', file: found.file } : { kind: 'package', folder: found.folder });

export function child(world: World, folder: string, name: string): Origin | null {
  const found = pythonChild(world, folder, name);
  return found && moduleOrigin(found);
}

function pythonName(world: World, index: FileIndex, name: string): Origin | null {
  const { file } = index.summary;
  if (index.lookup(name, 0, -1).length > 0) return localOrigin(world, file, name);
  const submodule = file.endsWith('/__init__.py') ? child(world, folderOf(file), name) : null;
  if (submodule) return submodule;
  return starOrigin(world, index, name);
}

/** A name that `from m import *` brings into a Python module; a package outside may bring anything, so that it does not count. */
export function starOrigin(world: World, { python, summary: { file, imports } }: FileIndex, name: string): Origin | null {
  if (!python) return null;
  const starred = imports.filter((i) => i.local === null && i.scope === 0);
  return starred.map((i) => pythonImport(world, file, i.module, name)).find((o) => o !== null && o.kind !== 'external') ?? null;
}
