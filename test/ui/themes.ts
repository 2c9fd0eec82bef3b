import type { Page } from 'playwright-core';

/** The built-in themes, by their names in settings, with the class that the workbench then has. */
const classes = {
  'Default Dark Modern': 'vs-dark',
  'Default Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
} as const;

export type Theme = keyof typeof classes;
export const themes = Object.keys(classes) as Theme[];

export async function setTheme(page: Page, theme: Theme, writeSettings: (more: Record<string, unknown>) => void): Promise<void> {
  writeSettings({ 'workbench.colorTheme': theme });
  await page.locator(`.monaco-workbench.${classes[theme]}`).waitFor();
}
