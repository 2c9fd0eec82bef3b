import { randomUUID } from 'node:crypto';
import { openGenerator } from '../load/generator.ts';
import { UserError } from '../model/errors.ts';
import type { LoadRequest, LoadResult } from '../model/load.ts';
import { createRun } from '../runs/store.ts';
import { startClock } from '../wire/clock.ts';
import { exportLocust } from './exportLocust.ts';
import { importLocust } from './importLocust.ts';
import { checkLoadOptions } from './loadOptions.ts';
import { loadFile, recordOfLoad } from './loadRecord.ts';
import { listTools, prepareLoad } from './prepareLoad.ts';

/**
 * The locustfile of a load test. The server is asked for its tools, which consent and generated arguments need, and gets
 * no load.
 *
 * @throws UserError as `runLoad` does, and `bad-argument` for what Locust cannot do.
 */
export async function writeLocustfile(request: LoadRequest, signal: AbortSignal): Promise<string> {
  const { server, options } = request;
  checkLoadOptions(options);
  if (server.transport !== 'http') throw new UserError('bad-argument', 'Locust reaches a server by its URL only.', 'Give the address of a Streamable HTTP server: --url URL.');
  const generator = await openGenerator({ server, options: { ...options, sessions: 1 }, marker: randomUUID(), env: {}, clock: startClock() }, signal);
  try {
    const { workload } = await prepareLoad(generator, await listTools(generator), request, undefined);
    return exportLocust(workload, server, options);
  } finally {
    await generator.close();
  }
}

/**
 * Makes a run folder of a result of Locust, so that it is listed, shown and exported like our own.
 * @throws UserError when the file is no result of an exported locustfile.
 */
export async function importLocustRun(file: string, outDir: string): Promise<{ result: LoadResult; runDir: string }> {
  const imported = await importLocust(file);
  const run = await createRun(outDir, imported.server.name, new Date(imported.startedAt));
  const result: LoadResult = { ...imported, id: run.id };
  await run.writeFile(loadFile, JSON.stringify(result));
  await run.finish(recordOfLoad(result, `${imported.server.name} (Locust)`, imported.series.atUs.at(-1) ?? imported.durationUs));
  return { result, runDir: run.dir };
}
