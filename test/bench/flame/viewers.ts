import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { heapBytes, wheelFrames, type Measured } from './measure.ts';

/** Opens a file in one viewer and measures. `url` is the bench's server, `file` a name it serves, `path` the same on disk. */
export type Viewer = (page: Page, url: string, file: string, path: string) => Promise<Measured>;

/** Longer than this is not waited for, ms. */
const PATIENCE_MS = 180_000;

export const ours: Viewer = async (page, url, file) => {
  await page.goto(`${url}/flame.html`);
  const readyMs = await openOurs(page, file);
  const frames = await wheelFrames(page, { zoom: null, pan: null });
  return { readyMs, frames, heapBytes: await heapBytes(page) };
};

/** Two files at once, each in its own element on one page: ready when both are. */
export const oursTwice: Viewer = async (page, url, file) => {
  await page.goto(`${url}/two.html`);
  const start = performance.now();
  await Promise.all([openOurs(page, file, 0), openOurs(page, `second-${file}`, 1)]);
  return { readyMs: performance.now() - start, frames: await wheelFrames(page, { zoom: null, pan: null }, { x: 700, y: 250 }), heapBytes: await heapBytes(page) };
};

function openOurs(page: Page, file: string, which = 0): Promise<number> {
  return page.evaluate(([name, index]) => {
    const { document } = globalThis as unknown as { document: { querySelectorAll(selector: string): (EventTarget & { source: object })[] } };
    const flame = document.querySelectorAll('mcp-flame')[index]!;
    const start = performance.now();
    return new Promise<number>((done, failed) => {
      flame.addEventListener('ready', () => done(performance.now() - start));
      flame.addEventListener('error', (event) => failed(new Error((event as Event & { detail: { message: string } }).detail.message)));
      flame.source = { url: `/${name}`, name };
    });
  }, [file, which] as const);
}

/** Ready with the first WebGL draw: there is none before a profile is shown. */
export const speedscope: Viewer = async (page, url, file) => {
  const start = performance.now();
  await page.goto(`${url}/speedscope/index.html#profileURL=${encodeURIComponent(`${url}/${file}`)}`);
  await page.waitForFunction(() => (globalThis as unknown as { flameBench: { drawn: number } }).flameBench.drawn > 10, null, { timeout: PATIENCE_MS });
  const readyMs = performance.now() - start;
  const frames = await wheelFrames(page, { zoom: 'Control', pan: null });
  return { readyMs, frames, heapBytes: await heapBytes(page) };
};

/** Ready with its first flame chart. It has no chronological one, so that no frames are compared. */
export const cpupro: Viewer = async (page, url, _file, path) => {
  await page.goto(`${url}/cpupro.html`);
  const choosing = page.waitForEvent('filechooser', { timeout: PATIENCE_MS });
  await page.getByText(/open file/i).first().click();
  const chooser = await choosing;
  const start = performance.now();
  await chooser.setFiles(path);
  await page.locator('.view-flamechart, .view-flame-chart, [class*=flamechart]').first().waitFor({ timeout: PATIENCE_MS });
  return { readyMs: performance.now() - start, frames: null, heapBytes: await heapBytes(page) };
};

/** Pages of the rivals, from where npm put them. */
export function rivalFile(folder: string, path: string): Buffer | null {
  if (path === '/cpupro.html') return readFileSync(join(folder, 'node_modules/cpupro/build/app.html'));
  const name = /^\/speedscope\/([\w.-]+)$/.exec(path)?.[1];
  return name === undefined ? null : readFileSync(join(folder, 'node_modules/speedscope/dist/release', name));
}
