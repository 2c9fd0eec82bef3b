import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { launchChromium } from '../driver/browser.ts';
import { installVsix, startCodeServer } from '../driver/codeServer.ts';
import { outputDir } from '../driver/places.ts';
import { acceptNotification, notification } from './notifications.ts';
import { acceptPicks, openFile, pick, pickLabels, runCommand, tick, typeAnswer } from './quickInput.ts';
import { setTheme, type Theme } from './themes.ts';
import { webviewFrame, webviewLocator } from './webviews.ts';

export interface WorkbenchOptions {
  /** Copied, so that a test may write into it. */
  workspace: string;
  /** User settings beside those that keep the window quiet. */
  settings?: Record<string, unknown>;
  /** Ask before the workspace is trusted, as VS Code does by itself. */
  workspaceTrust?: boolean;
  /** Of the window, in CSS pixels. */
  size?: { width: number; height: number };
}

/** A window of VS Code with the packaged extension installed. Every wait is for a condition, and bounded by `stepMs`. */
export interface Workbench {
  readonly page: Page;
  /** The copy of the workspace. */
  readonly folder: string;
  /** Runs a command by its full title in the palette, e.g. `MCP Profiler: Profile Server…`. */
  runCommand(title: string): Promise<void>;
  /** Chooses the item of the open quick pick whose label holds the text. */
  pick(label: string): Promise<void>;
  /** Ticks or unticks an item of a quick pick with several choices. */
  tick(label: string, on?: boolean): Promise<void>;
  /** The OK of a quick pick with several choices. */
  acceptPicks(): Promise<void>;
  /** What the open quick pick offers, once it offers so much. */
  pickLabels(least: number): Promise<string[]>;
  /** Answers the open input box. */
  typeAnswer(text: string): Promise<void>;
  /** The notification that holds the text. */
  notification(text: string): Promise<Locator>;
  /** Clicks a button of the notification that holds the text. */
  acceptNotification(text: string, button: string): Promise<void>;
  /** The document inside the visible webview: waits by itself as locators do. */
  webview(): FrameLocator;
  /** The same as a frame, for `evaluate`. */
  webviewFrame(): Promise<Frame>;
  /** Opens a file of the workspace by its name. */
  openFile(name: string): Promise<void>;
  /** Waits until this file is shown, focused or beside what is, with the cursor on this line (from 1) if one is given. */
  expectEditor(name: string, line?: number): Promise<void>;
  setTheme(theme: Theme): Promise<void>;
  /** Writes test/output/ui/NAME.png. */
  screenshot(name: string): Promise<string>;
  /** Lines of the browser's console, of page errors and of the server. */
  log(): string[];
  close(): Promise<void>;
}

const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'editor.cursorBlinking': 'solid',
  'telemetry.telemetryLevel': 'off',
};

/** One window for the suite in which it is called; of a test that fails, a screenshot and all that was logged stay in test/output/ui. */
export function workbenchOf(options: WorkbenchOptions): () => Workbench {
  let workbench: Workbench | undefined;
  before(async () => {
    workbench = await openWorkbench(options);
  });
  afterEach(async function () {
    const test = this.currentTest;
    if (!workbench || test?.state !== 'failed') return;
    const name = `FAILED ${test.fullTitle()}`.replace(/[^\w.-]+/g, '-').slice(0, 100);
    writeFileSync(join(outputDir('ui'), `${name}.log`), workbench.log().join('\n'));
    await workbench.screenshot(name);
  });
  after(() => workbench?.close());
  return () => workbench!;
}

/** Starts the server with the VSIX installed and opens a window on a copy of the workspace. */
async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const dir = mkdtempSync(join(tmpdir(), 'mcp-profiler-ui-'));
  const dataDir = join(dir, 'data');
  const folder = join(dir, 'workspace');
  cpSync(options.workspace, folder, { recursive: true });
  const settingsFile = join(dataDir, 'data/User/settings.json');
  mkdirSync(join(settingsFile, '..'), { recursive: true });
  writeFileSync(settingsFile, JSON.stringify({ ...quiet, ...options.settings }, null, 2));

  const closers: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    await installVsix(needed('MCP_PROFILER_CODE_SERVER'), dataDir, needed('MCP_PROFILER_VSIX'));
    const server = await startCodeServer(needed('MCP_PROFILER_CODE_SERVER'), { dataDir, workspaceTrust: options.workspaceTrust ?? false });
    closers.push(() => server.stop());
    const browser = await launchChromium(needed('MCP_PROFILER_CHROMIUM'));
    closers.push(() => browser.close());
    const page = await browser.newPage({ viewport: options.size ?? { width: 1280, height: 800 } });
    page.setDefaultTimeout(stepMs);
    const console: string[] = [];
    page.on('console', (message) => console.push(`${message.type()} ${message.text()}`));
    page.on('pageerror', (error) => console.push(`pageerror ${error.stack ?? error.message}`));
    await page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`);
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    return {
      page,
      folder,
      runCommand: (title) => runCommand(page, title),
      pick: (label) => pick(page, label),
      tick: (label, on = true) => tick(page, label, on),
      acceptPicks: () => acceptPicks(page),
      pickLabels: (least) => pickLabels(page, least),
      typeAnswer: (text) => typeAnswer(page, text),
      notification: (text) => notification(page, text),
      acceptNotification: (text, button) => acceptNotification(page, text, button),
      webview: () => webviewLocator(page),
      webviewFrame: () => webviewFrame(page),
      openFile: async (name) => {
        await openFile(page, name);
        await expectEditor(page, name);
      },
      expectEditor: (name, line) => expectEditor(page, name, line),
      setTheme: (theme) => setTheme(page, theme),
      screenshot: (name) => screenshot(page, name),
      log: () => [...console, ...server.log],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How long one step may take, in ms. */
export const stepMs = 60_000;

async function expectEditor(page: Page, name: string, line?: number): Promise<void> {
  const group = page.locator('.part.editor .editor-group-container', { has: page.locator(`.tab.active[data-resource-name="${name}"]`) });
  await group.waitFor();
  if (line !== undefined) await group.locator('.line-numbers.active-line-number', { hasText: new RegExp(`^${line}$`) }).waitFor();
}

async function screenshot(page: Page, name: string): Promise<string> {
  const path = join(outputDir('ui'), `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  return path;
}

/** Set by the driver: `npm run test:ui`. */
function needed(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set. UI tests are started by npm run test:ui, which packages the extension first.`);
  return value;
}
