import { readFileSync } from 'node:fs';

/** Null where there is no such file, or it cannot be read. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** The lowest version of a range (`^1.2`, `>=1.2,<2`, `~=1.4`, `==2.0`): what is known where nothing is installed or locked. */
export function lowerBound(range: string): string | null {
  const alternatives = range.split('||').map((r) => /(?:^|[\s,(])(?:\^|~=?|>=?|={1,3}|v)?\s*(\d+(?:\.\d+)*(?:[-.]?[a-z0-9]+)*)/i.exec(r.trim())?.[1]);
  const known = alternatives.filter((v) => v !== undefined);
  return known[0] ?? null;
}
