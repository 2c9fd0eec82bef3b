import type { ServerDefinition } from '../model/server.ts';
import { vscodeUser, vscodeWorkspace } from '../servers/sources/vscode.ts';
import type { Where } from '../servers/source.ts';

/** Which servers are configured, and how one of them, a command or a URL becomes something that can be started. */
export { configFiles, discoverServers, type Where } from '../servers/discover.ts';
export { resolveServer, type ResolveContext } from '../servers/resolve.ts';
export { commandServer, urlServer } from '../servers/adHoc.ts';

/**
 * Servers as VS Code itself knows them (its `mcp` settings), for those that no file on this machine has: the user's
 * mcp.json of a remote window, the `settings` of a workspace file. Values that make no sense are left out.
 */
export function serversOfSettings(value: { servers?: unknown; inputs?: unknown }, scope: 'user' | 'workspace', file: string, where: Where): ServerDefinition[] {
  const source = scope === 'user' ? vscodeUser : vscodeWorkspace;
  const [workspaceFolder] = where.workspaceFolders;
  const at = { source: source.id, path: file, key: 'settings', ...(workspaceFolder === undefined ? {} : { workspaceFolder }), fromWorkspace: scope === 'workspace' };
  return source.read({ path: file, text: JSON.stringify(value) }, at, where, []).map((server) => ({ ...server, line: 0 }));
}
