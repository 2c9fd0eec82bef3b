import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatRate } from '../model/format.ts';
import type { LoadOptions, Slo } from '../model/load.ts';
import { agentsProblem, defaultSlo, presets, rateProblem, secondsProblem, steadySeconds, type PresetAnswer, type PresetId } from './loadPresets.ts';

interface PresetItem extends vscode.QuickPickItem {
  preset?: PresetId;
  /** Path of a workload file; null for the tools that are ticked. */
  workload?: string | null;
}

export interface PickedPreset {
  preset: PresetId;
  /** Path of the workload file to use; null: the user ticks tools. */
  workload: string | null;
}

/** Asks for the kind of load test, and below for what is called where there are workload files to choose from. */
export async function pickPreset(server: string, workloads: readonly string[]): Promise<PickedPreset | undefined> {
  let workload: string | null = null;
  for (;;) {
    const items: PresetItem[] = presets.map(({ id, icon, label, description, detail }) => ({ label: `$(${icon}) ${label}`, description, detail, preset: id }));
    if (workloads.length > 0) {
      items.push({ label: 'what is called', kind: vscode.QuickPickItemKind.Separator });
      for (const path of [null, ...workloads]) items.push({ label: `$(${path === workload ? 'check' : 'blank'}) ${path === null ? 'Tools that you tick' : basename(path)}`, ...(path === null ? {} : { description: vscode.workspace.asRelativePath(path) }), workload: path });
    }
    const title: string = `Load test ${server}${workload === null ? '' : ` with ${basename(workload)}`}`;
    const picked: PresetItem | undefined = await vscode.window.showQuickPick(items, { title, placeHolder: 'What do you want to know?', matchOnDescription: true, ignoreFocusOut: true });
    if (!picked) return undefined;
    if (picked.preset) return { preset: picked.preset, workload };
    workload = picked.workload ?? null;
  }
}

/** Asks what a preset needs, and nothing else. `suggested`: calls per second. */
export async function askPreset(preset: PresetId, suggested: () => Promise<number>, { caps }: LoadOptions, readSlo: (text: string) => Slo): Promise<PresetAnswer | undefined> {
  const ask = (title: string, prompt: string, value: string, validateInput: (text: string) => string | undefined) => vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true, validateInput });
  const rate = (title: string, prompt: string, value: number) => ask(title, `${prompt} At most ${formatRate(caps.perSecond)} (mcpProfiler.load.maxRate).`, String(value), (text) => rateProblem(text, caps.perSecond));
  switch (preset) {
    case 'quick':
      return { preset };
    case 'steady': {
      const perSecond = await rate('Rate', 'Calls per second, suggested from the last run.', await suggested());
      if (perSecond === undefined) return undefined;
      const seconds = await ask('Duration', 'Seconds, after the warm-up.', String(Math.min(steadySeconds, caps.durationS)), (text) => secondsProblem(text, caps.durationS));
      return seconds === undefined ? undefined : { preset, perSecond: Number(perSecond), durationS: Number(seconds) };
    }
    case 'ramp': {
      const top = Math.min(caps.perSecond, 2 * (await suggested()));
      const from = await rate('Ramp from', 'Calls per second at its start.', Math.max(1, Math.round(top / 10)));
      if (from === undefined) return undefined;
      const to = await rate('Ramp to', 'Calls per second at its end, a minute later.', top);
      return to === undefined ? undefined : { preset, from: Number(from), to: Number(to) };
    }
    case 'capacity': {
      const slo = await ask('Objective', 'What must hold: percentiles of the response time with their limits, and the share of errors.', defaultSlo, (text) => sloProblem(text, readSlo));
      return slo === undefined ? undefined : { preset, slo: readSlo(slo) };
    }
    case 'agents': {
      const sessions = await ask('Agents', 'How many agents work at once.', '10', agentsProblem);
      return sessions === undefined ? undefined : { preset, sessions: Number(sessions) };
    }
  }
}

function sloProblem(text: string, readSlo: (text: string) => Slo): string | undefined {
  try {
    readSlo(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Load on somebody else's machine needs a yes that names it. */
export async function confirmRemote(hostname: string, load: string): Promise<boolean> {
  const yes = `Send Load to ${hostname}`;
  const answer = await vscode.window.showWarningMessage(
    `Send a load test to ${hostname}?`,
    { modal: true, detail: `${load}\n\n${hostname} is not this machine. Load-test only servers that are yours, or whose owner agrees: many requests may cost money, trip limits or disturb others.` },
    yes,
  );
  return answer === yes;
}
