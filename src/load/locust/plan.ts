import type { LoadOptions } from '../../model/load.ts';
import type { Workload, WorkloadRequest } from '../../model/workload.ts';
import type { HttpServer } from '../../model/server.ts';
import { answerServer, modernMeta, opening } from '../handshake.ts';
import { compileArguments } from '../workload/argumentGenerator.ts';
import { compileWorkload, type Operation } from '../workload/compile.ts';
import { createRandom } from '../workload/random.ts';

/** What the Python of a locustfile is told, as JSON. Times as in `LoadOptions`. */
export interface LocustPlan {
  server: { name: string; url: string; headers: Record<string, string>; target: string };
  options: LoadOptions;
  /** Of the mix only. */
  workload: Workload;
  /** By index into the mix: arguments drawn from the tool's schema, of which one is taken each time. */
  generated: Record<string, unknown[]>;
  operations: Operation[];
  /** Index into `operations`, by index into the mix. */
  operationOf: number[];
  wire: {
    modernVersion: string;
    meta: object;
    opening: { method: string; params: unknown; thenNotify: string | null };
    /** Results of requests of the server, by method. */
    answers: Record<string, unknown>;
  };
}

/** Other arguments than these are not drawn. */
const drawnArguments = 200;
const askedByServers = ['ping', 'roots/list', 'sampling/createMessage', 'elicitation/create'];

/** @throws UserError `bad-argument` with every template that is wrong. */
export function locustPlan(workload: Workload, server: HttpServer, options: LoadOptions): LocustPlan {
  const mixOnly: Workload = { ...workload, session: null, dir: null, mix: workload.mix.map(withoutSchema) };
  const { operations, operationOf } = numbered(workload, options);
  const first = opening(options.protocol);
  return {
    server: { name: server.name, url: server.url, headers: server.headers, target: server.url },
    options,
    workload: mixOnly,
    generated: generated(workload, options.seed),
    operations,
    operationOf,
    wire: {
      modernVersion: modernMeta['io.modelcontextprotocol/protocolVersion'],
      meta: modernMeta,
      opening: { method: first.method, params: first.method === 'initialize' ? (JSON.parse(first.params) as unknown) : {}, thenNotify: first.thenNotify },
      answers: Object.fromEntries(askedByServers.map((method) => [method, (JSON.parse(answerServer(0, method)) as { result: unknown }).result])),
    },
  };
}

function numbered(workload: Workload, options: LoadOptions) {
  const mix = { ...workload, session: null };
  const { operations } = compileWorkload(mix, options.protocol);
  // each on its own, as the compiled mix does not say which is which
  const operationOf = mix.mix.map((request) => {
    const [own] = compileWorkload({ ...mix, mix: [request] }, options.protocol).operations;
    return operations.findIndex((o) => o.kind === own!.kind && o.name === own!.name);
  });
  return { operations, operationOf };
}

function generated(workload: Workload, seed: number): Record<string, unknown[]> {
  const drawn: Record<string, unknown[]> = {};
  for (const [i, request] of workload.mix.entries()) {
    if (!('tool' in request) || request.arguments !== 'generate') continue;
    const draw = compileArguments(request.inputSchema);
    const random = createRandom(seed, i);
    drawn[i] = [...new Set(Array.from({ length: drawnArguments }, () => JSON.stringify(draw(random))))].map((text) => JSON.parse(text) as unknown);
  }
  return drawn;
}

function withoutSchema(request: WorkloadRequest): WorkloadRequest {
  return 'tool' in request ? { weight: request.weight, tool: request.tool, arguments: request.arguments } : request;
}
