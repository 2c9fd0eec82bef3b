import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { configFiles, discoverServers, type Where } from '../../src/servers/discover.ts';

describe('discovery of configured servers', () => {
  let home: string;
  let folder: string;
  let where: Where;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'servers-'));
    folder = join(home, 'shop');
    where = { home, platform: 'linux', env: {}, workspaceFolders: [folder] };
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const write = async (path: string, content: unknown) => {
    const file = join(home, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const stdio = { transport: 'stdio', command: 'node', args: ['s.js'], env: {} };
  const launches = async () => Object.fromEntries((await discoverServers(where)).servers.map((s) => [s.id, s.launch]));

  it('finds nothing where nothing is', async () => {
    assert.deepEqual(await discoverServers(where), { servers: [], problems: [] });
  });

  it('reads every source, user-wide and of the workspace', async () => {
    const mcpServers = { s: { command: 'node', args: ['s.js'] } };
    await write('shop/.vscode/mcp.json', { servers: mcpServers });
    await write('.config/Code/User/mcp.json', { servers: mcpServers });
    await write('shop/.mcp.json', { mcpServers });
    await write('.claude.json', { mcpServers, projects: { [folder]: { mcpServers }, '/elsewhere': { mcpServers } } });
    await write('.config/Claude/claude_desktop_config.json', { mcpServers });
    await write('shop/.cursor/mcp.json', { mcpServers });
    await write('.cursor/mcp.json', { mcpServers });
    await write('.codeium/windsurf/mcp_config.json', { mcpServers });
    await write('.copilot/mcp-config.json', { mcpServers });
    await write('shop/.gemini/settings.json', { mcpServers, theme: 'x' });
    await write('.gemini/settings.json', { mcpServers });
    await write('shop/.codex/config.toml', '[mcp_servers.s]\ncommand = "node"\nargs = ["s.js"]\n');
    await write('.codex/config.toml', 'model = "x"\n[mcp_servers.s]\ncommand = "node"\nargs = ["s.js"]\n');
    const { servers, problems } = await discoverServers(where);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      servers.map((s) => [s.id, s.fromWorkspace]),
      [
        ['vscode-workspace:.vscode/mcp.json/s', true],
        ['vscode-user/s', false],
        ['claude-code:.mcp.json/s', true],
        ['claude-code:~/.claude.json/s', false],
        [`claude-code:~/.claude.json[${folder}]/s`, false],
        ['claude-desktop/s', false],
        ['cursor:.cursor/mcp.json/s', true],
        ['cursor:~/.cursor/mcp.json/s', false],
        ['windsurf/s', false],
        ['copilot-cli/s', false],
        ['gemini-cli:.gemini/settings.json/s', true],
        ['gemini-cli:~/.gemini/settings.json/s', false],
        ['codex:.codex/config.toml/s', true],
        ['codex:~/.codex/config.toml/s', false],
      ],
    );
    for (const s of servers) assert.deepEqual([s.name, s.launch, s.workspaceFolder], ['s', stdio, folder], s.id);
    assert.equal(new Set(servers.map((s) => s.id)).size, servers.length);
  });

  it('knows where each platform keeps its files', () => {
    const at = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string) =>
      configFiles({ platform, env, home, workspaceFolders: [] }).filter((f) => ['vscode-user', 'claude-desktop', 'cursor'].includes(f.source)).map((f) => f.path);
    assert.deepEqual(at('linux', { XDG_CONFIG_HOME: '/cfg' }, '/home/u'), ['/cfg/Code/User/mcp.json', '/cfg/Claude/claude_desktop_config.json', '/home/u/.cursor/mcp.json']);
    assert.deepEqual(at('darwin', {}, '/Users/u'), ['/Users/u/Library/Application Support/Code/User/mcp.json', '/Users/u/Library/Application Support/Claude/claude_desktop_config.json', '/Users/u/.cursor/mcp.json']);
    assert.deepEqual(at('win32', { APPDATA: 'D:\\Roaming' }, 'C:\\Users\\u'), ['D:\\Roaming\\Code\\User\\mcp.json', 'D:\\Roaming\\Claude\\claude_desktop_config.json', 'C:\\Users\\u\\.cursor\\mcp.json']);
    assert.equal(configFiles({ platform: 'linux', env: {}, home: '/h', workspaceFolders: [], vscodeUserDir: '/data/User' })[0]?.path, '/data/User/mcp.json');
  });

  it('reads comments, trailing commas, a byte-order mark and inputs, and knows the lines', async () => {
    const file = await write(
      'shop/.vscode/mcp.json',
      `\uFEFF{
  // comment
  "inputs": [
    { "id": "key", "type": "promptString", "description": "Key", "password": true },
    { "id": "env", "type": "pickString", "options": ["dev", { "label": "Live", "value": "prod" }], "default": "dev" },
    { "id": "cmd", "type": "command", "command": "x.pick" },
  ],
  "servers": {
    "one": { "type": "stdio", "command": "node", "args": ["a", 1], "cwd": "sub", "envFile": ".env", "env": { "S": "x", "N": 5, "U": null }, "dev": {}, },
    "two": { "type": "http", "url": "https://x.org/mcp", "headers": { "A": "b" } },
    "three": { "type": "sse", "url": "https://x.org/events" },
  },
}`,
    );
    const { servers, problems } = await discoverServers(where);
    assert.deepEqual(problems, []);
    assert.deepEqual(servers.map((s) => [s.name, s.file, s.line]), [['one', file, 8], ['two', file, 9], ['three', file, 10]]);
    assert.deepEqual(servers[0]!.launch, { transport: 'stdio', command: 'node', args: ['a', '1'], cwd: 'sub', envFile: '.env', env: { S: 'x', N: 5, U: null } });
    assert.deepEqual(servers[1]!.launch, { transport: 'http', url: 'https://x.org/mcp', headers: { A: 'b' } });
    assert.deepEqual(servers[2]!.launch, { transport: 'sse', url: 'https://x.org/events', headers: {} });
    assert.deepEqual(servers[0]!.inputs, [
      { id: 'key', type: 'promptString', description: 'Key', password: true },
      { id: 'env', type: 'pickString', default: 'dev', options: ['dev', 'prod'] },
      { id: 'cmd', type: 'command', command: 'x.pick' },
    ]);
  });

  it('reads the URL keys of each client', async () => {
    await write('.codeium/windsurf/mcp_config.json', { mcpServers: { w: { serverUrl: 'https://w/mcp' } } });
    await write('.gemini/settings.json', { mcpServers: { sse: { url: 'https://g/x' }, http: { httpUrl: 'https://g/y' }, typed: { url: 'https://g/z', type: 'http' } } });
    await write('.cursor/mcp.json', { mcpServers: { c: { url: 'https://c/sse' }, h: { url: 'https://c/mcp', type: 'streamable-http' } } });
    await write('.copilot/mcp-config.json', { mcpServers: { l: { type: 'local', command: 'node', args: [], tools: ['*'] } } });
    await write('.codex/config.toml', '[mcp_servers.x]\nurl = "https://x/mcp"\nbearer_token_env_var = "TOK"\n[mcp_servers.x.http_headers]\nA = "b"\n[mcp_servers.x.env_http_headers]\nC = "D"\n');
    assert.deepEqual(await launches(), {
      'windsurf/w': { transport: 'http', url: 'https://w/mcp', headers: {} },
      'gemini-cli:~/.gemini/settings.json/sse': { transport: 'sse', url: 'https://g/x', headers: {} },
      'gemini-cli:~/.gemini/settings.json/http': { transport: 'http', url: 'https://g/y', headers: {} },
      'gemini-cli:~/.gemini/settings.json/typed': { transport: 'http', url: 'https://g/z', headers: {} },
      'cursor:~/.cursor/mcp.json/c': { transport: 'sse', url: 'https://c/sse', headers: {} },
      'cursor:~/.cursor/mcp.json/h': { transport: 'http', url: 'https://c/mcp', headers: {} },
      'copilot-cli/l': { transport: 'stdio', command: 'node', args: [], env: {} },
      'codex:~/.codex/config.toml/x': { transport: 'http', url: 'https://x/mcp', headers: { A: 'b', C: '${env:D}', Authorization: 'Bearer ${env:TOK}' } },
    });
  });

  it('a broken file is a problem at its place and spares the others', async () => {
    const json = await write('shop/.mcp.json', '{\n  "mcpServers": {\n    "a": { "command": "x" },\n    "b": { "command": ?? }\n');
    const toml = await write('.codex/config.toml', 'model = "x"\n[mcp_servers.s]\ncommand = node\n');
    await write('.cursor/mcp.json', { mcpServers: { good: { command: 'node' } } });
    const { servers, problems } = await discoverServers(where);
    assert.deepEqual(servers.map((s) => s.name), ['a', 'good']);
    assert.deepEqual(problems.filter((p) => p.file === json).map((p) => [p.line, p.column])[0], [3, 22]);
    assert.deepEqual(problems.filter((p) => p.file === toml).map((p) => p.line), [2]);
    assert.ok(problems.every((p) => p.message.length > 10 && p.message.endsWith('.')), JSON.stringify(problems));
  });

  it('wrong types are problems at their places', async () => {
    const file = await write(
      'shop/.vscode/mcp.json',
      '{ "inputs": {}, "servers": {\n"a": { "command": 5 },\n"b": "x",\n"c": { "command": "n", "args": "x", "env": { "A": {}, "B": true } },\n"d": {},\n"e": { "url": "http://x", "headers": [] } } }',
    );
    await write('.cursor/mcp.json', { mcpServers: [] });
    await write('.claude.json', '[]');
    const { servers, problems } = await discoverServers(where);
    assert.deepEqual(servers.map((s) => s.name), ['c', 'e']);
    assert.deepEqual(servers[0]!.launch, { transport: 'stdio', command: 'n', args: [], env: { B: 'true' } });
    assert.deepEqual(problems.filter((p) => p.file === file).map((p) => p.line).sort(), [0, 1, 1, 2, 3, 3, 4, 5]);
    assert.equal(problems.length, 9);
  });

  it('finds the line of a server in TOML, however it is written', async () => {
    await write('.codex/config.toml', '# x\n[mcp_servers]\none = { command = "a" }\n\n[mcp_servers."two words"]\ncommand = "b"\n[mcp_servers.three.env]\nA = "1"\n[mcp_servers.three]\ncommand = "c"\n');
    const { servers } = await discoverServers(where);
    assert.deepEqual(servers.map((s) => [s.name, s.line]), [['one', 2], ['two words', 4], ['three', 6]]);
  });

  it('does not read a file that is too large', async () => {
    const file = await write('.claude.json', '');
    await truncate(file, 40_000_000);
    const { servers, problems } = await discoverServers(where);
    assert.deepEqual([servers, problems.map((p) => p.file)], [[], [file]]);
  });

  it('a folder in place of a file is a problem; equal names in several folders have ids of their own', async () => {
    await mkdir(join(home, '.claude.json'));
    await write('a/shop/.mcp.json', { mcpServers: { s: { command: 'x' } } });
    await write('b/shop/.mcp.json', { mcpServers: { s: { command: 'x' } } });
    where.workspaceFolders = [join(home, 'a/shop'), join(home, 'b/shop')];
    const { servers, problems } = await discoverServers(where);
    assert.deepEqual(servers.map((s) => s.id), ['claude-code:.mcp.json/s', 'claude-code:shop#2/.mcp.json/s']);
    assert.equal(problems.length, 1);
  });
});
