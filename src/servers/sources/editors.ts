import { parseJson } from '../configValue.ts';
import { readPlainLaunch, readServers } from '../readServer.ts';
import { paths, userFile, workspaceFiles, type Source } from '../source.ts';

export const cursor: Source = {
  id: 'cursor',
  files: (where) => [...workspaceFiles('cursor', ['.cursor', 'mcp.json'], where), userFile('cursor', paths(where).join(where.home, '.cursor', 'mcp.json'), where, '~/.cursor/mcp.json')],
  read: (file, at, _where, problems) => readServers(parseJson(file, problems)?.member('mcpServers'), at, problems),
};

export const windsurf: Source = {
  id: 'windsurf',
  files: (where) => [userFile('windsurf', paths(where).join(where.home, '.codeium', 'windsurf', 'mcp_config.json'), where)],
  read: (file, at, _where, problems) =>
    readServers(parseJson(file, problems)?.member('mcpServers'), at, problems, { readLaunch: (r) => readPlainLaunch(r, { serverUrl: 'http', url: 'http' }) }),
};
