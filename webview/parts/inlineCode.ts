import { html, type TemplateResult } from 'lit';

/** Text with `names` between backticks, set in the editor's type. */
export function inlineCode(text: string): (string | TemplateResult)[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));
}
