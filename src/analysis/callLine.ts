/** How far from the head of a function its call is looked for, lines. */
const reach = 200;

/**
 * The line (1-based) of the first call of `api` in the function that begins at `line`. A profile knows only where the
 * functions on a stack begin. The stack proves that this function calls it, so the first call in the text is the one,
 * unless it goes by another name; then, and where the source is not at hand, the function's own line is returned.
 */
export function callLine(source: string | null, line: number, api: string): number {
  if (source === null) return line;
  const call = new RegExp(`(?<![\\w$])${api.replace(/[.$]/g, '\\$&')}\\s*\\(`);
  const lines = source.split('\n', line - 1 + reach).slice(line - 1);
  const found = lines.findIndex((text) => !/^\s*(\/\/|\*|\/\*)/.test(text) && call.test(text));
  return found < 0 ? line : line + found;
}
