import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeProfile } from '../bench/flame/makeProfile.ts';
import { root } from '../driver/places.ts';
import { until } from './until.ts';
import { workbenchOf } from './workbench.ts';

/** How fast it is is measured by the bench; here it is seen to open in VS Code, under the webview's own policy. */
describe('a profile of a million samples in VS Code', function () {
  this.timeout(300_000);
  const workbench = workbenchOf({ workspace: join(root, 'test/vscode/workspace'), settings: {} });

  it('opens from the palette, is shown whole, and zooms', async () => {
    const window = workbench();
    const file = join(window.folder, 'large.cpuprofile');
    const bytes = await writeProfile(file, { seed: 7, nodes: 200_000, samples: 1_000_000, tools: 8 });
    await window.runCommand('MCP Profiler: Open CPU Profile in Flame View');
    // the dialog writes its folder into the box once it has read it
    await window.page.locator('.quick-input-widget:visible').getByText('large.cpuprofile').waitFor();
    await window.typeAnswer(file);
    const started = performance.now();
    const panel = window.webview();
    await panel.getByText(/1,000,000 samples/).first().waitFor({ timeout: 60_000 });
    console.log(`  ${(bytes / 1e6).toFixed(0)} MB shown ${((performance.now() - started) / 1000).toFixed(1)} s after the file was chosen`);
    await window.screenshot('flame-million');

    const flame = panel.getByRole('application', { name: /flame/i });
    const whole = await flame.screenshot();
    await flame.hover({ position: { x: 400, y: 100 } });
    for (let i = 0; i < 5; i++) await window.page.mouse.wheel(0, -400);
    await until('the wheel has zoomed', async () => assert.notDeepEqual(await flame.screenshot(), whole));
  });
});
