import type { Expr } from '../summary.ts';
import { folderOf, joinPath } from './paths.ts';

/** One of the files that `import(`./tools/${name}.js`)` may load. */
export interface Load {
  file: string;
  /** As it would be written for this one. */
  specifier: string;
  /** What the computed part is for it. */
  as: string;
}

/** More than this in one folder are no tools. */
const mostLoads = 200;

/** A relative path with one computed part, and constants before and behind it. */
export function patternOf(path: Expr): { before: string; by: Expr; after: string } | null {
  if (path.kind !== 'template') return null;
  const [first, by, last, ...others] = path.parts;
  const [before, after] = [first, last].map((part) => (part?.kind === 'literal' && typeof part.value === 'string' ? part.value : null));
  if (typeof before !== 'string' || !by || by.kind === 'literal' || !/^\.\.?\//.test(before) || others.length > 0) return null;
  return last === undefined ? { before, by, after: '' } : typeof after === 'string' ? { before, by, after } : null;
}

/** The folder that a path is in, as far as it is constant. */
export const folderOfLoads = (from: string, before: string): string => joinPath(folderOf(from), before.slice(0, before.lastIndexOf('/')));

/** The files that fit a pattern; none where there are too many. `moduleFile` says which file a path as it is written stands for. */
export function loadsOf({ before, after }: { before: string; after: string }, from: string, files: Iterable<string>, moduleFile: (specifier: string) => string | null): Load[] {
  const folder = folderOfLoads(from, before);
  const prefix = before.slice(before.lastIndexOf('/') + 1);
  const suffix = after.replace(/\.[cm]?[jt]sx?$/, '');
  const found: Load[] = [];
  for (const file of files) {
    if (!file.startsWith(`${folder}/${prefix}`)) continue;
    const stem = file.slice(folder.length + 1 + prefix.length).replace(/(\.d)?\.[cm]?[jt]sx?$/, '').replace(suffix === '' ? /\/index$/ : /$^/, '');
    const as = stem.endsWith(suffix) ? stem.slice(0, stem.length - suffix.length) : '';
    // `add.test` is none that somebody asks for
    if (as === '' || /[./]/.test(as)) continue;
    const specifier = before + as + after;
    if (moduleFile(specifier) === file) found.push({ file, specifier, as });
  }
  return found.length > mostLoads ? [] : found.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** The name that a template makes, where its one computed part is something. */
export function filledIn(key: Expr, by: string, as: string): string | null {
  const parts = key.kind === 'template' ? key.parts : [key];
  const texts = parts.map((part) => (part.kind === 'literal' ? String(part.value) : JSON.stringify(part) === by ? as : null));
  return texts.includes(null) ? null : texts.join('');
}
