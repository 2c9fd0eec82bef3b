import type { TextEdit } from '../model/lint.ts';
import type { Program } from './code/program.ts';
import type { SourceFile } from './code/syntax.ts';

/** What gives a file the default export of a package under a name: nothing where it has it, else a line in front of the first import. */
export function typeScriptImport(source: SourceFile, program: Program, name: string, module: string): TextEdit[] {
  if (program.files.get(source.file)?.imports.some((i) => i.scope === 0 && i.local === name)) return [];
  const first = source.tree.rootNode.namedChildren.find((n) => n !== null && n.type !== 'comment' && n.type !== 'hash_bang_line');
  const isCommonJs = !/^\s*(?:import|export)\b/m.test(source.text) && /\brequire\(/.test(source.text);
  const at = first?.startIndex ?? 0;
  return [{ file: source.file, start: at, end: at, text: isCommonJs ? `const ${name} = require('${module}');\n` : `import ${name} from '${module}';\n` }];
}
