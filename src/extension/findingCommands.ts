import * as vscode from 'vscode';
import type { Code } from './code.ts';
import { commands } from './contributions.ts';
import { createStore, type Disposable } from './disposables.ts';
import { registerCommand } from './errors.ts';
import type { Host } from './host.ts';

/** Commands on findings in the code. */
export function findingCommands(host: Host, code: Code): Disposable {
  const store = createStore();
  store.add(
    registerCommand(host, commands.peekFindings, async (handlerId: string) => {
      const { handlers, findingsOf } = await code.ready();
      const handler = handlers.find((h) => h.id === handlerId);
      if (!handler) return;
      const places = findingsOf(handlerId).map((f) => new vscode.Location(vscode.Uri.file(f.file), new vscode.Range(f.line - 1, f.column, f.endLine - 1, f.endColumn)));
      await vscode.commands.executeCommand('editor.action.peekLocations', vscode.Uri.file(handler.file), new vscode.Position(handler.line - 1, handler.column), places, 'peek');
    }),
  );
  store.add(
    registerCommand(host, commands.suppressFinding, async (uri: vscode.Uri, id: string, given?: string) => {
      const reason = given ?? (await vscode.window.showInputBox({ title: 'Suppress this finding', prompt: 'Why is it right as it is? The reason stands in the comment.', placeHolder: 'read once, before the server listens' }));
      if (reason === undefined) return;
      const document = await vscode.workspace.openTextDocument(uri);
      const finding = (await code.ready()).findings.find((f) => f.id === id);
      if (!finding) return;
      const { suppressionEdit } = await import('../app/findings.ts');
      const comment = suppressionEdit(finding, document.getText(), reason);
      if (!comment) {
        void vscode.window.showInformationMessage('There is no room for a comment at this line: it stands inside of a string.');
        return;
      }
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(document.positionAt(comment.start), document.positionAt(comment.end)), comment.text);
      await vscode.workspace.applyEdit(edit);
    }),
  );
  store.add(registerCommand(host, commands.checkAgain, () => code.again()));
  return store;
}
