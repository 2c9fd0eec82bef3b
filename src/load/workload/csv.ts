import type { Problems, TextFile } from './places.ts';

interface Cell {
  text: string;
  quoted: boolean;
}

interface Line {
  cells: Cell[];
  offset: number;
}

/**
 * Rows of a CSV file (RFC 4180: quoted cells may hold commas, line breaks and doubled quotes) by the names in its first
 * line. A column whose cells are all plain numbers, none of them quoted, holds numbers; others hold text as it stands,
 * so that `007` stays what it is.
 */
export function readCsv(file: TextFile, problems: Problems): Record<string, unknown>[] {
  const [header, ...lines] = linesOf(file, problems).filter(({ cells }) => cells.length > 1 || cells[0]!.text !== '' || cells[0]!.quoted);
  if (!header) {
    problems.add(file, null, 'the file is empty; the first line names the columns');
    return [];
  }
  const names = header.cells.map((cell) => cell.text.trim());
  for (const [i, name] of names.entries()) {
    if (name === '') problems.add(file, header.offset, `column ${i + 1} has no name`);
    else if (names.indexOf(name) < i) problems.add(file, header.offset, `two columns are called "${name}"`);
  }
  for (const { cells, offset } of lines) {
    if (cells.length !== names.length) problems.add(file, offset, `this line has ${cells.length} cells, the first has ${names.length}`);
  }
  const numeric = names.map((_, i) => lines.every(({ cells }) => isNumber(cells[i])));
  return lines.map(({ cells }) => Object.fromEntries(names.map((name, i) => [name, numeric[i] ? Number(cells[i]?.text) : (cells[i]?.text ?? '')])));
}

const isNumber = (cell: Cell | undefined) => cell !== undefined && !cell.quoted && cell.text !== '' && String(Number(cell.text)) === cell.text && Number.isFinite(Number(cell.text));

function linesOf(file: TextFile, problems: Problems): Line[] {
  const { text } = file;
  const lines: Line[] = [];
  let at = 0;
  while (at < text.length) {
    const line: Line = { cells: [], offset: at };
    lines.push(line);
    for (;;) {
      line.cells.push(text[at] === '"' ? quotedCell() : plainCell());
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
  }
  return lines;

  function plainCell(): Cell {
    const end = /[,\r\n]/g;
    end.lastIndex = at;
    const start = at;
    at = end.exec(text)?.index ?? text.length;
    return { text: text.slice(start, at), quoted: false };
  }

  function quotedCell(): Cell {
    const start = at++;
    let value = '';
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote < 0) {
        problems.add(file, start, 'this quote is never closed');
        at = text.length;
        return { text: value, quoted: true };
      }
      value += text.slice(at, quote);
      at = quote + 1;
      if (text[at] !== '"') break;
      value += '"';
      at++;
    }
    if (at < text.length && !/[,\r\n]/.test(text[at]!)) {
      problems.add(file, start, 'text follows the closing quote; double a quote that belongs to the value');
      plainCell();
    }
    return { text: value, quoted: true };
  }
}
