import type * as vscode from 'vscode';
import { createCode } from './code.ts';
import { commands } from './contributions.ts';
import { registerCommand } from './errors.ts';
import { toggleHints } from './hints/toggleHints.ts';
import { findingDiagnostics } from './hints/diagnostics.ts';
import { hotLines } from './hints/hotLines.ts';
import { findingActions } from './hints/codeActions.ts';
import { handlerLenses } from './hints/codeLens.ts';
import { findingCommands } from './findingCommands.ts';
import { createHost } from './host.ts';
import { registerForgetInputs } from './inputs.ts';
import { loadCommands } from './loadCommands.ts';
import { createMemory } from './memory.ts';
import { openCpuProfile } from './openCpuProfile.ts';
import { createPanels } from './panel.ts';
import { profileCommands } from './profileCommands.ts';
import { createProfiling } from './profiling.ts';
import { rulePages } from './rulePages.ts';
import { runCommands } from './runCommands.ts';
import { createRunList } from './runList.ts';
import { configDiagnostics, serverCommands } from './serverCommands.ts';
import { createServers } from './servers.ts';
import { runsView } from './views/runsView.ts';
import { serversView } from './views/serversView.ts';
import { toolsView } from './views/toolsView.ts';

/** Only composes: nothing is read or started before something asks for it. */
export function activate(context: vscode.ExtensionContext): void {
  const host = createHost(context);
  const servers = createServers(host);
  const runs = createRunList(host);
  const panels = createPanels(host);
  const profiling = createProfiling(host, panels);
  const memory = createMemory(host);
  const code = createCode(host, runs);

  context.subscriptions.push(
    servers,
    runs,
    panels,
    profiling,
    code,
    profiling.onDidRun(() => runs.refresh()),
    profileCommands(host, servers, runs, memory, profiling),
    loadCommands(host, servers, runs, panels, memory, profiling),
    serverCommands(host, servers),
    configDiagnostics(servers),
    registerForgetInputs(host),
    runCommands(host, runs, panels),
    openCpuProfile(host, panels),
    rulePages(host),
    serversView(servers, profiling),
    toolsView(host, code, runs),
    runsView(runs),
    findingDiagnostics(code, runs),
    findingActions(code),
    findingCommands(host, code),
    hotLines(runs),
    handlerLenses(code, runs),
    toggleHints(host),
    registerCommand(host, commands.showOutput, () => host.log.show()),
  );
}
