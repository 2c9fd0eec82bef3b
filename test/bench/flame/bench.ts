import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { recordResult } from '../record.ts';
import { writeProfile } from './makeProfile.ts';
import { watchFrames, type Measured } from './measure.ts';
import { buildFlame, flamePage } from './page.ts';
import { cpupro, ours, oursTwice, rivalFile, speedscope, type Viewer } from './viewers.ts';

// The flame at size, in headless Chromium without a GPU, beside speedscope and CPUpro with the same file.
// node test/bench/flame/bench.ts [--no-rivals] [--rounds N] [--samples N --nodes N]
const { values: options } = parseArgs({ options: { 'no-rivals': { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' }, samples: { type: 'string', default: '1000000' }, nodes: { type: 'string', default: '200000' } } });
const cache = join(tmpdir(), 'mcp-profiler-flame-bench');
const target = { readyMs: 1500, heapBytes: 150e6, p50Ms: 16.7, p95Ms: 20 };
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--enable-blink-features=ForceEagerMeasureMemory'];

mkdirSync(cache, { recursive: true });
const file = `profile-${options.samples}-${options.nodes}.cpuprofile`;
for (const [name, seed] of [[file, 1], [`second-${file}`, 2]] as const) {
  if (!existsSync(join(cache, name))) await writeProfile(join(cache, name), { seed, nodes: Number(options.nodes), samples: Number(options.samples), tools: 6 });
}
if (!options['no-rivals'] && !existsSync(join(cache, 'node_modules/speedscope'))) {
  execFileSync('npm', ['install', '--prefix', cache, '--no-audit', '--no-fund', '--ignore-scripts', 'speedscope@1.25.0', 'cpupro@0.7.0'], { stdio: 'inherit' });
}

const server = await serve(await buildFlame());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: flags });
try {
  const results: Record<string, Measured | { failed: string }> = {};
  const load = loadavg()[0];
  for (const [name, viewer, rounds] of [['mcp-profiler', ours, Number(options.rounds)], ['mcp-profiler, two files', oursTwice, 1], ['speedscope', speedscope, 1], ['cpupro', cpupro, 1]] as const) {
    if (options['no-rivals'] && (name === 'speedscope' || name === 'cpupro')) continue;
    const all: Measured[] = [];
    try {
      for (let round = 0; round < rounds; round++) all.push(await measure(viewer));
      results[name] = median(all);
    } catch (error) {
      // a rival that gives up on the file is a result as well
      results[name] = { failed: error instanceof Error ? error.message.split('\n')[0]! : String(error) };
    }
    print(name, results[name]);
  }
  const own = results['mcp-profiler'];
  if (own && 'readyMs' in own) {
    for (const rival of ['speedscope', 'cpupro']) {
      const other = results[rival];
      if (other && 'readyMs' in other) console.log(`${rival}: ${(other.readyMs / own.readyMs).toFixed(1)} times our time to ready, ${other.heapBytes && own.heapBytes ? (other.heapBytes / own.heapBytes).toFixed(1) : '?'} times our memory`);
    }
  }
  recordResult('flame', { samples: Number(options.samples), nodes: Number(options.nodes), fileBytes: statSync(join(cache, file)).size, viewport: '1280x800', loadAverageAtStart: load, target, results });
} finally {
  await browser.close();
  server.close();
}

async function measure(viewer: Viewer): Promise<Measured> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(error.message));
    await page.addInitScript(watchFrames);
    return await viewer(page, url, file, join(cache, file));
  } finally {
    await context.close();
  }
}

/** The round in the middle, by time to ready. */
function median(all: Measured[]): Measured {
  return [...all].sort((a, b) => a.readyMs - b.readyMs)[all.length >> 1]!;
}

function print(name: string, m: Measured | { failed: string } | undefined): void {
  if (!m || 'failed' in m) console.log(`${name}: failed: ${m?.failed}`);
  else console.log(`${name}: ready ${Math.round(m.readyMs)} ms, heap ${m.heapBytes === null ? '?' : (m.heapBytes / 1e6).toFixed(0)} MB, ${m.frames ? `frames p50 ${m.frames.intervalMs.p50} p95 ${m.frames.intervalMs.p95} max ${m.frames.intervalMs.max} ms (${m.frames.count} that changed)` : 'no chronological view'}`);
}

/** Pages are isolated, as measuring memory demands. */
async function serve(script: string): Promise<Server> {
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
  const page = flamePage({ script });
  const two = page.replace('<mcp-flame></mcp-flame>', '<mcp-flame class="half"></mcp-flame><mcp-flame class="half"></mcp-flame>').replace('height: 100vh', 'height: 50vh');
  const started = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const headers = { 'content-type': types[extname(path)] ?? 'application/octet-stream', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'same-origin' };
    const onDisk = join(cache, basename(path));
    if (path === '/flame.html' || path === '/two.html') response.writeHead(200, headers).end(path === '/two.html' ? two : page);
    else if (path.endsWith('.cpuprofile') && existsSync(onDisk)) {
      response.writeHead(200, { ...headers, 'content-length': statSync(onDisk).size });
      createReadStream(onDisk, { highWaterMark: 1 << 20 }).pipe(response);
    } else {
      const body = options['no-rivals'] ? null : rivalFile(cache, path);
      response.writeHead(body ? 200 : 404, headers).end(body ?? '');
    }
  });
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done));
  return started;
}
