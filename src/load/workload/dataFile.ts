import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { readCsv } from './csv.ts';
import { readJson, type Problems, type TextFile } from './places.ts';

type Row = Record<string, unknown>;

/** Rows are held in memory by each generator thread. */
const maxBytes = 32 * 1024 * 1024;

/**
 * Rows of a data file: CSV with a header, a JSON array, or one JSON object a line (`.ndjson`, `.jsonl`). What is no
 * object becomes the column `value`. Empty, with the reasons told to `problems`, when it cannot be read.
 *
 * @param cannot tells, where the file is named, that it cannot be opened.
 */
export function readDataFile(path: string, problems: Problems, cannot: (why: string) => void): Row[] {
  const text = readText(path, maxBytes, cannot);
  if (text === null) return [];
  const file = { path, text };
  switch (extname(path).toLowerCase()) {
    case '.csv':
      return readCsv(file, problems);
    case '.json':
      return rowsOfJson(file, problems);
    case '.ndjson':
    case '.jsonl':
      return rowsOfLines(file, problems);
    default:
      cannot(`"${path}" is no .csv, .json, .ndjson or .jsonl file`);
      return [];
  }
}

/** Null, and told, when it is too large or cannot be read. */
export function readText(path: string, limit: number, cannot: (why: string) => void): string | null {
  try {
    const { size } = statSync(path);
    if (size <= limit) return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    cannot(`"${path}" is ${(size / 1024 / 1024).toFixed(0)} MB large, ${limit / 1024 / 1024} MB are the limit`);
  } catch (error) {
    cannot(`"${path}" cannot be read: ${(error as Error).message.replace(/^\w+: /, '').replace(/,.*/, '')}`);
  }
  return null;
}

export function toRow(value: unknown): Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : { value };
}

function rowsOfJson(file: TextFile, problems: Problems): Row[] {
  try {
    // the quick way first: a tree with places takes ten times the memory
    const value: unknown = JSON.parse(file.text);
    if (Array.isArray(value)) return value.map(toRow);
  } catch {
    // comments, or broken: the reader below knows which
  }
  const items = readJson(file, problems)?.items('the data') ?? [];
  return items.map((item) => toRow(item.value));
}

function rowsOfLines(file: TextFile, problems: Problems): Row[] {
  const rows: Row[] = [];
  let offset = 0;
  for (const line of file.text.split('\n')) {
    try {
      if (line.trim() !== '') rows.push(toRow(JSON.parse(line)));
    } catch (error) {
      problems.add(file, offset, `this line is not JSON: ${(error as Error).message}`);
    }
    offset += line.length + 1;
  }
  return rows;
}
