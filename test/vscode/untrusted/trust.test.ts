import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { watchProcesses } from '../processes.ts';

const started = watchProcesses();
const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;

/** What an extension could run without anybody clicking: each with arguments that leave nothing to ask. */
const attempts: [command: string, ...args: unknown[]][] = [
  ['mcpProfiler.profileServer', 'leaves-a-trace', { tools: [] }],
  ['mcpProfiler.profileServer'],
  ['mcpProfiler.profileCommand', { kind: 'command', command: 'node', args: ['-e', "require('fs').writeFileSync('started.txt', '')"], cwd: folder }, { tools: [] }],
  ['mcpProfiler.profileUrl', 'http://127.0.0.1:9/mcp', { tools: [] }],
  ['mcpProfiler.profileSample', { tools: [] }],
];

describe('in a workspace that is not trusted', () => {
  it('this one is not', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  for (const [command, ...args] of attempts) {
    it(`${command}(${args.map((arg) => JSON.stringify(arg)).join(', ')}) starts nothing`, async () => {
      const result = await Promise.race([settle(vscode.commands.executeCommand(command, ...args)), pause(3000)]);
      assert.ok(!result.ok || result.value === undefined, `it gave ${JSON.stringify(result)}`);
      await pause(500);
      assert.deepEqual(started(), []);
      assert.equal(existsSync(join(folder, 'started.txt')), false, 'the configured server was started');
    });
  }
});

type Settled = { ok: true; value: unknown } | { ok: false; error: unknown };

function settle(promise: Thenable<unknown>): Promise<Settled> {
  return Promise.resolve(promise).then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
}

function pause(ms: number): Promise<Settled> {
  return new Promise((resolve) => setTimeout(() => resolve({ ok: true, value: undefined }), ms));
}
