import { access, constants, readdir, stat } from 'node:fs/promises';
import { UserError } from '../model/errors.ts';
import type { ProcessSpec } from '../model/server.ts';
import { paths } from './source.ts';

/**
 * The absolute path of a command: looked up in the `PATH` of the process that will run it (with `PATHEXT` on Windows),
 * or below its working directory where it names a folder.
 * @throws UserError `command-not-found` with names that are near.
 */
export async function resolveCommand(command: string, { cwd, env }: Pick<ProcessSpec, 'cwd' | 'env'>, platform: NodeJS.Platform = process.platform): Promise<string> {
  const path = paths({ platform });
  if (!(await isDirectory(cwd))) throw new UserError('bad-config', `The working directory ${cwd} does not exist.`, 'Correct "cwd" of the server, or create the folder.');
  const names = platform === 'win32' ? windowsNames(command, env) : [command];

  if (/[\\/]/.test(platform === 'win32' ? command : command.replaceAll('\\', ''))) {
    for (const name of names) {
      const file = path.resolve(cwd, name);
      if (await isExecutable(file)) return file;
    }
    const file = path.resolve(cwd, command);
    const there = await isFile(file);
    throw new UserError('command-not-found', there ? `${file} is not executable.` : `${file} does not exist.`, there ? `Run chmod +x on it, or start it through its interpreter, e.g. node ${command}.` : `Correct the path; relative ones start in ${cwd}.`);
  }

  const folders = (variable(env, 'PATH', platform) ?? '').split(path.delimiter).filter((f) => f !== '');
  // Windows looks into the working directory first
  for (const folder of platform === 'win32' ? [cwd, ...folders] : folders) {
    for (const name of names) {
      const file = path.resolve(cwd, folder, name);
      if (await isExecutable(file)) return file;
    }
  }
  throw new UserError('command-not-found', `"${command}" was not found in any of the ${folders.length} folders of PATH.`, await hint(command, folders));
}

/** The value of a variable; Windows does not tell `Path` from `PATH`. */
export function variable(env: Record<string, string | undefined>, name: string, platform: NodeJS.Platform): string | undefined {
  return env[variableName(env, name, platform)];
}

/** The name under which a variable stands in an environment. */
export function variableName(env: Record<string, string | undefined>, name: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32' || name in env) return name;
  return Object.keys(env).find((key) => key.toUpperCase() === name.toUpperCase()) ?? name;
}

function windowsNames(command: string, env: Record<string, string>): string[] {
  const extensions = (variable(env, 'PATHEXT', 'win32') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((e) => e !== '');
  const has = extensions.some((e) => command.toUpperCase().endsWith(e.toUpperCase()));
  return has ? [command] : extensions.map((e) => command + e.toLowerCase());
}

async function hint(command: string, folders: string[]): Promise<string> {
  const near = await similarNames(command, folders);
  const managed = /^(node|npm|npx|pnpm|yarn|corepack)(\.cmd|\.exe)?$/i.test(command) ? ' A Node from nvm, fnm or Volta is on the PATH of your shell only: start the editor from a terminal, or configure the absolute path that "which" prints there.' : '';
  const python = /^(uv|uvx|python3?|pipx?)$/i.test(command) ? ' Install it, or configure the absolute path that "which" prints in a terminal.' : '';
  const similar = near.length > 0 ? `Similar names are there: ${near.join(', ')}.` : `Install ${command}, or configure its absolute path.`;
  return `${similar}${managed}${python}`;
}

/** At most three names on the PATH that differ from the command by two letters or fewer. */
async function similarNames(command: string, folders: string[]): Promise<string[]> {
  const distances = new Map<string, number>();
  const most = command.length <= 4 ? 1 : 2;
  for (const folder of new Set(folders)) {
    for (const name of await readdir(folder).catch((): string[] => [])) {
      if (Math.abs(name.length - command.length) > most || distances.has(name)) continue;
      const distance = editDistance(name.toLowerCase(), command.toLowerCase());
      if (distance <= most) distances.set(name, distance);
    }
  }
  return [...distances].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3).map(([name]) => name);
}

/** Letters to insert, delete, change or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, change, swap));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

const isFile = (path: string) => stat(path).then((s) => s.isFile(), () => false);
const isDirectory = (path: string) => stat(path).then((s) => s.isDirectory(), () => false);
const isExecutable = async (path: string) => (await isFile(path)) && access(path, constants.X_OK).then(() => true, () => false);
