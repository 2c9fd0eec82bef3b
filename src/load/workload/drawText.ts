import { createRandom, type Random } from './random.ts';

const words = 'a the of and to in is on for with at by one two new old river city book stone light paper garden winter music history number question answer letter station market window memory silver mountain'.split(' ');

/** Long enough that two drawn texts are seldom the same. */
const stock = makeStock(1 << 16);

/** Words with spaces between them, of exactly so many characters; starts and ends with a letter. */
export function drawText(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    const wanted = length - text.length;
    const start = random.integer(0, stock.length - 1);
    text += stock.slice(start, start + wanted);
  }
  if (text.startsWith(' ')) text = `a${text.slice(1)}`;
  return text.endsWith(' ') ? `${text.slice(0, -1)}s` : text;
}

function makeStock(length: number): string {
  const random = createRandom(1);
  let text = '';
  while (text.length < length) text += `${words[random.integer(0, words.length - 1)]!} `;
  return text;
}
