import type { Fix } from '../../model/lint.ts';
import { argumentNodes, callNode } from '../callSyntax.ts';
import type { CodeReport } from '../codeRule.ts';
import type { SourceFile } from '../code/syntax.ts';

/** Takes the indentation out, and with it a replacer that is null. */
export function serialisationFixes(report: CodeReport, source: SourceFile): Fix[] {
  const node = callNode(source, report.span);
  const args = node && argumentNodes(node);
  if (!args) return [];
  const { file, text } = source;
  let from: number;
  let to: number;
  if (source.language === 'python') {
    const at = args.findIndex((n) => n.type === 'keyword_argument' && n.childForFieldName('name')?.text === 'indent');
    const before = args[at - 1];
    if (at < 0) return [];
    from = before ? before.endIndex : args[at]!.startIndex;
    to = before ? args[at]!.endIndex : (args[at + 1]?.startIndex ?? args[at]!.endIndex);
  } else {
    const [value, replacer, indent] = args;
    if (!value || !replacer || !indent) return [];
    from = /^(?:null|undefined)$/.test(replacer.text) ? value.endIndex : replacer.endIndex;
    to = indent.endIndex;
  }
  if (/\/[/*]|#/.test(text.slice(from, to))) return [];
  return [{ title: 'Write compact JSON', kind: 'safe', edits: [{ file, start: from, end: to, text: '' }] }];
}
