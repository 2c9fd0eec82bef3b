import { readFile } from 'node:fs/promises';
import { UserError } from '../model/errors.ts';
import type { HttpLaunch, HttpServer, InputDefinition, ServerDefinition, ServerSpec, StdioLaunch, StdioServer } from '../model/server.ts';
import { resolveCommand, variable, variableName } from './command.ts';
import { parseEnvFile } from './envFile.ts';
import { collectSecrets, type Secrets } from './secrets.ts';
import { paths, type Where } from './source.ts';
import { createExpander, type Expand } from './variables.ts';

/** What variables stand for. `env` is the host's environment, which the server inherits. */
export interface ResolveContext extends Pick<Where, 'home' | 'platform' | 'env' | 'workspaceFolders'> {
  /** Path of the file in the active editor. */
  file?: string;
  execPath?: string;
  /** A setting of VS Code; undefined when there is none. */
  config?: (key: string) => Promise<unknown>;
  /** Runs a command of VS Code; undefined when it gives no text. */
  command?: (id: string) => Promise<string | undefined>;
  /** Asks for an input, once per server; undefined when it was not given. Inputs of type `command` go to `command`. */
  input?: (input: InputDefinition) => Promise<string | undefined>;
}

/**
 * A configured server with everything resolved as its client does it.
 * @throws UserError `missing-variable`, `missing-input`, `bad-config` or `command-not-found`, with the file and line.
 */
export async function resolveServer(def: ServerDefinition, context: ResolveContext): Promise<ServerSpec> {
  const secrets = collectSecrets();
  secrets.host(context.env);
  const expand = createExpander(def, context, (input, value) => (input.password ? secrets.certain(value) : secrets.configured(input.id, value)));
  return def.launch.transport === 'stdio' ? resolveStdio(def, def.launch, context, expand, secrets) : resolveHttp(def, def.launch, expand, secrets);
}

async function resolveStdio(def: ServerDefinition, launch: StdioLaunch, context: ResolveContext, expand: Expand, secrets: Secrets): Promise<StdioServer> {
  const path = paths(context);
  const expandPath = async (text: string) => (await expand(text)).replace(/^~(?=$|[\\/])/, context.home);
  const base = def.workspaceFolder ?? context.home;
  const cwd = launch.cwd === undefined ? base : path.resolve(base, await expandPath(launch.cwd));

  const env = definedOnly(context.env);
  const set = (name: string, value: string | null) => {
    const key = variableName(env, name, context.platform);
    if (value === null) Reflect.deleteProperty(env, key);
    else env[key] = value;
    if (value !== null) secrets.configured(name, value);
  };
  if (launch.envFile !== undefined) {
    for (const [name, value] of await readEnvFile(path.resolve(base, await expandPath(launch.envFile)), def)) set(name, value);
  }
  for (const [name, value] of Object.entries(launch.env)) {
    const given = value === null ? null : await expand(String(value), true);
    set(name, given === null ? null : addToPath(def, name, given, env, context));
  }

  const command = await expandPath(launch.command);
  const args: string[] = [];
  for (const arg of launch.args) args.push(await expandPath(arg));
  secrets.args(args);
  const file = await resolveCommand(command, { cwd, env }, context.platform).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `Server "${def.name}" (${def.file}:${def.line + 1}): ${error.message}`, error.hint, { cause: error });
  });
  return { transport: 'stdio', name: def.name, process: { command: file, args, cwd, env }, secrets: secrets.list() };
}

async function resolveHttp(def: ServerDefinition, launch: HttpLaunch, expand: Expand, secrets: Secrets): Promise<HttpServer> {
  const url = await expand(launch.url);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(launch.headers)) headers[name] = await expand(value);
  checkUrl(url, `Server "${def.name}" (${def.file}:${def.line + 1}): `);
  secrets.url(url);
  secrets.headers(headers);
  return { transport: launch.transport, name: def.name, url, headers, secrets: secrets.list() };
}

/** VS Code adds to `PATH` where the other clients replace it. */
function addToPath(def: ServerDefinition, name: string, value: string, env: Record<string, string>, { platform }: ResolveContext): string {
  const isPath = platform === 'win32' ? name.toUpperCase() === 'PATH' : name === 'PATH';
  const before = variable(env, name, platform);
  return isPath && before && def.source.startsWith('vscode-') ? `${before}${paths({ platform }).delimiter}${value}` : value;
}

async function readEnvFile(file: string, def: ServerDefinition): Promise<Map<string, string>> {
  try {
    return parseEnvFile(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UserError('bad-config', `The envFile of server "${def.name}" (${def.file}:${def.line + 1}) cannot be read: ${(error as Error).message}.`, 'Create the file, or correct its path.', { cause: error });
  }
}

export function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** @throws UserError `bad-config` unless it is an absolute http(s) URL. The URL itself may hold a secret: it is not repeated. */
export function checkUrl(url: string, where = ''): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw new UserError('bad-config', `${where}its URL is not an http or https URL.`, 'Write it whole, e.g. http://localhost:3000/mcp.');
}

