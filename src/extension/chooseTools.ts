import * as vscode from 'vscode';
import type { Choice, ToolOffer } from '../model/engine.ts';
import { editArguments } from './argumentsForm.ts';

/** What is kept of an answer, per workspace and server. */
export interface RememberedChoice {
  tools: string[];
  /** Arguments that the user set; those of other tools are generated. */
  args: Record<string, Record<string, unknown>>;
  /** Destructive tools that the user has said yes to. */
  confirmed: string[];
}

/** How the question is put. */
export interface Asking {
  title: (server: string) => string;
  placeholder: string;
  /** Asks for the second yes to destructive tools. */
  confirm: (server: string, tools: string[]) => { message: string; detail: string; yes: string };
}

const named = (tools: string[]) => tools.map((t) => `"${t}"`).join(', ');

export const forProfile: Asking = {
  title: (server) => `Which tools of ${server} may be called?`,
  placeholder: 'Each ticked tool is called with the arguments below its name',
  confirm: (server, tools) => ({
    message: `Call ${named(tools)} of ${server}, again and again?`,
    detail: 'The server marks this as destructive: it may delete or overwrite data. You are asked once per tool in this workspace.',
    yes: tools.length === 1 ? 'Call It' : 'Call Them',
  }),
};

export const forLoad: Asking = {
  title: (server) => `Which tools of ${server} may be called under load?`,
  placeholder: 'All ticked tools are called in equal parts; arguments that you do not edit are made anew for each call',
  confirm: (server, tools) => ({
    message: `Call ${named(tools)} of ${server} under load, thousands of times?`,
    detail: `The server marks this as destructive: it may delete or overwrite data, and a load test would do so thousands of times. A yes to a profile does not count here; you are asked once per tool in this workspace.`,
    yes: tools.length === 1 ? 'Load It Anyway' : 'Load Them Anyway',
  }),
};

interface ToolItem extends vscode.QuickPickItem {
  offer: ToolOffer;
}

const editButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Edit Arguments' };

/**
 * Asks which tools to call, and with what. Read-only tools are ticked; any other needs its own tick, and a destructive
 * one a second yes the first time. Null when the user backs out, or the run has ended meanwhile.
 */
export async function chooseTools(server: string, offers: ToolOffer[], before: RememberedChoice | null, signal: AbortSignal, asking: Asking = forProfile): Promise<RememberedChoice | null> {
  const args: RememberedChoice['args'] = Object.fromEntries(Object.entries(before?.args ?? {}).filter(([name]) => offers.some((o) => o.name === name)));
  let ticked = new Set(offers.filter((o) => (before ? before.tools.includes(o.name) : o.readOnly)).map((o) => o.name));
  for (;;) {
    const answer = await ask(server, offers, ticked, args, signal, asking);
    if (!answer || signal.aborted) return null;
    ticked = new Set(answer.ticked);
    if (answer.edit) {
      const edited = await editArguments(answer.edit, args[answer.edit.name] ?? answer.edit.sampleArgs);
      if (edited) args[answer.edit.name] = edited;
      continue;
    }
    if (ticked.size === 0) continue;
    const confirmed = new Set(before?.confirmed ?? []);
    const unconfirmed = offers.filter((o) => o.destructive && ticked.has(o.name) && !confirmed.has(o.name)).map((o) => o.name);
    if (unconfirmed.length > 0) {
      if (!(await confirmDestructive(server, unconfirmed, asking))) {
        for (const name of unconfirmed) ticked.delete(name);
        continue;
      }
      for (const name of unconfirmed) confirmed.add(name);
    }
    return { tools: [...ticked], args, confirmed: [...confirmed] };
  }
}

/** What the engine is told. Consent to destructive tools reaches only as far as those named. */
export function toChoice(answer: RememberedChoice): Choice {
  const args = Object.fromEntries(Object.entries(answer.args).filter(([name]) => answer.tools.includes(name)));
  return { tools: answer.tools, args, includeDestructive: answer.confirmed.some((name) => answer.tools.includes(name)) };
}

function ask(
  server: string,
  offers: ToolOffer[],
  ticked: Set<string>,
  args: RememberedChoice['args'],
  signal: AbortSignal,
  asking: Asking,
): Promise<{ ticked: string[]; edit?: ToolOffer } | null> {
  const pick = vscode.window.createQuickPick<ToolItem>();
  pick.title = asking.title(server);
  pick.placeholder = offers.length === 0 ? 'The server lists no tools' : asking.placeholder;
  pick.canSelectMany = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  const items: ToolItem[] = groups.flatMap<ToolItem>(({ label, has, description }) => {
    const members = offers.filter(has);
    if (members.length === 0) return [];
    const separator: vscode.QuickPickItem = { label, kind: vscode.QuickPickItemKind.Separator };
    return [
      separator as ToolItem,
      ...members.map((offer) => ({ label: offer.name, description, detail: JSON.stringify(args[offer.name] ?? offer.sampleArgs), buttons: [editButton], offer })),
    ];
  });
  pick.items = items;
  pick.selectedItems = items.filter((i) => i.kind !== vscode.QuickPickItemKind.Separator && ticked.has(i.offer.name));

  return new Promise((resolve) => {
    const names = () => pick.selectedItems.map((i) => i.offer.name);
    pick.onDidAccept(() => {
      resolve({ ticked: names() });
      pick.hide();
    });
    pick.onDidTriggerItemButton(({ item }) => {
      resolve({ ticked: names(), edit: item.offer });
      pick.hide();
    });
    const hide = () => pick.hide();
    signal.addEventListener('abort', hide);
    pick.onDidHide(() => {
      signal.removeEventListener('abort', hide);
      resolve(null);
      pick.dispose();
    });
    if (signal.aborted) resolve(null);
    else pick.show();
  });
}

const groups: { label: string; has: (o: ToolOffer) => boolean; description: string }[] = [
  { label: 'read-only', has: (o) => o.readOnly, description: '' },
  { label: 'may change things', has: (o) => !o.readOnly && !o.destructive, description: '$(warning) not marked read-only' },
  { label: 'destructive', has: (o) => o.destructive && !o.readOnly, description: '$(alert) destructive' },
];

export async function confirmDestructive(server: string, tools: string[], asking: Asking): Promise<boolean> {
  const { message, detail, yes } = asking.confirm(server, tools);
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, yes)) === yes;
}
