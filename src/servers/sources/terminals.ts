import { parseJson } from '../configValue.ts';
import { readPlainLaunch, readServers } from '../readServer.ts';
import { paths, userFile, workspaceFiles, type Source } from '../source.ts';

export const copilotCli: Source = {
  id: 'copilot-cli',
  files: (where) => [userFile('copilot-cli', paths(where).join(where.home, '.copilot', 'mcp-config.json'), where)],
  read: (file, at, _where, problems) => readServers(parseJson(file, problems)?.member('mcpServers'), at, problems),
};

export const geminiCli: Source = {
  id: 'gemini-cli',
  files: (where) => [
    ...workspaceFiles('gemini-cli', ['.gemini', 'settings.json'], where),
    userFile('gemini-cli', paths(where).join(where.home, '.gemini', 'settings.json'), where, '~/.gemini/settings.json'),
  ],
  read: (file, at, _where, problems) =>
    readServers(parseJson(file, problems)?.member('mcpServers'), at, problems, { readLaunch: (r) => readPlainLaunch(r, { httpUrl: 'http', url: 'sse' }) }),
};
