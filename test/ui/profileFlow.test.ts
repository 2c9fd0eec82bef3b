import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../driver/places.ts';
import { themes } from './themes.ts';
import { workbenchOf } from './workbench.ts';

const tabs = ['Overview', 'Latency', 'Timeline', 'Flame', 'Memory', 'Trace', 'Findings'];

/** Of the page; the tests know no DOM. */
interface Held {
  closest(selector: string): { style: { width: string } };
  getClientRects(): { length: number };
}

describe('from the palette to the line', function () {
  this.timeout(300_000);
  const workbench = workbenchOf({ workspace: join(root, 'test/vscode/workspace'), settings: { 'mcpProfiler.callsPerTool': 8, 'breadcrumbs.enabled': false } });

  it('profiles the sample server with the tools that are ticked', async () => {
    const window = workbench();
    await window.runCommand('MCP Profiler: Profile Sample Server');
    assert.deepEqual((await window.pickLabels(5)).sort(), ['add_book', 'forecast', 'list_shelves', 'search_books', 'sign_receipt']);
    await window.tick('list_shelves', false);
    await window.screenshot('flow-tools');
    await window.acceptPicks();
    const panel = window.webview();
    await panel.getByText('24 calls in').waitFor({ timeout: 60_000 });
    await panel.getByText('Hot lines').waitFor();
  });

  it('shows every tab, in the colours of each theme', async () => {
    const window = workbench();
    const colours = new Set<string>();
    for (const theme of [...themes].reverse()) {
      await window.setTheme(theme);
      const panel = window.webview();
      for (const tab of tabs) {
        await panel.getByRole('tab', { name: tab }).click();
        await panel.getByRole('tab', { name: tab, selected: true }).waitFor();
        if (tab === 'Flame') await panel.getByText(/busy of/).first().waitFor();
        if (tab === 'Trace') await panel.getByText('tools/list').first().waitFor();
        await window.screenshot(`flow-${tab.toLowerCase()}-${theme.toLowerCase().replaceAll(' ', '-')}`);
      }
      colours.add(await panel.locator('body').evaluate('getComputedStyle(document.body).color'));
    }
    assert.equal(colours.size, themes.length, [...colours].join('; '));
  });

  it('keeps the bracket before a file and the file on one line', async () => {
    const window = workbench();
    const panel = window.webview();
    await panel.getByRole('tab', { name: 'Overview' }).click();
    const held = panel.getByLabel('Answer').locator('.held', { has: panel.getByRole('button', { name: /receipts\.ts:5/ }) });
    assert.match(await held.innerText(), /^\(\S+receipts\.ts:5$/);
    const broken = await held.evaluate((element) => {
      const span = element as unknown as Held;
      const { style } = span.closest('ul');
      const found: number[] = [];
      // also where the line ends just here
      for (let width = 900; width > 300; width -= 7) {
        style.width = `${width}px`;
        if (span.getClientRects().length !== 1) found.push(width);
      }
      style.width = '';
      return found;
    });
    assert.deepEqual(broken, []);
  });

  it('opens the editor at the line of a hot line, where marks say what the run found', async () => {
    const window = workbench();
    const panel = window.webview();
    await panel.getByRole('tab', { name: 'Overview' }).click();
    // the function has more than one line, and which of them are hot depends on the samples
    await panel.getByLabel('Hot lines').getByText(/signReceipt .*receipts\.ts:5/).first().click();
    await window.expectEditor('receipts.ts', 5);
    // the mark stands in a pseudo element
    await window.page.waitForFunction("[...document.querySelectorAll('.view-line span')].some((span) => /sign_receipt/.test(getComputedStyle(span, '::after').content))");
    await window.screenshot('flow-editor');
  });

  it('opens the editor at a frame that is clicked in the flame', async () => {
    const window = workbench();
    const panel = window.webview();
    await panel.getByRole('tab', { name: 'Flame' }).click();
    await panel.getByRole('radio', { name: 'Left heavy' }).click();
    await panel.getByRole('radio', { name: 'Left heavy', checked: true }).waitFor();
    const flame = panel.getByRole('application', { name: /flame/i });
    const box = (await flame.boundingBox())!;
    // from the outermost frame downwards until the card names a function of the author
    const card = panel.locator('.card:visible');
    let at: { x: number; y: number } | null = null;
    for (let y = 6; y < box.height && !at; y += 6) {
      await flame.hover({ position: { x: box.width * 0.2, y } });
      // the card follows with the next drawing
      await flame.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      if ((await card.count()) > 0 && /catalogue\.ts|receipts\.ts/.test(await card.innerText())) at = { x: box.width * 0.2, y };
    }
    assert.ok(at, 'no frame of the sample server under the pointer');
    const file = /(catalogue|receipts)\.ts/.exec(await card.innerText())![0];
    await flame.click({ position: at, modifiers: ['Control'] });
    await window.expectEditor(file);
    await window.screenshot('flow-flame-click');
    await window.page.locator(`.tab[data-resource-name="${file}"]`).click();
    await window.runCommand('View: Toggle Maximize Editor Group');
    await window.screenshot('flow-marks');
    await window.runCommand('View: Toggle Maximize Editor Group');
  });

  it('lists servers, tools and the run in the sidebar', async () => {
    const window = workbench();
    await window.page.getByRole('tab', { name: 'MCP Profiler' }).first().click();
    const sidebar = window.page.locator('.part.sidebar');
    for (const view of ['Servers', 'Tools', 'Runs']) await sidebar.getByRole('button', { name: new RegExp(`^${view} Section`) }).waitFor();
    await sidebar.getByRole('treeitem', { name: /search_books/ }).first().waitFor();
    await sidebar.getByRole('treeitem', { name: /sample-server/ }).first().waitFor();
    await window.runCommand('View: Close Editors in Other Groups');
    await window.screenshot('flow-sidebar');
  });
});
