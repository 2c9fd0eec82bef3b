import { pbkdf2Sync } from 'node:crypto';

/** Derives the key with the synchronous call, so every other tool waits meanwhile. */
export function signReceipt(order: string): string {
  return pbkdf2Sync(order, 'bookshop', 600_000, 32, 'sha256').toString('hex');
}
