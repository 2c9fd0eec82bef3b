import type { Locator, Page } from 'playwright-core';

const widget = (page: Page): Locator => page.locator('.quick-input-widget:visible');
const input = (page: Page): Locator => widget(page).locator('.quick-input-filter input[type=text]');
/** The name of an item; a second row holds its detail. */
const name = '.quick-input-list-row:first-child .label-name';
const rows = (page: Page): Locator => widget(page).locator('.quick-input-list .monaco-list-row');

/** Runs a command by its title. The palette offers what was known when it opened, so it is opened again until it knows the command. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await until(`the command palette offers “${title}”`, async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await input(page).waitFor({ timeout: 1000 });
    await input(page).fill(`>${title}`);
    const row = rows(page).filter({ has: page.locator(name, { hasText: exactly(title) }) }).first();
    await row.waitFor({ timeout: 1500 });
    await row.click({ timeout: 1500 });
  });
}

export async function pick(page: Page, label: string): Promise<void> {
  await item(page, label).click();
}

export async function tick(page: Page, label: string, on: boolean): Promise<void> {
  await item(page, label).locator('input[type=checkbox], .monaco-checkbox').first().setChecked(on);
}

export async function acceptPicks(page: Page): Promise<void> {
  await widget(page).locator('.quick-input-action .monaco-button', { hasText: 'OK' }).click();
  await widget(page).waitFor({ state: 'hidden' });
}

export async function pickLabels(page: Page): Promise<string[]> {
  await rows(page).first().waitFor();
  return rows(page).locator(name).allInnerTexts();
}

/** Narrows the open quick pick. */
export async function typeFilter(page: Page, text: string): Promise<void> {
  await input(page).fill(text);
}

export async function typeAnswer(page: Page, text: string): Promise<void> {
  const box = widget(page).locator('.quick-input-box input');
  const question = async () => ((await widget(page).isVisible()) ? (await widget(page).locator('.quick-input-title, .quick-input-message').allTextContents()).join('\n') : null);
  const asked = await question();
  await box.fill(text);
  await box.press('Enter');
  // the next question comes in its own time: what is typed before goes to this one
  await until(`“${text}” is taken as an answer`, async () => {
    const now = await question();
    if (now !== null && now === asked) throw new Error(`It is still asked: ${now}`);
  });
}

function item(page: Page, label: string): Locator {
  return rows(page).filter({ has: page.locator(name, { hasText: label }) }).first();
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}

/** Repeats a step that may fail while the window is still settling, for at most 30 s. */
async function until(what: string, step: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await step();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`Waited 30 s until ${what}.`, { cause: error });
    }
  }
}
