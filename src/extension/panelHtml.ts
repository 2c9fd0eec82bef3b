import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The page of the panel. Nothing but our own bundle runs in it; its worker is started from a blob. */
export function panelHtml(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const uri = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview', file)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    // Lit adopts its style sheets; the inline ones are positions of drawn elements
    `style-src ${webview.cspSource} 'unsafe-inline'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
    // files of the run
    `connect-src ${webview.cspSource}`,
    `worker-src blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${uri('main.css')}">
<title>MCP Profiler</title>
</head>
<body>
<script nonce="${nonce}" src="${uri('main.js')}"></script>
</body>
</html>`;
}
