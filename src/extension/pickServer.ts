import * as vscode from 'vscode';
import { serverSources, type ServerDefinition } from '../model/server.ts';
import { commands } from './contributions.ts';
import type { Servers } from './servers.ts';
import { targetText } from './targetText.ts';

/** A server that is not configured, as an item of the picker. */
export interface OtherWay extends vscode.QuickPickItem {
  /** Called when it was picked. */
  run: () => unknown;
}

interface ServerItem extends vscode.QuickPickItem {
  server?: ServerDefinition;
  run?: () => unknown;
}

const openButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: 'Open Configuration' };

/** Asks for a configured server. Shows at once that it is looking; undefined when the user backs out. */
export function pickServer(servers: Servers, title = 'Profile a server', otherWays: OtherWay[] = profileWays): Promise<ServerDefinition | undefined> {
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
        pick.items = [...serverItems(found.servers), ...(otherWays.length > 0 ? [{ label: 'not configured', kind: vscode.QuickPickItemKind.Separator }, ...otherWays] : []), ...problemItem(found.problems.length)];
      },
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
        pick.hide();
      },
    );
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (!item) return;
      // before it is over: who asked may want to know which way it was
      item.run?.();
      resolve(item.server);
      pick.hide();
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

const runCommand = (command: string) => () => void vscode.commands.executeCommand(command);

const profileWays: OtherWay[] = [
  { label: '$(beaker) Sample Server', description: 'a small bookshop that is slow in three ways', run: runCommand(commands.profileSample) },
  { label: '$(terminal) A Command…', run: runCommand(commands.profileCommand) },
  { label: '$(globe) A URL…', run: runCommand(commands.profileUrl) },
];

function problemItem(problems: number): ServerItem[] {
  if (problems === 0) return [];
  return [{ label: `$(warning) ${problems === 1 ? 'One configuration file has' : `${problems} places in configuration files have`} a problem`, description: 'show the Problems view', run: runCommand('workbench.actions.view.problems') }];
}
