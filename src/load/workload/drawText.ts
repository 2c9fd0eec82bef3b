import { createRandom, type Random } from './random.ts';

const words = 'new old river city book stone light paper garden winter music history number question answer letter station market window memory silver mountain green summer bridge coffee travel bread forest street color number'.split(' ');

/** Tables are made at their first use: in the extension host, where this is loaded too, none is. */
const lazily = <T>(make: () => T) => {
  let made: T | null = null;
  return (): T => (made ??= make());
};

/** Long enough that two drawn texts are seldom the same. */
const stockText = lazily(() => makeStock(1 << 16));

/** Words with spaces between them, of exactly so many characters; starts and ends with a letter. */
export function drawText(random: Random, length: number): string {
  const stock = stockText();
  let text = '';
  while (text.length < length) {
    const wanted = length - text.length;
    const start = random.integer(0, stock.length - 1);
    text += stock.slice(start, start + wanted);
  }
  if (text.startsWith(' ')) text = `a${text.slice(1)}`;
  return text.endsWith(' ') ? `${text.slice(0, -1)}s` : text;
}

/** A word of common English. */
export const drawWord = (random: Random): string => words[random.integer(0, words.length - 1)]!;

function makeStock(length: number): string {
  const random = createRandom(1);
  let text = '';
  while (text.length < length) text += `${words[random.integer(0, words.length - 1)]!} `;
  return text;
}

/** All that two bytes can be. */
const hexDigits = lazily(() => Array.from({ length: 0x10000 }, (_, i) => (i + 0x10000).toString(16).slice(1)));

/** Version 4 (RFC 9562). */
export function drawUuid(random: Random): string {
  const hex = hexDigits();
  const [a, b, c, d] = [random.bits(), random.bits(), random.bits(), random.bits()];
  return `${hex[a >>> 16]!}${hex[a & 0xffff]!}-${hex[b >>> 16]!}-${hex[(b & 0x0fff) | 0x4000]!}-${hex[(c & 0x3fff) | 0x8000]!}-${hex[c >>> 16]!}${hex[d >>> 16]!}${hex[d & 0xffff]!}`;
}
