import * as vscode from 'vscode';
import { commands } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { registerCommand } from './errors.ts';
import type { Host } from './host.ts';
import { pickServer } from './pickServer.ts';
import type { Servers } from './servers.ts';
import type { ServerNode } from './views/serversView.ts';

/** Commands on configured servers that start nothing. */
export function serverCommands(host: Host, servers: Servers): Disposable {
  const store = createStore();
  store.add(
    registerCommand(host, commands.refreshServers, () => {
      servers.refresh();
      return servers.list();
    }),
  );
  store.add(
    registerCommand(host, commands.openServerConfiguration, async (node?: ServerNode) => {
      const server = node?.kind === 'server' ? node.server : await pickServer(servers, 'Open the configuration of a server');
      if (server) await servers.openConfiguration(server);
    }),
  );
  store.add(
    registerCommand(host, commands.addServer, async () => {
      await vscode.commands.executeCommand(vscode.workspace.workspaceFolders ? 'workbench.mcp.openWorkspaceMcpJson' : 'workbench.mcp.openUserMcpJson');
    }),
  );
  return store;
}

/** Problems of configuration files, as diagnostics in those files. */
export function configDiagnostics(servers: Servers): Disposable {
  const store = createStore();
  const collection = store.add(vscode.languages.createDiagnosticCollection('mcpProfiler.config'));
  store.add(
    servers.onDidRead(({ problems }) => {
      collection.clear();
      for (const file of new Set(problems.map((p) => p.file))) {
        const here = problems.filter((p) => p.file === file);
        collection.set(
          vscode.Uri.file(file),
          here.map(({ line, column, message }) => {
            const diagnostic = new vscode.Diagnostic(new vscode.Range(line, column, line, column + 1), message, vscode.DiagnosticSeverity.Warning);
            diagnostic.source = 'MCP Profiler';
            return diagnostic;
          }),
        );
      }
    }),
  );
  return store;
}
