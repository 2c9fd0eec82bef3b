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

interface ToolItem extends vscode.QuickPickItem {
  offer: ToolOffer;
}

const editButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Edit Arguments' };

/**
 * Asks which tools to call, and with what. Read-only tools are ticked; any other needs its own tick, and a destructive
 * one a second yes the first time. Null when the user backs out, or the run has ended meanwhile.
 */
export async function chooseTools(server: string, offers: ToolOffer[], before: RememberedChoice | null, signal: AbortSignal): Promise<RememberedChoice | null> {
  const args: RememberedChoice['args'] = Object.fromEntries(Object.entries(before?.args ?? {}).filter(([name]) => offers.some((o) => o.name === name)));
  let ticked = new Set(offers.filter((o) => (before ? before.tools.includes(o.name) : o.readOnly)).map((o) => o.name));
  for (;;) {
    const answer = await ask(server, offers, ticked, args, signal);
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
      if (!(await confirmDestructive(server, unconfirmed))) {
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
): Promise<{ ticked: string[]; edit?: ToolOffer } | null> {
  const pick = vscode.window.createQuickPick<ToolItem>();
  pick.title = `Which tools of ${server} may be called?`;
  pick.placeholder = offers.length === 0 ? 'The server lists no tools' : 'Each ticked tool is called with the arguments below its name';
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

async function confirmDestructive(server: string, tools: string[]): Promise<boolean> {
  const yes = tools.length === 1 ? 'Call It' : 'Call Them';
  const answer = await vscode.window.showWarningMessage(
    `Call ${tools.map((t) => `"${t}"`).join(', ')} of ${server}, again and again?`,
    { modal: true, detail: 'The server marks this as destructive: it may delete or overwrite data. You are asked once per tool in this workspace.' },
    yes,
  );
  return answer === yes;
}
