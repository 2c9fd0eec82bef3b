/**
 * Splits a command line as a shell does with quotes and, outside Windows, backslashes; nothing is expanded. Null when a
 * quote is left open.
 */
export function splitCommand(line: string, windows: boolean): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quote !== null) {
      if (c === quote) quote = null;
      else if (c === '\\' && quote === '"' && (line[i + 1] === '"' || (!windows && line[i + 1] === '\\'))) word = `${word ?? ''}${line[++i]!}`;
      else word = `${word ?? ''}${c}`;
    } else if (c === '"' || (c === "'" && !windows)) {
      quote = c;
      word ??= '';
    } else if (/\s/.test(c)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (c === '\\' && !windows && i + 1 < line.length) {
      word = `${word ?? ''}${line[++i]!}`;
    } else {
      word = `${word ?? ''}${c}`;
    }
  }
  if (quote !== null) return null;
  if (word !== null) words.push(word);
  return words;
}
