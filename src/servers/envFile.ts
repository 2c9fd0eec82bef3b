/**
 * The variables of a `.env` file: `KEY=value`, with optional `export`, `'as it is'`, `"with \n and \" escapes"` (also over
 * several lines), and comments. Of two equal keys the last counts.
 */
export function parseEnvFile(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  const line = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*[=:][ \t]*(?:"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|`([^`]*)`|([^\n]*))/gm;
  for (const [, key, double, single, back, bare] of text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').matchAll(line)) {
    variables.set(key!, double !== undefined ? unescape(double) : (single ?? back ?? bare!.replace(/(^|\s)#.*$/, '').trim()));
  }
  return variables;
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
const unescape = (text: string) => text.replace(/\\([nrt"\\$`])/g, (_, c: string) => escapes[c] ?? c);
