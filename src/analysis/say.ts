import { formatValue } from '../model/format.ts';
import type { Finding, Link, Sentence } from '../model/finding.ts';

export type Parts = Sentence['parts'];
export type Figure = Finding['figures'][number];

/**
 * Builds a sentence: text between, figures and links in the holes. A figure is written in its own unit and leads to
 * where it is shown.
 */
export function say(text: TemplateStringsArray, ...holes: (string | Figure | Parts)[]): Parts {
  const parts: Parts = [];
  text.forEach((between, i) => {
    add(parts, [{ text: between }]);
    const hole = holes[i];
    if (hole === undefined) return;
    if (typeof hole === 'string') add(parts, [{ text: hole }]);
    else if (Array.isArray(hole)) add(parts, hole);
    else add(parts, [{ text: formatValue(hole.value, hole.unit), ...(hole.link ? { link: hole.link } : {}) }]);
  });
  return parts;
}

/** Words that lead somewhere. */
export const linked = (text: string, link: Link): Parts => [{ text, link }];

export const plain = (parts: Parts): string => parts.map((p) => p.text).join('');

/** `a`, `b` and 3 others. */
export function nameTools(tools: string[], atMost = 2): string {
  const named = tools.slice(0, atMost).map((t) => `\`${t}\``);
  const others = tools.length - named.length;
  if (others > 0) named.push(`${others} other${others === 1 ? '' : 's'}`);
  return named.length < 2 ? (named[0] ?? '') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)!}`;
}

/** Neighbouring parts without a link become one. */
function add(parts: Parts, more: Parts) {
  for (const part of more) {
    const last = parts.at(-1);
    if (part.text === '') continue;
    if (last && !last.link && !part.link) last.text += part.text;
    else parts.push({ ...part });
  }
}
