import type { Fix, TextEdit } from '../../model/lint.ts';
import type { CodeReport } from '../codeRule.ts';
import { appendArgument, argumentNodes, callNode } from '../callSyntax.ts';
import type { Program } from '../code/program.ts';
import { importEdit } from '../pythonImport.ts';
import type { SourceFile } from '../code/syntax.ts';

/** The same to stderr; none where the calls differ in more than their name. */
export function stdoutFixes(report: CodeReport, source: SourceFile, program: Program): Fix[] {
  const { sink } = report.data as { sink: string };
  const node = callNode(source, report.span);
  const callee = node?.childForFieldName('function');
  if (!node || !callee) return [];
  if (source.language === 'python') return pythonFix(report, source, program, sink);
  const replace = (text: string): Fix[] => [{ title: `Use \`${text}\``, kind: 'safe', edits: [{ file: source.file, start: callee.startIndex, end: callee.endIndex, text }] }];
  if (/^console\??\.(log|info|debug)$/.test(callee.text)) return replace('console.error');
  return callee.text === 'process.stdout.write' ? replace('process.stderr.write') : [];
}

function pythonFix(report: CodeReport, source: SourceFile, program: Program, sink: string): Fix[] {
  const node = callNode(source, report.span)!;
  const edits: (TextEdit | null)[] = [];
  if (sink === 'print') {
    if (argumentNodes(node)?.some((n) => n.type === 'keyword_argument' && n.childForFieldName('name')?.text === 'file') ?? true) return [];
    edits.push(appendArgument(source, node, 'file=sys.stderr'), ...importEdit(source, program, 'sys'));
  } else if (sink.startsWith('logging.')) {
    const stream = node.childForFieldName('arguments')?.descendantsOfType('attribute').find((n) => n?.text === 'sys.stdout');
    if (stream) edits.push({ file: source.file, start: stream.startIndex, end: stream.endIndex, text: 'sys.stderr' });
  } else if (sink === 'sys.stdout.write') {
    const callee = node.childForFieldName('function')!;
    if (callee.text === 'sys.stdout.write') edits.push({ file: source.file, start: callee.startIndex, end: callee.endIndex, text: 'sys.stderr.write' });
  }
  const known = edits.filter((e) => e !== null);
  return known.length === 0 || known.length < edits.length ? [] : [{ title: 'Write to `sys.stderr`', kind: 'safe', edits: known }];
}
