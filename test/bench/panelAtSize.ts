import { appendFileSync, createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { editorPage } from '../ui/panelPage.ts';
import { syntheticRun } from '../ui/panelRun.ts';
import { recordResult } from './record.ts';

/** The panel with 200 tools and 1,000,000 requests: how long until each tab answers, and frames while zooming. */
const copies = Number(process.argv[2] ?? 50);
const base = syntheticRun({ tools: 200, requests: 20_000 });
const { durationUs } = base.run;
const shift = (us: number | null, by: number) => (us === null ? null : Math.round((us + by) * 1000) / 1000);

/** The base run, again and again, later each time: text as the run folder holds it. */
function* lines(file: string): Generator<string> {
  for (let copy = 0; copy < copies; copy++) {
    const by = copy * durationUs;
    const number = copy * base.requests.length;
    if (file === 'requests.ndjson') yield base.requests.map((r) => `${JSON.stringify({ ...r, request: r.request + number, id: Number(r.id) + number, queuedUs: shift(r.queuedUs, by), writtenUs: shift(r.writtenUs, by), firstByteUs: shift(r.firstByteUs, by), parsedUs: shift(r.parsedUs, by) })}\n`).join('');
    else if (file === 'messages.ndjson' && copy < copies / 2) {
      const { length } = base.messages;
      yield base.messages.map((m) => `${JSON.stringify({ ...m, body: undefined, seq: m.seq + copy * length, id: m.id === null ? null : Number(m.id) + number, request: m.request === null ? null : m.request + number, queuedUs: shift(m.queuedUs, by), writtenUs: shift(m.writtenUs, by), firstByteUs: shift(m.firstByteUs, by), parsedUs: shift(m.parsedUs, by) })}\n`).join('');
    } else if (file === 'events.ndjson') yield base.events.map((e) => `${JSON.stringify({ ...e, atUs: e.atUs + by })}\n`).join('');
  }
}

const run = { ...base.run, durationUs: durationUs * copies, tools: base.run.tools.map((t) => ({ ...t, calls: t.calls * copies })) };
// on disk: what is measured is not to wait for what makes it
const folder = mkdtempSync(join(tmpdir(), 'panel-bench-'));
const names = ['requests.ndjson', 'events.ndjson', 'messages.ndjson'];
let fileBytes = 0;
for (const name of names) {
  for (const part of lines(name)) appendFileSync(join(folder, name), part);
  fileBytes += statSync(join(folder, name)).size;
}

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  if (path === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end(editorPage('dark'));
  response.writeHead(200, { 'content-type': 'text/plain' });
  createReadStream(join(folder, basename(path))).pipe(response);
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (e) => console.error(e));
  await page.goto(url);
  const results: Record<string, number> = { fileBytes };
  const timed = async (name: string, work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    results[name] = Math.round(performance.now() - start);
  };
  const tab = (name: string) => page.locator(`vscode-tab-header[data-tab=${name}]`).click();
  const urls = Object.fromEntries(names.map((f) => [f, `${url}/${f}`]));
  await page.evaluate(`window.postMessage(${JSON.stringify({ type: 'show', content: { kind: 'run', run, urls } })}, '*')`);
  await timed('overviewMs', () => page.locator('mcp-overview mcp-grid').first().waitFor());
  await timed('requestsReadMs', () => page.locator('mcp-overview mcp-grid svg path').first().waitFor({ timeout: 120_000 }));
  await timed('messagesReadMs', () => page.locator('mcp-panel .reading').waitFor({ state: 'detached', timeout: 120_000 }));
  await timed('latencyTabMs', async () => { await tab('latency'); await page.locator('mcp-latency mcp-line-chart').nth(2).waitFor(); });
  results['brushFrames'] = await frames(page, async () => {
    const box = (await page.locator('mcp-brush .area').boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 60);
    await page.mouse.down();
    for (let i = 0; i < 40; i++) await page.mouse.move(box.x + 300 + i * 8, box.y + 60);
    await page.mouse.up();
  }, results, 'brush');
  await page.getByRole('button', { name: 'Show everything' }).click();
  await timed('timelineTabMs', async () => { await tab('timeline'); await page.locator('mcp-waterfall canvas').waitFor(); });
  await page.mouse.move(700, 500);
  await frames(page, async () => { for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i < 40 ? -120 : 120); }, results, 'timelineZoom');
  await frames(page, async () => { await page.mouse.down(); for (let i = 0; i < 60; i++) await page.mouse.move(700 + Math.sin(i / 6) * 300, 500 + (i % 20) * 3); await page.mouse.up(); }, results, 'timelinePan');
  await timed('traceTabMs', async () => { await tab('trace'); await page.locator('mcp-trace mcp-grid [role=row]').nth(5).waitFor(); });
  await frames(page, async () => { await page.mouse.move(500, 500); for (let i = 0; i < 60; i++) await page.mouse.wheel(0, 2000); }, results, 'traceScroll');
  await timed('traceFindMs', async () => { await page.locator('mcp-trace vscode-textfield input').fill('checkout_3'); await page.locator('mcp-trace [role=status]', { hasText: ' of ' }).waitFor(); });
  results['pageHeapMB'] = Math.round(await page.evaluate<number>('performance.memory.usedJSHeapSize / 1e6'));
  const report = { browser: browser.version(), tools: run.tools.length, requests: base.requests.length * copies, messages: base.messages.length * Math.ceil(copies / 2), results };
  console.log(JSON.stringify(report, null, 1));
  recordResult('panelAtSize', report);
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
}

/** Time between frames while something is done, milliseconds; the number of frames. */
async function frames(page: Page, work: () => Promise<void>, results: Record<string, number>, name: string): Promise<number> {
  await page.evaluate('globalThis.frameTimes = []; (function tick(last) { requestAnimationFrame((now) => { if (globalThis.frameTimes) { globalThis.frameTimes.push(now - last); tick(now); } }); })(performance.now())');
  await work();
  await page.waitForTimeout(100);
  const times = (await page.evaluate<number[]>('const t = globalThis.frameTimes; globalThis.frameTimes = null; t')).slice(1).sort((a, b) => a - b);
  const at = (p: number) => Math.round((times[Math.min(times.length - 1, Math.ceil(p * times.length) - 1)] ?? NaN) * 10) / 10;
  Object.assign(results, { [`${name}FrameP50Ms`]: at(0.5), [`${name}FrameP95Ms`]: at(0.95), [`${name}FrameMaxMs`]: at(1) });
  return times.length;
}
