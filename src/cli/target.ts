import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { commandTarget, findServers, resolveNamed, urlTarget } from '../app/servers.ts';
import { UserError } from '../model/errors.ts';
import type { InputDefinition, ServerSpec } from '../model/server.ts';
import { createChecker } from './arguments.ts';

/** The flags that say which server is meant. */
export const targetFlags = {
  url: { type: 'string' },
  sse: { type: 'boolean', default: false },
  header: { type: 'string', multiple: true, default: [] as string[] },
  input: { type: 'string', multiple: true, default: [] as string[] },
} as const;

export interface TargetValues {
  url?: string | undefined;
  sse: boolean;
  header: string[];
  input: string[];
}

/** Adds to `check` what is wrong with the target: exactly one of name, URL and command. */
export function checkTarget(check: ReturnType<typeof createChecker>, values: TargetValues, positionals: string[], command: string[]): void {
  if (positionals.length > 1) check.problem(`one target at a time, not ${positionals.map((p) => `"${p}"`).join(' and ')}; a command goes after --`);
  if (positionals.length === 1 && (values.url !== undefined || command.length > 0)) check.problem('give a name, a URL or a command, not two of them');
  if (positionals.length === 0 && values.url === undefined && command.length === 0) check.problem('no target: give the name of a configured server, --url URL, or -- COMMAND');
}

/** @throws UserError for what is not configured here, or cannot be resolved. */
export async function readTarget(values: TargetValues, name: string | undefined, command: string[]): Promise<ServerSpec> {
  const check = createChecker();
  const headers = check.pairs('header', values.header);
  const inputs = check.pairs('input', values.input);
  check.throwIfAny();
  if (values.url !== undefined) return urlTarget({ url: values.url, transport: values.sse ? 'sse' : 'http', headers, command }, process.cwd());
  if (name === undefined) return commandTarget(command, process.cwd());

  const { servers, problems } = await findServers(process.cwd());
  for (const p of problems) process.stderr.write(`${p.file}:${p.line + 1}:${p.column + 1}: ${p.message}\n`);
  const matches = servers.filter((s) => s.name === name || s.id === name);
  if (matches.length === 0) {
    throw new UserError('unknown-server', `No server named "${name}" is configured here.`, servers.length > 0 ? `There are: ${servers.map((s) => s.name).join(', ')}.` : 'Profile a command instead: mcp-profiler profile -- node server.js');
  }
  // the first source wins, as in the list; an id names another
  return resolveNamed(matches[0]!, process.cwd(), (input) => askInput(input, inputs));
}

/** A value from the command line, else asked for on a terminal; never stored. */
async function askInput(input: InputDefinition, given: Record<string, string>): Promise<string | undefined> {
  if (given[input.id] !== undefined) return given[input.id];
  if (!process.stdin.isTTY) return input.default;
  const choices = input.options ? ` (${input.options.join(', ')})` : '';
  process.stderr.write(`${input.description ?? input.id}${choices}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: input.password ? silent : process.stderr, terminal: true });
  try {
    return (await prompt.question('')) || input.default;
  } finally {
    prompt.close();
    if (input.password) process.stderr.write('\n');
  }
}
