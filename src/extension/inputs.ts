import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { InputDefinition } from '../model/server.ts';
import { commands } from './contributions.ts';
import type { Disposable } from './disposables.ts';
import { registerCommand } from './errors.ts';
import type { Host } from './host.ts';

const prefix = 'input:';
/** The same input id in another file is another secret. */
const keyOf = (file: string, id: string) => `${prefix}${createHash('sha256').update(file).digest('hex').slice(0, 16)}:${id}`;

/** The value of `${input:id}`: asked once, then taken from the secret storage. Undefined when the user backs out. */
export async function askInput(host: Host, file: string, input: InputDefinition): Promise<string | undefined> {
  const { secrets } = host.context;
  const key = keyOf(file, input.id);
  const known = await secrets.get(key);
  if (known !== undefined) return known;
  const value =
    input.type === 'pickString'
      ? await vscode.window.showQuickPick(input.options ?? [], { title: input.description ?? input.id, ignoreFocusOut: true })
      : await vscode.window.showInputBox({
          title: input.description ?? input.id,
          prompt: `Input "${input.id}". Kept in the secret storage of VS Code.`,
          ...(input.default === undefined ? {} : { value: input.default }),
          password: input.password ?? false,
          ignoreFocusOut: true,
        });
  if (value !== undefined) await secrets.store(key, value);
  return value;
}

export function registerForgetInputs(host: Host): Disposable {
  return registerCommand(host, commands.forgetInputs, async () => {
    const { secrets } = host.context;
    const keys = (await secrets.keys()).filter((key) => key.startsWith(prefix));
    for (const key of keys) await secrets.delete(key);
    void vscode.window.showInformationMessage(keys.length === 0 ? 'No inputs were stored.' : `${keys.length} stored ${keys.length === 1 ? 'input was' : 'inputs were'} forgotten; they are asked for at the next run.`);
  });
}
