import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix } from '../model/lint.ts';
import type { CodeReport } from './codeRule.ts';
import type { SourceFile } from './code/syntax.ts';
import type { Store } from './stores.ts';

/** Entries that a scaffold keeps; to be thought about. */
const entries = 500;

/** A bound on what is written at a place: the oldest entry goes when there are too many. */
export function boundFixes({ span, data }: CodeReport, source: SourceFile): Fix[] {
  const { store, written } = data as { store: Store; written: string | null };
  if (written === null) return [];
  const statement = statementAt(source, span.start, span.end);
  if (!statement) return [];
  const line = evict(store, written);
  if (line === null) return [];
  const indent = /[^\n]*$/.exec(source.text.slice(0, statement.startIndex))![0];
  if (indent.trim() !== '') return [];
  return [
    {
      title: `Keep at most ${entries} entries`,
      kind: 'scaffold',
      edits: [{ file: source.file, start: statement.endIndex, end: statement.endIndex, text: `\n${indent}${line}` }],
      explain: `After each write the oldest entry is dropped as soon as there are more than ${entries}. Think about the number, and about how old an entry may be; a library (lru-cache, cachetools) does both.`,
    },
  ];
}

function evict({ kind }: Store, name: string): string | null {
  switch (kind) {
    case 'map':
    case 'set':
      return `if (${name}.size > ${entries}) ${name}.delete(${name}.keys().next().value!);`;
    case 'array':
      return `if (${name}.length > ${entries}) ${name}.shift();`;
    case 'dict':
      return `while len(${name}) > ${entries}: ${name}.pop(next(iter(${name})))`;
    case 'list':
      return `del ${name}[:-${entries}]`;
    default:
      return null;
  }
}

function statementAt({ tree }: SourceFile, start: number, end: number): Node | null {
  let node: Node | null = tree.rootNode.descendantForIndex(start, end - 1);
  while (node && node.type !== 'expression_statement') node = /function|lambda|arrow/.test(node.type) ? null : node.parent;
  return node && /block|program|module/.test(node.parent?.type ?? '') ? node : null;
}
