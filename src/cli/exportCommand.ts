import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportRun, exportText } from '../app/exportRun.ts';
import { UserError } from '../model/errors.ts';
import { parse } from './arguments.ts';

/** `mcp-profiler export RUN --format FORMAT [--out FILE]` */
export async function exportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, { format: { type: 'string' }, out: { type: 'string' } });
  const [runDir] = positionals;
  if (runDir === undefined || positionals.length > 1 || values.format === undefined) {
    throw new UserError('bad-argument', 'export takes one run folder and --format FORMAT.', 'See mcp-profiler help.');
  }
  if (values.out !== undefined) await exportRun(runDir, values.format, values.out);
  else await pipeline(Readable.from(await exportText(runDir, values.format)), process.stdout, { end: false });
  return 0;
}
