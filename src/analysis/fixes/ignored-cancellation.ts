import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix, TextEdit } from '../../model/lint.ts';
import { addProperty, appendArgument, argumentNodes, callNode } from '../callSyntax.ts';
import type { CodeReport } from '../codeRule.ts';
import type { Handler, Program } from '../code/program.ts';
import type { Expr } from '../code/summary.ts';
import type { SourceFile } from '../code/syntax.ts';
import type { Ignored } from '../rules/ignored-cancellation.ts';
import { signalPath } from '../signal.ts';

/** Hands the signal to a fetch in the handler itself, which may lack the parameter that carries it. */
export function cancellationFixes(report: CodeReport, source: SourceFile, program: Program): Fix[] {
  const data = report.data as Ignored;
  if (!data || program.target(data.call).external !== 'fetch') return [];
  const { handler } = data;
  const call = callNode(source, report.span);
  const parameter = contextName(source, program, handler);
  if (!call || !parameter) return [];
  const signal = `${parameter.name}.${signalPath(handler, program)!}`;
  const edit = signalEdit(source, call, signal);
  return edit ? [{ title: `Cancel the request with \`${signal}\``, kind: 'safe', edits: [...parameter.edits, edit] }] : [];
}

function signalEdit(source: SourceFile, call: Node, signal: string): TextEdit | null {
  const args = argumentNodes(call);
  if (!args || args.length === 0 || args.some((n) => n.type === 'spread_element')) return null;
  const options = args[1];
  if (!options) return appendArgument(source, call, `{ signal: ${signal} }`);
  if (options.type !== 'object') return null;
  const own = options.namedChildren.find((n) => n?.type === 'pair' && n.childForFieldName('key')?.text === 'signal');
  if (!own) return /\bsignal\b/.test(options.text) ? null : addProperty(source, options, `signal: ${signal}`);
  const value = own.childForFieldName('value')!;
  // a timeout stays
  return /^AbortSignal\.timeout\([^()]*\)$/.test(value.text) ? { file: source.file, start: value.startIndex, end: value.endIndex, text: `AbortSignal.any([${signal}, ${value.text}])` } : null;
}

/** The name of the parameter with the signal, and what adds it where the handler takes none. */
function contextName(source: SourceFile, program: Program, handler: Handler): { name: string; edits: TextEdit[] } | null {
  const fn = program.functionOf(handler.function!);
  const wanted = handler.dialect === 'sdk-v1' ? 'extra' : handler.dialect === 'sdk-v2' ? 'ctx' : 'context';
  if (handler.contextParameter !== null && fn.parameters[handler.contextParameter]) {
    const { name } = fn.parameters[handler.contextParameter]!;
    return name === '' ? null : { name, edits: [] };
  }
  if (!isHandedOver(program, handler)) return null;
  const position = handler.argumentsParameter === null ? (handler.schema ? 1 : 0) : handler.argumentsParameter + 1;
  const node = functionNode(source, fn.span);
  const list = node?.childForFieldName('parameters');
  const taken = new RegExp(`\\b${wanted}\\b`).test(source.text.slice(fn.span.start, fn.span.end));
  if (!list || taken || fn.parameters.some((p) => p.rest) || fn.parameters.length > position) return null;
  const missing = [...Array.from({ length: position - fn.parameters.length }, () => '_args'), wanted];
  const last = list.lastNamedChild;
  const at = last ? last.endIndex : list.startIndex + 1;
  return { name: wanted, edits: [{ file: source.file, start: at, end: at, text: `${last ? ', ' : ''}${missing.join(', ')}` }] };
}

/** The SDK itself calls it: what stands between might not hand on what it is given. */
function isHandedOver(program: Program, { function: fn, kind }: Handler): boolean {
  const isIt = (expr: Expr) => expr.kind === 'function' && expr.function === fn!.index;
  return (
    kind === 'tool' &&
    program.files.get(fn!.file)!.calls.some(
      ({ callee, args }) => callee.kind === 'member' && /^(?:tool|registerTool|addTool|setRequestHandler)$/.test(callee.name) && args.some((a) => isIt(a) || (a.kind === 'object' && a.properties.some((p) => isIt(p.value)))),
    )
  );
}

function functionNode(source: SourceFile, { start, end }: { start: number; end: number }): Node | null {
  let node: Node | null = source.tree.rootNode.descendantForIndex(start, Math.max(start, end - 1));
  for (; node && node.startIndex >= start && node.endIndex <= end; node = node.parent) {
    if (node.childForFieldName('parameters') && node.startIndex === start && node.endIndex === end) return node;
  }
  return null;
}
