import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { chooseTools, toChoice, type RememberedChoice } from './chooseTools.ts';
import { commands } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { registerCommand } from './errors.ts';
import type { Host } from './host.ts';
import type { Memory, Target } from './memory.ts';
import { pickServer } from './pickServer.ts';
import type { Profiling } from './profiling.ts';
import type { RunArgument } from './runCommands.ts';
import type { RunList } from './runList.ts';
import type { Servers } from './servers.ts';
import { targetOfRun, toStartable } from './startable.ts';
import { askCommand, askUrl } from './targets.ts';
import { requireTrust } from './trust.ts';
import type { ServerNode } from './views/serversView.ts';
import type { ToolRef } from './views/toolsView.ts';

/** How a command is told to ask nothing: by a keybinding, a task or a test. Consent is the same as by the picker. */
export interface Given {
  /** Tools to call; absent: the picker asks. */
  tools?: string[];
}

/** The commands that start a run. Each resolves with the run's folder, or undefined when there is none. */
export function profileCommands(host: Host, servers: Servers, runs: RunList, memory: Memory, profiling: Profiling): Disposable {
  const store = createStore();

  async function profile(target: Target, how: { only?: RememberedChoice; given?: Given | undefined } = {}): Promise<string | undefined> {
    requireTrust();
    if (!profiling.isFree()) return undefined;
    const server = await toStartable(host, servers, target);
    if (!server) return undefined;
    const { spec, configured } = server;
    target = server.target;
    const before = await memory.choice(target);
    const fixed = how.only ? toChoice(how.only) : how.given?.tools ? { tools: how.given.tools } : null;
    const dir = await profiling.start({
      title: spec.name,
      spec,
      choice: fixed ?? {},
      ...configured,
      ...(fixed
        ? {}
        : {
            async choose(offers, signal) {
              const answer = await chooseTools(spec.name, offers, before, signal);
              if (!answer) return null;
              await memory.keepChoice(target, answer);
              return toChoice(answer);
            },
          }),
    });
    if (dir !== undefined) await memory.keepRun(dir, target);
    return dir;
  }

  async function again(dir: string, tools?: string[]): Promise<string | undefined> {
    const target = await targetOfRun(memory, servers, dir);
    const { readRun } = await import('../app/runs.ts');
    const run = await readRun(dir);
    const before = await memory.choice(target);
    // without an answer given in this workspace, the consent rules of the picker apply
    if (!before) return profile(target);
    const called = new Set(tools ?? run.tools.map((t) => t.name));
    const only = { ...before, tools: before.tools.filter((name) => called.has(name)) };
    return only.tools.length > 0 ? profile(target, { only }) : profile(target);
  }

  /** A tool that no run knows: its server is asked for. Naming the tool is consent to it, unless it says that it destroys. */
  async function first(tool: string): Promise<string | undefined> {
    const server = await pickServer(servers, `Profile ${tool}: of which server?`);
    return server && profile({ kind: 'configured', id: server.id }, { given: { tools: [tool] } });
  }

  store.add(
    registerCommand(host, commands.profileServer, async (server?: ServerNode | string, given?: Given) => {
      requireTrust();
      const id = typeof server === 'string' ? server : server?.kind === 'server' ? server.server.id : (await pickServer(servers))?.id;
      return id === undefined ? undefined : profile({ kind: 'configured', id }, { given });
    }),
  );
  store.add(
    registerCommand(host, commands.profileCommand, async (command?: Target & { kind: 'command' }, given?: Given) => {
      requireTrust();
      const target = command ?? (await askCommand(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir()));
      return target && profile(target, { given });
    }),
  );
  store.add(
    registerCommand(host, commands.profileUrl, async (url?: string, given?: Given) => {
      requireTrust();
      const target = url === undefined ? await askUrl() : ({ kind: 'url', url } as const);
      return target && profile(target, { given });
    }),
  );
  store.add(registerCommand(host, commands.profileSample, (given?: Given) => profile({ kind: 'sample' }, { given })));
  store.add(
    registerCommand(host, commands.profileAgain, async (run?: RunArgument) => {
      const list = await runs.list();
      const dir = typeof run === 'string' ? run : (run?.dir ?? list[0]?.dir);
      if (dir === undefined) return vscode.commands.executeCommand(commands.profileServer);
      const loadTest = list.some((entry) => entry.dir === dir && entry.load !== null);
      return loadTest ? vscode.commands.executeCommand(commands.loadTestAgain, dir) : again(dir);
    }),
  );
  store.add(registerCommand(host, commands.profileTool, ({ dir, tool }: ToolRef) => (dir === undefined ? first(tool) : again(dir, [tool]))));
  return store;
}
