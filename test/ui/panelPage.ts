import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { syntheticProfile } from './panelProfile.ts';
import type { SyntheticRun } from './panelRun.ts';
import { themes, type ThemeName } from './panelThemes.ts';

export const bundle = resolve(import.meta.dirname, '../../dist/webview');

const lines = (values: readonly unknown[]) => values.map((v) => JSON.stringify(v)).join('\n') + '\n';

export const filesOf = (s: SyntheticRun): Record<string, string> => ({
  'run.json': JSON.stringify(s.run), 'requests.ndjson': lines(s.requests), 'messages.ndjson': lines(s.messages), 'events.ndjson': lines(s.events), 'cpu-4711-0.cpuprofile': JSON.stringify(syntheticProfile(s)),
});

/** The page as the report is, without leave for inline styles: what works here works in the editor and in a report. */
export function reportPage(files: Record<string, string>, theme: ThemeName | null, script = readFileSync(join(bundle, 'main.js'), 'utf8')): string {
  const styleFile = join(bundle, 'main.css');
  const style = `${existsSync(styleFile) ? readFileSync(styleFile, 'utf8') : ''}\n${theme ? `:root { ${themes[theme].variables} }` : ''}`;
  const safe = script.replace(/<(?=\/script|script[\s/>])/gi, '\\x3c');
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; script-src ${hash(safe)}; style-src ${hash(style)}; connect-src blob:; worker-src blob:`;
  const embedded = Object.entries(files).map(([name, text]) => `<script type="text/plain" data-run-file="${name}">${Buffer.from(text).toString('base64')}</script>`);
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>Report</title><style>${style}</style></head><body class="${theme ? themes[theme].bodyClass : ''}">\n${embedded.join('\n')}\n<script>${safe}</script></body></html>`;
}

/** Serves pages by path on a free port of this machine. */
export async function servePages(pages: (path: string) => { type: string; body: string } | null): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const page = pages(request.url ?? '/');
    response.writeHead(page ? 200 : 404, { 'content-type': page?.type ?? 'text/plain', 'access-control-allow-origin': '*' });
    response.end(page?.body ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** The page as the extension hosts it: VS Code's API is there (its state outlives a reload), the run comes by message. */
export function editorPage(theme: ThemeName): string {
  const script = readFileSync(join(bundle, 'main.js'), 'utf8').replace(/<(?=\/script|script[\s/>])/gi, '\\x3c');
  const api = `globalThis.posted = []; globalThis.acquireVsCodeApi = () => ({ postMessage: (m) => posted.push(m), getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined, setState: (s) => sessionStorage.setItem('state', JSON.stringify(s)) });`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-n'; style-src 'nonce-n'; connect-src 'self'; worker-src blob:"><title>Panel</title>
<style nonce="n">${readFileSync(join(bundle, 'main.css'), 'utf8')} :root { ${themes[theme].variables} }</style></head><body class="${themes[theme].bodyClass}"><script nonce="n">${api}</script><script nonce="n">${script}</script></body></html>`;
}
