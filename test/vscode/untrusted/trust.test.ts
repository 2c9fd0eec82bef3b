import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { watchProcesses } from '../processes.ts';

const started = watchProcesses();
const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;

/** Every way to start something, with arguments that leave nothing to ask. */
const attempts: Record<string, (serverId: string) => [command: string, ...args: unknown[]]> = {
  'a server that the workspace configures': (id) => ['mcpProfiler.profileServer', id, { tools: [] }],
  'a server that is to be picked': () => ['mcpProfiler.profileServer'],
  'a command': () => ['mcpProfiler.profileCommand', { kind: 'command', command: 'node', args: ['-e', "require('fs').writeFileSync('started.txt', '')"], cwd: folder }, { tools: [] }],
  'a server at a URL': () => ['mcpProfiler.profileUrl', 'http://127.0.0.1:9/mcp', { tools: [] }],
  'the sample server': () => ['mcpProfiler.profileSample', { tools: [] }],
};

describe('in a workspace that is not trusted', () => {
  let serverId: string;

  it('servers are listed, and none is started for that', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const { servers } = await vscode.commands.executeCommand<{ servers: { id: string; name: string }[] }>('mcpProfiler.refreshServers');
    serverId = servers.find(({ name }) => name === 'leaves-a-trace')?.id ?? assert.fail('the configured server is not listed');
    assert.deepEqual(started(), []);
  });

  for (const [what, attempt] of Object.entries(attempts)) {
    it(`${what} is not started`, async () => {
      const before = started().length;
      const result = await Promise.race([settle(vscode.commands.executeCommand(...attempt(serverId))), pause(3000)]);
      assert.ok(!result.ok || result.value === undefined, `it gave ${JSON.stringify(result)}`);
      await pause(500);
      assert.deepEqual(started().slice(before), []);
      assert.equal(existsSync(join(folder, 'started.txt')), false, 'the process left its file');
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
