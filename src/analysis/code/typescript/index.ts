import type { FileSummary } from '../summary.ts';
import type { RuleVisitors, SourceFile, Summarise } from '../syntax.ts';

export const summariseTypeScript: Summarise = (source: SourceFile, visitors: RuleVisitors): FileSummary => {
  void visitors;
  return { file: source.file, language: source.language, imports: [], exports: [], functions: [], classes: [], aliases: [], calls: [], bindings: [], facts: [], suppressions: [], syntaxErrors: 0 };
};
