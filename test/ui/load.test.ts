import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { writeLoadSentences } from '../../src/analysis/loadSentences.ts';
import type { LoadResult } from '../../src/model/loadResult.ts';
import type { ToPanel } from '../../src/model/panel.ts';
import { findChromium, launchChromium } from '../driver/browser.ts';
import { skip } from '../driver/skip.ts';
import { loadFiles, loadOptions, loadProgress, loadResult, loadRun, type Stream } from './loadRun.ts';
import { bundle, editorPage, reportPage, servePages } from './panelPage.ts';
import { themes, type ThemeName } from './panelThemes.ts';

const output = resolve(import.meta.dirname, '../output/load');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const slo = { text: 'p99<100ms,errors<1%', limits: [{ percent: 99, us: 100_000 }], errorRatio: 0.01 };

const results: Record<string, LoadResult> = {
  steady: loadResult({ rate: 500, seconds: 30, errors: true, options: { slo } }),
  capacity: loadResult({ rate: 1980, seconds: 30, capacity: true, after: [{ stage: 'overload', seconds: 8, rate: 2970 }, { stage: 'recovery', seconds: 6, rate: 1000 }], options: { goal: 'capacity', slo, overload: true } }),
  limited: loadResult({ rate: 8000, seconds: 20, limited: true, busyGenerator: true, freeze: { at: 12, seconds: 2 }, options: { slo } }),
  few: loadResult({ rate: 4, seconds: 30, few: true, remote: true, options: { model: { kind: 'closed', concurrency: 4, thinkMs: 0 } } }),
  locust: loadResult({ rate: 900, seconds: 60, locust: true, remote: true, options: { model: { kind: 'sessions', sessions: 50 } } }),
  stopped: stoppedEarly(loadResult({ rate: 100, seconds: 13, options: { slo } })),
};

/** By the user, while one tool held its answers. */
function stoppedEarly(r: LoadResult): LoadResult {
  const atLeastUs = { ...r.responseUs, p99: 8_400_000 };
  const stopped: LoadResult = { ...r, status: 'cancelled', achieved: 96, responseUs: { ...r.responseUs, samples: r.sent - 52 }, unfinished: { calls: 52, oldestUs: 9_100_000, atLeastUs }, operations: r.operations.map((o, i) => (i === 1 ? { ...o, unfinished: 52 } : o)) };
  return { ...stopped, sentences: writeLoadSentences(stopped) };
}

const streams: Record<string, Stream> = {
  steady: { rate: 500, seconds: 30, errors: true },
  freeze: { rate: 500, seconds: 20, freeze: { at: 10, seconds: 2 }, errors: true },
  overload: { rate: 2000, seconds: 20, after: [{ stage: 'overload', seconds: 8, rate: 3000 }, { stage: 'recovery', seconds: 5, rate: 1000 }] },
};

describe('load tests in a browser', function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let server: Server | undefined;
  let url: string;
  const complaints: string[] = [];

  before(async function () {
    const executable = findChromium();
    if (executable === null || !existsSync(join(bundle, 'main.js'))) skip(this, 'Chromium and a build');
    mkdirSync(output, { recursive: true });
    ({ url, server } = await servePages((path) => {
      const [, kind, name = '', theme] = path.split('/');
      if (kind === 'report') return { type: 'text/html', body: reportPage(loadFiles(results[name]!), theme as ThemeName) };
      if (kind === 'editor') return { type: 'text/html', body: editorPage(name as ThemeName) };
      if (kind === 'run') return { type: 'text/plain', body: JSON.stringify(results[name]) };
      return null;
    }));
    browser = await launchChromium(executable);
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  afterEach(() => assert.deepEqual(complaints.splice(0), [], 'the page complained'));

  async function open(path: string, viewport = { width: 1200, height: 900 }): Promise<Page> {
    const page = await browser!.newPage({ viewport });
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) complaints.push(message.text());
    });
    await page.goto(`${url}/${path}`);
    return page;
  }

  const post = (page: Page, message: ToPanel) => page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);

  /** The page as the extension feeds it, with all of a stream but for its end. */
  async function follow(page: Page, name: string, share = 1): Promise<void> {
    const options = loadOptions(name === 'steady' ? {} : { model: { kind: 'rate', perSecond: streams[name]!.rate }, durationS: streams[name]!.seconds });
    await post(page, { type: 'live', title: 'bookshop', what: 'load', options, intervals: [] });
    const list = loadProgress(streams[name]!);
    for (const progress of list.slice(0, Math.round(list.length * share))) await post(page, { type: 'loadProgress', progress });
    await page.locator('mcp-load-live mcp-line-chart').first().waitFor();
    await page.waitForTimeout(300);
  }

  async function read(page: Page): Promise<void> {
    await page.locator('mcp-load-result section').first().waitFor();
    await page.waitForTimeout(300);
  }

  /** All of a page in one picture: it scrolls inside. */
  async function picture(page: Page, name: string): Promise<void> {
    const { width } = page.viewportSize()!;
    const height = await page.evaluate<number>(`(() => { const main = document.querySelector('mcp-panel').shadowRoot.querySelector('main'); return Math.ceil(main.scrollHeight + main.getBoundingClientRect().top) + 4; })()`);
    await page.setViewportSize({ width, height: Math.max(400, height) });
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(output, `${name}.png`) });
  }

  /** Violations of the whole page, shadow trees included. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: { run(o: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run({ resultTypes: ['violations'] });
      return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary.slice(0, 200)}`).join(' | ')}`);
    });
  }

  const tooWide = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

  for (const theme of Object.keys(themes) as ThemeName[]) {
    it(`is legible to all in ${theme}, and fits a narrow panel`, async () => {
      const wrong: string[] = [];
      const live = await open(`editor/${theme}`);
      await follow(live, 'freeze', 0.75);
      const pages: [string, Page][] = [['live', live]];
      for (const name of ['steady', 'capacity', 'limited']) pages.push([name, await open(`report/${name}/${theme}`)]);
      for (const [name, page] of pages) {
        if (name !== 'live') await read(page);
        wrong.push(...(await violations(page)).map((v) => `${name}: ${v}`));
        await picture(page, `${name}-${theme}-1200`);
        await page.setViewportSize({ width: 480, height: 900 });
        await picture(page, `${name}-${theme}-480`);
        assert.ok((await tooWide(page)) <= 0, `${name}: wider than the page`);
        await page.close();
      }
      assert.deepEqual(wrong, []);
    });
  }

  it('follows a load test, and stops it', async () => {
    const page = await open('editor/dark');
    await follow(page, 'freeze', 0.75);
    const figures = await page.locator('mcp-load-live .figures').innerText();
    assert.match(figures, /500 calls\/s\s+offered[\s\S]*achieved[\s\S]*ms\s+p99[\s\S]*in flight[\s\S]*errors, \d[\s\S]*not sent/);
    assert.match(await page.locator('mcp-run-header header').innerText(), /500 calls\/s for 20 s[\s\S]*Measuring/);
    assert.deepEqual(await page.locator('vscode-tab-header').allInnerTexts(), ['LOAD']);
    assert.match((await page.locator('figure[data-chart=rates] canvas').getAttribute('aria-label'))!, /^Rate over time\. Offered: 500 calls\/s, Achieved: \d+ calls\/s, Not sent: 0 calls\/s$/);
    await page.getByRole('button', { name: 'Stop and keep results' }).click();
    assert.deepEqual((await page.evaluate<{ type: string }[]>('posted')).at(-1), { type: 'stop' });
    await page.close();
  });

  it('says that a closed loop understates the tail', async () => {
    const page = await open('editor/dark');
    await post(page, { type: 'live', title: 'bookshop', what: 'load', options: loadOptions({ model: { kind: 'closed', concurrency: 8, thinkMs: 0 } }), intervals: [] });
    await post(page, { type: 'loadProgress', progress: loadProgress(streams['steady']!)[0]! });
    await page.getByText('closed: the tail is understated').waitFor();
    const result = await open('report/few/light');
    await result.getByText('closed: the tail is understated').first().waitFor();
    const open_ = await open('report/steady/light');
    await read(open_);
    assert.equal(await open_.getByText('closed: the tail').count(), 0);
    for (const p of [page, result, open_]) await p.close();
  });

  it('draws at most once per frame, and not more than 600 points, however much is said', async () => {
    const page = await open('editor/dark');
    await follow(page, 'steady', 0.1);
    const list = loadProgress({ rate: 5000, seconds: 900 });
    const draws = await page.evaluate<number>(`(async () => {
      const canvas = document.querySelector('mcp-panel').shadowRoot.querySelector('mcp-load').shadowRoot.querySelector('mcp-load-live').shadowRoot.querySelector('mcp-load-over-time').shadowRoot.querySelector('figure mcp-line-chart').shadowRoot.querySelector('canvas');
      const context = canvas.getContext('2d');
      let draws = 0;
      const clear = context.clearRect.bind(context);
      context.clearRect = (...area) => { draws++; clear(...area); };
      for (const progress of ${JSON.stringify(list)}) window.postMessage({ type: 'loadProgress', progress }, '*');
      let frames = 0;
      await new Promise((done) => { const next = () => (++frames < 30 ? requestAnimationFrame(next) : done()); requestAnimationFrame(next); });
      return draws / frames;
    })()`);
    assert.ok(draws > 0 && draws <= 2, `${draws} drawings per frame of ${list.length} messages`);
    await page.getByRole('button', { name: 'Show as table' }).click();
    const rows = Number(await page.getByRole('grid', { name: 'Load test over time' }).getAttribute('aria-rowcount'));
    assert.ok(rows > 200 && rows <= 601, `${rows} rows`);
    await page.close();
  });

  it('tells a screen reader the state, but not with every message', async () => {
    const page = await open('editor/dark');
    await page.evaluate(`(() => { const start = performance.now(); globalThis.ahead = 0; performance.now = () => start + ahead; })()`);
    await follow(page, 'steady', 0.2);
    const status = page.locator('mcp-load-live [role=status]');
    const first = await status.textContent();
    const list = loadProgress(streams['steady']!).slice(60);
    for (const progress of list.slice(0, 8)) await post(page, { type: 'loadProgress', progress });
    await page.waitForTimeout(200);
    assert.equal(await status.textContent(), first);
    await page.evaluate('ahead += 5000');
    await post(page, { type: 'loadProgress', progress: list[9]! });
    await status.filter({ hasText: /^Measuring, 17\.\d s: offered 500 calls\/s, achieved \d+ calls\/s, p99 [\d.]+ ms, \d+ errors\.$/ }).waitFor({ state: 'attached' });
    await page.close();
  });

  it('shown anew, knows what was said before', async () => {
    const page = await open('editor/dark');
    const list = loadProgress(streams['steady']!);
    await post(page, { type: 'live', title: 'bookshop', what: 'load', options: loadOptions(), intervals: list.slice(0, 60).map((p) => p.interval) });
    await page.getByRole('button', { name: 'Show as table' }).click();
    assert.equal(await page.getByRole('grid', { name: 'Load test over time' }).getAttribute('aria-rowcount'), '61');
    await page.close();
  });

  it('opens the result in the editor when the test is over; its buttons ask the extension', async () => {
    const page = await open('editor/light');
    await follow(page, 'steady');
    await post(page, { type: 'show', key: 'run:/x', content: { kind: 'run', run: loadRun(results['steady']!), urls: { 'load.json': `${url}/run/steady` } } });
    await read(page);
    assert.deepEqual((await page.locator('vscode-tab-header').allInnerTexts()).map((t) => t.replace(/\d+/, '')), ['LOAD', 'FINDINGS']);
    for (const [name, type] of [['Save as workload…', 'saveWorkload'], ['Load test again', 'profileAgain'], ['Export…', 'export']] as const) {
      await page.getByRole('button', { name }).click();
      assert.equal((await page.evaluate<{ type: string }[]>('posted')).at(-1)!.type, type);
    }
    await page.locator('vscode-tab-header[data-tab=findings]').click();
    await page.getByText('Under 1.5 times its capacity').waitFor();
    await page.close();
  });

  it('says so when the result cannot be read', async () => {
    const page = await open('editor/dark');
    await post(page, { type: 'show', content: { kind: 'run', run: loadRun(results['steady']!), urls: { 'load.json': `${url}/missing` } } });
    await page.getByText('the test ended before it could be written').waitFor();
    assert.match(complaints.splice(0).join(), /404/);
    await page.close();
  });

  it('claims no percentile from too few samples', async () => {
    const page = await open('report/few/dark');
    await read(page);
    assert.match(await page.locator('mcp-load-result .figures').innerText(), /ms\s+p50[\s\S]*ms\s+p90[\s\S]*insufficient samples\s+p99/);
    assert.equal(await page.locator('.figures li', { hasText: 'p99' }).getAttribute('title'), 'insufficient samples: p99 needs 368, there are 120');
    await page.getByText('Not called: delete_book, destructive').waitFor();
    await page.close();
  });

  it('warns when the generator was the limit, and of a missed objective', async () => {
    const page = await open('report/limited/light');
    const warning = page.getByRole('note', { name: 'Generator-limited' });
    assert.match(await warning.innerText(), /may tell of our side[\s\S]*91%[\s\S]*18\.2 ms/);
    await page.getByText('The objective p99<100ms,errors<1% is not met.').waitFor();
    const fine = await open('report/steady/light');
    await read(fine);
    assert.equal(await fine.getByRole('note').count(), 0);
    for (const p of [page, fine]) await p.close();
  });

  it('of a test that was stopped, tells what was open apart from what failed', async () => {
    const page = await open('report/stopped/dark');
    await read(page);
    await page.getByText('52 of them were still open, for up to 9,100 ms, and count neither as answered nor as failed').waitFor();
    await page.getByText('p99 is at least 8,400 ms').waitFor();
    const figures = page.locator('mcp-load-result .figures');
    assert.match(await figures.innerText(), /96 calls\/s\s+achieved[\s\S]*0\s+errors[\s\S]*52\s+open at the stop/);
    assert.equal(await figures.locator('.bad').count(), 0, 'with those that were open, nothing fell short');
    const cells = await page.getByRole('grid', { name: 'Operations' }).getByRole('row').filter({ hasText: 'forecast' }).getByRole('gridcell').allInnerTexts();
    assert.equal(cells[2], '52');
    assert.match(await page.getByLabel('How it was measured').innerText(), /1,300 calls sent; 52 of them were open at the stop and are in no other figure/);
    await picture(page, 'stopped');
    const other = await open('report/steady/dark');
    await read(other);
    assert.equal(await other.getByRole('columnheader', { name: 'Open' }).count(), 0);
    for (const p of [page, other]) await p.close();
  });

  it('shows the capacity with its interval, its tries, and how many instances a rate takes', async () => {
    const page = await open('report/capacity/dark');
    const capacity = page.locator('mcp-load-capacity');
    await capacity.getByText('held twice, 2,060 calls/s did not hold').waitFor();
    await capacity.getByText('the event loop of the server').waitFor();
    assert.equal(await capacity.getByRole('grid', { name: 'Tries' }).getByRole('row').count(), 12);
    const answer = capacity.locator('.instances [role=status]');
    for (const [rate, said] of [['1386', /^1 instance, each at 1,390 calls\/s: 30% headroom/], ['1387', /^2 instances/], ['0', /above 0/]] as const) {
      await capacity.getByLabel('How many instances for').fill(rate);
      assert.match((await answer.innerText()).trim(), said);
    }
    await capacity.getByText('Peak at 28 in flight').waitFor();
    await page.getByText('Slows down.').waitFor();
    await page.getByText('Recovered after 2,400 ms').waitFor();
    await page.close();
  });

  it('opens a result of Locust', async () => {
    const page = await open('report/locust/dark');
    await read(page);
    assert.match(await page.locator('mcp-run-header header').innerText(), /Locust/);
    assert.match(await page.getByLabel('How it was measured').innerText(), /Locust, 1 worker[\s\S]*/);
    assert.equal(await page.locator('figure[data-chart=cpu]').count(), 0);
    await page.close();
  });

  it('has a table behind each chart, reached with the keyboard', async () => {
    const page = await open('report/capacity/light');
    await read(page);
    for (const [section, grid] of [['Percentiles', 'Percentiles'], ['Over time', 'Load test over time']] as const) {
      await page.getByLabel(section, { exact: true }).getByRole('button', { name: 'Show as table' }).first().focus();
      await page.keyboard.press('Enter');
      assert.ok((await page.getByRole('grid', { name: grid, exact: true }).getByRole('row').count()) > 10, grid);
    }
    await page.getByText('As table', { exact: true }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('grid', { name: 'Throughput against concurrency' }).getByRole('row').count(), 8);
    assert.deepEqual(await violations(page), []);
    await picture(page, 'tables');
    await page.close();
  });
});
