import * as vscode from 'vscode';
import { UserError } from '../model/errors.ts';

/** Nothing is started in a workspace that is not trusted. @throws UserError `untrusted-workspace`. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError('untrusted-workspace', 'Servers are not started in a workspace that is not trusted.', 'Trust the workspace first.');
}
