import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { tabs as allTabs } from '../../src/model/finding.ts';
import { bundle, editorPage, filesOf, reportPage, servePages } from './panelPage.ts';
import { syntheticRun } from './panelRun.ts';
import { themes, type ThemeName } from './panelThemes.ts';
import { until } from './until.ts';

/** What the page's own functions see of it: tests are typed without a DOM. */
interface PageElement {
  textContent: string;
  shadowRoot: { textContent: string } | null;
}

/** Load tests have a page of their own (load.test.ts). */
const tabs = allTabs.filter((tab) => tab !== 'load');
const executablePath = '/usr/bin/chromium';
const output = resolve(import.meta.dirname, '../output/panel');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const synthetic = syntheticRun({ tools: 12, requests: 5000 });
const files = filesOf(synthetic);

describe('panel in a browser', function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let server: Server | undefined;
  let url: string;
  const complaints: string[] = [];

  before(async function () {
    if (!existsSync(executablePath) || !existsSync(join(bundle, 'main.js'))) {
      this.test!.title = 'panel in a browser: needs Chromium and a build';
      this.skip();
    }
    mkdirSync(output, { recursive: true });
    ({ url, server } = await servePages((path) => {
      const [, kind, name] = path.split('/');
      if (kind === 'report') return { type: 'text/html', body: reportPage(files, (name as ThemeName | undefined) ?? null) };
      if (kind === 'editor') return { type: 'text/html', body: editorPage(name as ThemeName) };
      if (kind === 'run' && name !== undefined && files[name] !== undefined) return { type: 'text/plain', body: files[name] };
      return null;
    }));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  afterEach(() => assert.deepEqual(complaints.splice(0), [], 'the page complained'));

  async function open(path: string, viewport = { width: 1280, height: 800 }): Promise<Page> {
    const page = await browser!.newPage({ viewport });
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) complaints.push(message.text());
    });
    await page.goto(`${url}/${path}`);
    return page;
  }

  const header = (page: Page, tab: string) => page.locator(`vscode-tab-header[data-tab=${tab}]`);
  /** Text of an element of ours, its shadow tree included but not those inside it. */
  const text = (page: Page, selector: string) => page.locator(selector).first().evaluate((e) => ((e as unknown as PageElement).shadowRoot ?? (e as unknown as PageElement)).textContent);
  /** All is read. What is counted and drawn from it comes in its own time: `until` waits for that, the pause is for the pictures. */
  const settled = async (page: Page) => {
    await page.locator('mcp-panel .reading').waitFor({ state: 'detached' });
    await page.waitForTimeout(350);
  };
  /** An element of ours comes to show this. */
  const shows = (page: Page, selector: string, expected: RegExp) => until(`${selector} shows ${expected}`, async () => assert.match(await text(page, selector), expected));

  async function show(page: Page, tab: string): Promise<void> {
    await header(page, tab).click();
    await settled(page);
  }

  /** Serious and critical violations of the whole page, shadow trees included. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: { run(o: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run({ resultTypes: ['violations'] });
      return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary.slice(0, 200)}`).join(' | ')}`);
    });
  }

  for (const theme of Object.keys(themes) as ThemeName[]) {
    it(`shows every tab, legible to all, in ${theme}`, async () => {
      const page = await open(`report/${theme}`);
      await settled(page);
      const wrong: string[] = [];
      for (const tab of tabs) {
        await show(page, tab);
        await page.screenshot({ path: join(output, `${theme}-${tab}.png`) });
        wrong.push(...(await violations(page)).map((v) => `${tab}: ${v}`));
      }
      assert.deepEqual(wrong, []);
      await page.close();
    });
  }

  it('follows a figure of the answer to the place that shows it', async () => {
    const page = await open('report/dark');
    await settled(page);
    await page.getByRole('button', { name: '62 ms' }).click();
    await settled(page);
    assert.equal(await header(page, 'timeline').getAttribute('active'), '');
    await shows(page, 'mcp-filter-bar', /search/);
    await shows(page, 'mcp-request-pane', /Own CPU[^]*JSON\.parse|JSON\.parse[^]*Own CPU/);
    await page.screenshot({ path: join(output, 'timeline-request.png') });
    await page.close();
  });

  it('a span brushed in one tab narrows the others', async () => {
    const page = await open('report/light');
    await show(page, 'latency');
    const brush = page.locator('mcp-brush .area');
    const box = (await brush.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.45, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 80, { steps: 5 });
    await page.mouse.up();
    await settled(page);
    await page.screenshot({ path: join(output, 'latency-brush.png') });
    const shown = await page.locator('mcp-filter-bar .chip').textContent();
    assert.match(shown!, /s – \d/);
    await show(page, 'overview');
    await shows(page, 'mcp-overview', /figures of the selected span/);
    const table = page.locator('mcp-overview mcp-grid').first();
    const column = (await table.locator('[role=columnheader]').allTextContents()).findIndex((label) => label.trim() === 'Calls');
    await until('the table is of the span', async () => {
      const calls = Number((await table.locator(`[role=row] [role=gridcell]:nth-child(${column + 1})`).first().textContent())!.trim());
      assert.ok(calls > 0 && calls < 453, `${calls} calls`);
    });
    await show(page, 'trace');
    await page.locator('mcp-trace [role=status]').filter({ hasText: / of 1\d,\d{3} messages/ }).waitFor({ state: 'attached' });
    await page.close();
  });

  it('works with the keyboard alone', async () => {
    const page = await open('report/dark');
    await settled(page);
    await header(page, 'overview').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await settled(page);
    assert.equal(await header(page, 'latency').getAttribute('active'), '');
    await header(page, 'latency').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await settled(page);
    // into the table: down to the second row, choose it
    await page.locator('mcp-overview mcp-grid').first().locator('.scroll').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await settled(page);
    const row = page.locator('mcp-overview mcp-grid').first().locator('[role=row][aria-selected=true]');
    await row.waitFor();
    const tool = (await row.locator('.name').textContent())!.trim();
    await shows(page, 'mcp-filter-bar', new RegExp(tool));
    await page.screenshot({ path: join(output, 'keyboard-table.png') });
    // the timeline: a request by key, then its detail
    await show(page, 'timeline');
    await page.locator('mcp-waterfall canvas').focus();
    for (const key of ['+', '+', 'ArrowRight', '.']) await page.keyboard.press(key);
    await settled(page);
    await shows(page, 'mcp-request-pane .title', new RegExp(tool));
    await page.close();
  });

  it('the flame follows what is selected elsewhere, and what is chosen in it holds elsewhere', async () => {
    const page = await open('report/dark');
    await settled(page);
    await page.getByRole('button', { name: '71%' }).click();
    const flame = page.locator('mcp-flame');
    await flame.locator('.status', { hasText: 'in the filter' }).waitFor();
    await page.screenshot({ path: join(output, 'flame-search.png') });
    await flame.locator('select').first().selectOption('list_books');
    await settled(page);
    await shows(page, 'mcp-filter-bar', /^(?!.*search).*list_books/s);
    await show(page, 'findings');
    const ofTool = synthetic.run.findings.filter((f) => f.tools.length === 0 || f.tools.includes('list_books')).length;
    await until('the findings are of the tool', async () => assert.equal(await page.locator('mcp-findings article').count(), ofTool));
    await page.close();
  });

  it('has a table behind each chart', async () => {
    const page = await open('report/light');
    for (const [tab, label] of [['latency', 'Latency by tool'], ['timeline', 'Requests in view'], ['memory', 'Memory over time']] as const) {
      await show(page, tab);
      await page.getByRole('button', { name: 'Show as table' }).click();
      await settled(page);
      await page.getByRole('grid', { name: label }).getByRole('row').nth(5).waitFor();
      await page.screenshot({ path: join(output, `table-${tab}.png`) });
      assert.deepEqual(await violations(page), []);
    }
    await page.close();
  });

  it('finds a message and shows its stamps and text', async () => {
    const page = await open('report/dark');
    await show(page, 'trace');
    await page.locator('mcp-trace vscode-textfield input').fill('get_invoice');
    await settled(page);
    await page.locator('mcp-trace mcp-grid [role=row]').nth(3).filter({ hasText: 'get_invoice' }).click();
    for (const expected of [/get_invoice/, /Queued|First byte/, /jsonrpc/]) await shows(page, 'mcp-message-pane', expected);
    await page.screenshot({ path: join(output, 'trace-message.png') });
    await page.close();
  });

  it('fits a narrow panel', async () => {
    const page = await open('report/dark', { width: 560, height: 800 });
    for (const tab of tabs) {
      await show(page, tab);
      await page.screenshot({ path: join(output, `narrow-${tab}.png`) });
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')) <= 0, `${tab} is wider than the page`);
    }
    await page.close();
  });

  it('without VS Code looks like it, in the system’s light or dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open('report');
      await page.emulateMedia({ colorScheme });
      await settled(page);
      assert.equal(await page.evaluate<boolean>(`document.body.classList.contains('vscode-light')`), colorScheme === 'light');
      await page.screenshot({ path: join(output, `report-${colorScheme}.png`) });
      assert.deepEqual(await violations(page), []);
      await page.close();
    }
  });

  it('in an editor asks for its content, follows a run, and keeps its place over a reload', async () => {
    const page = await open('editor/dark');
    const posted = () => page.evaluate(() => (globalThis as unknown as { posted: { type: string }[] }).posted);
    assert.deepEqual((await posted()).map((m) => m.type), ['ready']);
    const send = (message: unknown) => page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
    await send({ type: 'live', title: 'bookshop' });
    const progress = (done: number) => {
      const part = synthetic.requests.filter((r) => r.phase === 'measure').slice(done, done + 400);
      return { type: 'progress', progress: { stage: 'calling', done: done + 400, total: 4800, runDir: '', events: synthetic.events.filter((e) => e.kind === 'memory').slice(0, 50), ended: { atUs: part.map((r) => r.parsedUs), latencyUs: part.map((r) => r.parsedUs! - r.queuedUs), tool: part.map((r) => r.target), outcome: part.map((r) => r.outcome), phase: part.map((r) => r.phase) } } };
    };
    for (let done = 0; done < 1600; done += 400) await send(progress(done));
    await page.locator('mcp-latency mcp-line-chart').first().waitFor();
    await shows(page, 'mcp-run-header', /1,600 of 4,800 calls/);
    await page.screenshot({ path: join(output, 'live-latency.png') });
    await show(page, 'timeline');
    await page.screenshot({ path: join(output, 'live-timeline.png') });
    await page.getByRole('button', { name: 'Stop and keep results' }).click();
    assert.equal((await posted()).at(-1)!.type, 'stop');

    const urls = Object.fromEntries(Object.keys(files).map((name) => [name, `${url}/run/${name}`]));
    await send({ type: 'show', key: 'run:/x', content: { kind: 'run', run: synthetic.run, urls } });
    await settled(page);
    await show(page, 'findings');
    await page.getByRole('button', { name: /Open src\/index\.ts:42/ }).click();
    assert.deepEqual((await posted()).at(-1), { type: 'openSource', file: '/home/ann/bookshop/src/index.ts', line: 42 });
    await page.screenshot({ path: join(output, 'editor-findings.png') });
    await page.reload();
    assert.equal((await page.evaluate<{ key: string }>(`JSON.parse(sessionStorage.getItem('state'))`)).key, 'run:/x');
    await send({ type: 'show', key: 'run:/x', content: { kind: 'run', run: synthetic.run, urls } });
    await settled(page);
    assert.equal(await header(page, 'findings').getAttribute('active'), '');
    await page.close();
  });
});
