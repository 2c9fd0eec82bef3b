import { homedir } from 'node:os';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ResolveContext, Where } from '../app/servers.ts';
import { UserError } from '../model/errors.ts';
import type { ConfigProblem, ServerDefinition, ServerSpec } from '../model/server.ts';
import { createStore, type Disposable } from './disposables.ts';
import { Cancelled } from './errors.ts';
import type { Host } from './host.ts';
import { askInput } from './inputs.ts';
import type { Target } from './memory.ts';
import { requireTrust } from './trust.ts';

export interface FoundServers {
  servers: ServerDefinition[];
  problems: ConfigProblem[];
}

export interface Servers extends Disposable {
  /** Reads the files the first time, and again after `refresh`. */
  list(): Promise<FoundServers>;
  /** By id, or by a name that only one server has. @throws UserError `unknown-server`. */
  find(id: string): Promise<ServerDefinition>;
  refresh(): void;
  /** From now on changes of the files are noticed; called when there is a view to show them. */
  watch(): Promise<void>;
  /** What is known is out of date: list again. */
  onDidChange: vscode.Event<void>;
  /** The files have been read. */
  onDidRead: vscode.Event<FoundServers>;
  /** Asks for inputs. @throws UserError, `Cancelled`. */
  resolve(server: ServerDefinition): Promise<ServerSpec>;
  specOf(target: Exclude<Target, { kind: 'configured' }>): Promise<ServerSpec>;
  openConfiguration(server: ServerDefinition): Promise<void>;
}

/** How long a file must be left alone before it is read again, in ms: editors write in several steps. */
const settleMs = 200;

export function createServers(host: Host): Servers {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<void>());
  const hasRead = store.add(new vscode.EventEmitter<FoundServers>());
  let known: Promise<FoundServers> | null = null;
  let watching = false;

  function refresh() {
    known = null;
    changed.fire();
  }
  store.add(vscode.workspace.onDidChangeWorkspaceFolders(refresh));
  store.add(vscode.workspace.onDidChangeConfiguration((e) => e.affectsConfiguration('mcp') && refresh()));

  async function readAll() {
    const found = await read(host);
    hasRead.fire(found);
    return found;
  }
  const list = () => (known ??= readAll());
  return {
    list,
    async find(id) {
      const { servers } = await list();
      const found = servers.find((s) => s.id === id);
      if (found) return found;
      const named = servers.filter((s) => s.name === id);
      if (named.length === 1) return named[0]!;
      throw new UserError('unknown-server', `The server "${id}" is no longer configured here.`, 'Choose another one, or add it again.');
    },
    refresh,
    async watch() {
      if (watching) return;
      watching = true;
      const { configFiles } = await import('../app/servers.ts');
      let timer: NodeJS.Timeout | undefined;
      const later = () => {
        clearTimeout(timer);
        timer = setTimeout(refresh, settleMs);
      };
      store.add({ dispose: () => clearTimeout(timer) });
      for (const { path } of configFiles(whereToLook(host))) {
        const watcher = store.add(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(dirname(path)), path.slice(dirname(path).length + 1))));
        watcher.onDidCreate(later);
        watcher.onDidChange(later);
        watcher.onDidDelete(later);
      }
    },
    onDidChange: changed.event,
    onDidRead: hasRead.event,
    async resolve(server) {
      requireTrust();
      const { resolveServer } = await import('../app/servers.ts');
      return resolveServer(server, resolveContext(host, server));
    },
    async specOf(target) {
      const { commandServer, urlServer } = await import('../app/servers.ts');
      switch (target.kind) {
        case 'command':
          return commandServer(target.command, target.args, target.cwd, process.env);
        case 'url':
          return urlServer({ url: target.url }, process.env);
        case 'sample': {
          // the extension host's own program is a Node.js when this variable is set
          const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
          return { ...(await commandServer(process.execPath, [host.dist('sample-server.mjs')], host.dist('.'), env)), name: 'sample-server' };
        }
      }
    },
    async openConfiguration(server) {
      if (existsSync(server.file)) {
        const at = new vscode.Position(server.line, 0);
        await vscode.window.showTextDocument(vscode.Uri.file(server.file), { selection: new vscode.Range(at, at) });
      } else {
        // of a remote window: the file is on the other side, and VS Code knows how to open it
        await vscode.commands.executeCommand(server.fromWorkspace ? 'workbench.mcp.openWorkspaceMcpJson' : 'workbench.mcp.openUserMcpJson');
      }
    },
    dispose: () => store.dispose(),
  };
}

async function read(host: Host): Promise<FoundServers> {
  const [{ discoverServers }, { serversOfSettings }] = await Promise.all([import('../app/servers.ts'), import('../app/settingsServers.ts')]);
  const where = whereToLook(host);
  const found = await discoverServers(where);
  const settings = mcpSettings(host);
  const missing = (['workspace', 'user'] as const).flatMap((scope) => {
    const file = scope === 'user' ? join(userDir(host), 'mcp.json') : (vscode.workspace.workspaceFile?.fsPath ?? '');
    const fromFiles = found.servers.filter((s) => s.source === `vscode-${scope}`);
    return settings[scope] ? serversOfSettings(settings[scope], scope, file, where).filter((s) => !fromFiles.some((f) => f.name === s.name)) : [];
  });
  return { servers: [...found.servers, ...missing], problems: found.problems };
}

/** VS Code's own view of its servers. Undocumented, so nothing depends on it: the files are read in any case. */
function mcpSettings(host: Host): Partial<Record<'user' | 'workspace', { servers: unknown; inputs: unknown }>> {
  try {
    const mcp = vscode.workspace.getConfiguration('mcp');
    const servers = mcp.inspect<unknown>('servers');
    const inputs = mcp.inspect<unknown>('inputs');
    return {
      ...(servers?.globalValue ? { user: { servers: servers.globalValue, inputs: inputs?.globalValue } } : {}),
      ...(servers?.workspaceValue ? { workspace: { servers: servers.workspaceValue, inputs: inputs?.workspaceValue } } : {}),
    };
  } catch (error) {
    host.log.debug(`mcp settings are not readable: ${String(error)}`);
    return {};
  }
}

const folders = () => (vscode.workspace.workspaceFolders ?? []).filter((f) => f.uri.scheme === 'file').map((f) => f.uri.fsPath);

/** The `User` folder of this VS Code: the extension's own storage is `User/globalStorage/<id>`. */
const userDir = (host: Host) => dirname(dirname(host.context.globalStorageUri.fsPath));

const whereToLook = (host: Host): Where => ({ home: homedir(), platform: process.platform, env: process.env, workspaceFolders: folders(), vscodeUserDir: userDir(host) });

function resolveContext(host: Host, server: ServerDefinition): ResolveContext {
  const file = vscode.window.activeTextEditor?.document.uri;
  return {
    ...whereToLook(host),
    ...(file?.scheme === 'file' ? { file: file.fsPath } : {}),
    execPath: process.execPath,
    config: (key) => Promise.resolve(vscode.workspace.getConfiguration().get(key)),
    async command(id) {
      const value = await vscode.commands.executeCommand(id);
      return typeof value === 'string' ? value : undefined;
    },
    async input(input) {
      const value = await askInput(host, server.file, input);
      if (value === undefined) throw new Cancelled();
      return value;
    },
  };
}
