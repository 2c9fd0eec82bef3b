import { serverSources, type ConfigProblem, type ServerDefinition } from '../model/server.ts';
import { readConfigFile } from './configFile.ts';
import type { Source, SourceFile, Where } from './source.ts';
import { claudeCode, claudeDesktop } from './sources/claude.ts';
import { codex } from './sources/codex.ts';
import { cursor, windsurf } from './sources/editors.ts';
import { copilotCli, geminiCli } from './sources/terminals.ts';
import { vscodeUser, vscodeWorkspace } from './sources/vscode.ts';

export type { Where } from './source.ts';

const order = serverSources.map((s) => s.id as string);
const sources: Source[] = [vscodeWorkspace, vscodeUser, claudeCode, claudeDesktop, cursor, windsurf, copilotCli, geminiCli, codex].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));

/**
 * Every server that is configured here, in the order of the sources, unresolved. Never rejects: what cannot be read is
 * a problem at its place, and spares the rest. A server that two sources configure is listed twice.
 */
export async function discoverServers(where: Where): Promise<{ servers: ServerDefinition[]; problems: ConfigProblem[] }> {
  const files = sources.flatMap((source) => source.files(where).map((at) => ({ source, at })));
  const read = await Promise.all(
    files.map(async ({ source, at }) => {
      const problems: ConfigProblem[] = [];
      const file = await readConfigFile(at.path, problems);
      return { servers: file ? source.read(file, at, where, problems) : [], problems };
    }),
  );
  return { servers: read.flatMap((r) => r.servers), problems: read.flatMap((r) => r.problems) };
}

/** The files that are looked at, present or not; to watch them. */
export function configFiles(where: Where): SourceFile[] {
  return sources.flatMap((source) => source.files(where));
}
