import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunRecord } from '../../src/model/run.ts';
import { skip } from '../driver/skip.ts';
import { watchTurns } from './turns.ts';
import { waitFor } from './waitFor.ts';

const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const outDir = join(folder, '.mcp-profiler/runs');
const root = vscode.extensions.getExtension('mcp-profiler.mcp-profiler')!.extensionPath;
const source = (file: string) => vscode.Uri.file(join(root, 'media/sample-server', file));

const read = (dir: string) => JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as RunRecord;
const runDirs = () => (existsSync(outDir) ? readdirSync(outDir).sort() : []);
/** A new run that has made more than a few calls. */
const busyRun = (known: ReadonlySet<string>) => waitFor('calls to be made', () => runDirs().find((d) => !known.has(d) && lines(join(outDir, d, 'requests.ndjson')) > 10));
const lines = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0);
const profileSample = (given?: { tools: string[] }) => Promise.resolve(vscode.commands.executeCommand<string | undefined>('mcpProfiler.profileSample', given));
const configure = (key: string, value: unknown) => vscode.workspace.getConfiguration('mcpProfiler').update(key, value, vscode.ConfigurationTarget.Workspace);
const panels = () => vscode.window.tabGroups.all.flatMap((g) => g.tabs).filter((t) => t.input instanceof vscode.TabInputWebview && t.input.viewType.endsWith('mcpProfiler.panel'));
const lensesOf = async (file: string) => {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', source(file), 20);
  return lenses.flatMap((l) => l.command?.title ?? []);
};
/** Sources outside of the workspace are read when they are opened, so their lenses come a moment later. */
const lensesWithFigures = (file: string) => waitFor(`figures above the tools of ${file}`, async () => {
  const titles = await lensesOf(file);
  return titles.some((t) => t.includes(' · p50 ')) ? titles : null;
});
const figuresOf = (titles: string[]) => titles.find((t) => t.startsWith('tool search_books'))!;
const findingsIn = (file: string) => vscode.languages.getDiagnostics(source(file)).filter((d) => d.source === 'MCP Profiler');

describe('profiling in the editor', function () {
  this.timeout(120_000);
  const turns = watchTurns();
  let dir: string;

  before(async () => {
    // VS Code in a browser stores by itself, which would change the sample's source
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Workspace);
    await configure('callsPerTool', 8);
  });
  after(async () => {
    await configure('callsPerTool', undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('runs the sample server, keeps the run and shows its panel', async () => {
    const result = await profileSample({ tools: ['search_books', 'sign_receipt'] });
    assert.ok(result, 'no run');
    dir = result;
    const run = read(dir);
    assert.equal(run.status, 'complete');
    assert.deepEqual(run.tools.map((t) => [t.name, t.calls]), [['search_books', 8], ['sign_receipt', 8]]);
    assert.ok(run.cpu?.attributed, 'no CPU samples');
    assert.equal(panels().length, 1);
    assert.equal(panels()[0]!.label, run.title);
  });

  it('puts findings at their line, with a page that explains them', async () => {
    const [finding] = await waitFor('a finding in receipts.ts', () => (findingsIn('receipts.ts').length > 0 ? findingsIn('receipts.ts') : null));
    assert.ok(finding!.range.start.line > 0);
    assert.ok(typeof finding!.code === 'object');
    const page = await vscode.workspace.openTextDocument(finding!.code.target);
    assert.match(page.getText(), /^# /);
    assert.ok(page.getText().length > 200);
  });

  it('puts the figures of a tool above the line that registers it', async () => {
    await vscode.workspace.openTextDocument(source('server.ts'));
    const titles = await lensesWithFigures('server.ts');
    assert.match(figuresOf(titles), /^tool search_books · p50 [\d.,]+ ms · .*CPU.*block/);
    // the two that were called; all five are registered there
    assert.equal(titles.filter((t) => t.includes(' · p50 ')).length, 2);
    assert.equal(titles.filter((t) => t === 'Profile this tool').length, 5);
  });

  it('marks all that as stale while the file is another', async () => {
    const document = await vscode.workspace.openTextDocument(source('server.ts'));
    assert.doesNotMatch(figuresOf(await lensesWithFigures('server.ts')), /stale/);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((e) => e.insert(new vscode.Position(0, 0), '// another line\n'));
    assert.match(figuresOf(await lensesOf('server.ts')), /stale/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    assert.equal(document.isDirty, false);
    assert.doesNotMatch(figuresOf(await lensesOf('server.ts')), /stale/);
  });

  it('hides all of it by one command, and shows it again', async () => {
    await vscode.commands.executeCommand('mcpProfiler.toggleEditorHints');
    await waitFor('the findings to go', () => findingsIn('receipts.ts').length === 0);
    assert.deepEqual(await lensesOf('server.ts'), []);
    await vscode.commands.executeCommand('mcpProfiler.toggleEditorHints');
    await waitFor('the findings to come back', () => findingsIn('receipts.ts').length > 0);
  });

  it('profiles a server that is only a URL, and says why there is no CPU', async () => {
    const port = await freePort();
    const server = spawn('node', [join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'), 'streamableHttp'], { env: { ...process.env, PORT: String(port) }, stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      for await (const text of server.stderr.setEncoding('utf8')) if (String(text).includes('listening')) break;
      const url = `http://127.0.0.1:${port}/mcp`;
      const result = await vscode.commands.executeCommand<string | undefined>('mcpProfiler.profileUrl', url, { tools: ['echo'] });
      assert.ok(result, 'no run');
      const run = read(result);
      assert.equal(run.server.transport, 'http');
      assert.deepEqual(run.tools.map((t) => [t.name, t.calls, t.errors]), [['echo', 8, {}]]);
      assert.equal(run.cpu, null);
      assert.ok(run.notices.some((notice) => notice.includes('timings only')));
    } finally {
      server.kill();
    }
  });

  it('asks which tools to call, with the read-only ones ticked', async () => {
    await configure('callsPerTool', 1);
    const result = await answering(profileSample(), 'workbench.action.acceptSelectedQuickOpenItem');
    assert.ok(result, 'no run');
    assert.deepEqual(read(result).tools.map((t) => t.name), ['search_books', 'sign_receipt', 'forecast', 'list_shelves']);
    assert.deepEqual(read(result).skipped.map((s) => s.tool), ['add_book']);
  });

  it('repeats a run without a question', async () => {
    const before = runDirs().length;
    const result = await vscode.commands.executeCommand<string | undefined>('mcpProfiler.profileAgain');
    assert.ok(result, 'no run');
    assert.deepEqual(read(result).tools.map((t) => t.name), ['search_books', 'sign_receipt', 'forecast', 'list_shelves']);
    assert.equal(runDirs().length, before + 1);
  });

  it('repeats one tool of a run', async () => {
    const result = await vscode.commands.executeCommand<string | undefined>('mcpProfiler.profileTool', { dir: join(outDir, runDirs().at(-1)!), tool: 'forecast' });
    assert.ok(result, 'no run');
    assert.deepEqual(read(result).tools.map((t) => t.name), ['forecast']);
  });

  it('leaves nothing when the user backs out of the question', async () => {
    const before = runDirs();
    assert.equal(await answering(profileSample(), 'workbench.action.closeQuickOpen'), undefined);
    assert.deepEqual(runDirs(), before);
  });

  it('takes the question back, and leaves nothing, when the run is stopped before it is answered', async () => {
    const before = runDirs();
    const run = profileSample();
    await waitFor('the tools to be listed', () => runDirs().some((d) => !before.includes(d) && lines(join(outDir, d, 'requests.ndjson')) > 2));
    await vscode.commands.executeCommand('mcpProfiler.stop');
    assert.equal(await run, undefined);
    assert.deepEqual(runDirs(), before);
  });

  it('stops on request and keeps what was measured', async () => {
    await configure('callsPerTool', 10_000);
    const known = new Set(runDirs());
    const run = profileSample({ tools: ['list_shelves', 'forecast'] });
    await busyRun(known);
    await vscode.commands.executeCommand('mcpProfiler.stop');
    const result = await run;
    assert.ok(result, 'no run');
    const record = read(result);
    assert.equal(record.status, 'cancelled');
    assert.ok(record.tools[0]!.calls > 0 && record.tools[0]!.calls < 10_000);
  });

  it('survives the death of the engine process, keeps what it had written, and leaves no process', async function () {
    if (process.platform !== 'linux') skip(this, 'Linux: the engine is found through /proc');
    await configure('callsPerTool', 10_000);
    const known = new Set(runDirs());
    const run = profileSample({ tools: ['list_shelves'] });
    const name = await busyRun(known);
    const [engine] = pidsOf('cli.cjs engine');
    const servers = pidsOf('sample-server.mjs');
    assert.ok(engine !== undefined && servers.length > 0);
    process.kill(engine, 'SIGKILL');
    assert.equal(await run, undefined);
    assert.ok(readFileSync(join(outDir, name, 'requests.ndjson'), 'utf8').length > 0);
    await waitFor('the server to be ended', () => servers.every((pid) => !existsSync(`/proc/${pid}`)));
  });

  it('renames and lists runs', async () => {
    await vscode.commands.executeCommand('mcpProfiler.renameRun', dir, 'before the cache');
    assert.equal(read(dir).title, 'before the cache');
  });

  it('exports a run, also as a page of its own', async () => {
    for (const [format, start] of [['csv', /^request,/], ['html', /^<!doctype html>/i]] as const) {
      const file = join(folder, `export.${format}`);
      await vscode.commands.executeCommand('mcpProfiler.exportRun', dir, { format, file });
      assert.match(readFileSync(file, 'utf8'), start);
    }
  });

  it('opens any .cpuprofile', async () => {
    const before = panels().length;
    const profile = read(dir).files.cpu[0]!.file;
    await vscode.commands.executeCommand('mcpProfiler.openCpuProfile', vscode.Uri.file(join(dir, profile)));
    await waitFor('another panel', () => panels().length === before + 1);
  });

  it('speaks with one panel per run', async () => {
    const before = panels().length;
    await vscode.commands.executeCommand('mcpProfiler.openRun', dir);
    await vscode.commands.executeCommand('mcpProfiler.openRun', dir);
    assert.equal(panels().length, before);
  });

  it('does not hold up the extension host', () => turns.check());
});

/** Answers a quick pick by repeating a command until the run has ended. */
async function answering<T>(run: Promise<T>, command: string): Promise<T> {
  const answers = setInterval(() => void vscode.commands.executeCommand(command), 200);
  try {
    return await run;
  } finally {
    clearInterval(answers);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Processes whose command line holds a text. */
function pidsOf(text: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((l) => l.includes(text) && l.includes(root)).map((l) => Number.parseInt(l, 10));
}
