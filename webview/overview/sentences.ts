import { html, type TemplateResult } from 'lit';
import type { Link, Sentence } from '../../src/model/finding.ts';

/** The answer in words; each figure leads to the place that shows it. */
export function sentenceList(sentences: readonly Sentence[], follow: (link: Link) => void): TemplateResult {
  if (sentences.length === 0) return html`<p class="answer">Nothing stands out.</p>`;
  return html`<ul class="answer">
    ${sentences.map(({ parts }) => html`<li>${parts.map(({ text, link }) => (link ? html`<button class="link" @click=${() => follow(link)}>${text}</button>` : text))}</li>`)}
  </ul>`;
}
