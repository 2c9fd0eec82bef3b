import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';

export const recordFile = 'run.json';
const maxNameLength = 40;

/**
 * Makes a new folder `<time>-<server>` in `outDir`. The time is UTC to the millisecond, so that names sort by it; two
 * runs that start together get a number.
 */
export async function makeRunFolder(outDir: string, serverName: string, startedAt: Date): Promise<{ id: string; dir: string }> {
  await mkdir(outDir, { recursive: true });
  await keepOutOfGit(outDir);
  const base = `${startedAt.toISOString().replace(/[:.]/g, '-')}-${fileSafe(serverName)}`;
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    const dir = join(outDir, id);
    try {
      await mkdir(dir);
      return { id, dir };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Runs lie in the author's workspace by default, and are nothing to commit. A folder that was chosen is left as it is. */
async function keepOutOfGit(outDir: string): Promise<void> {
  const parts = resolve(outDir).split(sep);
  const at = parts.lastIndexOf('.mcp-profiler');
  if (at < 0) return;
  const file = join(parts.slice(0, at + 1).join(sep), '.gitignore');
  await writeFile(file, '*\n', { flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

/** Letters, digits, `.`, `_` and `-` are safe on every file system; a name never begins or ends with a dot. */
function fileSafe(name: string): string {
  const safe = name.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, maxNameLength);
  return safe.replace(/^[-.]+|[-.]+$/g, '') || 'server';
}

/** The file has its old or its new content, whenever the process or the machine stops. */
export async function writeAtomically(path: string, data: string | Uint8Array | AsyncIterable<string>): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeFile(temporary, data, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
