import { UserError } from '../model/errors.ts';
import type { HttpServer, ProcessSpec, StdioServer } from '../model/server.ts';
import { resolveCommand } from './command.ts';
import { checkUrl, definedOnly } from './resolve.ts';
import { collectSecrets, type Secrets } from './secrets.ts';
import { basename } from 'node:path';

/**
 * A server that is started by a command line as given: no variables, no shell. It inherits `env`.
 * @throws UserError `bad-argument`, or `command-not-found`.
 */
export async function commandServer(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<StdioServer> {
  const secrets = collectSecrets();
  const process = await processOf(command, args, cwd, env, secrets);
  return { transport: 'stdio', name: nameOf(command, args), process, secrets: secrets.list() };
}

export interface UrlTarget {
  url: string;
  transport?: 'http' | 'sse';
  headers?: Record<string, string>;
  /** Starts the server before we connect; then it can be profiled, too. */
  command?: { command: string; args: string[]; cwd: string };
}

/** @throws UserError `bad-config` for what is no URL, or `command-not-found`. */
export async function urlServer({ url, transport = 'http', headers = {}, command }: UrlTarget, env: NodeJS.ProcessEnv): Promise<HttpServer> {
  checkUrl(url);
  const secrets = collectSecrets();
  secrets.url(url);
  secrets.headers(headers);
  const process = command ? await processOf(command.command, command.args, command.cwd, env, secrets) : null;
  if (!process) secrets.host(env);
  return { transport, name: new URL(url).host, url, headers, ...(process ? { process } : {}), secrets: secrets.list() };
}

async function processOf(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv, secrets: Secrets): Promise<ProcessSpec> {
  if (command.trim() === '') throw new UserError('bad-argument', 'The command is empty.', 'Give the command that starts the server, e.g. -- node server.js');
  secrets.host(env);
  secrets.args(args);
  const complete = definedOnly(env);
  return { command: await resolveCommand(command, { cwd, env: complete }), args, cwd, env: complete };
}

/** What a person would call it: the script or the package, else the program. */
function nameOf(command: string, args: string[]): string {
  const script = args.find((arg) => /\.[cm]?[jt]sx?$|\.py$/.test(arg) && !arg.startsWith('-'));
  if (script !== undefined) return basename(script);
  const runner = /^(npx|npm|pnpm|pnpx|bunx|uvx|uv|yarn|pipx)(\.cmd|\.exe)?$/i.test(basename(command));
  const name = runner ? args.find((arg) => !arg.startsWith('-') && !/^(exec|run|dlx|tool|x)$/.test(arg)) : undefined;
  return name ?? basename(command);
}
