import assert from 'node:assert/strict';
import { python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said of commands: they come through helpers and by names

const level = (found: string[]) => found.map((text) => /^\w+/.exec(text)![0]);
const asyncTool = (body: string) => `@mcp.tool()\nasync def run(name: str, cmd: str) -> str:\n    ${body}\n    return ""\n`;

describe('judged: what is called by name', () => {
  it('a command is followed through the helpers that it is handed to', async () => {
    const git = (calls: string) => python('import asyncio, subprocess', `class Repo:\n    def git(self, *args):\n        return self._run(*args)\n    def _run(self, *args, env=None):\n        return subprocess.run(["git", *args], env=env).stdout\nrepo = Repo()\n@mcp.tool()\nasync def run(name: str, cmd: str) -> str:\n    ${calls}\n    return ""\n`);
    const of = async (calls: string) => level(await said('missing-timeout', git(calls)));
    assert.deepEqual(await of('repo.git("rev-parse", "HEAD")'), [], 'one small file');
    assert.deepEqual(await of('repo.git("status"); repo._run("add", name)'), ['hint']);
    for (const other of ['repo.git("push")', 'repo._run("commit")', 'repo.git(cmd)', 'repo.git(name, "status")']) assert.deepEqual(await of(`repo.git("status"); ${other}`), ['warning'], other);
  });

  it('so is one of several, one that is chosen, and the one that a process was started with', async () => {
    const chosen = (other: string) => `import { execFileSync } from 'node:child_process';\n${tool(`const cmd = process.platform === 'win32' ? 'where' : '${other}'; execFileSync(cmd, [args.name]); return {};`)}`;
    assert.deepEqual(await said('missing-timeout', chosen('which')), []);
    assert.deepEqual(level(await said('blocking-call', chosen('which'))), ['hint']);
    assert.deepEqual(level(await said('missing-timeout', chosen('make'))), ['warning']);
    const started = (...words: string[]) => python('import asyncio', asyncTool(`proc = await asyncio.create_subprocess_exec(${words.join(', ')}, stdout=asyncio.subprocess.PIPE)\n    out, _ = await proc.communicate()`));
    assert.deepEqual(level(await said('missing-timeout', started('name', '"--version"'))), ['hint']);
    assert.deepEqual(level(await said('missing-timeout', started('*cmd.split()'))), ['warning']);
    const format = (line: string) => `import { execSync } from 'node:child_process';\n${tool(`execSync(\`${line}\`); return {};`)}`;
    assert.deepEqual(level(await said('missing-timeout', format('git log --pretty=format:"%H|%an" --since="2 days ago"'))), ['hint'], 'in quotes');
    assert.deepEqual(level(await said('missing-timeout', format('git log | make'))), ['warning']);
    const each = (last: string) => python('import subprocess', asyncTool(`for words in [["git", "status"], ["git", "${last}"]]:\n        subprocess.run(words)`));
    assert.deepEqual(level(await said('missing-timeout', each('push'))), ['warning'], 'one of a list');
    const spread = (first: string) => python('import asyncio', `async def go(*args):\n    proc = await asyncio.create_subprocess_exec("git", *args)\n    await proc.communicate()\n${asyncTool(`await go("${first}", name)`)}`);
    assert.deepEqual(level(await said('missing-timeout', spread('diff'))), ['hint']);
    assert.deepEqual(level(await said('missing-timeout', spread('fetch'))), ['warning']);
  });

  it('nobody waits for a promise that is dropped, whichever way its function says that it gives one', async () => {
    const text = (call: string, type: string) => `async function load() { return (await fetch('https://example.com')).text(); }\nfunction start()${type} { return (async () => { await load(); })(); }\n${tool(`${call}; return {};`)}`;
    assert.deepEqual(await said('missing-timeout', text('start().catch(() => {})', ': Promise<void>')), []);
    assert.deepEqual(level(await said('missing-timeout', text('await start()', ': Promise<void>'))), ['warning']);
  });
});
