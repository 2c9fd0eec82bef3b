import { parseJson } from '../configValue.ts';
import { readServers } from '../readServer.ts';
import { configHome, paths, userFile, workspaceFiles, type Source } from '../source.ts';

export const claudeDesktop: Source = {
  id: 'claude-desktop',
  files: (where) => [userFile('claude-desktop', paths(where).join(configHome(where), 'Claude', 'claude_desktop_config.json'), where)],
  read: (file, at, _where, problems) => readServers(parseJson(file, problems)?.member('mcpServers'), at, problems),
};

const userKey = '~/.claude.json';

/** The project's `.mcp.json`; and the user's `~/.claude.json`, for all projects and, of the others, for these only. */
export const claudeCode: Source = {
  id: 'claude-code',
  files: (where) => [
    ...workspaceFiles('claude-code', ['.mcp.json'], where),
    userFile('claude-code', paths(where).join(where.home, '.claude.json'), where, userKey),
  ],
  read(file, at, where, problems) {
    const root = parseJson(file, problems);
    if (!root) return [];
    const servers = readServers(root.member('mcpServers'), at, problems);
    if (at.key !== userKey) return servers;
    const projects = root.member('projects');
    const ofProjects = where.workspaceFolders.flatMap((folder) => {
      // on Windows, too, the keys are written with slashes by some versions
      const project = projects?.member(folder) ?? projects?.member(folder.replaceAll('\\', '/'));
      return readServers(project?.member('mcpServers'), { ...at, key: `${userKey}[${folder}]`, workspaceFolder: folder }, problems);
    });
    return [...servers, ...ofProjects];
  },
};
