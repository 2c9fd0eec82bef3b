// What running servers list against what is found in their sources, for servers that are too heavy to install for `npm test`.
// `node test/matrix/handlers.ts`
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { recordResult } from '../bench/record.ts';
import { compare, type Lists, type LiveServer } from '../unit/support/liveHandlers.ts';
import { cachedPackage } from './cache.ts';

const root = join(import.meta.dirname, '../..');
const samples = join(root, 'test/servers/registrations');
const node = process.execPath;

/** A Python with packages in a folder of its own. */
function pythonWith(name: string, ...packages: string[]): { python: string; site: string } {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mcp-profiler-tests', name);
  const python = join(folder, 'bin/python');
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { timeout: 60_000 });
  execFileSync(python, ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', ...packages], { timeout: 300_000, stdio: 'ignore' });
  const site = execFileSync(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], { encoding: 'utf8' }).trim();
  return { python, site };
}

/** Samples of ours beside the package that they import, as Node looks for it from where a file lies. */
function beside(name: string, version: string, what: string): string {
  const prefix = join(cachedPackage(name, version), '../..');
  const folder = join(prefix, 'samples');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(samples, what), join(folder, what), { recursive: true });
  return folder;
}

function official(name: string, ...args: string[]): LiveServer {
  const dist = join(cachedPackage(`@modelcontextprotocol/server-${name}`, '2026.8.31'), 'dist');
  return { name: `server-${name}`, sources: [dist], command: [node, join(dist, 'index.js'), ...args] };
}

function servers(): LiveServer[] {
  const fastmcp = beside('fastmcp', '4.20.16', 'fastmcp.mjs');
  cpSync(join(samples, 'fastmcpTools.mjs'), join(fastmcp, 'fastmcpTools.mjs'));
  const framework = join(beside('mcp-framework', '0.2.22', 'framework'), 'framework');
  const reference = pythonWith('reference-servers', 'mcp-server-git==2026.10.19', 'mcp-server-fetch==2026.10.24', 'mcp-server-time==2026.10.19');
  const older = pythonWith('reference-servers-sdk-1', 'mcp<2', 'mcp-server-git==2026.7.10', 'mcp-server-fetch==2026.7.10', 'mcp-server-time==2026.7.10');
  const python = ({ python: command, site }: typeof reference, name: string, ...args: string[]): LiveServer => ({ name: `mcp-server-${name}`, sources: [join(site, `mcp_server_${name}`)], root: site, command: [command, '-m', `mcp_server_${name}`, ...args] });
  const products = pythonWith('fastmcp-4', 'fastmcp==4.*').python;
  return [
    official('everything', 'stdio'),
    official('filesystem', root),
    official('memory'),
    official('sequential-thinking'),
    { name: 'fastmcp (npm)', sources: [fastmcp], command: [node, join(fastmcp, 'fastmcp.mjs')] },
    { name: 'mcp-framework', sources: [framework], command: [node, join(framework, 'index.mjs')] },
    python(reference, 'git'),
    python(reference, 'fetch'),
    python(reference, 'time'),
    ...['git', 'fetch', 'time'].map((name) => ({ ...python(older, name), name: `mcp-server-${name} on SDK 1` })),
    ...withTables(),
    { name: 'fastmcp (PyPI)', sources: [join(samples, 'products.py'), join(samples, 'parts.py')], root: samples, command: [products, join(samples, 'products.py')] },
  ];
}

/** Servers whose tools are in tables: filled by their keys, made of methods' names, of functions that are chosen by a key. */
function withTables(): LiveServer[] {
  const nowhere = 'http://127.0.0.1:9';
  const low = pythonWith('table-servers', 'mcp-logseq==1.10.0', 'mcp-yahoo-finance==0.2.0');
  const fast = pythonWith('table-servers-fastmcp', 'mcp-server-apache-airflow==0.2.10', 'mcpcap==0.10.0');
  const server = ({ python, site }: typeof low, name: string, sources: string, env: Record<string, string> = {}): LiveServer => ({ name, sources: [join(site, sources)], root: site, command: [join(dirname(python), name)], env });
  return [
    server(low, 'mcp-logseq', 'mcp_logseq', { LOGSEQ_API_TOKEN: 'none', LOGSEQ_API_URL: nowhere }),
    server(low, 'mcp-yahoo-finance', 'mcp_yahoo_finance'),
    server(fast, 'mcp-server-apache-airflow', 'src', { AIRFLOW_HOST: nowhere, AIRFLOW_USERNAME: 'none', AIRFLOW_PASSWORD: 'none' }),
    server(fast, 'mcpcap', 'mcpcap'),
  ];
}

const total = { listed: 0, missed: 0, found: 0, extra: 0 };
const rows = [];
for (const server of servers()) {
  const { tools, prompts, resources } = await compare(server);
  total.listed += tools.listed.length;
  total.missed += tools.missed.length;
  total.found += tools.found.length;
  total.extra += tools.extra.length;
  const row = { server: server.name, tools: counts(tools), prompts: counts(prompts), resources: counts(resources) };
  rows.push(row);
  console.log(JSON.stringify(row));
}
const recall = (total.listed - total.missed) / total.listed;
const precision = (total.found - total.extra) / total.found;
recordResult('handlers', { tools: { ...total, recall, precision }, rows });
console.log(`${total.listed - total.missed} of ${total.listed} tools found (at least 95%), ${total.found - total.extra} of ${total.found} found are listed (at least 98%)`);
process.exitCode = recall >= 0.95 && precision >= 0.98 ? 0 : 1;

function counts({ listed, found, missed, extra }: Lists) {
  return { listed: listed.length, found: found.length, ...(missed.length > 0 && { missed }), ...(extra.length > 0 && { extra }) };
}
