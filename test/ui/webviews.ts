import type { Frame, FrameLocator, Page } from 'playwright-core';

/** VS Code nests a webview's document in two frames: its own, and `active-frame` with what the extension wrote. */
const outer = 'iframe.webview.ready:visible';
const inner = 'iframe#active-frame';

export function webviewLocator(page: Page): FrameLocator {
  return page.locator(outer).last().contentFrame().locator(inner).contentFrame();
}

export async function webviewFrame(page: Page): Promise<Frame> {
  const element = await page.locator(outer).last().contentFrame().locator(inner).elementHandle();
  const frame = await element.contentFrame();
  if (!frame) throw new Error('The webview was closed while it was looked for.');
  return frame;
}
