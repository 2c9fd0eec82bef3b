import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix, TextEdit } from '../../model/lint.ts';
import { argumentNodes, callNode } from '../callSyntax.ts';
import type { CodeReport } from '../codeRule.ts';
import { linesIn } from '../code/lines.ts';
import type { SourceFile } from '../code/syntax.ts';

/** Takes the indentation out, and with it a replacer that is null; of all calls of the line, which are one finding. */
export function serialisationFixes(report: CodeReport, source: SourceFile): Fix[] {
  const node = callNode(source, report.span);
  const callee = node?.childForFieldName('function')?.text;
  const row = linesIn(source.text)(report.span).line - 1;
  const ofLine = source.tree.rootNode.descendantsOfType(['call', 'call_expression'], { row, column: 0 }, { row: row + 1, column: 0 });
  const edits = ofLine.flatMap((n) => (n && n.startPosition.row === row && n.childForFieldName('function')?.text === callee ? (withoutIndent(n, source) ?? []) : []));
  return edits.length > 0 ? [{ title: 'Write compact JSON', kind: 'safe', edits }] : [];
}

function withoutIndent(node: Node, source: SourceFile): TextEdit | null {
  const args = argumentNodes(node);
  if (!args) return null;
  const { file, text } = source;
  let from: number;
  let to: number;
  if (source.language === 'python') {
    const at = args.findIndex((n) => n.type === 'keyword_argument' && /^(?:indent=|option=(?:\w+\.)?OPT_INDENT_2$)/.test(n.text.replace(/\s*=\s*/, '=')));
    const before = args[at - 1];
    if (at < 0) return null;
    from = before ? before.endIndex : args[at]!.startIndex;
    to = before ? args[at]!.endIndex : (args[at + 1]?.startIndex ?? args[at]!.endIndex);
  } else {
    const [value, replacer, indent] = args;
    if (!value || !replacer || !indent) return null;
    from = /^(?:null|undefined)$/.test(replacer.text) ? value.endIndex : replacer.endIndex;
    to = indent.endIndex;
  }
  // a comment between them would go as well
  return /\/[/*]|#/.test(text.slice(from, to)) ? null : { file, start: from, end: to, text: '' };
}
