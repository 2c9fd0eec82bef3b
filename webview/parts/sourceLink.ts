import { html, type TemplateResult } from 'lit';
import { inEditor } from '../host.ts';
import type { Store } from '../store.ts';

/** `function (file:line)`; opens the line in the editor, and is text in a report. */
export function sourceLink(store: Store, frame: { functionName?: string; file: string; line: number }): TemplateResult {
  if (frame.file === '') return html`<code>${frame.functionName ?? 'unknown'}</code>`;
  const place = `${shortFile(frame.file)}:${frame.line}`;
  const text = frame.functionName ? `${frame.functionName} (${place})` : place;
  const title = `${frame.file}:${frame.line}`;
  if (!inEditor || !canOpen(frame.file)) return html`<code title=${title}>${text}</code>`;
  return html`<button class="link mono" title=${title} @click=${() => store.follow({ to: 'source', file: frame.file, line: frame.line })}>${text}</button>`;
}

/** The last two parts of a path: enough to know it by. */
export const shortFile = (file: string): string => file.replace(/^file:\/\//, '').split(/[\\/]/).slice(-2).join('/');

/** Files of Node itself have no place on this machine. */
const canOpen = (file: string) => !file.startsWith('node:');
