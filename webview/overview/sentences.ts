import { html, type TemplateResult } from 'lit';
import type { Link, Sentence } from '../../src/model/finding.ts';
import { inEditor } from '../host.ts';
import { inlineCode } from '../parts/inlineCode.ts';

/** The answer in words; each figure leads to the place that shows it. In a report there is no source to open. */
export function sentenceList(sentences: readonly Sentence[], follow: (link: Link) => void): TemplateResult {
  if (sentences.length === 0) return html`<p class="answer">Nothing stands out.</p>`;
  const part = ({ text, link }: Sentence['parts'][number]) =>
    link && (inEditor || link.to !== 'source') ? html`<button class="link" @click=${() => follow(link)}>${inlineCode(text)}</button>` : inlineCode(text);
  return html`<ul class="answer">${sentences.map(({ parts }) => html`<li>${parts.map(part)}</li>`)}</ul>`;
}
