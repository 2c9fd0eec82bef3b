import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import { watchActivation } from './activation.ts';
import { watchProcesses } from './processes.ts';

const { publisher, name, contributes } = manifest;
const started = watchProcesses();
const activation = watchActivation('extension.cjs');

describe('the extension in VS Code', () => {
  it('is activated by its first command, and starts no process for that', async () => {
    const extension = vscode.extensions.getExtension(`${publisher}.${name}`);
    assert.ok(extension, 'the extension is not there');
    assert.equal(extension.isActive, false, 'it was active before anything of it was used');
    await extension.activate();
    const { loadMs, activateMs } = activation();
    // for readable stacks from here on; a user's host reads no source map, so it is in no figure
    process.setSourceMapsEnabled(true);
    console.log(`  activation: ${(loadMs + activateMs).toFixed(1)} ms, of which ${loadMs.toFixed(1)} ms to load the code (aim: 40 ms)`);
    assert.deepEqual(started(), []);
  });

  it('registers every command of its manifest', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('runs in a trusted workspace here', () => {
    assert.equal(vscode.workspace.isTrusted, true);
  });
});
