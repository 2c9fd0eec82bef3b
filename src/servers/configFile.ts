import { open } from 'node:fs/promises';
import type { ConfigProblem } from '../model/server.ts';

/** Configuration is small; only `~/.claude.json` grows, with the history of its projects. */
const maxBytes = 32_000_000;

/** A file of configuration as it was read. Offsets are in UTF-16 units of `text`, which has no byte-order mark. */
export interface ConfigFile {
  path: string;
  text: string;
}

/** The text of a file; null when there is none. A file that cannot be read is a problem. */
export async function readConfigFile(path: string, problems: ConfigProblem[]): Promise<ConfigFile | null> {
  const fail = (message: string) => {
    problems.push({ file: path, line: 0, column: 0, message });
    return null;
  };
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > maxBytes) return fail(`The file has ${size} bytes; at most ${maxBytes} are read.`);
      return { path, text: (await file.readFile('utf8')).replace(/^\uFEFF/, '') };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : fail(`The file cannot be read: ${message}.`);
  }
}

/** 0-based line and column of an offset. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: countLines(before), column: offset - start };
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
