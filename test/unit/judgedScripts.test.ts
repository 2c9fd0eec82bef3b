import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of real servers in TypeScript said: trees beside the one that is built, agents of fetch, guards, siblings

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\n";
const server = "const server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string, name = 'run', before = '') => `${head}${before}${server}server.registerTool('${name}', { inputSchema: {} }, async (args) => { ${body} });\nawait server.connect(new StdioServerTransport());\n`;

async function levels(rule: string, files: string | Record<string, string>): Promise<string[]> {
  const { findings } = await lintWorld({ files: typeof files === 'string' ? { 'server.ts': files } : files, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => f.severity);
}

describe('judged: servers in TypeScript', () => {
  it('a tree beside the one that is built', async () => {
    const slow = tool('return { text: execSync(args.command) };', 'run', "import { execSync } from 'node:child_process';\n");
    const fine = tool('return { text: args.command };');
    for (const folder of ['src_new', 'src-backup', 'src_backup_original', 'lib_old']) {
      const base = folder.slice(0, 3);
      assert.deepEqual(await levels('blocking-call', { 'index.ts': fine, [`${base}/server.ts`]: fine, [`${folder}/server.ts`]: slow }), [], folder);
      assert.deepEqual(await levels('blocking-call', { 'index.ts': fine, [`${folder}/server.ts`]: slow }), ['warning'], `${folder}, and no other`);
      assert.deepEqual(await levels('blocking-call', { 'index.ts': fine, [`${base}/server.ts`]: fine, [`${folder}relic/server.ts`]: slow }), ['warning'], `${folder}relic`);
      assert.deepEqual(await levels('blocking-call', { 'index.ts': `import './${folder}/server.js';\n`, [`${base}/server.ts`]: fine, [`${folder}/server.ts`]: slow }), ['warning'], `${folder}, which is imported`);
    }
  });

  it("an agent that Node's own fetch does not look at", async () => {
    const ask = (request: string) => tool(`const options: any = { headers: {} }; options.agent = new https.Agent({ rejectUnauthorized: false }); return { text: ${request} };`, 'run', "import https from 'node:https';\nimport nodeFetch from 'node-fetch';\n");
    for (const rule of ['client-per-call', 'no-connection-reuse']) {
      assert.deepEqual(await levels(rule, ask('await (await fetch(args.url, options)).text()')), [], rule);
      assert.notDeepEqual(await levels(rule, ask('await (await nodeFetch(args.url, options)).text()')), [], rule);
    }
  });

  it('printed for debugging, by a logger that says whether it is on', async () => {
    const print = (condition: string) => tool(`if (${condition}) console.log(args); return {};`, 'run', "import Debug from 'debug';\nconst debugHeaders = Debug('headers');\n");
    assert.deepEqual([await levels('stdout-pollution', print('debugHeaders.enabled')), await levels('stdout-pollution', print('args.enabled'))], [['hint'], ['warning']]);
  });

  it('what the keychain or a list of properties says', async () => {
    const run = (rule: string, command: string) => levels(rule, tool(`return { text: execFileSync(${command}) };`, 'run', "import { execFileSync } from 'node:child_process';\n"));
    assert.deepEqual([await run('missing-timeout', "'security', ['find-generic-password', '-s', args.name]"), await run('blocking-call', "'security', ['find-generic-password', '-s', args.name]")], [['hint'], ['hint']]);
    assert.deepEqual(await run('missing-timeout', "'/usr/libexec/PlistBuddy', ['-c', 'Print :DTXcode', args.path]"), []);
    assert.deepEqual(await run('missing-timeout', "'security', ['dump-keychain']"), ['warning']);
    assert.deepEqual([await run('missing-timeout', "'reg', ['query', args.key]"), await run('missing-timeout', "'reg', ['import', args.path]")], [[], ['warning']]);
  });

  it('two questions that a throttle lets through one by one', async () => {
    const ask = (before: string) => tool("const one = await query(args.a); const other = await query(args.b); return { one, other };", 'list_both', `${before}async function query(path: string) { await pause(); return (await fetch('https://api.example/' + path)).json(); }\n`);
    assert.deepEqual([await levels('sequential-await', ask('async function pause() { await throttle(250); }\n')), await levels('sequential-await', ask('async function pause() { }\n'))], [[], ['hint']]);
  });

  it('what another tool of the same thing changes, whatever most of them are about', async () => {
    const named = (...names: string[]) => levels('uncached-hot-tool', `${head}${server}${names.map((name) => `server.registerTool('${name}', { inputSchema: {} }, async (args) => ({ text: await (await fetch('https://api.example/' + args.id, { method: '${name.includes('list') ? 'GET' : 'POST'}' })).text() }));\n`).join('')}`);
    assert.deepEqual(await named('music_list_playlists', 'music_create_playlist', 'music_clone_playlist', 'music_play'), []);
    assert.deepEqual(await named('music_list_genres', 'music_create_playlist', 'music_clone_playlist', 'music_play'), ['hint']);
  });

  it('some rounds of a digest, a found entry that is put back with more', async () => {
    const digest = (rounds: string) => levels('blocking-call', tool(`return { text: crypto.pbkdf2Sync(args.text, 'salt', ${rounds}, 16, 'sha1') };`, 'run', "import crypto from 'node:crypto';\n"));
    assert.deepEqual([await digest('1003'), await digest('100_000'), await digest('args.rounds')], [['information'], ['warning'], ['warning']]);
    const keys = (kind: string) => levels('blocking-call', tool(`return crypto.generateKeyPairSync(${kind});`, 'run', "import crypto from 'node:crypto';\n"));
    assert.deepEqual([await keys("'ed25519'"), await keys("'rsa', { modulusLength: 4096 }")], [['information'], ['warning']]);
    const put = (value: string) => levels('unbounded-cache', tool(`const found = users.get(args.name); if (!found) throw new Error('unknown'); users.set(args.name, ${value}); return {};`, 'run', 'const users = new Map<string, object>();\n'));
    assert.deepEqual([await put('{ ...found, last: Date.now() }'), await put('{ ...args, text: args.name + args.text }')], [[], ['hint']]);
  });

  it('a timer whose comment says what it stands for', async () => {
    const timer = (comment: string) => levels('polling', `${tool('return {};')}// ${comment}\nsetInterval(async () => { await fetch('https://api.example/events'); }, 5000);\n`);
    assert.deepEqual([await timer('Polling (instead of a public URL) needs no tunnel.'), await timer('Polls the events.')], [[], ['hint']]);
  });

  it("a driver's numbers", async () => {
    const ask = (body: string) => levels('ignored-cancellation', tool(body, 'run', "import neo4j, { int } from 'neo4j-driver';\nconst session = neo4j.driver('neo4j://db.example').session();\n"));
    assert.deepEqual(await ask('return { skip: int(args.skip) };'), []);
    assert.deepEqual(await ask("return { rows: await session.run('MATCH (n) RETURN n') };"), await ask("const skip = int(args.skip); return { skip, rows: await session.run('MATCH (n) RETURN n') };"));
  });

  it('many at once that mostly ask for nothing', async () => {
    const all = (early: string) => levels('unbounded-fan-out', tool('return { found: await Promise.all(args.names.map((name: string) => find(name))) };', 'run', `async function find(name: string) {\n${early}  return (await fetch('https://api.example/' + name)).json();\n}\n`));
    assert.deepEqual(await all("  if (/^\\d+$/.test(name)) {\n    return { id: name };\n  }\n  if (name.includes(':')) {\n    return { key: name };\n  }\n"), ['hint']);
    assert.deepEqual([await all(''), await all('  if (!name) {\n    return null;\n  }\n')], [['warning'], ['warning']]);
  });
});
