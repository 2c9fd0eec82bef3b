import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parse as parseJsonc } from 'jsonc-parser';
import { lowerBound, readText } from './manifestText.ts';

interface Manifest {
  name?: unknown;
  imports?: unknown;
  exports?: unknown;
  [section: string]: unknown;
}

export function readManifest(folder: string): Manifest | null {
  const text = readText(join(folder, 'package.json'));
  const value: unknown = text === null ? null : parseJsonc(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Manifest) : null;
}

/** Versions of a package's own dependencies: as installed, else as locked, else the lowest that the range allows. */
export function npmVersions(folder: string, manifest: Manifest): Record<string, string> {
  const ranges = rangesOf(manifest);
  const locked = lockedVersions(folder, ranges);
  const versions: Record<string, string> = {};
  for (const [name, range] of Object.entries(ranges)) {
    const version = installedVersion(folder, name) ?? locked[name] ?? lowerBound(range);
    if (version !== null) versions[name] = version;
  }
  return versions;
}

function rangesOf(manifest: Manifest): Record<string, string> {
  const ranges: Record<string, string> = {};
  for (const section of ['peerDependencies', 'devDependencies', 'optionalDependencies', 'dependencies']) {
    for (const [name, range] of Object.entries((manifest[section] ?? {}) as Record<string, unknown>)) if (typeof range === 'string') ranges[name] = range;
  }
  return ranges;
}

/** As Node looks for it: in the folder's node_modules, else in one above. */
function installedVersion(folder: string, name: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const version = readManifest(join(at, 'node_modules', name))?.['version'];
    if (typeof version === 'string') return version;
    if (dirname(at) === at || existsSync(join(at, '.git'))) return null;
  }
}

const locks: Record<string, (text: string, ranges: Record<string, string>, below: string) => Record<string, string>> = {
  'package-lock.json': npmLock,
  'npm-shrinkwrap.json': npmLock,
  'pnpm-lock.yaml': pnpmLock,
  'yarn.lock': yarnLock,
  'bun.lock': bunLock,
};

/** From the nearest lock file at or above the folder. */
function lockedVersions(folder: string, ranges: Record<string, string>): Record<string, string> {
  for (let at = folder; ; at = dirname(at)) {
    for (const [name, read] of Object.entries(locks)) {
      const text = readText(join(at, name));
      if (text !== null) return read(text, ranges, relative(at, folder).split(sep).join('/'));
    }
    if (dirname(at) === at || existsSync(join(at, '.git'))) return {};
  }
}

function npmLock(text: string, ranges: Record<string, string>, below: string): Record<string, string> {
  const { packages, dependencies } = parseJson(text) as { packages?: Record<string, { version?: string }>; dependencies?: Record<string, { version?: string }> };
  return pick(ranges, (name) => packages?.[`${below}/node_modules/${name}`]?.version ?? packages?.[`node_modules/${name}`]?.version ?? dependencies?.[name]?.version);
}

/** Its importers' lines: `  folder:`, `      name:`, `        version: 1.2.3(peers)`. Older ones have `  name: 1.2.3` or no importers. */
function pnpmLock(text: string, ranges: Record<string, string>, below: string): Record<string, string> {
  const found: Record<string, string> = {};
  let importer = '.';
  let name = '';
  for (const line of text.split('\n')) {
    if (/^(?:packages|snapshots):/.test(line)) break;
    const folder = /^ {2}['"]?([^\s'":]+)['"]?:\s*$/.exec(line)?.[1];
    if (folder !== undefined) importer = folder;
    if (importer !== (below === '' ? '.' : below) && !/^(?:dev|optional)?[dD]ependencies$/.test(importer)) continue;
    name = /^\s+['"]?((?:@[^/\s]+\/)?[^\s:'"]+)['"]?:\s*$/.exec(line)?.[1] ?? name;
    const inline = /^\s+['"]?((?:@[^/\s]+\/)?[^\s:'"]+)['"]?: (\d[^\s(]*)/.exec(line);
    if (inline && inline[1] === 'version') found[name] ??= inline[2]!;
    else if (inline) found[inline[1]!] ??= inline[2]!;
  }
  return pick(ranges, (wanted) => found[wanted]);
}

/** Entries `"a@^1", a@~1.2:` of the first yarn and `"a@npm:^1":` of the later ones, with the version on a line of its own. */
function yarnLock(text: string, ranges: Record<string, string>): Record<string, string> {
  const byRange = new Map<string, string>();
  for (const entry of text.split(/\n(?=\S)/)) {
    const version = /^ {2}version:? "?([^"\s]+)/m.exec(entry)?.[1];
    const head = /^(\S.*):\s*$/m.exec(entry)?.[1];
    if (version === undefined || head === undefined) continue;
    for (const key of head.split(',')) byRange.set(key.trim().replaceAll('"', '').replace('@npm:', '@'), version);
  }
  return pick(ranges, (name) => byRange.get(`${name}@${ranges[name]!.replace(/^npm:/, '')}`));
}

function bunLock(text: string, ranges: Record<string, string>): Record<string, string> {
  const { packages } = parseJson(text) as { packages?: Record<string, unknown[]> };
  return pick(ranges, (name) => {
    const spec = packages?.[name]?.[0];
    return typeof spec === 'string' ? spec.slice(spec.lastIndexOf('@') + 1) : undefined;
  });
}

function pick(ranges: Record<string, string>, versionOf: (name: string) => string | undefined): Record<string, string> {
  return Object.fromEntries(Object.keys(ranges).flatMap((name) => {
    const version = versionOf(name);
    return typeof version === 'string' && /^\d/.test(version) ? [[name, version]] : [];
  }));
}

/** An object in any case: a broken file says nothing. */
function parseJson(text: string): object {
  const value: unknown = parseJsonc(text);
  return typeof value === 'object' && value !== null ? value : {};
}

