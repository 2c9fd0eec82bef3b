import { existsSync, readdirSync, type Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { lowerBound, readText } from './manifestText.ts';

type Table = Record<string, unknown>;

const table = (value: unknown): Table => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const at = (value: unknown, ...path: string[]): unknown => path.reduce((inner, name) => table(inner)[name], value);
const strings = (value: unknown): string[] => list(value).filter((v) => typeof v === 'string');

/** Null without a pyproject.toml; empty for one that cannot be read. */
export function readPyproject(folder: string): Table | null {
  const text = readText(join(folder, 'pyproject.toml'));
  return text === null ? null : parseLenient(text);
}

function parseLenient(text: string): Table {
  try {
    return parseToml(text);
  } catch {
    return {}; // half-typed: says nothing
  }
}

/** PyPI's normal form. */
const normal = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');

/** Versions of all packages of a Python project: as installed in its environment, else as pinned, else as locked, else what the requirement lets in, where that ends somewhere. */
export function pythonVersions(folder: string, pyproject: Table | null): Record<string, string> {
  return { ...requiredVersions(folder, pyproject), ...lockedVersions(folder), ...pinnedVersions(pyproject), ...installedVersions(folder) };
}

/** `fastmcp==3.4.4`: a lock that says otherwise is an old one, and is made anew by whoever installs it. */
function pinnedVersions(pyproject: Table | null): Record<string, string> {
  const pins = strings(at(pyproject, 'project', 'dependencies')).map((requirement) => /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*==\s*(\d[\w.]*)\s*(?:;.*)?$/.exec(requirement));
  return Object.fromEntries(pins.flatMap((pin) => (pin ? [[normal(pin[1]!), pin[2]!]] : [])));
}

/** From the environment in the folder or above it, by the folders `name-1.2.dist-info`. */
function installedVersions(folder: string): Record<string, string> {
  for (let above = folder; ; above = dirname(above)) {
    for (const name of ['.venv', 'venv']) {
      const found = sitePackages(join(above, name)).flatMap((packages) => entries(packages).flatMap((e) => /^(.+)-(\d[^-]*)\.dist-info$/.exec(e.name)?.slice(1, 3) as [string, string] | undefined ?? []));
      const versions: Record<string, string> = {};
      for (let i = 0; i + 1 < found.length; i += 2) versions[normal(found[i]!)] = found[i + 1]!;
      if (found.length > 0) return versions;
    }
    if (isTop(above)) return {};
  }
}

function sitePackages(environment: string): string[] {
  const lib = join(environment, 'lib');
  return [join(environment, 'Lib', 'site-packages'), ...entries(lib).filter((e) => e.name.startsWith('python')).map((e) => join(lib, e.name, 'site-packages'))];
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // there is none
  }
}

/** uv, Poetry and PDM write `[[package]]`; Pipenv has JSON. */
function lockedVersions(folder: string): Record<string, string> {
  for (let above = folder; ; above = dirname(above)) {
    for (const name of ['uv.lock', 'poetry.lock', 'pdm.lock']) {
      const text = readText(join(above, name));
      if (text === null) continue;
      const packages = list(parseLenient(text)['package']).map(table);
      return Object.fromEntries(packages.flatMap(({ name, version }) => (typeof name === 'string' && typeof version === 'string' ? [[normal(name), version]] : [])));
    }
    if (isTop(above)) return {};
  }
}

const isTop = (folder: string) => dirname(folder) === folder || existsSync(join(folder, '.git'));

function requiredVersions(folder: string, pyproject: Table | null): Record<string, string> {
  const project = at(pyproject, 'project');
  const groups = [...Object.values(table(at(project, 'optional-dependencies'))), ...Object.values(table(at(pyproject, 'dependency-groups')))];
  const requirements = entries(folder).filter((e) => /^requirements.*\.(txt|in)$/.test(e.name)).flatMap((e) => (readText(join(folder, e.name)) ?? '').split('\n'));
  const written = [...requirements, ...groups.flatMap(strings), ...strings(at(project, 'dependencies'))];
  const versions: Record<string, string> = {};
  for (const requirement of written) {
    const [, name, range] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*([(=<>~!][^;#]*)/.exec(requirement) ?? [];
    const version = name === undefined ? null : newestIn(range!);
    if (version !== null) versions[normal(name!)] = version;
  }
  for (const [name, range] of Object.entries(table(at(pyproject, 'tool', 'poetry', 'dependencies')))) {
    const text = typeof range === 'string' ? range : at(range, 'version');
    const version = typeof text === 'string' ? newestIn(text) : null;
    if (version !== null) versions[normal(name)] = version;
  }
  return versions;
}

/** What gets installed is the newest that a range lets in: as near as one can say, its lowest version, or its newest major where that is a later one. Null where there is no end (`>=2.14`). */
function newestIn(range: string): string | null {
  const lowest = lowerBound(range.replace(/(^|,)\s*[<!][^,]*/g, ''));
  const isPinned = /(?:^|[\s,(])(?:[=~^]|\d)/.test(range);
  const [, including, highest] = /(?<![<>=!~])<(=?)\s*(\d+(?:\.\d+)*)/.exec(range) ?? [];
  if (isPinned || highest === undefined) return isPinned ? lowest : null;
  const [major = 0, ...rest] = highest.split('.').map(Number);
  const newest = including === '' && major > 0 && rest.every((n) => n === 0) ? major - 1 : major;
  return lowest !== null && Number.parseInt(lowest, 10) >= newest ? lowest : String(newest);
}

/** Modules that the commands of a project start: `name = "package.module:function"` of pyproject.toml and setup.py. */
export function commandModules(folder: string, pyproject: Table | null): string[] {
  const project = at(pyproject, 'project');
  const tables = [at(project, 'scripts'), at(project, 'gui-scripts'), ...Object.values(table(at(project, 'entry-points'))), at(pyproject, 'tool', 'poetry', 'scripts')];
  const inSetup = Array.from((readText(join(folder, 'setup.py')) ?? '').matchAll(/['"]\s*[\w.-]+\s*=\s*([\w.]+:[\w.]+)\s*['"]/g), ([, target]) => target!);
  const targets = [...tables.flatMap((t) => Object.values(table(t))), ...inSetup].filter((target) => typeof target === 'string');
  return [...new Set(targets.map((target) => target.split(':')[0]!.trim()))];
}

/** Folders from which modules are imported: the project's own, `src`, and what the build tools are told. */
export function pythonRoots(folder: string, pyproject: Table | null): string[] {
  const tool = at(pyproject, 'tool');
  const told = [
    ...strings(at(tool, 'setuptools', 'packages', 'find', 'where')),
    ...Object.entries(table(at(tool, 'setuptools', 'package-dir'))).flatMap(([name, dir]) => (name === '' && typeof dir === 'string' ? [dir] : [])),
    ...strings(at(tool, 'hatch', 'build', 'targets', 'wheel', 'packages')).map(dirname),
    ...list(at(tool, 'poetry', 'packages')).flatMap((p) => at(p, 'from') ?? []).filter((v) => typeof v === 'string'),
    ...[at(tool, 'uv', 'build-backend', 'module-root'), at(tool, 'pdm', 'build', 'package-dir')].filter((v) => typeof v === 'string'),
  ];
  return [...new Set(['.', ...(existsSync(join(folder, 'src')) ? ['src'] : []), ...told].map((dir) => join(folder, dir)))];
}
