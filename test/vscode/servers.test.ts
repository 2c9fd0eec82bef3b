import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { watchTurns } from './turns.ts';
import { waitFor } from './waitFor.ts';

const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const cursorFile = join(folder, '.cursor/mcp.json');

interface Found {
  servers: { id: string; name: string; source: string; file: string; line: number; fromWorkspace: boolean }[];
  problems: { file: string; line: number; message: string }[];
}
const refresh = () => vscode.commands.executeCommand<Found>('mcpProfiler.refreshServers');
const problemsIn = (file: string) => vscode.languages.getDiagnostics(vscode.Uri.file(file)).filter((d) => d.source === 'MCP Profiler');

describe('servers', () => {
  const turns = watchTurns();

  it('of the workspace are found with their place', async () => {
    const { servers } = await refresh();
    const names = servers.filter((s) => s.fromWorkspace).map((s) => [s.source, s.name]);
    assert.deepEqual(names, [['vscode-workspace', 'leaves-a-trace'], ['cursor', 'from-cursor']]);
    const cursor = servers.find((s) => s.name === 'from-cursor')!;
    assert.equal(cursor.file, cursorFile);
    assert.equal(cursor.line, 2);
  });

  it('of the user are known from VS Code itself where their file is on another machine', async () => {
    const mcp = vscode.workspace.getConfiguration('mcp');
    await mcp.update('servers', { 'of-the-user': { command: 'node', args: ['user.js'] } }, vscode.ConfigurationTarget.Global);
    try {
      const { servers } = await refresh();
      const found = servers.filter((s) => s.name === 'of-the-user');
      assert.deepEqual(found.map((s) => [s.source, s.fromWorkspace]), [['vscode-user', false]]);
    } finally {
      await mcp.update('servers', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('that are broken give a diagnostic at their line, and spare the others', async () => {
    await refresh();
    const problems = problemsIn(cursorFile);
    assert.deepEqual([...new Set(problems.map((d) => d.range.start.line))], [3]);
    assert.match(problems.map((d) => d.message).join('\n'), /"broken"/);
  });

  it('of a file that is no JSON at all leave the view alive, and the problem goes when the file is mended', async () => {
    const file = join(folder, '.gemini/settings.json');
    await vscode.workspace.fs.createDirectory(vscode.Uri.file(join(folder, '.gemini')));
    writeFileSync(file, '{ "mcpServers": {');
    const { servers } = await refresh();
    assert.ok(servers.some((s) => s.name === 'leaves-a-trace'));
    assert.equal(problemsIn(file).length > 0, true);
    writeFileSync(file, '{ "mcpServers": {} }');
    await refresh();
    assert.deepEqual(problemsIn(file), []);
  });

  it('are noticed when their file changes, once the view has been seen', async () => {
    await vscode.commands.executeCommand('mcpProfiler.servers.focus');
    const file = join(folder, '.gemini/settings.json');
    writeFileSync(file, '{ "mcpServers": { "late": { "command": 8 } } }');
    await waitFor('a diagnostic in the changed file', () => problemsIn(file).length > 0);
    writeFileSync(file, '{}');
    await waitFor('the diagnostic to go', () => problemsIn(file).length === 0);
  });

  it('of another name are an error, not a run', async () => {
    assert.equal(await vscode.commands.executeCommand('mcpProfiler.profileServer', 'no-such-server', { tools: [] }), undefined);
  });

  it('do not hold up the extension host', () => turns.check());
});
