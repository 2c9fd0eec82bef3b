import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

let upstream: Promise<Server> | undefined;

/** Stands in for a weather service on the internet: answers after 60 ms. */
function startUpstream(): Promise<Server> {
  const server = createServer((request, response) => {
    setTimeout(() => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ city: new URL(request.url ?? '/', 'http://localhost').searchParams.get('city'), sky: 'clear', degrees: 17 }));
    }, 60);
  });
  server.unref();
  return once(server.listen(0, '127.0.0.1'), 'listening').then(() => server);
}

/** Asks the service again for every call, although the answer holds for minutes. */
export async function forecast(city: string): Promise<unknown> {
  const server = await (upstream ??= startUpstream());
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/?city=${encodeURIComponent(city)}`, { signal: AbortSignal.timeout(5_000) });
  return response.json();
}
