import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createLintClient, type LintClient } from '../../src/app/lint/client.ts';
import { createSession } from '../../src/app/lint/session.ts';
import { lintWorkspace } from '../../src/app/lintWorkspace.ts';
import { testParsers } from './support/parsers.ts';

const settings = { severities: {}, handlers: [] };

describe('the worker of the analysis', function () {
  this.timeout(60_000);
  let client: LintClient;
  afterEach(() => client.dispose());

  describe('when it does not come back', () => {
    const slow = join(import.meta.dirname, 'support/slowWorker.mjs');
    const create = () => (client = createLintClient({ worker: slow, limitMs: 400 }));

    it('is started again without the file that it was at', async () => {
      const { files, skipped } = await create().open(['/a.ts', '/hangs.ts', '/b.ts', '/hangs too.ts'], settings);
      assert.equal(files, 2);
      assert.deepEqual(skipped, [{ file: '/hangs.ts', reason: 'took longer than 0.4 s' }, { file: '/hangs too.ts', reason: 'took longer than 0.4 s' }]);
    });
    it('the same where a file makes it die', async () => {
      const { skipped } = await create().open(['/a.ts', '/dies.ts'], settings);
      assert.deepEqual(skipped, [{ file: '/dies.ts', reason: 'makes the analysis fail (out of memory)' }]);
    });
    it('what was asked meanwhile is answered, and open documents are told anew with their edits', async () => {
      create();
      await client.open(['/a.ts'], settings);
      await client.openDocument('/a.ts', 'one two');
      await client.edit('/a.ts', [{ start: 0, end: 3, text: '1' }, { start: 2, end: 5, text: '2' }]);
      const [first, second] = await Promise.all([client.openDocument('/hangs.ts', ''), client.setSettings(settings)]);
      assert.equal(first, second);
      assert.deepEqual(first.changed.map(({ file, findings }) => [file, findings as unknown]), [['/a.ts', ['1 2']], ['/hangs.ts', ['']]]);
    });
    it('gives up where no file is to blame', async () => {
      await assert.rejects(create().open(['/a.ts'], { severities: {}, handlers: ['hang'] }), /No single file is to blame, but the whole took longer than 0.4 s/);
    });
    it('is waited for as long as it goes on, and longer at a step that concerns many files', async () => {
      const progress: number[] = [];
      client = createLintClient({ worker: slow, limitMs: 400, onProgress: ({ done }) => progress.push(done) });
      assert.equal((await client.open(['/a.ts'], { severities: {}, handlers: ['steps'] })).files, 1);
      assert.deepEqual(progress, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assert.equal((await client.open(['/a.ts'], { severities: {}, handlers: ['large'] })).files, 1);
    });
    it('a client that is closed answers no more', async () => {
      create();
      const waiting = client.open(['/hangs.ts'], settings);
      client.dispose();
      await assert.rejects(waiting, /was closed/);
      await assert.rejects(client.refresh([]), /was closed/);
    });
  });

  describe('on a workspace', () => {
    let folder: string;
    const write = (path: string, text: string) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
      return join(folder, path);
    };
    const server = (name: string) => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { load } from './load.js';
const server = new McpServer({ name: 'x', version: '1' });
server.tool('${name}', {}, async () => ({ content: [{ type: 'text', text: load() }] }));
`;
    const load = (body: string) => `import { readFileSync } from 'node:fs';\nexport function load() {\n  return ${body};\n}\n`;
    const blocking = "readFileSync('x', 'utf8')";
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'mcp-lint-'));
      client = createLintClient();
      write('package.json', '{ "name": "shop" }');
      write('server.ts', server('search'));
      write('load.ts', load(blocking));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const blockingIn = () => client.report().findings.filter((f) => f.rule === 'blocking-call').map((f) => f.line);

    it('goes on after the rest in which it gives memory back', async () => {
      await client.open([folder], settings);
      await setTimeout(3000);
      // a worker that had to be started again would tell of its handlers anew
      const { handlers, changed } = await client.openDocument(join(folder, 'load.ts'), load("'x'"));
      assert.deepEqual([handlers, changed.map(({ findings }) => findings.length)], [null, [0]]);
    });

    it('tells only what an edit changes, in whichever file it shows', async () => {
      const first = await client.open([folder], settings);
      assert.deepEqual(first.handlers?.map((h) => [h.name, h.server]), [['search', 'shop']]);
      assert.deepEqual(blockingIn(), [3]);
      const file = join(folder, 'load.ts');
      assert.deepEqual((await client.openDocument(file, load(blocking))).changed, []);
      const gone = await client.edit(file, [{ start: load('').indexOf(';\n}'), end: load(blocking).indexOf(';\n}'), text: "'text'" }]);
      assert.deepEqual([gone.changed.map((c) => c.file), gone.handlers], [[file], null]);
      assert.deepEqual(blockingIn(), []);
      await client.closeDocument(file);
      assert.deepEqual(blockingIn(), [3], 'what was not saved is gone');
    });
    it('an edit of the handler shows in the file that it reaches', async () => {
      await client.open([folder], settings);
      const file = join(folder, 'server.ts');
      await client.openDocument(file, server('search'));
      const start = server('search').indexOf('search');
      const update = await client.edit(file, [{ start, end: start + 6, text: 'find' }]);
      assert.deepEqual(update.handlers?.map((h) => h.name), ['find']);
      assert.ok(update.changed.some((c) => c.file === join(folder, 'load.ts')));
      assert.match(client.report().findings.find((f) => f.rule === 'blocking-call')!.message, /from tool `find` via `load`/);
    });
    it('follows files that are changed, made and removed on disk; what is open counts as it is open', async () => {
      await client.open([folder], settings);
      const file = write('load.ts', load("'text'"));
      await client.refresh([file]);
      assert.deepEqual(blockingIn(), []);
      rmSync(join(folder, 'server.ts'));
      assert.deepEqual((await client.refresh([join(folder, 'server.ts')])).handlers, []);
      await client.refresh([write('server.ts', server('again')), write('node_modules/p/index.js', server('other')), write('readme.md', '')]);
      assert.deepEqual(client.report().handlers.map((h) => h.name), ['again']);
      assert.equal(client.report().files, 2);
      await client.openDocument(file, load(blocking));
      await client.refresh([file]);
      assert.deepEqual(blockingIn(), [3]);
      rmSync(file);
      await client.refresh([file]);
      assert.deepEqual(blockingIn(), [3], 'removed, but still open');
    });
    it('gives the fixes of a finding when it is asked for them', async () => {
      write('server.ts', server('search').replace('text: load()', "text: JSON.stringify({ a: load() }, null, 2)"));
      await client.open([folder], settings);
      const finding = client.report().findings.find((f) => f.rule === 'wasteful-serialisation')!;
      assert.deepEqual(finding.fixes, []);
      const [fix] = await client.fixesOf(finding.id);
      assert.equal(fix!.edits[0]!.file, join(folder, 'server.ts'));
      assert.deepEqual(await client.fixesOf('none'), []);
    });
    it('tells how far it is, to the end', async () => {
      client.dispose();
      const progress: { done: number; total: number }[] = [];
      client = createLintClient({ onProgress: (p) => progress.push(p) });
      await client.open([folder], settings);
      const totals = new Set(progress.map((p) => p.total));
      assert.equal(totals.size, 1);
      assert.deepEqual(progress.map((p) => p.done), progress.map((_, i) => Math.min(Math.max(i - 1, 0), [...totals][0]!)), 'one by one');
      assert.ok(progress.length >= 2 + 2 * 2, 'two for each file');
      progress.length = 0;
      await client.openDocument(join(folder, 'load.ts'), load(blocking));
      assert.deepEqual(progress, [], 'a change is no long work');
    });
    it('leaves a file alone that made it fail', async () => {
      const session = createSession(await testParsers(), () => undefined);
      const skip = [{ file: join(folder, 'load.ts'), reason: 'makes the analysis fail (out of memory)' }];
      const { files, skipped } = session.perform({ do: 'open', paths: [folder], settings, documents: [], skip, withFixes: false });
      assert.equal(files, 1);
      assert.deepEqual(skipped, skip);
    });
    it('settings change findings without reading anything again', async () => {
      await client.open([folder], settings);
      await client.setSettings({ severities: { 'blocking-call': 'off' }, handlers: [] });
      assert.deepEqual(blockingIn(), []);
    });
    it('a document outside of what was opened is none of ours', async () => {
      await client.open([join(folder, 'load.ts')], settings);
      assert.deepEqual((await client.openDocument(join(folder, 'server.ts'), server('search'))).handlers, null);
      assert.equal(client.report().files, 1);
    });
    it('lintWorkspace reads once; a path that does not exist is the user\'s mistake', async () => {
      const signal = new AbortController().signal;
      const { findings } = await lintWorkspace({ paths: [folder], settings }, { signal });
      assert.ok(findings.some((f) => f.rule === 'blocking-call'));
      await assert.rejects(lintWorkspace({ paths: [join(folder, 'nowhere')], settings }, { signal }), /There is no file or folder .*nowhere/);
      await assert.rejects(lintWorkspace({ paths: [folder], settings }, { signal: AbortSignal.abort() }), /abort/i);
    });
  });
});
