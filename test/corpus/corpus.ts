import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Public servers that the rules were developed on. Their code is not kept here. */
export const repositories = [
  { name: 'codeatlas-mcp-server', repository: 'giauphan/codeatlas-mcp-server', commit: 'e804e9a839d75dad65756f753796d5df57e7077e', paths: ['.'] },
  { name: 'DesktopCommanderMCP', repository: 'wonderwhy-er/DesktopCommanderMCP', commit: '1eccc8b09cc09805202a1737fd20d605356c3671', paths: ['src'] },
  { name: 'mongodb-mcp-server', repository: 'mongodb-js/mongodb-mcp-server', commit: '36a405e33817577f0c5a34d6d9479c0285fac5e4', paths: ['.'] },
  { name: 'mcp-atlassian', repository: 'sooperset/mcp-atlassian', commit: '436b37e4854aacad0aee3ce47baafb6fdb4162a7', paths: ['src'] },
] as const;

export type Repository = (typeof repositories)[number];

const usage = `usage: npm run corpus -- DIR
DIR holds a checkout of each repository, in a folder of its name, at the commit named:
${repositories.map((r) => `  ${r.name}  github.com/${r.repository}  ${r.commit}`).join('\n')}`;

/** The folder with the checkouts, from the command line. @throws Error with the list of what is to be there. */
export function corpusDir(argument: string | undefined): string {
  const dir = argument === undefined ? undefined : resolve(argument);
  const missing = dir === undefined ? [] : repositories.filter((r) => !existsSync(join(dir, r.name))).map((r) => r.name);
  if (dir === undefined || missing.length > 0) throw new Error(missing.length > 0 ? `not there: ${missing.join(', ')}\n${usage}` : usage);
  return dir;
}
