import { posix, win32 } from 'node:path';
import type { ConfigProblem, ServerDefinition, ServerSourceId } from '../model/server.ts';
import type { ConfigFile } from './configFile.ts';

/** Where to look. Everything is given, so that any platform can be looked at from any other. */
export interface Where {
  home: string;
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** Absolute paths. */
  workspaceFolders: string[];
  /** The `User` folder of this VS Code; by default that of a stable desktop build. */
  vscodeUserDir?: string;
}

/** A client whose configuration we read. */
export interface Source {
  id: ServerSourceId;
  files(where: Where): SourceFile[];
  read(file: ConfigFile, at: SourceFile, where: Where, problems: ConfigProblem[]): ServerDefinition[];
}

/** One file of a source, and what its servers have in common. */
export interface SourceFile {
  source: ServerSourceId;
  path: string;
  /** Tells the files of one source apart in the ids of their servers; null where there is only one. */
  key: string | null;
  workspaceFolder?: string;
  fromWorkspace: boolean;
}

export const paths = ({ platform }: Pick<Where, 'platform'>) => (platform === 'win32' ? win32 : posix);

/** A user-wide file. Its servers start in the first workspace folder, if there is one. */
export function userFile(source: ServerSourceId, path: string, where: Where, key: string | null = null): SourceFile {
  const [workspaceFolder] = where.workspaceFolders;
  return { source, path, key, ...(workspaceFolder === undefined ? {} : { workspaceFolder }), fromWorkspace: false };
}

/** The same file in every workspace folder. */
export function workspaceFiles(source: ServerSourceId, parts: string[], where: Where): SourceFile[] {
  const path = paths(where);
  const name = parts.join('/');
  return where.workspaceFolders.map((folder, i) => {
    const key = i === 0 ? name : `${path.basename(folder)}#${i + 1}/${name}`;
    return { source, path: path.join(folder, ...parts), key, workspaceFolder: folder, fromWorkspace: true };
  });
}

/** The folder below which applications keep the user's configuration. */
export function configHome({ home, platform, env }: Where): string {
  if (platform === 'win32') return env['APPDATA'] ?? win32.join(home, 'AppData', 'Roaming');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support');
  return env['XDG_CONFIG_HOME'] || posix.join(home, '.config');
}
