import type { TextEdit } from '../model/lint.ts';
import type { Program } from './code/program.ts';
import type { SourceFile } from './code/syntax.ts';

/** What makes `import m` true of a module: nothing where it is there, else a line in front of the first import that is none of `__future__`. */
export function importEdit(source: SourceFile, program: Program, module: string): TextEdit[] {
  const summary = program.files.get(source.file);
  if (summary?.imports.some((i) => i.scope === 0 && i.local === module && i.module === module && i.imported === '*')) return [];
  const statements = source.tree.rootNode.namedChildren.filter((n) => n !== null);
  const first = statements.find((n) => n.type === 'import_statement' || n.type === 'import_from_statement');
  const isDocstring = (i: number) => statements[i]?.type === 'expression_statement' && statements[i].firstNamedChild?.type === 'string';
  const own = statements.findIndex((n) => n.type !== 'comment');
  const anchor = first ?? (own >= 0 && isDocstring(own) ? statements[own + 1] : statements[own]);
  const at = anchor?.startIndex ?? source.text.length;
  return [{ file: source.file, start: at, end: at, text: `import ${module}\n` }];
}
