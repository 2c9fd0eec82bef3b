import { resolve } from 'node:path';
import { importLocustRun } from '../app/importLocust.ts';
import { UserError } from '../model/errors.ts';
import { parse } from './arguments.ts';
import { loadToJson, printLoad } from './printLoad.ts';

/** `mcp-profiler import FILE [--out DIR] [--json]`: the result of a locustfile that `load --locust` wrote. */
export async function importCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, { out: { type: 'string', default: '.mcp-profiler/runs' }, json: { type: 'boolean', default: false } });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UserError('bad-argument', 'import takes one result file of Locust.', 'It is the file that --mcp-result named when Locust was started.');
  const { result, runDir } = await importLocustRun(resolve(file), resolve(values.out));
  process.stdout.write(values.json ? `${JSON.stringify(loadToJson(result, runDir), null, 2)}\n` : printLoad(result, runDir, process.stdout));
  return 0;
}
