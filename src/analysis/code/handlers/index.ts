import type { LintSettings } from '../../../model/lint.ts';
import type { Handler, Resolved } from '../program.ts';

/** Every registration in the workspace. */
export function findHandlers(program: Resolved, settings: Pick<LintSettings, 'handlers'>): Handler[] {
  void program;
  void settings;
  return [];
}
