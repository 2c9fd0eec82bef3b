import { css, html, type TemplateResult } from 'lit';
import type { Link, Sentence } from '../../src/model/finding.ts';
import { inEditor } from '../host.ts';
import { inlineCode } from '../parts/inlineCode.ts';

type Part = Sentence['parts'][number];

export const sentenceStyles = css`
  .answer { font-size: 15px; line-height: 1.55; max-width: 90ch; margin: 0; padding: 0; list-style: none; }
  .answer li + li { margin-top: 6px; }
  /* a line never ends with a bracket that opens */
  .answer .held { white-space: nowrap; }
  .answer .held button { white-space: normal; }
`;

/** The answer in words; each figure leads to the place that shows it. In a report there is no source to open. */
export function sentenceList(sentences: readonly Sentence[], follow: (link: Link) => void): TemplateResult {
  if (sentences.length === 0) return html`<p class="answer">Nothing stands out.</p>`;
  const leads = (part?: Part) => part?.link !== undefined && (inEditor || part.link.to !== 'source');
  const shown = (part: Part, i: number, parts: readonly Part[]) => {
    const { text, link } = part;
    if (!link || !leads(part)) return inlineCode(leads(parts[i + 1]) ? text.replace(/\($/, '') : text);
    const button = html`<button class="link" @click=${() => follow(link)}>${inlineCode(text)}</button>`;
    return parts[i - 1]?.text.endsWith('(') && !leads(parts[i - 1]) ? html`<span class="held">(${button}</span>` : button;
  };
  return html`<ul class="answer">${sentences.map(({ parts }) => html`<li>${parts.map(shown)}</li>`)}</ul>`;
}
