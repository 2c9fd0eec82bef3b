import type { Page } from 'playwright-core';
import { pick, runCommand, typeFilter } from './quickInput.ts';

/** The built-in themes, as the picker names them, with the class that the workbench then has. */
const classes = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Dark High Contrast': 'hc-black',
  'Light High Contrast': 'hc-light',
} as const;

export type Theme = keyof typeof classes;
export const themes = Object.keys(classes) as Theme[];

export async function setTheme(page: Page, theme: Theme): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await typeFilter(page, theme);
  await pick(page, theme);
  await page.locator(`.monaco-workbench.${classes[theme]}`).waitFor();
}
