import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportRun } from '../app/exportRun.ts';
import { UserError } from '../model/errors.ts';
import { parse } from './arguments.ts';

/** `mcp-profiler export RUN --format FORMAT [--out FILE]` */
export async function exportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, { format: { type: 'string' }, out: { type: 'string' } });
  const [runDir] = positionals;
  if (runDir === undefined || positionals.length > 1 || values.format === undefined) {
    throw new UserError('bad-argument', 'export takes one run folder and --format FORMAT.', 'See mcp-profiler help.');
  }
  const text = Readable.from(await exportRun(runDir, values.format));
  if (values.out === undefined) await pipeline(text, process.stdout, { end: false });
  else await pipeline(text, createWriteStream(values.out));
  return 0;
}
