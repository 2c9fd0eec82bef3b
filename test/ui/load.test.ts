import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { LoadResult } from '../../src/model/load.ts';
import type { ToPanel } from '../../src/model/panel.ts';
import { findChromium, launchChromium } from '../driver/browser.ts';
import { skip } from '../driver/skip.ts';
import { loadFiles, loadOptions, loadProgress, loadResult, type Stream } from './loadRun.ts';
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
};
const streams: Record<string, Stream> = {
  steady: { rate: 500, seconds: 30, errors: true },
  freeze: { rate: 500, seconds: 20, freeze: { at: 10, seconds: 2 }, errors: true },
  overload: { rate: 2000, seconds: 20, after: [{ stage: 'overload', seconds: 8, rate: 3000 }, { stage: 'recovery', seconds: 5, rate: 1000 }] },
};

describe('load tests in a browser', function () {
  this.timeout(90_000);
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
    for (const width of [1200, 480]) {
      it(`is legible to all in ${theme}, ${width} px wide`, async () => {
        const wrong: string[] = [];
        const live = await open(`editor/${theme}`, { width, height: 900 });
        await follow(live, 'freeze', 0.75);
        await picture(live, `live-${theme}-${width}`);
        wrong.push(...(await violations(live)).map((v) => `live: ${v}`));
        assert.ok((await tooWide(live)) <= 0, 'live: wider than the page');
        await live.close();
        for (const name of ['steady', 'capacity']) {
          const page = await open(`report/${name}/${theme}`, { width, height: 900 });
          await read(page);
          await picture(page, `${name}-${theme}-${width}`);
          wrong.push(...(await violations(page)).map((v) => `${name}: ${v}`));
          assert.ok((await tooWide(page)) <= 0, `${name}: wider than the page`);
          await page.close();
        }
        assert.deepEqual(wrong, []);
      });
    }
  }
});
