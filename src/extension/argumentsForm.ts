import * as vscode from 'vscode';
import type { ToolOffer } from '../model/engine.ts';
import { fieldsOf, parseArguments, parseField, showValue, type ArgumentField } from './argumentFields.ts';

type Arguments = Record<string, unknown>;

interface FieldItem extends vscode.QuickPickItem {
  action: 'use' | 'json' | 'reset' | ArgumentField;
}

/** A form in quick picks: one line per argument, edited one by one. Undefined when the user backs out. */
export async function editArguments(tool: ToolOffer, start: Arguments): Promise<Arguments | undefined> {
  const fields = fieldsOf(tool.inputSchema);
  let args = { ...start };
  for (;;) {
    const items: (FieldItem | vscode.QuickPickItem)[] = [
      { label: '$(check) Use These Arguments', description: JSON.stringify(args), action: 'use' },
      { label: '$(json) Edit All as JSON…', action: 'json' },
      { label: '$(discard) Back to the Generated Ones', action: 'reset' },
      { label: 'arguments', kind: vscode.QuickPickItemKind.Separator },
      ...fields.map((field) => ({
        label: field.name,
        description: field.name in args ? showValue(args[field.name]) : 'not given',
        detail: [field.type === 'json' ? null : field.type, field.required ? 'required' : 'optional', field.description].filter(Boolean).join(' · '),
        action: field,
      })),
    ];
    const picked = await vscode.window.showQuickPick(items as FieldItem[], { title: `Arguments of ${tool.name}`, placeHolder: 'Choose an argument to change it', ignoreFocusOut: true });
    if (!picked) return undefined;
    if (picked.action === 'use') return args;
    if (picked.action === 'reset') args = { ...tool.sampleArgs };
    else if (picked.action === 'json') args = (await editJson(tool.name, args)) ?? args;
    else args = await editField(picked.action, args);
  }
}

async function editJson(tool: string, args: Arguments): Promise<Arguments | undefined> {
  const text = await vscode.window.showInputBox({
    title: `Arguments of ${tool} as JSON`,
    value: JSON.stringify(args),
    ignoreFocusOut: true,
    validateInput: (value) => problemOf(parseArguments(value)),
  });
  if (text === undefined) return undefined;
  const parsed = parseArguments(text);
  return 'value' in parsed ? parsed.value : undefined;
}

async function editField(field: ArgumentField, args: Arguments): Promise<Arguments> {
  const omit = '$(circle-slash) Leave It Out';
  if (field.choices) {
    const labels = [...field.choices.map(showValue), ...(field.required ? [] : [omit])];
    const label = await vscode.window.showQuickPick(labels, { title: field.name, ignoreFocusOut: true });
    if (label === undefined) return args;
    return label === omit ? without(args, field.name) : { ...args, [field.name]: field.choices[labels.indexOf(label)] };
  }
  const text = await vscode.window.showInputBox({
    title: field.name,
    value: showValue(args[field.name]),
    prompt: [field.description, field.type === 'json' ? 'as JSON' : field.type, field.required ? null : 'empty: leave it out'].filter(Boolean).join(' · '),
    ignoreFocusOut: true,
    validateInput: (value) => (value === '' && !field.required ? undefined : problemOf(parseField(field, value))),
  });
  if (text === undefined) return args;
  if (text === '' && !field.required) return without(args, field.name);
  const parsed = parseField(field, text);
  return 'value' in parsed ? { ...args, [field.name]: parsed.value } : args;
}

const problemOf = (parsed: { value: unknown } | { problem: string }) => ('problem' in parsed ? parsed.problem : undefined);

function without(args: Arguments, name: string): Arguments {
  return Object.fromEntries(Object.entries(args).filter(([key]) => key !== name));
}
