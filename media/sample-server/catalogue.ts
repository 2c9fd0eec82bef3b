interface Book {
  id: number;
  title: string;
  author: string;
  tags: string[];
}

const words = ['river', 'night', 'garden', 'letter', 'winter', 'island', 'mirror', 'harbour'];
const pick = (seed: number) => words[seed % words.length]!;

/** The catalogue as it would come from a file or a store. */
let catalogueText = JSON.stringify(
  Array.from({ length: 150_000 }, (_, id): Book => ({
    id,
    title: `The ${pick(id)} and the ${pick(id * 7 + 3)} ${id}`,
    author: `Author ${id % 977}`,
    tags: [pick(id + 1), pick(id + 2), pick(id + 5)],
  })),
);

export const shelves = words.map((name, row) => ({ name, row }));

/** Parses the whole catalogue for every search: the slow line of this server. */
function loadIndex(): Book[] {
  return JSON.parse(catalogueText) as Book[];
}

export function searchBooks(query: string): Book[] {
  const wanted = query.toLowerCase();
  return loadIndex()
    .filter((book) => book.title.toLowerCase().includes(wanted))
    .slice(0, 10);
}

export function addBook(title: string, author: string): number {
  const books = loadIndex();
  const id = books.length;
  catalogueText = JSON.stringify([...books, { id, title, author, tags: [] }]);
  return id;
}
