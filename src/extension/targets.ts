import { platform } from 'node:os';
import * as vscode from 'vscode';
import type { Target } from './memory.ts';
import { splitCommand } from './splitCommand.ts';

const split = (line: string) => splitCommand(line, platform() === 'win32');

/** Asks for a command line. No shell is involved: quotes group words, nothing is expanded. */
export async function askCommand(cwd: string, title = 'Profile a command'): Promise<(Target & { kind: 'command' }) | undefined> {
  const line = await vscode.window.showInputBox({
    title,
    prompt: `The command that starts the server, run in ${cwd}`,
    placeHolder: 'node dist/server.js --stdio',
    ignoreFocusOut: true,
    validateInput(text) {
      const words = split(text);
      return words === null ? 'A quote is not closed.' : words.length === 0 ? 'A command is needed.' : undefined;
    },
  });
  const [command, ...args] = line === undefined ? [] : (split(line) ?? []);
  return command === undefined ? undefined : { kind: 'command', command, args, cwd };
}

export async function askUrl(title = 'Profile a URL'): Promise<(Target & { kind: 'url' }) | undefined> {
  const url = await vscode.window.showInputBox({
    title,
    prompt: 'Address of a server that is running (Streamable HTTP, or the older SSE)',
    placeHolder: 'http://localhost:3000/mcp',
    ignoreFocusOut: true,
    validateInput: (text) => (/^https?:$/.test(URL.parse(text)?.protocol ?? '') ? undefined : 'An http or https address is needed.'),
  });
  return url === undefined ? undefined : { kind: 'url', url };
}
