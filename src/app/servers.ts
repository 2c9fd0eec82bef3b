import { homedir } from 'node:os';
import type { ConfigProblem, HttpServer, InputDefinition, ServerDefinition, ServerSpec, StdioServer } from '../model/server.ts';
import { commandServer, urlServer } from '../servers/adHoc.ts';
import { discoverServers } from '../servers/discover.ts';
import { resolveServer } from '../servers/resolve.ts';

export { commandServer, urlServer, type UrlTarget } from '../servers/adHoc.ts';
export { configFiles, discoverServers, type Where } from '../servers/discover.ts';
export { resolveServer, type ResolveContext } from '../servers/resolve.ts';

/** This machine and user, with `folder` as the workspace. */
const here = (folder: string) => ({ home: homedir(), platform: process.platform, env: process.env, workspaceFolders: [folder] });

/** The servers that are configured for `folder` and for this user. */
export function findServers(folder: string): Promise<{ servers: ServerDefinition[]; problems: ConfigProblem[] }> {
  return discoverServers(here(folder));
}

/** @throws UserError as `resolveServer` does. */
export function resolveNamed(server: ServerDefinition, folder: string, input: (input: InputDefinition) => Promise<string | undefined>): Promise<ServerSpec> {
  return resolveServer(server, { ...here(folder), input });
}

/** @throws UserError `command-not-found`. */
export function commandTarget([command = '', ...args]: string[], cwd: string): Promise<StdioServer> {
  return commandServer(command, args, cwd, process.env);
}

/** `command` starts the server first, unless it is empty. @throws UserError `bad-config`, `command-not-found`. */
export function urlTarget(target: { url: string; transport: 'http' | 'sse'; headers: Record<string, string>; command: string[] }, cwd: string): Promise<HttpServer> {
  const { command: [command, ...args], ...rest } = target;
  return urlServer(command === undefined ? rest : { ...rest, command: { command, args, cwd } }, process.env);
}
