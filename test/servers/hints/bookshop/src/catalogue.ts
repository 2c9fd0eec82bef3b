import { readFileSync } from 'node:fs';

export interface Book {
  title: string;
  isbn: string;
}

/** Every book with the word in its title. */
export async function search(word: string): Promise<Book[]> {
  const books = await loadIndex();
  return books.filter(({ title }) => title.includes(word));
}

async function loadIndex(): Promise<Book[]> {
  const text = readFileSync('books.json', 'utf8');
  return JSON.parse(text) as Book[];
}
