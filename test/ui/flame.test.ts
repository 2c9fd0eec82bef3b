import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { buildFlame, flamePage } from '../bench/flame/page.ts';
import { skip } from '../driver/skip.ts';
import { servePages } from './panelPage.ts';
import { themes } from './panelThemes.ts';
import { until } from './until.ts';

const executablePath = '/usr/bin/chromium';
const output = resolve(import.meta.dirname, '../output');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** main (a.ts:3) > load (b.ts:11) > parse (dependency), and main > wait: 6, 2 and 2 ms; the first and last for `search`, the other for `list`. */
const frame = (functionName: string, url: string, lineNumber: number): object => ({ functionName, scriptId: '1', url, lineNumber, columnNumber: 0 });
const profile = {
  nodes: [
    { id: 1, callFrame: frame('(root)', '', -1), children: [2, 6] },
    { id: 2, callFrame: frame('main', 'file:///srv/a.ts', 2), children: [3, 5] },
    { id: 3, callFrame: frame('load', 'file:///srv/b.ts', 10), children: [4] },
    { id: 4, callFrame: frame('parse', 'file:///srv/node_modules/p/c.js', 0) },
    { id: 5, callFrame: frame('wait', 'file:///srv/b.ts', 30) },
    { id: 6, callFrame: frame('(idle)', '', -1) },
  ],
  startTime: 1000, endTime: 11_000, samples: [4, 3, 5, 6], timeDeltas: [0, 6000, 2000, 2000],
  _mcpProfiler: { version: 1, requestOfSample: [1, 2, 1, 0], tools: ['search', 'list'], requests: [1, 2], toolOfRequest: [0, 1], clockOffsetUs: -1000 },
};

/** The element as tests speak to it: they are typed without a DOM. */
interface FlameElement extends EventTarget {
  source: object;
  context: object;
  filter: object;
  updateComplete: Promise<boolean>;
  reveal(target: object): Promise<boolean>;
}
interface Page$ {
  document: { querySelector(selector: string): FlameElement; body: { className: string } };
  heard: { type: string; detail: Record<string, unknown> }[];
}

describe('flame in a browser', function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let server: Server | undefined;
  let url = '';
  let page: Page;
  const complaints: string[] = [];

  before(async function () {
    if (!existsSync(executablePath)) skip(this, 'Chromium');
    mkdirSync(output, { recursive: true });
    const script = await buildFlame();
    ({ url, server } = await servePages((path) => {
      const theme = /^\/(dark|light|hc-dark|hc-light)$/.exec(path)?.[1] as keyof typeof themes | undefined;
      if (theme) return { type: 'text/html', body: flamePage({ script, ...themes[theme] }) };
      if (path === '/good.cpuprofile') return { type: 'text/plain', body: JSON.stringify(profile) };
      return path === '/bad.cpuprofile' ? { type: 'text/plain', body: '{"nodes": [{"id": 1}}' } : null;
    }));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  });

  beforeEach(async () => {
    page = await browser!.newPage({ viewport: { width: 1100, height: 600 } });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text());
    });
    complaints.length = 0;
  });

  afterEach(async () => {
    await page.close();
    assert.deepEqual(complaints, [], 'the page complains, or its content policy does');
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(theme = 'dark', file = 'good'): Promise<void> {
    await page.goto(`${url}/${theme}`);
    await page.evaluate(async (name) => {
      const { document } = globalThis as unknown as Page$;
      const flame = document.querySelector('mcp-flame');
      const heard: Page$['heard'] = [];
      Object.assign(globalThis, { heard });
      for (const type of ['open-source', 'filter-change', 'error', 'ready']) flame.addEventListener(type, (event) => heard.push({ type, detail: (event as Event & { detail: Record<string, unknown> }).detail }));
      const told = new Promise((done) => {
        flame.addEventListener('ready', done);
        flame.addEventListener('error', done);
      });
      flame.context = { tools: [{ name: 'search', colour: '#4da3ff' }, { name: 'list', colour: '#d98a26' }], requests: { number: [1, 2], latencyUs: [9000, 3000] }, ownRoots: ['/srv'] };
      flame.source = { url: `/${name}.cpuprofile`, name };
      await told;
    }, file);
  }

  const heard = (type: string): Promise<Record<string, unknown>[]> => page.evaluate((t) => (globalThis as unknown as Page$).heard.filter((h) => h.type === t).map((h) => h.detail), type);
  const status = (): Promise<string | null> => page.locator('.status .live').textContent();
  /** The status line, or the canvas, comes to be so: both follow with the next drawing. */
  const says = (expected: RegExp) => until(`the status is ${expected}`, async () => assert.match((await status())!, expected));
  const becomes = (x: number, y: number, is: (colour: string) => void) => until(`the picture changes at ${x}, ${y}`, async () => is(await colourAt(x, y)));
  /** The colour at a place of the canvas, from the upper left corner (CSS px); the ruler takes 20, each row 18. */
  const colourAt = (x: number, y: number): Promise<string> =>
    page.locator('[role=application] canvas').evaluate((canvas, at) => {
      const target = canvas as unknown as { getContext(kind: '2d'): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } } };
      return Array.from(target.getContext('2d').getImageData(at.x, at.y, 1, 1).data).join();
    }, { x, y });
  const box = async (x: number, row: number): Promise<{ x: number; y: number }> => {
    const bounds = (await page.locator('[role=application] canvas').boundingBox())!;
    return { x: bounds.x + x, y: bounds.y + 20 + row * 18 + 9 };
  };

  it('selects with a click and opens the line with ctrl-click, Enter and the button', async () => {
    await open();
    assert.deepEqual((await heard('ready')).map((d) => d['samples']), [4]);
    const load = await box(300, 1);
    await page.mouse.click(load.x, load.y);
    await says(/^load\s+\/srv\/b\.ts:11 · total 8 ms \(80%\) · self 2 ms \(20%\)$/);
    await page.keyboard.press('Enter');
    await page.keyboard.down('Control');
    await page.mouse.click((await box(300, 0)).x, (await box(300, 0)).y);
    await page.keyboard.up('Control');
    await page.locator('button', { hasText: 'Open source' }).click();
    assert.deepEqual((await heard('open-source')).map((d) => `${String(d['file'])}:${String(d['line'])}`), ['/srv/b.ts:11', '/srv/a.ts:3', '/srv/a.ts:3']);
  });

  it('walks from box to box with the arrow keys and says where it is', async () => {
    await open();
    await page.locator('[role=application]').focus();
    for (const [key, name] of [['ArrowDown', 'main'], ['ArrowDown', 'load'], ['ArrowDown', 'parse'], ['ArrowUp', 'load'], ['ArrowRight', 'wait'], ['ArrowUp', 'main']] as const) {
      await page.keyboard.press(key);
      await says(new RegExp(`^${name}`));
    }
    assert.equal(await page.locator('.status .live').getAttribute('aria-live'), 'polite');
    await page.keyboard.press('Escape');
    await says(/^10 ms busy/);
  });

  it('finds functions and files, dims the rest, and goes to the matches', async () => {
    await open();
    await page.locator('[role=application]').focus();
    const before = await colourAt(200, 20 + 3);
    await page.keyboard.press('/');
    await page.keyboard.type('b.ts');
    await page.locator('.search output', { hasText: /^2 functions · 100%$/ }).waitFor();
    await becomes(200, 20 + 3, (colour) => assert.notEqual(colour, before, 'what does not match is dimmed'));
    await page.keyboard.press('Enter');
    await says(/^load/);
    await page.keyboard.press('Enter');
    await says(/^wait/);
    await page.keyboard.press('Escape');
    await becomes(200, 20 + 3, (colour) => assert.equal(colour, before));
  });

  it('filters by tool, and tells', async () => {
    await open();
    await page.locator('button', { hasText: 'list' }).click();
    assert.deepEqual((await heard('filter-change')).map((d) => (d['filter'] as { tools: string[] }).tools), [['list']]);
    await page.getByText(/2 ms busy in the filter/).waitFor();
    await page.locator('button', { hasText: 'Slowest 5%' }).click();
    await page.locator('button', { hasText: 'list' }).click();
    await page.getByText(/10 ms busy in the filter/).waitFor();
  });

  it('zooms with the wheel and the keys, and back', async () => {
    await open();
    const place = await box(100, 0);
    await page.mouse.move(place.x, place.y);
    // "wait" is right of the middle; after zooming in on the left it is out of sight
    const free = await colourAt(1000, 20 + 2 * 18 + 3);
    for (let i = 0; i < 8; i++) await page.mouse.wheel(0, -200);
    await becomes(1000, 20 + 2 * 18 + 3, (colour) => assert.notEqual(colour, free));
    await page.locator('[role=application]').focus();
    await page.keyboard.press('Home');
    await becomes(1000, 20 + 2 * 18 + 3, (colour) => assert.equal(colour, free));
  });

  it('shows callers and callees, and the same as a table', async () => {
    await open();
    const parse = await box(100, 2);
    await page.mouse.click(parse.x, parse.y);
    await page.locator('button', { hasText: 'Callers and callees' }).click();
    await page.locator('mcp-flame-table mcp-grid').waitFor();
    await page.locator('.status .live', { hasText: /^parse .*total 6 ms \(60%\)/ }).waitFor();
    await page.locator('[data-mode=table]').click();
    const rows = page.locator('mcp-grid [role=row]');
    await rows.nth(4).waitFor();
    assert.equal(await rows.count(), 5);
    assert.match((await rows.nth(1).textContent())!, /6 ms\s*60%\s*6 ms\s*60%\s*parse\s*p\/c\.js:1/);
  });

  it('goes to a function by file and line', async () => {
    await open();
    const reveal = (target: object): Promise<boolean> => page.evaluate((t) => (globalThis as unknown as Page$).document.querySelector('mcp-flame').reveal(t), target);
    assert.equal(await reveal({ file: '/srv/b.ts', line: 35 }), true);
    await says(/^wait/);
    assert.equal(await reveal({ file: '/srv/b.ts', line: 2 }), false);
    assert.equal(await reveal({ name: 'nobody' }), false);
  });

  it('says what is wrong with a file', async () => {
    await open('dark', 'bad');
    assert.match((await page.locator('[role=alert]').textContent())!, /not valid JSON: unexpected '}' at byte 20/);
    assert.equal((await heard('error')).length, 1);
    await page.goto('about:blank');
    await open('dark', 'missing');
    assert.match((await page.locator('[role=alert]').textContent())!, /could not be fetched: .*404/);
  });

  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light'] as const) {
    it(`can be read in ${theme}: no finding of axe`, async () => {
      await open(theme);
      await page.mouse.click((await box(300, 1)).x, (await box(300, 1)).y);
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(output, `flame-element-${theme}.png`) });
      const found = await page.evaluate(`${axe}; axe.run(document, { rules: { 'page-has-heading-one': { enabled: false }, 'landmark-one-main': { enabled: false }, region: { enabled: false } } }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).join(', ')))`).catch((error: unknown) => [String(error)]);
      assert.deepEqual(found, []);
    });
  }

  it('takes new colours when the theme changes', async () => {
    await open();
    const before = await colourAt(300, 20 + 18 + 3);
    await page.evaluate(() => {
      (globalThis as unknown as Page$).document.body.className = 'vscode-high-contrast';
    });
    await becomes(300, 20 + 18 + 3, (colour) => assert.notEqual(colour, before));
  });
});
