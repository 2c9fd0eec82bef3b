import { locustSource } from '../load/locust/parts.ts';
import { locustPlan, type LocustPlan } from '../load/locust/plan.ts';
import { replaceHeaders, replaceSecrets, type Placeholder } from '../load/locust/secrets.ts';
import { UserError } from '../model/errors.ts';
import type { LoadOptions } from '../model/load.ts';
import type { Workload } from '../model/workload.ts';
import type { HttpServer } from '../model/server.ts';
import { createRedactor, redactValue } from '../runs/redact.ts';

/**
 * One self-contained locustfile (Python 3.9 or later, Locust 2.20 or later) that sends the mix of the workload to the
 * server. Secrets are not in it: it reads them from environment variables, which its first comment names.
 *
 * @throws UserError `bad-argument` with everything that Locust cannot be asked for, and every template that is wrong.
 */
export function exportLocust(workload: Workload, server: HttpServer, options: LoadOptions): string {
  refuse(workload, server, options);
  const { headers, placeholders } = replaceHeaders(server);
  const used = new Set(placeholders.filter((p) => Object.values(headers).includes(`@@${p.name}@@`)).map((p) => p.name));
  const plan = locustPlan(workload, server, options);
  const target = createRedactor(server.secrets)(server.url);
  const safe: LocustPlan = {
    ...plan,
    server: { name: server.name, url: replaceSecrets(server.url, placeholders, used), headers, target },
    workload: replaceSecrets(plan.workload, placeholders, used),
    generated: replaceSecrets(plan.generated, placeholders, used),
    operations: replaceSecrets(plan.operations, placeholders, used),
  };
  refuseSecrets(safe, server);
  const variables = placeholders.filter((p) => used.has(p.name));
  return `${locustSource().replace('@@ENVIRONMENT@@', () => environment(variables)).replace('@@PLAN@@', () => rawJson(safe))}\n`;
}

function refuse(workload: Workload, server: HttpServer, options: LoadOptions) {
  const problems: string[] = [];
  if (server.transport !== 'http') problems.push('The server speaks HTTP+SSE, which is no longer part of the protocol; Locust gets Streamable HTTP only.');
  if (options.goal === 'capacity') problems.push('A search for the capacity runs in MCP Profiler only; give a rate.');
  else if (options.model.kind === 'sessions') problems.push('Agent sessions run in MCP Profiler only; give a rate or a concurrency.');
  if (workload.mix.length === 0) problems.push('The workload has no mix.');
  if (problems.length > 0) throw new UserError('bad-argument', `This load test cannot be exported to Locust. ${problems.join(' ')}`, 'Choose a steady rate, a ramp or a concurrency, with a mix of tools over Streamable HTTP.');
}

/** In a form that cannot be replaced, such as base64 within an argument. */
function refuseSecrets({ server, workload, generated, operations }: LocustPlan, { secrets }: HttpServer) {
  const texts = [server, workload, generated, operations];
  if (texts.every((text) => redactValue(text, createRedactor(secrets)) === text)) return;
  throw new UserError('bad-argument', 'The workload or the URL holds a configured secret in an encoded form, which would be written into the locustfile.', 'Take the secret out of the workload, or put it into a header of the server.');
}

function environment(variables: readonly Placeholder[]): string {
  if (variables.length === 0) return 'No environment variable is needed.';
  return ['Environment variables that each worker needs:', ...variables.map(({ name, what }) => `    ${name}  (${what})`)].join('\n');
}

/** JSON in ASCII. It stands between `r"""` and `"""`: JSON never has three quotes in a row that are not escaped. */
function rawJson(value: object): string {
  return JSON.stringify(value, null, 1).replace(/[^\x20-\x7e\n]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
