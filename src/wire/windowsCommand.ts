import { existsSync } from 'node:fs';
import { delimiter, extname, isAbsolute, join } from 'node:path';
import type { ProcessSpec } from '../model/server.ts';

export interface SpawnCommand {
  command: string;
  args: string[];
  windowsVerbatimArguments?: boolean;
}

/**
 * What to hand to `spawn`. Windows looks up only `.exe` by itself and cannot start a `.cmd` or `.bat` (npx, npm, pnpm)
 * without cmd.exe; everywhere else the command is used as it is.
 */
export function windowsCommand(spec: ProcessSpec, platform: NodeJS.Platform = process.platform): SpawnCommand {
  const { command, args } = spec;
  if (platform !== 'win32') return { command, args };
  const file = lookUp(command, spec.env) ?? command;
  if (!/\.(cmd|bat)$/i.test(file)) return { command: file, args };
  const line = [file, ...args].map(quoteForCmd).join(' ');
  return { command: spec.env['ComSpec'] ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], windowsVerbatimArguments: true };
}

function lookUp(command: string, env: Record<string, string>): string | null {
  const variable = (name: string) => Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1] ?? '';
  const extensions = extname(command) === '' ? (variable('PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';') : [''];
  const folders = isAbsolute(command) || /[\\/]/.test(command) ? [''] : variable('PATH').split(delimiter);
  for (const folder of folders) {
    for (const extension of extensions) {
      const file = folder === '' ? command + extension : join(folder, command + extension);
      if (existsSync(file)) return file;
    }
  }
  return null;
}

/** Quotes for the C runtime, then escapes what cmd.exe would interpret; twice, as a batch file parses it again. */
function quoteForCmd(argument: string): string {
  const quoted = `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
  const escape = (text: string) => text.replace(/[()\][%!^"`<>&|;, *?]/g, '^$&');
  return escape(escape(quoted));
}
