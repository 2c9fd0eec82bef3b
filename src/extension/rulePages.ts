import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { commands, ruleScheme } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { registerCommand } from './errors.ts';
import type { Host } from './host.ts';

/** The page that explains a rule, as a document `mcp-profiler-rule:/<id>.md` and as a rendered preview. The build has written it: the rules themselves are too large to be loaded here. */
export function rulePages(host: Host): Disposable {
  const store = createStore();
  store.add(
    vscode.workspace.registerTextDocumentContentProvider(ruleScheme, {
      async provideTextDocumentContent(uri) {
        const id = uri.path.replace(/^\/|\.md$/g, '');
        try {
          return await readFile(host.dist(`rules/${basename(id)}.md`), 'utf8');
        } catch {
          return `# ${id}\n\nThis version of MCP Profiler has no such rule.\n`;
        }
      },
    }),
  );
  store.add(
    registerCommand(host, commands.showRule, async (id: string) => {
      await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.from({ scheme: ruleScheme, path: `/${id}.md` }));
    }),
  );
  return store;
}
