import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse as parseJsonc } from 'jsonc-parser';
import { readText } from './manifestText.ts';

export interface TsPaths {
  /** Absolute. */
  baseUrl: string | null;
  /** Patterns to absolute ones. */
  paths: Record<string, string[]>;
}

interface Config {
  extends?: unknown;
  compilerOptions?: { baseUrl?: unknown; paths?: unknown };
}

/** How modules are found, by tsconfig.json or jsconfig.json of a folder; null where it has neither. */
export function readTsconfig(folder: string): TsPaths | null {
  const file = ['tsconfig.json', 'jsconfig.json'].map((name) => join(folder, name)).find((f) => existsSync(f));
  return file === undefined ? null : pathsOf(file, new Set());
}

/** What a config says itself overrides what it extends; a later base overrides an earlier one. */
function pathsOf(file: string, seen: Set<string>): TsPaths {
  const none: TsPaths = { baseUrl: null, paths: {} };
  if (seen.has(file)) return none;
  seen.add(file);
  const text = readText(file);
  const config = text === null ? null : (parseJsonc(text) as Config | null);
  if (typeof config !== 'object' || config === null) return none;
  const bases = (Array.isArray(config.extends) ? config.extends : [config.extends]).filter((b) => typeof b === 'string');
  const inherited = bases.flatMap((base) => baseFile(file, base) ?? []).reduce((all, base) => merge(all, pathsOf(base, seen)), none);
  const { baseUrl, paths } = config.compilerOptions ?? {};
  const own: TsPaths = { baseUrl: typeof baseUrl === 'string' ? resolve(dirname(file), baseUrl) : null, paths: {} };
  const from = own.baseUrl ?? inherited.baseUrl ?? dirname(file);
  for (const [pattern, targets] of Object.entries(typeof paths === 'object' && paths !== null ? paths : {})) {
    if (Array.isArray(targets)) own.paths[pattern] = targets.filter((t) => typeof t === 'string').map((t) => resolve(from, t));
  }
  return merge(inherited, own);
}

/** `paths` are replaced as a whole, as TypeScript does. */
const merge = (under: TsPaths, over: TsPaths): TsPaths => ({ baseUrl: over.baseUrl ?? under.baseUrl, paths: Object.keys(over.paths).length > 0 ? over.paths : under.paths });

/** `./base`, `/abs/base.json`, `@tsconfig/node20`, `pkg/tsconfig.json`. */
function baseFile(file: string, base: string): string | null {
  const candidates = (path: string) => [path, `${path}.json`, join(path, 'tsconfig.json')];
  const isPath = isAbsolute(base) || /^\.{1,2}(\/|\\|$)/.test(base);
  if (isPath) return candidates(resolve(dirname(file), base)).find(isJson) ?? null;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = candidates(join(folder, 'node_modules', base)).find(isJson);
    if (found !== undefined) return found;
    if (dirname(folder) === folder) return null;
  }
}

const isJson = (path: string) => path.endsWith('.json') && existsSync(path);
