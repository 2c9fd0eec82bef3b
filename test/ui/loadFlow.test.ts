import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../driver/places.ts';
import { workbenchOf } from './workbench.ts';

describe('a load test from the palette', function () {
  this.timeout(300_000);
  const workbench = workbenchOf({ workspace: join(root, 'test/vscode/workspace') });

  it('asks only what a steady rate needs, shows it live, and then its result', async () => {
    const window = workbench();
    await window.runCommand('MCP Profiler: Load Test Sample Server');
    assert.equal((await window.pickLabels(5)).length, 5);
    await window.screenshot('load-presets');
    await window.pick('Steady Rate');
    // so few that they fit into the pipe also where the machine is too slow to answer them
    await window.typeAnswer('4');
    await window.typeAnswer('6');
    await window.tick('sign_receipt', false);
    await window.screenshot('load-tools');
    await window.acceptPicks();
    const panel = window.webview();
    await panel.getByText('came due, and were answered well').waitFor({ timeout: 60_000 });
    await panel.getByRole('button', { name: 'Stop and keep results' }).waitFor();
    await window.page.waitForTimeout(4000); // for the picture only: something to see in it
    await window.screenshot('load-live');
    await panel.getByText('How it was measured').waitFor({ timeout: 60_000 });
    await panel.getByText('24 calls sent').waitFor();
    await window.screenshot('load-result');
  });

  it('stops, and keeps what was measured', async () => {
    const window = workbench();
    await window.runCommand('MCP Profiler: Load Test Sample Server');
    await window.pick('Steady Rate');
    await window.typeAnswer('30');
    await window.typeAnswer('60');
    await window.acceptPicks();
    const panel = window.webview();
    // said by the status line for screen readers, too
    await panel.getByText('Measuring', { exact: true }).waitFor({ timeout: 60_000 });
    await panel.getByRole('button', { name: 'Stop and keep results' }).click();
    await panel.getByText('How it was measured').waitFor({ timeout: 60_000 });
    await panel.getByText(/^The load test was stopped/).waitFor();
    assert.equal(await panel.getByText('cancelled').count(), 0, 'what was open at the stop has not failed');
    await window.screenshot('load-stopped');
  });

  it('shows the result in the dark and in high contrast', async () => {
    const window = workbench();
    for (const theme of ['Dark Modern', 'Dark High Contrast'] as const) {
      await window.setTheme(theme);
      await window.webview().getByText('How it was measured').waitFor();
      await window.screenshot(`load-result-${theme === 'Dark Modern' ? 'dark' : 'contrast'}`);
    }
  });
});
