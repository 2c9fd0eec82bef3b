import { build } from 'esbuild';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

/** The element's bundle, built as esbuild.mjs builds the panel: the worker's text is inlined. */
export async function buildFlame(): Promise<string> {
  const common = { bundle: true, minify: true, write: false, platform: 'browser', target: 'chrome128', format: 'iife', logLevel: 'warning' } as const;
  const result = await build({
    ...common,
    entryPoints: [resolve(root, 'webview/flame/flame.ts')],
    plugins: [{
      name: 'inline',
      setup(b) {
        b.onResolve({ filter: /^inline:/ }, async (a) => ({ path: (await b.resolve(a.path.slice('inline:'.length), { resolveDir: a.resolveDir, kind: 'import-statement' })).path, namespace: 'inline' }));
        b.onLoad({ filter: /.*/, namespace: 'inline' }, async (a) => ({ contents: (await build({ ...common, entryPoints: [a.path] })).outputFiles[0]!.text, loader: 'text' }));
      },
    }],
  });
  return result.outputFiles[0]!.text;
}

export interface FlamePageOptions {
  script: string;
  /** Declarations for :root and the class that VS Code gives the body. */
  variables?: string;
  bodyClass?: string;
}

/** A page with one `<mcp-flame>` under a webview's content policy. Set its `source` from a test. */
export function flamePage({ script, variables = '', bodyClass = 'vscode-dark' }: FlamePageOptions): string {
  const policy = "default-src 'none'; script-src 'nonce-n'; style-src 'nonce-n'; worker-src blob:; connect-src 'self' blob:; img-src data: blob:";
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>Flame</title>
<style nonce="n">:root { ${variables} } html, body { margin: 0; height: 100%; background: var(--vscode-editor-background); } mcp-flame { height: 100vh; }</style></head>
<body class="${bodyClass}"><mcp-flame></mcp-flame><script nonce="n">${script.replace(/<(?=\/script|script[\s/>])/gi, '\\x3c')}</script></body></html>`;
}
