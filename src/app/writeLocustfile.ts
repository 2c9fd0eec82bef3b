import { randomUUID } from 'node:crypto';
import { openGenerator } from '../load/generator.ts';
import { UserError } from '../model/errors.ts';
import type { LoadRequest } from '../model/load.ts';
import { startClock } from '../wire/clock.ts';
import { exportLocust } from './exportLocust.ts';
import { checkLoadOptions } from './loadOptions.ts';
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
