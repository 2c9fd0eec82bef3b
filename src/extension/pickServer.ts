import * as vscode from 'vscode';
import { serverSources, type ServerDefinition } from '../model/server.ts';
import { commands } from './contributions.ts';
import type { Servers } from './servers.ts';
import { targetText } from './targetText.ts';

interface ServerItem extends vscode.QuickPickItem {
  server?: ServerDefinition;
  command?: string;
}

const openButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: 'Open Configuration' };

/** Asks which configured server to profile. Shows at once that it is looking; undefined when the user backs out. */
export function pickServer(servers: Servers, title = 'Profile a server'): Promise<ServerDefinition | undefined> {
  const pick = vscode.window.createQuickPick<ServerItem>();
  pick.title = title;
  pick.placeholder = 'Looking for configured servers…';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;

  return new Promise((resolve, reject) => {
    servers.list().then(
      (found) => {
        pick.busy = false;
        pick.placeholder = found.servers.length === 0 ? 'No server is configured here; choose another way' : 'Choose a server';
        pick.items = [...serverItems(found.servers), ...otherWays(found.problems.length)];
      },
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
        pick.hide();
      },
    );
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (!item) return;
      resolve(item.server);
      pick.hide();
      if (item.command) void vscode.commands.executeCommand(item.command);
    });
    pick.onDidTriggerItemButton(({ item }) => {
      pick.hide();
      if (item.server) void servers.openConfiguration(item.server);
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function serverItems(servers: ServerDefinition[]): ServerItem[] {
  return serverSources.flatMap(({ id, label }) => {
    const here = servers.filter((s) => s.source === id);
    if (here.length === 0) return [];
    return [{ label, kind: vscode.QuickPickItemKind.Separator }, ...here.map((server) => ({ label: server.name, description: server.launch.transport, detail: targetText(server.launch), buttons: [openButton], server }))];
  });
}

function otherWays(problems: number): ServerItem[] {
  return [
    { label: 'not configured', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(beaker) Sample Server', description: 'a small bookshop that is slow in three ways', command: commands.profileSample },
    { label: '$(terminal) A Command…', command: commands.profileCommand },
    { label: '$(globe) A URL…', command: commands.profileUrl },
    ...(problems > 0 ? [{ label: `$(warning) ${problems === 1 ? 'One configuration file has' : `${problems} places in configuration files have`} a problem`, description: 'show the Problems view', command: 'workbench.actions.view.problems' }] : []),
  ];
}
