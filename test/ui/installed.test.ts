import { join } from 'node:path';
import { root } from '../driver/places.ts';
import { workbenchOf } from './workbench.ts';

describe('the packaged extension, installed', function () {
  this.timeout(300_000);
  const workbench = workbenchOf({ workspace: join(root, 'test/vscode/workspace') });

  it('offers the configured servers by its palette command', async () => {
    const window = workbench();
    await window.runCommand('MCP Profiler: Profile Server…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'leaves-a-trace' }).waitFor();
    await window.screenshot('pick-server');
    await window.page.keyboard.press('Escape');
  });
});
