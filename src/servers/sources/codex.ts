import type { HttpLaunch, StdioLaunch } from '../../model/server.ts';
import { parseTomlFile } from '../configValue.ts';
import { readPlainLaunch, readServers, type Reader } from '../readServer.ts';
import { paths, userFile, workspaceFiles, type Source } from '../source.ts';

export const codex: Source = {
  id: 'codex',
  files(where) {
    const path = paths(where);
    const home = where.env['CODEX_HOME'] || path.join(where.home, '.codex');
    return [...workspaceFiles('codex', ['.codex', 'config.toml'], where), userFile('codex', path.join(home, 'config.toml'), where, '~/.codex/config.toml')];
  },
  read: (file, at, _where, problems) => readServers(parseTomlFile(file, problems)?.member('mcp_servers'), at, problems, { readLaunch }),
};

/** Codex names the variables that hold a token or a header; they become the variables that we resolve. */
function readLaunch(r: Reader): StdioLaunch | HttpLaunch | null {
  const launch = readPlainLaunch(r);
  if (!launch || launch.transport === 'stdio') return launch;
  const token = r.string('bearer_token_env_var');
  const fromEnv = Object.entries(r.strings('env_http_headers')).map(([header, name]): [string, string] => [header, `\${env:${name}}`]);
  const headers = { ...r.strings('http_headers'), ...Object.fromEntries(fromEnv), ...(token === undefined ? {} : { Authorization: `Bearer \${env:${token}}` }) };
  return { ...launch, headers };
}
