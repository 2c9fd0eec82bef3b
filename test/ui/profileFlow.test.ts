import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../driver/places.ts';
import { keepEvidence } from './keepEvidence.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const tabs = ['Overview', 'Latency', 'Timeline', 'Flame', 'Memory', 'Trace', 'Findings'];

describe('from the palette to the line', function () {
  this.timeout(180_000);
  let workbench: Workbench | undefined;

  before(async () => {
    workbench = await openWorkbench({ workspace: join(root, 'test/vscode/workspace'), settings: { 'mcpProfiler.callsPerTool': 8 } });
  });
  afterEach(function () {
    return keepEvidence(this, workbench);
  });
  after(() => workbench?.close());

  it('profiles the sample server with the tools that are ticked', async () => {
    const window = workbench!;
    await window.runCommand('MCP Profiler: Profile Sample Server');
    assert.deepEqual((await window.pickLabels()).sort(), ['add_book', 'forecast', 'list_shelves', 'search_books', 'sign_receipt']);
    await window.tick('list_shelves', false);
    await window.screenshot('flow-tools');
    await window.acceptPicks();
    const panel = window.webview();
    await panel.getByText('24 calls in').waitFor({ timeout: 60_000 });
    await panel.getByText('Hot lines').waitFor();
  });

  it('shows every tab', async () => {
    const window = workbench!;
    const panel = window.webview();
    for (const tab of tabs) {
      await panel.getByRole('tab', { name: tab }).click();
      await panel.getByRole('tab', { name: tab, selected: true }).waitFor();
      await window.screenshot(`flow-${tab.toLowerCase()}`);
    }
  });

  it('opens the editor at the line of a hot line', async () => {
    const window = workbench!;
    const panel = window.webview();
    await panel.getByRole('tab', { name: 'Overview' }).click();
    await panel.getByText(/signReceipt .*receipts\.ts:\d+/).first().click();
    await window.expectEditor('receipts.ts', 5);
    await window.screenshot('flow-editor');
  });
});
