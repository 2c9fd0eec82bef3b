import type { PanelContent } from '../src/model/panel.ts';
import type { RunRecord } from '../src/model/run.ts';

/**
 * The run that is embedded in a report: inert `<script type="text/plain" data-run-file="NAME">` elements with base64.
 * Null in the editor. Each file becomes a blob, and from there on takes the way that a file of the run folder takes.
 */
export async function embeddedRun(): Promise<PanelContent | null> {
  const urls: Record<string, string> = {};
  let record: Blob | null = null;
  for (const element of document.querySelectorAll<HTMLScriptElement>('script[data-run-file]')) {
    const name = element.dataset['runFile']!;
    const blob = new Blob([fromBase64(element.textContent)]);
    if (name === 'run.json') record = blob;
    urls[name] = URL.createObjectURL(blob);
    // the text is several times the size of its bytes
    element.remove();
  }
  return record === null ? null : { kind: 'run', run: JSON.parse(await record.text()) as RunRecord, urls };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
