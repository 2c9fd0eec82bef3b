/** Finds any of many texts in a long one; see `createFinder`. */
export type Finder = (text: string, onMatch: (start: number, end: number) => void) => void;

/** Keys of two neighbouring UTF-16 units. */
const keys = 1 << 16;
const key = (first: number, second: number) => (first * 251 + second) & (keys - 1);

/**
 * Finds all of `forms`, from left to right without overlap; of those that begin at one place the longest. Each has at
 * least two characters. Wu and Manber's algorithm: two characters tell how far the next match must be away, so most of
 * the text is skipped, and the cost hardly grows with the number of forms.
 */
export function createFinder(forms: readonly string[]): Finder {
  const window = forms.reduce((least, form) => Math.min(least, form.length), 255);
  const shift = new Uint8Array(keys).fill(window - 1);
  const endingIn = new Map<number, string[]>();
  for (const form of forms) {
    for (let i = 1; i < window; i++) {
      const k = key(form.charCodeAt(i - 1), form.charCodeAt(i));
      shift[k] = Math.min(shift[k]!, window - 1 - i);
    }
    const last = key(form.charCodeAt(window - 2), form.charCodeAt(window - 1));
    const others = endingIn.get(last);
    if (others) others.push(form);
    else endingIn.set(last, [form]);
  }
  for (const candidates of endingIn.values()) candidates.sort((a, b) => b.length - a.length);

  return (text, onMatch) => {
    // the end of the window
    for (let i = window - 1; i < text.length; ) {
      const k = key(text.charCodeAt(i - 1), text.charCodeAt(i));
      const skip = shift[k]!;
      if (skip > 0) {
        i += skip;
        continue;
      }
      const start = i - window + 1;
      const found = endingIn.get(k)?.find((form) => text.startsWith(form, start));
      if (found === undefined) {
        i++;
      } else {
        onMatch(start, start + found.length);
        i = start + found.length + window - 1;
      }
    }
  };
}
