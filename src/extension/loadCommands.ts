import * as vscode from 'vscode';
import { UserError } from '../model/errors.ts';
import type { Choice, ToolOffer } from '../model/engine.ts';
import type { LoadOptions } from '../model/load.ts';
import type { Workload } from '../model/workload.ts';
import { chooseTools, confirmDestructive, forLoad, toChoice, type RememberedChoice } from './chooseTools.ts';
import { commands } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { runInEngine } from './engine.ts';
import { registerCommand } from './errors.ts';
import type { Host } from './host.ts';
import { optionsOfPreset, suggestRate } from './loadPresets.ts';
import { askPreset, confirmRemote, pickPreset } from './loadQuestions.ts';
import { targetKey, type Memory, type Target } from './memory.ts';
import { loadOptionsFromSettings, outDir } from './options.ts';
import type { Panels } from './panel.ts';
import { pickServer } from './pickServer.ts';
import type { Profiling } from './profiling.ts';
import type { RunArgument } from './runCommands.ts';
import type { RunList } from './runList.ts';
import type { Servers } from './servers.ts';
import { targetOfRun, toStartable, type Startable } from './startable.ts';
import { askCommand, askUrl } from './targets.ts';
import { requireTrust } from './trust.ts';
import type { ServerNode } from './views/serversView.ts';
import { findWorkloads, saveWorkload, sessionWorkload } from './workloadFiles.ts';

/** How a command is told to ask nothing. Consent is the same as by the picker: a tool by its name unless it destroys. */
export interface GivenLoad {
  /** Changes to the options of *Quick*. */
  options?: Partial<LoadOptions>;
  /** Tools to call; absent: the picker asks. */
  tools?: string[];
  /** Path of a workload file, instead of tools. */
  workload?: string;
}

/** What a load test does and calls; without `choice` the user ticks tools. */
interface Plan {
  options: LoadOptions;
  workload: Workload | null;
  choice: Choice | null;
}

/** Runs that are looked at for figures of a server. */
const recentRuns = 20;

/** The commands that start a load test. Each resolves with the run's folder, or undefined when there is none. */
export function loadCommands(host: Host, servers: Servers, runs: RunList, panels: Panels, memory: Memory, profiling: Profiling): Disposable {
  const store = createStore();

  async function test(target: Target, planOf: (server: Startable) => Promise<Plan | undefined>): Promise<string | undefined> {
    requireTrust();
    if (!profiling.isFree()) return undefined;
    const server = await toStartable(host, servers, target);
    const plan = server && (await planOf(server));
    const allowRemote = plan && (await remoteHosts(server, plan.options));
    if (!plan || !allowRemote) return undefined;
    const { checkLoadOptions } = await import('../app/loadOptions.ts');
    checkLoadOptions(plan.options);
    const dir = await profiling.start({
      title: server.spec.name,
      spec: server.spec,
      choice: plan.choice ?? {},
      ...server.configured,
      ...(plan.choice ? {} : { choose: (offers, signal) => choose(server, plan, offers, signal) }),
      load: { options: plan.options, workload: plan.workload, allowRemote },
    });
    if (dir !== undefined) await memory.keepRun(dir, server.target);
    return dir;
  }

  /** Tools are ticked; of a workload, only what it destroys is asked for. */
  async function choose({ target, spec }: Startable, { workload }: Plan, offers: ToolOffer[], signal: AbortSignal): Promise<Choice | null> {
    const before = await memory.choice(target, 'load');
    if (workload) return chooseForWorkload(spec.name, workload, offers, before);
    const answer = await chooseTools(spec.name, offers, before ?? (await argumentsOfProfile(target, offers)), signal, forLoad);
    if (!answer) return null;
    await memory.keepChoice(target, answer, 'load');
    return toChoice(answer);
  }

  /** Arguments that were edited for a profile are as good for a load test; consent is not. */
  async function argumentsOfProfile(target: Target, offers: ToolOffer[]): Promise<RememberedChoice | null> {
    const profiled = await memory.choice(target);
    return profiled && { tools: offers.filter((o) => o.readOnly).map((o) => o.name), args: profiled.args, confirmed: [] };
  }

  async function ask({ target, spec }: Startable): Promise<Plan | undefined> {
    const files = await findWorkloads();
    const picked = await pickPreset(spec.name, files);
    if (!picked) return undefined;
    const base = loadOptionsFromSettings();
    const { readSlo, readWorkloadFile } = await import('./onDemand.ts');
    const workload = picked.preset === 'agents' ? await sessionWorkload(picked.workload, files) : picked.workload === null ? null : await readWorkloadFile(picked.workload);
    if (picked.preset === 'agents' && workload === null) return undefined;
    const answer = await askPreset(picked.preset, () => suggested(target, base.caps.perSecond), base, readSlo);
    return answer && { options: optionsOfPreset(answer, base), workload, choice: null };
  }

  /** From the newest run of the same server. */
  async function suggested(target: Target, cap: number): Promise<number> {
    const { readRun } = await import('../app/runs.ts');
    for (const entry of (await runs.list()).slice(0, recentRuns)) {
      const of = await memory.targetOf(entry.dir);
      if (of && targetKey(of) === targetKey(target)) return suggestRate({ load: entry.load, tools: entry.load ? [] : (await readRun(entry.dir)).tools }, cap);
    }
    return suggestRate(null, cap);
  }

  async function planOfGiven(given: GivenLoad): Promise<Plan> {
    const { readWorkloadFile } = await import('./onDemand.ts');
    return {
      options: { ...loadOptionsFromSettings(), ...given.options },
      workload: given.workload === undefined ? null : await readWorkloadFile(given.workload),
      choice: given.tools ? { tools: given.tools } : given.workload === undefined ? null : {},
    };
  }

  const planner = (given: GivenLoad | undefined) => (server: Startable) => (given ? planOfGiven(given) : ask(server));

  /** What a load test called and how, once more; its caps are those of today. */
  async function again(dir: string): Promise<string | undefined> {
    const { readLoadResult } = await import('./onDemand.ts');
    const result = await readLoadResult(dir);
    if (!result) throw new UserError('bad-argument', 'This run is a profile.', 'Choose a load test, or start one from the Servers view.');
    const target = await targetOfRun(memory, servers, dir);
    return test(target, async () => {
      const before = await memory.choice(target, 'load');
      // a destructive tool that was allowed then, is; the engine leaves out any other
      const choice = { includeDestructive: before !== null && before.confirmed.some((name) => result.operations.some((o) => o.name === name)) };
      return { options: { ...result.options, caps: loadOptionsFromSettings().caps }, workload: result.workload, choice };
    });
  }

  store.add(
    registerCommand(host, commands.loadTestServer, async (server?: ServerNode | string | Target, given?: GivenLoad) => {
      requireTrust();
      const target = toTarget(server) ?? (await pickTarget(servers));
      return target && test(target, planner(given));
    }),
  );
  store.add(registerCommand(host, commands.loadTestSample, (given?: GivenLoad) => test({ kind: 'sample' }, planner(given))));
  store.add(
    registerCommand(host, commands.loadTestAgain, async (run?: RunArgument) => {
      const dir = typeof run === 'string' ? run : (run?.dir ?? panels.activeRun() ?? (await runs.list()).find((entry) => entry.load !== null)?.dir);
      return dir === undefined ? vscode.commands.executeCommand(commands.loadTestServer) : again(dir);
    }),
  );
  store.add(
    registerCommand(host, commands.saveWorkload, async (run?: RunArgument, file?: string) => {
      const dir = typeof run === 'string' ? run : (run?.dir ?? panels.activeRun() ?? (await runs.list())[0]?.dir);
      if (dir === undefined) throw new UserError('run-not-found', 'There are no runs yet.', 'Profile a server, then save what was called as a workload.');
      return saveWorkload(dir, file);
    }),
  );
  store.add(
    registerCommand(host, commands.importLocust, async (file?: string) => {
      const [chosen] = file === undefined ? ((await vscode.window.showOpenDialog({ title: 'Result of a locustfile that MCP Profiler wrote', filters: { JSON: ['json'] } })) ?? []) : [vscode.Uri.file(file)];
      if (!chosen) return undefined;
      const runDir = await runInEngine(host.dist('cli.cjs'), { type: 'import', request: { file: chosen.fsPath, outDir: outDir(host) } }, { onOutput: (text) => host.log.info(text) }).done;
      runs.refresh();
      await panels.openRun(runDir);
      return runDir;
    }),
  );
  return store;
}

/** Hosts that the user has said yes to; undefined when they have not. */
async function remoteHosts({ spec }: Startable, options: LoadOptions): Promise<string[] | undefined> {
  if (spec.transport === 'stdio') return [];
  const { hostname } = new URL(spec.url);
  const { isLoopback } = await import('./onDemand.ts');
  if (isLoopback(hostname)) return [];
  return (await confirmRemote(hostname, describe(options))) ? [hostname] : undefined;
}

function describe({ goal, model, durationS }: LoadOptions): string {
  if (goal === 'capacity') return 'The rate is raised until the server cannot hold it, and then once beyond that.';
  switch (model.kind) {
    case 'rate':
      return `${model.perSecond} calls per second for ${durationS} s.`;
    case 'ramp':
      return `From ${model.from} to ${model.to} calls per second in ${durationS} s.`;
    case 'closed':
      return `${model.concurrency} calls in flight for ${durationS} s, as fast as it answers.`;
    case 'sessions':
      return `${model.sessions} agents for ${durationS} s.`;
  }
}

async function chooseForWorkload(server: string, workload: Workload, offers: ToolOffer[], before: RememberedChoice | null): Promise<Choice | null> {
  const requests = [...workload.mix, ...(workload.session?.steps.flatMap((s) => s.requests) ?? [])];
  const tools = [...new Set(requests.flatMap((r) => ('tool' in r ? [r.tool] : [])))];
  const destructive = offers.filter((o) => o.destructive && tools.includes(o.name)).map((o) => o.name);
  const includeDestructive = destructive.length > 0 && (destructive.every((name) => before?.confirmed.includes(name)) || (await confirmDestructive(server, destructive, forLoad)));
  return { tools, includeDestructive };
}

function toTarget(server: ServerNode | string | Target | undefined): Target | undefined {
  if (server === undefined) return undefined;
  if (typeof server === 'string') return { kind: 'configured', id: server };
  switch (server.kind) {
    case 'server':
      return { kind: 'configured', id: server.server.id };
    case 'source':
    case 'problem':
      return undefined;
    default:
      return server;
  }
}

async function pickTarget(servers: Servers): Promise<Target | undefined> {
  let other: (() => Promise<Target | undefined>) | undefined;
  const server = await pickServer(servers, 'Load test a server', [
    { label: '$(beaker) Sample Server', description: 'a small bookshop that is slow in three ways', run: () => (other = () => Promise.resolve({ kind: 'sample' })) },
    { label: '$(terminal) A Command…', run: () => (other = () => askCommand(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd(), 'Load test a command')) },
    { label: '$(globe) A URL…', run: () => (other = () => askUrl('Load test a URL')) },
  ]);
  return server ? { kind: 'configured', id: server.id } : other?.();
}

