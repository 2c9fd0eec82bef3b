import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../driver/places.ts';
import { until } from './until.ts';
import { workbenchOf } from './workbench.ts';

describe('hints in the code, before any run', function () {
  this.timeout(300_000);
  const workbench = workbenchOf({ workspace: join(root, 'test/servers/hints'), settings: { 'breadcrumbs.enabled': false, 'editor.minimap.enabled': false, 'files.autoSave': 'off', 'typescript.validate.enable': false } });

  /** Asks for the fixes of the last line with this text. VS Code drops the question when anybody's markers change meanwhile; a person asks again. */
  async function openFixes(text: string, offered: string | RegExp): Promise<Locator> {
    const window = workbench();
    const menu = window.page.locator('.action-widget:visible');
    await until(`the fixes of ${text} are offered`, async () => {
      await window.page.locator('.part.editor .view-line', { hasText: text }).last().click();
      await window.runCommand('Quick Fix...');
      await menu.getByText(offered).first().waitFor({ timeout: 5000 });
    });
    return menu;
  }

  it('opens a server and says above each registration what it is and what was found', async () => {
    const window = workbench();
    await window.openFile('server.ts');
    const lenses = window.page.locator('.codelens-decoration');
    await lenses.filter({ hasText: 'tool search_books' }).first().waitFor();
    await lenses.filter({ hasText: 'prompt recommend' }).first().waitFor();
    await window.screenshot('code-lenses');
    // a lens that is drawn anew between press and release of the button takes no click; a person clicks again
    await until('the click on the findings opens them', async () => {
      await lenses.filter({ hasText: 'tool search_books' }).getByText(/warning/).first().click();
      await window.page.locator('.peekview-widget').waitFor({ timeout: 5000 });
    });
    await window.screenshot('code-peek');
    await window.page.keyboard.press('Escape');
  });

  it('lists every handler by server, and its findings', async () => {
    const window = workbench();
    await window.page.getByRole('tab', { name: 'MCP Profiler' }).first().click();
    const sidebar = window.page.locator('.part.sidebar');
    for (const name of [/^bookshop/, /search_books/, /price/, /recommend/, /^weather/, /forecast/]) await sidebar.getByRole('treeitem', { name }).first().waitFor();
    await sidebar.getByRole('treeitem', { name: /forecast/ }).first().click();
    await window.expectEditor('server.py');
    await sidebar.getByRole('treeitem', { name: /search_books/ }).first().locator('.monaco-tl-twistie').click();
    await sidebar.getByRole('treeitem', { name: /blocking-call/ }).first().waitFor();
    for (const theme of ['Light Modern', 'Dark High Contrast', 'Dark Modern'] as const) {
      await window.setTheme(theme);
      await window.screenshot(`code-tools-${theme.toLowerCase().replaceAll(' ', '-')}`);
    }
    await sidebar.getByRole('treeitem', { name: /blocking-call/ }).first().click();
    await window.expectEditor('catalogue.ts', 15);
  });

  it('shows what is wrong, why, and mends it', async () => {
    const window = workbench();
    await window.runCommand('View: Toggle Primary Side Bar Visibility');
    await window.page.locator('.part.editor .view-line', { hasText: 'readFileSync' }).last().click();
    await window.runCommand('Show or Focus Hover');
    await window.page.locator('.monaco-hover:visible', { hasText: 'search_books' }).first().waitFor();
    await window.screenshot('code-hover');
    await window.page.keyboard.press('Escape');
    const menu = await openFixes('readFileSync', 'Suppress blocking-call');
    await window.screenshot('code-fixes');
    await menu.locator('.monaco-list-row.action').first().click();
    await window.page.locator('.part.editor .view-line', { hasText: /await.*readFile\(/ }).waitFor();
    await window.page.waitForFunction("!document.querySelector('.part.editor .squiggly-warning')");
    await window.screenshot('code-mended');
    await window.runCommand('Problems: Focus on Problems View');
    await window.page.locator('.markers-panel', { hasText: 'MCP Profiler', hasNotText: 'readFileSync' }).waitFor();
    await window.screenshot('code-problems');
  });

  it('shows what a scaffold would change before it does', async () => {
    const window = workbench();
    await window.openFile('prices.ts');
    await window.page.locator('.part.editor .squiggly-warning').first().waitFor();
    const menu = await openFixes('seen.set', /\(preview\)$/);
    await menu.getByText(/\(preview\)$/).first().click();
    const preview = window.page.locator('.refactor-preview, .bulk-edit-panel').first();
    await preview.waitFor();
    await window.screenshot('code-scaffold');
    // what needs a look is not ticked
    await preview.locator('.edit-checkbox').first().check();
    await preview.getByRole('button', { name: /Apply/ }).click();
    await window.page.locator('.part.editor .view-line', { hasText: /delete|size/ }).first().waitFor();
    await window.screenshot('code-scaffold-applied');
  });
});
