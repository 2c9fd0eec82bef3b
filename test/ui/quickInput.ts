import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

const widget = (page: Page): Locator => page.locator('.quick-input-widget:visible');
const input = (page: Page): Locator => widget(page).locator('.quick-input-filter input[type=text]');
/** The name of an item; a second row holds its detail. */
const name = '.quick-input-list-row:first-child .label-name';
const rows = (page: Page): Locator => widget(page).locator('.quick-input-list .monaco-list-row');

/** Runs a command by its title. The palette offers what was known when it opened, so it is opened again until it knows the command. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await choose(page, 'F1', `>${title}`, title);
}

export async function pick(page: Page, label: string): Promise<void> {
  await item(page, label).waitFor();
  await answer(page, `“${label}” is picked`, () => item(page, label).click());
}

export async function tick(page: Page, label: string, on: boolean): Promise<void> {
  await item(page, label).locator('input[type=checkbox], .monaco-checkbox').first().setChecked(on);
}

export async function acceptPicks(page: Page): Promise<void> {
  await widget(page).locator('.quick-input-action .monaco-button', { hasText: 'OK' }).click();
  await widget(page).waitFor({ state: 'hidden' });
}

/** `least`: items come in their own time, and a list that grows is not all that is offered. */
export async function pickLabels(page: Page, least: number): Promise<string[]> {
  await rows(page).nth(least - 1).waitFor();
  return rows(page).locator(name).allInnerTexts();
}

/** Narrows the open quick pick. */
export async function typeFilter(page: Page, text: string): Promise<void> {
  await input(page).fill(text);
}

export async function typeAnswer(page: Page, text: string): Promise<void> {
  const box = widget(page).locator('.quick-input-box input');
  await box.waitFor();
  await answer(page, `“${text}” is taken as an answer`, async () => {
    await box.fill(text);
    await box.press('Enter');
  });
}

/** Opens a file of the workspace, again until the window takes the keys and the file is known. */
export const openFile = (page: Page, file: string): Promise<void> => choose(page, 'ControlOrMeta+p', file, file);

/** What is there at a slow machine's pace gets more time with each try; a click on what is there is not tried twice. */
async function choose(page: Page, keys: string, filter: string, label: string): Promise<void> {
  const row = rows(page).filter({ has: page.locator(name, { hasText: exactly(label) }) }).first();
  let timeout = 1000;
  await until(`“${label}” is offered`, async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press(keys);
    await input(page).waitFor({ timeout });
    await input(page).fill(filter);
    timeout *= 1.5;
    await row.waitFor({ timeout });
  });
  await row.click();
}

/** Waits until something else is asked, or nothing: the next question comes in its own time, and what is typed before goes to this one. */
async function answer(page: Page, what: string, give: () => Promise<void>): Promise<void> {
  const question = async () => ((await widget(page).isVisible()) ? (await widget(page).locator('.quick-input-title, .quick-input-message').allTextContents()).join('\n') : null);
  const asked = await question();
  await give();
  await until(what, async () => {
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
