import * as vscode from 'vscode';
import type { CodeFinding, Fix } from '../../model/lint.ts';
import { codeLanguages, type Code } from '../code.ts';
import { commands } from '../contributions.ts';
import type { Disposable } from '../disposables.ts';
import { source } from './diagnostics.ts';

const selector = codeLanguages.map((language) => ({ language, scheme: 'file' }));

/** Fixes, suppression and explanation of the findings under the cursor. Everything is looked up; nothing is analysed again. */
export function findingActions(code: Code): Disposable {
  return vscode.languages.registerCodeActionsProvider(
    selector,
    {
      async provideCodeActions(document, _range, { diagnostics, only }) {
        if (only && !only.contains(vscode.CodeActionKind.QuickFix)) return [];
        const actions: vscode.CodeAction[] = [];
        for (const diagnostic of diagnostics.filter((d) => d.source === source)) {
          const finding = await code.findingAt(document, diagnostic);
          if (!finding) continue;
          actions.push(...finding.fixes.map((fix, index) => fixAction(document, diagnostic, fix, index === 0 && fix.kind === 'safe')));
          actions.push(suppressAction(document, diagnostic, finding), explainAction(diagnostic, finding));
        }
        return actions;
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

/** A scaffold is shown in the refactor preview, with what it does, before it changes anything. */
function fixAction(document: vscode.TextDocument, diagnostic: vscode.Diagnostic, fix: Fix, preferred: boolean): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.kind === 'safe' ? fix.title : `${fix.title} (preview)`, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = preferred;
  action.edit = new vscode.WorkspaceEdit();
  const metadata = fix.kind === 'safe' ? undefined : { needsConfirmation: true, label: fix.title, ...(fix.explain === undefined ? {} : { description: fix.explain }) };
  for (const edit of fix.edits) {
    const range = new vscode.Range(document.positionAt(edit.start), document.positionAt(edit.end));
    action.edit.replace(document.uri, range, edit.text, metadata);
  }
  return action;
}

function suppressAction(document: vscode.TextDocument, diagnostic: vscode.Diagnostic, finding: CodeFinding): vscode.CodeAction {
  const action = new vscode.CodeAction(`Suppress ${finding.rule} for this line…`, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.command = { command: commands.suppressFinding, title: action.title, arguments: [document.uri, finding.id] };
  return action;
}

function explainAction(diagnostic: vscode.Diagnostic, finding: CodeFinding): vscode.CodeAction {
  const action = new vscode.CodeAction(`Explain ${finding.rule}`, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.command = { command: commands.showRule, title: action.title, arguments: [finding.rule] };
  return action;
}
