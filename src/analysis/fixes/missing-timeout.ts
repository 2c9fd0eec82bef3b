import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix, TextEdit } from '../../model/lint.ts';
import type { CodeReport } from '../codeRule.ts';
import { addProperty, appendArgument, argumentNodes, callNode } from '../callSyntax.ts';
import type { CallRef, Program } from '../code/program.ts';
import type { SourceFile } from '../code/syntax.ts';
import { signalAt } from '../signal.ts';
import type { TimeoutSink } from '../sinks/timeouts.ts';

/** Tells the call when to give up; none where it is not clear what its arguments are. */
export function timeoutFixes(report: CodeReport, source: SourceFile, program: Program): Fix[] {
  const { sink, shared } = report.data as { sink: TimeoutSink; shared?: { maker: CallRef | null } };
  if (shared) return shared.maker ? makerFix(source, program, shared.maker, sink.add) : [];
  const node = callNode(source, report.span);
  if (!node || sink.add === null) return [];
  if (sink.language === 'python') return sink.add === 'wait_for' ? [] : pythonFix(source, node, sink.add);
  const isSignal = sink.add.startsWith('signal');
  const own = isSignal ? signalAt(program, report.function) : null;
  const text = own === null ? sink.add : `signal: AbortSignal.any([${own}, AbortSignal.timeout(30_000)])`;
  const edit = typeScriptEdit(source, node, sink, text);
  if (!edit) return [];
  const title = isSignal ? 'Give up after 30 seconds with `AbortSignal.timeout`' : 'Give up after 30 seconds with `timeout`';
  return [{ title: own === null ? title : `${title}, or when the request is cancelled`, kind: 'safe', edits: [edit] }];
}

/** Of all requests of a client at once, where its options are written out in the same file. */
function makerFix(source: SourceFile, program: Program, maker: CallRef, add: string | null): Fix[] {
  const node = maker.file === source.file ? callNode(source, program.callOf(maker).span) : null;
  const [options] = (node && argumentNodes(node)) ?? [];
  if (add === null || options?.type !== 'object' || /\btimeout\b/.test(options.text)) return [];
  return [{ title: 'Give up after 30 seconds with `timeout`, in all requests of the client', kind: 'safe', edits: [addProperty(source, options, add)] }];
}

function pythonFix(source: SourceFile, call: Node, add: string): Fix[] {
  // `timeout=None` that is written out was meant
  if (argumentNodes(call)?.some((n) => n.type === 'keyword_argument' && n.childForFieldName('name')?.text === 'timeout') ?? true) return [];
  const edit = appendArgument(source, call, add);
  return edit ? [{ title: 'Give up after 30 seconds with `timeout=30`', kind: 'safe', edits: [edit] }] : [];
}

function typeScriptEdit(source: SourceFile, call: Node, { options }: TimeoutSink, text: string): TextEdit | null {
  const args = argumentNodes(call);
  if (!args || args.some((n) => n.type === 'spread_element')) return null;
  const object = options.map((i) => args[i]).find((n) => n?.type === 'object');
  if (object) return /\b(?:signal|timeout)\b\s*[,:}]/.test(object.text) ? null : addProperty(source, object, text);
  const last = Math.max(...options);
  const named = args[last];
  if (named && /^(identifier|member_expression)$/.test(named.type)) return { file: source.file, start: named.startIndex, end: named.endIndex, text: `{ ${text}, ...${named.text} }` };
  if (named) return null;
  // post(url) has no body, exec(command, callback) has its options in between
  const first = Math.min(...options);
  if (args.length === last || (args.length === first && args.at(-1)?.type !== 'object')) return args.length === 0 || args.at(-1)!.type === 'arrow_function' ? null : appendArgument(source, call, `{ ${text} }`);
  return null;
}
