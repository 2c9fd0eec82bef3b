import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../driver/places.ts';
import { keepEvidence } from './keepEvidence.ts';
import { themes } from './themes.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('the packaged extension, installed', function () {
  this.timeout(120_000);
  let workbench: Workbench | undefined;

  before(async () => {
    workbench = await openWorkbench({ workspace: join(root, 'test/vscode/workspace') });
  });
  afterEach(function () {
    return keepEvidence(this, workbench);
  });
  after(() => workbench?.close());

  it('offers the configured servers by its palette command', async () => {
    const window = workbench!;
    await window.runCommand('MCP Profiler: Profile Server…');
    const labels = await window.pickLabels();
    await window.screenshot('pick-server');
    assert.ok(labels.some((label) => label.includes('leaves-a-trace')), `offered: ${labels.join(', ')}`);
    await window.page.keyboard.press('Escape');
  });

  it('follows the colour theme', async () => {
    const window = workbench!;
    for (const theme of themes) {
      await window.setTheme(theme);
      await window.screenshot(`theme-${theme.replaceAll(' ', '-')}`);
    }
  });
});
