import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { which } from './places.ts';

/** A Chromium of this machine, or null. `MCP_PROFILER_CHROMIUM` names another one. */
export function findChromium(): string | null {
  const given = process.env['MCP_PROFILER_CHROMIUM'];
  if (given) return existsSync(given) ? given : null;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    const path = which(name);
    if (path) return path;
  }
  const installed = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'];
  return installed.find((path) => existsSync(path)) ?? null;
}

/** Without a sandbox, as containers run as root; it only ever shows pages of 127.0.0.1. */
export function launchChromium(executablePath: string): Promise<Browser> {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];
  return chromium.launch({ executablePath, headless: true, timeout: 60_000, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}
