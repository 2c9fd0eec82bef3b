const literal = /^([a-zA-Z]{0,2})("""|'''|"|')/;
const escapes = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[^])/g;
const short: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"' };

/** The value of a string as written, its prefix and quotes included. */
export function stringValue(source: string): string {
  const start = literal.exec(source);
  if (!start) return source;
  const [all, prefix, quote] = start as unknown as [string, string, string];
  const inside = source.slice(all.length, source.endsWith(quote) && source.length >= all.length + quote.length ? -quote.length : undefined);
  return own(unescaped(inside, prefix));
}

/** V8 keeps a whole source alive for any piece of it that is longer than this; what outlives the source is copied. */
const longestCopied = 12;
export const own = (piece: string) => (piece.length <= longestCopied ? piece : ` ${piece}`.slice(1));

/** Text between the quotes of a string that has such a prefix. Every line end is `\n` to Python. */
export function unescaped(source: string, prefix: string): string {
  const content = source.includes('\r') ? source.replaceAll('\r\n', '\n') : source;
  return !content.includes('\\') || /r/i.test(prefix) ? content : content.replace(escapes, (escape) => meaning(escape.slice(1)) ?? escape);
}

function meaning(escape: string): string | undefined {
  const first = escape[0]!;
  if (first === '\n') return '';
  if (escape.length === 1 && !/[0-7]/.test(first)) return short[first];
  const code = /[0-7]/.test(first) ? Number.parseInt(escape, 8) : Number.parseInt(escape.slice(1), 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Null for a complex number. */
export function numberValue(source: string): number | null {
  const plain = source.replaceAll('_', '');
  const value = /^0[bxo]/i.test(plain) ? Number(plain.toLowerCase()) : Number(plain);
  return Number.isNaN(value) ? null : value;
}
