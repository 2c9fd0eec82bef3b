import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Larger or with longer lines on average, a file was made by a program. */
export const maxBytes = 1_000_000;
const maxMeanLine = 500;
/** A short file on one line is no sign of anything. */
const minGenerated = 5_000;

/** A source as text, or why it is none that an author would read. Throws nothing. */
export function readSource(file: string): { text: string } | { reason: string } {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    return { reason: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return { reason: 'is no file' };
    if (stats.size > maxBytes) return { reason: `is larger than ${maxBytes / 1e6} MB` };
    const bytes = Buffer.alloc(stats.size);
    const length = readSync(fd, bytes, 0, stats.size, 0);
    return judge(bytes.subarray(0, length));
  } catch (error) {
    return { reason: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  } finally {
    closeSync(fd);
  }
}

function judge(bytes: Buffer): { text: string } | { reason: string } {
  if (bytes.includes(0)) return { reason: 'is not text' };
  // an editor shows a file without its byte order mark, and offsets count from there
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const reason = generatedReason(text);
  return reason === null ? { text } : { reason };
}

/** Why a text was not written by hand; null where it may have been. */
export function generatedReason(text: string): string | null {
  if (text.length > maxBytes) return `is larger than ${maxBytes / 1e6} MB`;
  if (text.length > minGenerated && text.length / (text.split('\n').length || 1) > maxMeanLine) return 'is minified or generated: its lines are too long';
  return null;
}

/** JavaScript that a compiler wrote says so in its last line. */
export const isCompiled = (file: string, text: string): boolean => /\.[cm]?jsx?$/.test(file) && /\n\/\/# sourceMappingURL=\S+\s*$/.test(text.slice(-2_000));
