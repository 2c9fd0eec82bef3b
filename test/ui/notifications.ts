import type { Locator, Page } from 'playwright-core';

export async function notification(page: Page, text: string): Promise<Locator> {
  const toast = page.locator('.notifications-toasts .notification-list-item:visible', { hasText: text }).first();
  await toast.waitFor();
  return toast;
}

export async function acceptNotification(page: Page, text: string, button: string): Promise<void> {
  const toast = await notification(page, text);
  await toast.hover();
  await toast.locator('.notification-list-item-buttons-container .monaco-button', { hasText: button }).click();
}
