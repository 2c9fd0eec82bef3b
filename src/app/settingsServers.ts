import type { ServerDefinition } from '../model/server.ts';
import { vscodeUser, vscodeWorkspace } from '../servers/sources/vscode.ts';
import type { Where } from '../servers/source.ts';

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
