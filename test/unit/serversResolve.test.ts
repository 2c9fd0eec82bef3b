import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../src/model/errors.ts';
import type { HttpLaunch, InputDefinition, ServerDefinition, ServerSourceId, StdioLaunch, StdioServer } from '../../src/model/server.ts';
import { commandServer, urlServer } from '../../src/servers/adHoc.ts';
import { resolveCommand } from '../../src/servers/command.ts';
import { parseEnvFile } from '../../src/servers/envFile.ts';
import { resolveServer, type ResolveContext } from '../../src/servers/resolve.ts';
import { collectSecrets, isSecretName } from '../../src/servers/secrets.ts';

describe('resolving a server', () => {
  let home: string;
  let folder: string;
  let bin: string;
  let context: ResolveContext;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'resolve-'));
    folder = join(home, 'shop');
    bin = join(home, 'bin');
    await mkdir(folder);
    await mkdir(bin);
    await program('serve');
    context = { home, platform: 'linux', env: { PATH: bin, HOST: 'from-host' }, workspaceFolders: [folder, join(home, 'lib')] };
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const program = async (name: string) => {
    await writeFile(join(bin, name), '#!/bin/sh\n');
    await chmod(join(bin, name), 0o755);
  };
  const define = (source: ServerSourceId, launch: Partial<StdioLaunch> | HttpLaunch, inputs: InputDefinition[] = []): ServerDefinition => ({
    id: `${source}/s`,
    name: 's',
    source,
    file: '/cfg/mcp.json',
    line: 6,
    workspaceFolder: folder,
    fromWorkspace: true,
    launch: launch.transport === 'http' || launch.transport === 'sse' ? (launch) : { transport: 'stdio', command: 'serve', args: [], env: {}, ...(launch as Partial<StdioLaunch>) },
    inputs,
  });
  const stdio = async (source: ServerSourceId, launch: Partial<StdioLaunch>, inputs?: InputDefinition[]) => (await resolveServer(define(source, launch, inputs), context)) as StdioServer;
  const args = async (source: ServerSourceId, ...texts: string[]) => (await stdio(source, { args: texts })).process.args;
  const fails = (code: string, ...parts: string[]) => (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    for (const part of parts) assert.ok(`${error.message} ${error.hint}`.includes(part), `${part} in ${error.message} ${error.hint}`);
    return true;
  };

  it('replaces the variables of VS Code', async () => {
    context = { ...context, file: join(folder, 'src', 'a.test.ts'), execPath: '/x/code', config: (key) => Promise.resolve(key === 'a.b' ? 7 : undefined), command: (id) => Promise.resolve(`<${id}>`) };
    const variables = ['workspaceFolder', 'workspaceFolder:lib', 'workspaceFolderBasename', 'userHome', 'env:HOST', 'config:a.b', 'command:x.y', 'cwd', 'file', 'fileBasename', 'fileBasenameNoExtension', 'fileExtname', 'fileDirname', 'relativeFile', 'execPath', 'pathSeparator', '/'];
    assert.deepEqual(await args('vscode-workspace', ...variables.map((v) => `-\${${v}}-`)), [folder, join(home, 'lib'), 'shop', home, 'from-host', '7', '<x.y>', folder, context.file, 'a.test.ts', 'a.test', '.ts', join(folder, 'src'), join('src', 'a.test.ts'), '/x/code', '/', '/'].map((v) => `-${v}-`));
  });

  it('asks for an input once, and does not look into its value again', async () => {
    const asked: string[] = [];
    context.input = (input) => {
      asked.push(input.id);
      return Promise.resolve('va${env:HOST}lue');
    };
    context.command = () => Promise.resolve('picked');
    const inputs: InputDefinition[] = [{ id: 'k', type: 'promptString', password: true }, { id: 'c', type: 'command', command: 'x' }];
    const server = await stdio('vscode-user', { args: ['${input:k} ${input:k}', '${input:c}'], env: { K: '${input:k}' } }, inputs);
    assert.deepEqual(server.process.args, ['va${env:HOST}lue va${env:HOST}lue', 'picked']);
    assert.deepEqual(asked, ['k']);
    assert.ok(server.secrets.includes('va${env:HOST}lue'));
  });

  it('says which variable is missing, where, and what to do', async () => {
    const cases: [ServerSourceId, string, string, ...string[]][] = [
      ['vscode-workspace', '${env:NOPE}', 'missing-variable', '${env:NOPE}', 'NOPE is not set', '/cfg/mcp.json:7'],
      ['vscode-workspace', '${config:no.such}', 'missing-variable', 'no.such', 'inside VS Code'],
      ['vscode-workspace', '${command:x}', 'missing-variable', 'inside VS Code'],
      ['vscode-workspace', '${workspaceFolder:other}', 'missing-variable', 'other'],
      ['vscode-workspace', '${file}', 'missing-variable', 'no file is open'],
      ['vscode-workspace', '${HOST}', 'missing-variable', '${env:HOST}'],
      ['vscode-workspace', '${input:zip}', 'missing-variable', '"inputs"'],
      ['vscode-workspace', '${input:k}', 'missing-input', '--input k=VALUE', 'Your key'],
      ['claude-code', '${NOPE}', 'missing-variable', 'NOPE', '/cfg/mcp.json:7'],
      ['cursor', '${config:x}', 'missing-variable', 'no such variable'],
    ];
    for (const [source, text, code, ...parts] of cases) {
      await assert.rejects(stdio(source, { args: [text] }, [{ id: 'k', type: 'promptString', description: 'Your key' }]), fails(code, ...parts), text);
    }
  });

  it('replaces only what each client replaces', async () => {
    await writeFile(join(folder, 'token.txt'), 'from-file\n');
    const all = ['${HOST}', '${NOPE:-def}', '$HOST', '${workspaceFolder}'];
    assert.deepEqual(await args('claude-code', '${HOST}', '${NOPE:-def}', '${NOPE:-}', '$HOST', '${env:HOST}'), ['from-host', 'def', '', '$HOST', '${env:HOST}']);
    assert.deepEqual(await args('claude-desktop', ...all), all);
    assert.deepEqual(await args('copilot-cli', ...all), all);
    assert.deepEqual(await args('gemini-cli', '${HOST}', '${NOPE:-def}', '$HOST', '$NOPE $5'), ['from-host', 'def', 'from-host', '$NOPE $5']);
    for (const text of ['${NOPE}', '$NOPE']) await assert.rejects(stdio('gemini-cli', { env: { A: text } }), fails('missing-variable', 'NOPE'));
    assert.deepEqual(await args('cursor', '${env:HOST}', '${userHome}', '${workspaceFolder}', '${/}'), ['from-host', home, folder, '/']);
    assert.deepEqual(await args('windsurf', '${env:HOST}', '${file:token.txt}'), ['from-host', 'from-file']);
    for (const source of ['gemini-cli', 'copilot-cli'] as const) {
      const { env } = (await stdio(source, { env: { A: '$HOST', B: '${HOST}!', C: '${NOPE:-d}', D: '5$' } })).process;
      assert.deepEqual([env['A'], env['B'], env['C'], env['D']], ['from-host', 'from-host!', 'd', '5$'], source);
    }
  });

  it('builds the environment as VS Code does', async () => {
    context.env = { ...context.env, GONE: 'x', OVER: 'host', FILE: 'host', EMPTY: undefined };
    await writeFile(join(folder, '.env'), 'FILE=from-file\nOVER=from-file\n');
    const { process } = await stdio('vscode-workspace', { envFile: '${workspaceFolder}/.env', env: { OVER: 'own', N: 5, GONE: null, PATH: '/more' } });
    assert.deepEqual(process.env, { PATH: `${bin}:/more`, HOST: 'from-host', OVER: 'own', FILE: 'from-file', N: '5' });
    assert.equal((await stdio('claude-code', { command: join(bin, 'serve'), env: { PATH: '/only' } })).process.env['PATH'], '/only');
    assert.equal(context.env['GONE'], 'x', 'the host keeps its own');
    await assert.rejects(stdio('vscode-workspace', { envFile: 'no.env' }), fails('bad-config', 'no.env', '/cfg/mcp.json:7'));
  });

  it('starts in cwd, else in the folder, else at home, and expands ~', async () => {
    await mkdir(join(folder, 'sub'));
    assert.equal((await stdio('vscode-workspace', {})).process.cwd, folder);
    assert.equal((await stdio('vscode-workspace', { cwd: 'sub' })).process.cwd, join(folder, 'sub'));
    assert.equal((await stdio('vscode-workspace', { cwd: '~/bin' })).process.cwd, bin);
    const user = define('vscode-user', { command: '~/bin/serve', args: ['~/x', 'a~/x'] });
    delete user.workspaceFolder;
    const server = (await resolveServer(user, context)) as StdioServer;
    assert.deepEqual(server.process, { command: join(bin, 'serve'), args: [join(home, 'x'), 'a~/x'], cwd: home, env: { PATH: bin, HOST: 'from-host' } });
    await assert.rejects(stdio('vscode-workspace', { cwd: 'missing' }), fails('bad-config', 'missing', '/cfg/mcp.json:7'));
  });

  it('finds commands on the PATH, and says what is near when there is none', async () => {
    await writeFile(join(bin, 'data'), '');
    const find = (command: string) => resolveCommand(command, { cwd: folder, env: { PATH: bin } }, 'linux');
    assert.equal(await find('serve'), join(bin, 'serve'));
    assert.equal(await find('../bin/serve'), join(bin, 'serve'));
    await assert.rejects(find('sevre'), fails('command-not-found', 'sevre', 'serve'));
    await assert.rejects(find('npx'), fails('command-not-found', 'nvm'));
    await assert.rejects(find('data'), fails('command-not-found'));
    await assert.rejects(find('../bin/data'), fails('command-not-found', 'chmod'));
    await assert.rejects(find('./nothing.js'), fails('command-not-found', join(folder, 'nothing.js')));
    await assert.rejects(stdio('cursor', { command: 'sevre' }), fails('command-not-found', '/cfg/mcp.json:7', 'serve'));
  });

  it('resolves URLs and headers, and does not repeat a bad URL', async () => {
    context.env['TOKEN'] = 'tok-123456';
    const server = await resolveServer(define('cursor', { transport: 'http', url: 'https://u:p%40ss-word@x.org/mcp?api_key=key-abcdef&q=plain-query', headers: { Authorization: 'Bearer ${env:TOKEN}', Accept: 'text/event-stream' } }), context);
    assert.ok(server.transport === 'http');
    assert.deepEqual(server.headers, { Authorization: 'Bearer tok-123456', Accept: 'text/event-stream' });
    assert.deepEqual([...server.secrets].sort(), ['key-abcdef', 'p%40ss-word', 'p@ss-word', 'tok-123456']);
    await assert.rejects(resolveServer(define('cursor', { transport: 'http', url: 'secret-thing', headers: {} }), context), (e: unknown) => fails('bad-config')(e) && !(e as Error).message.includes('secret-thing'));
  });

  it('collects what must never be written, and leaves public values alone', async () => {
    context.env = { ...context.env, GITHUB_TOKEN: 'ghp_hosttoken', HOST_NAME: 'not-a-secret', KEYBOARD: 'querty-layout', MAX_TOKENS: '200000', SSH_AUTH_SOCK: home };
    await writeFile(join(folder, '.env'), 'DB=filevalue1\n');
    const { secrets } = await stdio('vscode-workspace', {
      envFile: '.env',
      args: ['--api-key', 'argsecret1', '--token=argsecret2', '--port', '123456', 'https://u:urlsecret@h/', 'password=argsecret3'],
      env: { A: 'configured1', SHORT: 'abc', DEBUG: 'verbose', FLAG: 'true', PORT: '3000000', DIR: '/usr/local/share', PATHS: '/a/bin:/b/bin', PIN_SECRET: '12345678', NODE_ENV: 'production', LISTEN: 'http://localhost:3000/mcp', DB_URL: 'postgres://bob:dbpassword@h/db' },
    });
    assert.deepEqual(
      [...secrets].sort(),
      ['12345678', 'argsecret1', 'argsecret2', 'argsecret3', 'configured1', 'dbpassword', 'filevalue1', 'ghp_hosttoken', 'postgres://bob:dbpassword@h/db', 'urlsecret'].sort(),
    );
  });

  it('tells secret-like names', () => {
    for (const name of ['GITHUB_TOKEN', 'apiKey', 'OPENAI_API_KEY', 'db-password', 'DBPASSWORD', 'CLIENT_SECRET', 'AWS_SECRET_ACCESS_KEY', 'X-Auth', 'authToken', 'access_token', 'PGPASSWORD']) assert.ok(isSecretName(name), name);
    for (const name of ['PATH', 'PWD', 'OLDPWD', 'KEYBOARD', 'MAX_TOKENS', 'MONKEY', 'TOKEN_LIMIT', 'AUTHOR', 'HOME']) assert.ok(!isSecretName(name), name);
  });

  it('takes the password out of basic authentication', () => {
    const secrets = collectSecrets();
    secrets.headers({ Authorization: `Basic ${Buffer.from('me:pass:word9').toString('base64')}` });
    assert.deepEqual(secrets.list(), [Buffer.from('me:pass:word9').toString('base64'), 'pass:word9']);
  });

  it('makes servers of a command line and of a URL', async () => {
    await program('npx');
    const env = { PATH: bin, API_TOKEN: 'hosttoken1' };
    assert.deepEqual(await commandServer('serve', ['--token', 'argtoken1', '${HOME}', 'dist/main.js'], folder, env), {
      transport: 'stdio',
      name: 'main.js',
      process: { command: join(bin, 'serve'), args: ['--token', 'argtoken1', '${HOME}', 'dist/main.js'], cwd: folder, env },
      secrets: ['hosttoken1', 'argtoken1'],
    });
    assert.equal((await commandServer('npx', ['-y', '@scope/server', 'x'], folder, env)).name, '@scope/server');
    await assert.rejects(commandServer('', [], folder, env), fails('bad-argument'));
    const target = { url: 'http://localhost:3000/mcp', headers: { 'X-Key': 'headerkey1' } };
    assert.deepEqual(await urlServer(target, env), { transport: 'http', name: 'localhost:3000', ...target, secrets: ['headerkey1', 'hosttoken1'] });
    assert.deepEqual((await urlServer({ ...target, transport: 'sse', command: { command: 'serve', args: [], cwd: folder } }, env)).process, { command: join(bin, 'serve'), args: [], cwd: folder, env });
    await assert.rejects(urlServer({ url: 'ftp://x' }, env), fails('bad-config'));
  });
});

describe('env files', () => {
  it('are read as shells and VS Code read them', () => {
    const text = '\uFEFF# comment\r\nA=1\r\nexport B = two words # note\r\nC="x # \\"y\\"\\nz" # note\nD=\'a\\n"b\'\nE=\nF=a#b\nG="line 1\nline 2"\nnot a variable\nA=last\nH: yaml\nI=`x`\nURL=https://x.org/?a=b\n';
    assert.deepEqual(Object.fromEntries(parseEnvFile(text)), { A: 'last', B: 'two words', C: 'x # "y"\nz', D: 'a\\n"b', E: '', F: 'a#b', G: 'line 1\nline 2', H: 'yaml', I: 'x', URL: 'https://x.org/?a=b' });
  });
});
