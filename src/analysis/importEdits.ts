import type { Node } from '@vscode/tree-sitter-wasm';
import type { TextEdit } from '../model/lint.ts';
import type { FileSummary } from './code/summary.ts';
import type { SourceFile } from './code/syntax.ts';

/** A name that a fix needs: what it is called in the file, and the edits that bring it in (none where it is there). */
export interface Brought {
  local: string;
  edits: TextEdit[];
}

/**
 * Imports a name into a TypeScript or JavaScript file: to an import of that module if there is one, else on a line of its
 * own behind the import of `near`, in its style. Null where the name means something else already, or nothing is imported
 * like that. `instead` is a name of `near` that gives up its last use with the fix: it goes.
 */
export function bringIn(source: SourceFile, summary: FileSummary, wanted: { name: string; module: string; near: string; instead?: string }): Brought | null {
  const { name, near, instead } = wanted;
  const statements = importsIn(source);
  const beside = statements.find((s) => sameModule(s.module, near) && (instead === undefined || s.names.some((n) => n.local === instead))) ?? statements.find((s) => sameModule(s.module, near)) ?? statements.at(-1);
  if (!beside) return null;
  // as the file writes Node's own modules
  const module = /^node:/.test(beside.module) || !sameModule(beside.module, near) ? `node:${wanted.module}` : wanted.module;
  const gone = instead === undefined ? null : (beside.names.find((n) => n.local === instead && usesOf(source, instead) === 1) ?? null);

  for (const statement of statements) {
    const there = sameModule(statement.module, module) ? statement.names.find((n) => n.imported === name) : undefined;
    if (there) return { local: there.local, edits: gone ? [removal(source, beside, gone)] : [] };
  }
  if (summary.bindings.some((b) => b.name === name)) return null;
  const same = statements.find((s) => sameModule(s.module, module) && s.list && s.names.length > 0);
  if (same && gone && same === beside) return { local: name, edits: [{ file: source.file, start: gone.node.startIndex, end: gone.node.endIndex, text: name }] };
  if (same) return { local: name, edits: [...(gone ? [removal(source, beside, gone)] : []), insertion(source, same.names.at(-1)!.node.endIndex, `, ${name}`)] };
  if (gone && beside.names.length === 1 && beside.alone) {
    return {
      local: name,
      edits: [
        { file: source.file, start: gone.node.startIndex, end: gone.node.endIndex, text: name },
        { file: source.file, start: beside.source.startIndex + 1, end: beside.source.endIndex - 1, text: module },
      ],
    };
  }
  return { local: name, edits: [...(gone ? [removal(source, beside, gone)] : []), insertion(source, beside.statement.endIndex, `\n${line(beside, name, module)}`)] };
}

interface Named {
  imported: string;
  local: string;
  node: Node;
}

interface ImportStatement {
  statement: Node;
  module: string;
  /** The module's string with its quotes. */
  source: Node;
  names: Named[];
  /** It has a list of names. */
  list: boolean;
  /** It has nothing but that. */
  alone: boolean;
  requires: boolean;
}

const sameModule = (a: string, b: string) => a.replace(/^node:/, '') === b.replace(/^node:/, '');

/** The imports and `require`s of the module's level. */
function importsIn({ tree }: SourceFile): ImportStatement[] {
  return tree.rootNode.namedChildren.flatMap((node) => (node?.type === 'import_statement' ? (importOf(node) ?? []) : node && /^(?:lexical|variable)_declaration$/.test(node.type) ? (requireOf(node) ?? []) : []));
}

function importOf(statement: Node): ImportStatement | null {
  const source = statement.childForFieldName('source');
  // `import type { x }` brings no value
  if (!source || statement.children.some((c) => c?.type === 'type')) return null;
  const clause = statement.namedChildren.find((c) => c?.type === 'import_clause');
  const list = clause?.namedChildren.find((c) => c?.type === 'named_imports') ?? null;
  const names = (list?.namedChildren ?? []).flatMap((node): Named[] => {
    const imported = node?.type === 'import_specifier' ? node.childForFieldName('name') : null;
    return node && imported ? [{ imported: imported.text, local: node.childForFieldName('alias')?.text ?? imported.text, node }] : [];
  });
  return { statement, module: source.text.slice(1, -1), source, names, list: list !== null, alone: clause?.namedChildCount === 1, requires: false };
}

function requireOf(statement: Node): ImportStatement | null {
  const declarators = statement.namedChildren.filter((c) => c?.type === 'variable_declarator');
  const [declarator] = declarators;
  const value = declarator?.childForFieldName('value');
  const source = value?.childForFieldName('arguments')?.namedChild(0);
  if (declarators.length !== 1 || value?.type !== 'call_expression' || value.childForFieldName('function')?.text !== 'require' || source?.type !== 'string') return null;
  const pattern = declarator!.childForFieldName('name');
  const list = pattern?.type === 'object_pattern';
  const names = (list ? pattern.namedChildren : []).flatMap((node): Named[] => {
    if (node?.type === 'shorthand_property_identifier_pattern') return [{ imported: node.text, local: node.text, node }];
    const local = node?.type === 'pair_pattern' ? node.childForFieldName('value') : null;
    return node && local ? [{ imported: node.childForFieldName('key')!.text, local: local.text, node }] : [];
  });
  return { statement, module: source.text.slice(1, -1), source, names, list, alone: list, requires: true };
}

const insertion = ({ file }: SourceFile, at: number, text: string): TextEdit => ({ file, start: at, end: at, text });

/** A name of a list with its comma; the only one with its whole import. */
function removal({ file, text }: SourceFile, { names, alone, statement }: ImportStatement, { node }: Named): TextEdit {
  if (names.length === 1 && alone) return { file, start: statement.startIndex, end: statement.endIndex + /^[ \t]*\r?\n?/.exec(text.slice(statement.endIndex))![0].length, text: '' };
  const i = names.findIndex((n) => n.node.id === node.id);
  const next = names[i + 1];
  if (next) return { file, start: node.startIndex, end: next.node.startIndex, text: '' };
  const before = names[i - 1];
  const start = before ? before.node.endIndex : node.startIndex;
  const comma = before ? null : /^\s*,/.exec(text.slice(node.endIndex));
  return { file, start, end: node.endIndex + (comma?.[0].length ?? 0), text: '' };
}

function line({ source, statement, requires }: ImportStatement, name: string, module: string): string {
  const quote = source.text[0]!;
  const end = statement.text.endsWith(';') ? ';' : '';
  return requires ? `const { ${name} } = require(${quote}${module}${quote})${end}` : `import { ${name} } from ${quote}${module}${quote}${end}`;
}

/** How often a name is used, its import apart. */
function usesOf({ tree }: SourceFile, name: string): number {
  const nodes = tree.rootNode.descendantsOfType(['identifier', 'shorthand_property_identifier']);
  return nodes.filter((n) => n?.text === name && n.parent?.type !== 'import_specifier').length;
}
