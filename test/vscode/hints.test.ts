import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { watchTurns } from './turns.ts';
import { waitFor } from './waitFor.ts';

const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const root = vscode.extensions.getExtension('mcp-profiler.mcp-profiler')!.extensionPath;
const hints = join(folder, 'hints');
const uri = (file: string) => vscode.Uri.file(join(hints, file));
const rule = (d: vscode.Diagnostic) => String(typeof d.code === 'object' ? d.code.value : d.code);
const diagnostics = (file: string) => vscode.languages.getDiagnostics(uri(file)).filter((d) => d.source === 'MCP Profiler');
const rulesIn = (file: string) => diagnostics(file).map(rule).sort();
const open = async (file: string) => vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri(file)));
const found = (file: string, id: string) => waitFor(`${id} in ${file}`, () => diagnostics(file).find((d) => rule(d) === id));
const gone = (file: string, id: string) => waitFor(`${id} in ${file} to go`, () => !rulesIn(file).includes(id));
/** VS Code drops the question where markers change before the answer; it is asked again then. */
async function actionsAt(file: string, { range }: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
  for (let tries = 0; ; tries++) {
    try {
      return await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri(file), range, vscode.CodeActionKind.QuickFix.value);
    } catch (error) {
      if (tries === 10 || !(error instanceof Error) || error.message !== 'Canceled') throw error;
    }
  }
}
const catalogue = 'bookshop/src/catalogue.ts';
const server = 'bookshop/src/server.ts';

describe('hints in the code', function () {
  this.timeout(240_000);
  const turns = watchTurns();

  before(async () => {
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Workspace);
    cpSync(join(root, 'test/servers/hints'), hints, { recursive: true });
    // as many files as a workspace has
    mkdirSync(join(hints, 'fleet'));
    for (let i = 0; i < 120; i++) writeFileSync(join(hints, `fleet/server${i}.py`), `import time\nfrom fastmcp import FastMCP\n\nmcp = FastMCP("fleet ${i}")\n\n\n@mcp.tool\nasync def nap_${i}() -> str:\n    time.sleep(1)\n    print("rested")\n    return "rested"\n`);
    await vscode.commands.executeCommand('mcpProfiler.checkAgain');
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    rmSync(hints, { recursive: true });
  });

  it('says at the line what blocks, and how the tool gets there', async () => {
    await open(server);
    const blocking = await found(catalogue, 'blocking-call');
    assert.equal(blocking.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(blocking.message, /`?readFileSync`?.*`search_books`/s);
    const path = blocking.relatedInformation!.map((hop) => `${basename(hop.location.uri.fsPath)} ${hop.message}`);
    assert.match(path.join('\n'), /server\.ts[^]*catalogue\.ts search\n[^]*catalogue\.ts loadIndex/);
    assert.ok(typeof blocking.code === 'object');
    assert.match((await vscode.workspace.openTextDocument(blocking.code.target)).getText(), /^# /);
  });

  it('reads Python as well', async () => {
    const sleep = await found('weather/server.py', 'blocking-call');
    assert.match(sleep.message, /forecast/);
  });

  it('finds what is typed, and lets go of it when it is taken back', async () => {
    const editor = await open('bookshop/src/prices.ts');
    const at = editor.document.lineAt(3).range.start;
    await editor.edit((e) => e.insert(at, "  console.log('asked');\n"));
    const printed = await found('bookshop/src/prices.ts', 'stdout-pollution');
    assert.equal(printed.range.start.line, 3);
    await vscode.commands.executeCommand('undo');
    await gone('bookshop/src/prices.ts', 'stdout-pollution');
    // half a line, as one types it
    await editor.edit((e) => e.insert(at, '  console.log('));
    await editor.edit((e) => e.insert(editor.document.lineAt(0).range.start, 'const half = {\n'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await gone('bookshop/src/prices.ts', 'stdout-pollution');
  });

  it('mends it by a quick fix; undo brings it back', async () => {
    const editor = await open(catalogue);
    const before = editor.document.getText();
    const actions = await actionsAt(catalogue, await found(catalogue, 'blocking-call'));
    const fix = actions.find((a) => a.isPreferred)!;
    assert.ok(fix.edit, `no fix among ${actions.map((a) => a.title).join(', ')}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(editor.document.getText(), /await (fs\.promises\.)?readFile\(/);
    await gone(catalogue, 'blocking-call');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), before);
    await found(catalogue, 'blocking-call');
  });

  it('is silent about a line that says why', async () => {
    const editor = await open(catalogue);
    const actions = await actionsAt(catalogue, await found(catalogue, 'blocking-call'));
    const suppress = actions.find((a) => a.title.startsWith('Suppress blocking-call'))!;
    const { command, arguments: args } = suppress.command!;
    await vscode.commands.executeCommand(command, ...(args as unknown[]), 'a small file');
    assert.match(editor.document.getText(), /\n {2}\/\/ mcp-profiler-disable-next-line blocking-call -- a small file\n {2}const text/);
    await gone(catalogue, 'blocking-call');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await found(catalogue, 'blocking-call');
  });

  it('follows the settings', async () => {
    const configure = (value: unknown) => vscode.workspace.getConfiguration('mcpProfiler').update('rules', value, vscode.ConfigurationTarget.Workspace);
    await configure({ 'blocking-call': 'error' });
    await waitFor('an error', () => diagnostics(catalogue).some((d) => d.severity === vscode.DiagnosticSeverity.Error));
    await configure({ 'blocking-call': 'off' });
    await gone(catalogue, 'blocking-call');
    await configure(undefined);
    await found(catalogue, 'blocking-call');
  });

  it('stands above every registration, without any run', async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri(server), 20);
    const titles = lenses.map((l) => l.command!.title);
    assert.deepEqual(titles.filter((t) => /^(tool|prompt) /.test(t)), ['tool search_books', 'tool price', 'prompt recommend']);
    assert.equal(titles.filter((t) => t === 'Profile this tool').length, 2);
    assert.match(titles[1]!, /^\d+ warnings?/);
  });

  it('sees files that are made on disk', async () => {
    // beside the folder that was copied here: the editor's file watcher misses folders that are made while it starts, and all that is in them
    const extra = vscode.Uri.file(join(folder, 'extra.py'));
    const blocks = () => vscode.languages.getDiagnostics(extra).some((d) => d.source === 'MCP Profiler' && rule(d) === 'blocking-call');
    const text = 'import time\nfrom fastmcp import FastMCP\n\nmcp = FastMCP("extra")\n\n\n@mcp.tool\nasync def nap() -> str:\n    time.sleep(1)\n    return "rested"\n';
    // it starts in its own time and does not tell what was made before: the file is written until it is seen
    let writtenAt = 0;
    await waitFor('the new file', () => {
      if (Date.now() - writtenAt > 3000) {
        writeFileSync(extra.fsPath, text);
        writtenAt = Date.now();
      }
      return blocks();
    }, 60_000);
    rmSync(extra.fsPath);
    await waitFor('its findings to go', () => !blocks());
  });

  it('takes typing in a file of 80 kB', async () => {
    const tool = (i: number) => `server.registerTool('tool_${i}', { description: 'Looks up ${i}.', inputSchema: { word: z.string() } }, async ({ word }) => {\n  const books = await search(word);\n  return { content: [{ type: 'text', text: String(books.length + ${i}) }] };\n});\n`;
    const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { z } from 'zod';\nimport { search } from './catalogue.ts';\n\nconst server = new McpServer({ name: 'large', version: '1.0.0' });\n";
    const file = 'bookshop/src/large.ts';
    writeFileSync(join(hints, file), head + Array.from({ length: 370 }, (_, i) => tool(i)).join(''));
    await vscode.commands.executeCommand('mcpProfiler.tools.focus');
    const editor = await open(file);
    await waitFor('its tools', () => diagnostics(catalogue).some((d) => d.message.includes('and 370 others')));
    const at = editor.document.positionAt(editor.document.getText().indexOf('  const books') + 0);
    const text = "  console.log('found');\n";
    const type = async () => {
      const started = performance.now();
      for (const [i, key] of text.split('').entries()) {
        await editor.edit((e) => e.insert(at.translate(0, i), key), { undoStopBefore: false, undoStopAfter: false });
        await new Promise((next) => setTimeout(next, 30));
      }
      return performance.now() - started;
    };
    // what the editor itself takes for so many lines, in the same run
    const hintsOn = (on: boolean) => vscode.workspace.getConfiguration('mcpProfiler').update('editorHints', on ? undefined : false, vscode.ConfigurationTarget.Workspace);
    await hintsOn(false);
    const withoutMs = await type();
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await hintsOn(true);
    await found(catalogue, 'blocking-call');
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const withMs = await type();
    const typed = performance.now();
    await found(file, 'stdout-pollution');
    loop.disable();
    console.log(`  ${text.length} keys in ${Math.round(withMs)} ms (${Math.round(withoutMs)} ms without hints) into ${Math.round(editor.document.getText().length / 1000)} kB; found ${Math.round(performance.now() - typed)} ms after the last one, of which 150 ms wait for the next key; longest turn of the host ${(loop.max / 1e6).toFixed(1)} ms, p99 ${(loop.percentile(99) / 1e6).toFixed(1)} ms`);
    await editor.document.save();
    await found(file, 'stdout-pollution');
    rmSync(join(hints, file));
  });

  it('does not hold up the extension host', () => turns.check());
});
