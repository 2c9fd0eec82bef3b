import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { LoadOptions } from '../../src/model/load.ts';
import type { LoadResult } from '../../src/model/loadResult.ts';
import type { RunRecord } from '../../src/model/run.ts';
import { watchTurns } from './turns.ts';
import { waitFor } from './waitFor.ts';

const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const outDir = join(folder, '.mcp-profiler/runs');
const resultOf = (dir: string) => JSON.parse(readFileSync(join(dir, 'load.json'), 'utf8')) as LoadResult;
const recordOf = (dir: string) => JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as RunRecord;
const runDirs = () => (existsSync(outDir) ? readdirSync(outDir).sort() : []);
const panels = () => vscode.window.tabGroups.all.flatMap((g) => g.tabs).filter((t) => t.input instanceof vscode.TabInputWebview && t.input.viewType.endsWith('mcpProfiler.panel'));

/** Slow enough for any machine; a second of it is measured. */
const gentle: Partial<LoadOptions> = { model: { kind: 'rate', perSecond: 20 }, durationS: 1, warmupS: 0 };
const loadSample = (given: { options: Partial<LoadOptions>; tools?: string[]; workload?: string }) => Promise.resolve(vscode.commands.executeCommand<string | undefined>('mcpProfiler.loadTestSample', given));

describe('load tests in the editor', function () {
  this.timeout(180_000);
  const turns = watchTurns();
  let dir: string;

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('loads the sample server, keeps the result and shows it', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const result = await loadSample({ options: gentle, tools: ['list_shelves'] });
    assert.ok(result, 'no run');
    dir = result;
    const load = resultOf(dir);
    assert.equal(load.status, 'complete');
    assert.deepEqual(load.options.model, gentle.model);
    assert.deepEqual(load.operations.map((o) => o.name), ['list_shelves']);
    assert.equal(load.sent + load.notSent, 20);
    const run = recordOf(dir);
    assert.equal(run.files.load, 'load.json');
    assert.equal(run.load?.achieved, load.achieved);
    assert.deepEqual(panels().map((p) => p.label), [run.title]);
  });

  it('repeats it without a question', async () => {
    const again = await vscode.commands.executeCommand<string | undefined>('mcpProfiler.profileAgain', dir);
    assert.ok(again !== undefined && again !== dir, 'no run');
    const load = resultOf(again);
    assert.deepEqual([load.options.model, load.operations.map((o) => o.name)], [gentle.model, ['list_shelves']]);
  });

  it('saves what was called as a workload, and runs that', async () => {
    const file = join(folder, 'shelves.mcp-workload.json');
    assert.equal(await vscode.commands.executeCommand('mcpProfiler.saveWorkload', dir, file), file);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file);
    const result = await loadSample({ options: gentle, workload: file });
    assert.ok(result, 'no run');
    assert.deepEqual(resultOf(result).operations.map((o) => o.name), ['list_shelves']);
  });

  it('asks which tools to call, with the read-only ones ticked', async () => {
    const answers = setInterval(() => void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem'), 200);
    try {
      const run = vscode.commands.executeCommand<string | undefined>('mcpProfiler.loadTestSample', { options: { ...gentle, model: { kind: 'closed', concurrency: 1, thinkMs: 0 } } });
      const result = await run;
      assert.ok(result, 'no run');
      assert.deepEqual(resultOf(result).operations.map((o) => o.name), ['search_books', 'sign_receipt', 'forecast', 'list_shelves']);
    } finally {
      clearInterval(answers);
    }
  });

  it('leaves nothing when a cap is exceeded', async () => {
    const before = runDirs();
    assert.equal(await loadSample({ options: { ...gentle, durationS: 601 }, tools: ['list_shelves'] }), undefined);
    assert.deepEqual(runDirs(), before);
  });

  it('stops on request and keeps what was measured; meanwhile nothing else starts', async () => {
    const known = panels().length;
    const run = loadSample({ options: { ...gentle, durationS: 120 }, tools: ['list_shelves'] });
    // its panel comes with the first figures
    await waitFor('the load to begin', () => panels().length > known);
    assert.equal(await vscode.commands.executeCommand('mcpProfiler.profileSample', { tools: ['list_shelves'] }), undefined);
    await vscode.commands.executeCommand('mcpProfiler.stop');
    const result = await run;
    assert.ok(result, 'no run');
    const load = resultOf(result);
    assert.equal(load.status, 'cancelled');
    assert.deepEqual(load.errors, {}, 'what was open at the stop has not failed');
    assert.ok(load.durationUs < 120e6);
  });

  it('leaves the host alone at 5,000 calls/s, which the engine offers', async () => {
    const loop = monitorEventLoopDelay({ resolution: 1 });
    const before = process.cpuUsage();
    const started = performance.now();
    loop.enable();
    const result = await loadSample({ options: { ...gentle, model: { kind: 'rate', perSecond: 5000 }, durationS: 4, requestTimeoutMs: 2000 }, tools: ['list_shelves'] });
    loop.disable();
    const { user, system } = process.cpuUsage(before);
    assert.ok(result, 'no run');
    const { sent, notSent } = resultOf(result);
    assert.equal(sent + notSent, 20_000);
    const share = (user + system) / 1000 / (performance.now() - started);
    console.log(`  20,000 calls offered at 5,000/s; the host used ${(share * 100).toFixed(1)}% of a core; its longest turn took ${(loop.max / 1e6).toFixed(1)} ms, p99 ${(loop.percentile(99) / 1e6).toFixed(1)} ms`);
    // one request that the host had to handle would cost it more than this for each
    assert.ok(share < 0.5, `${share} of a core`);
  });

  it('exports the result as a page of its own', async () => {
    const file = join(folder, 'load.html');
    await vscode.commands.executeCommand('mcpProfiler.exportRun', dir, { format: 'html', file });
    assert.match(readFileSync(file, 'utf8'), /data-run-file="load\.json"/);
  });

  it('reads a result of Locust, and says what is none', async () => {
    const root = vscode.extensions.getExtension('mcp-profiler.mcp-profiler')!.extensionPath;
    const imported = await vscode.commands.executeCommand<string | undefined>('mcpProfiler.importLocust', join(root, 'test/servers/locust/recorded-complete.json'));
    assert.ok(imported, 'no run');
    assert.equal(resultOf(imported).source, 'locust');
    const known = runDirs();
    assert.equal(await vscode.commands.executeCommand('mcpProfiler.importLocust', join(root, 'package.json')), undefined);
    assert.deepEqual(runDirs(), known);
  });

  it('do not hold up the extension host', () => turns.check());
});
