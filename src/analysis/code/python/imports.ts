import type { Import } from '../summary.ts';
import { child, children, spanOf } from './tree.ts';
import { textOf, type Source } from './expressions.ts';

/** The imports of one statement, `span` being the name's. */
export function importsOf(source: Source, at: number, scope: number, typeOnly: boolean): Import[] {
  const { tree } = source;
  const from = child(tree, at, 'module_name');
  const module = tree.type[at] === 'future_import_statement' ? '__future__' : from < 0 ? null : dotted(source, from);
  const imports: Import[] = [];
  for (const part of children(tree, at)) {
    const star = tree.type[part] === 'wildcard_import';
    if (!star && tree.field[part] !== 'name') continue;
    const aliased = tree.type[part] === 'aliased_import';
    const name = aliased ? child(tree, part, 'name') : part;
    const alias = aliased ? child(tree, part, 'alias') : -1;
    if (name < 0) continue;
    const written = star ? '*' : dotted(source, name);
    if (written === '') continue;
    const common = { typeOnly, scope, span: spanOf(tree, part) };
    const local = alias < 0 ? null : textOf(source, alias);
    if (module !== null) imports.push({ local: star ? null : (local ?? written), module, imported: written, ...common });
    else if (local !== null) imports.push({ local, module: written, imported: '*', ...common });
    else {
      const first = written.split('.', 1)[0]!;
      imports.push({ local: first, module: first, imported: '*', ...(first === written ? {} : { loads: written }), ...common });
    }
  }
  return imports;
}

/** Python allows spaces and line ends between the names. */
const dotted = (source: Source, at: number) => textOf(source, at).replace(/[\s\\]+/g, '');
