import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix, TextEdit } from '../../model/lint.ts';
import type { BlockingCall } from '../blockingCalls.ts';
import { argumentNodes, callNode } from '../callSyntax.ts';
import type { CodeReport } from '../codeRule.ts';
import type { Program } from '../code/program.ts';
import type { FileSummary } from '../code/summary.ts';
import type { SourceFile } from '../code/syntax.ts';
import { bringIn } from '../importEdits.ts';
import { importEdit } from '../pythonImport.ts';

/** Awaits the twin, where the function around is async and the edit changes nothing but who waits. */
export function blockingCallFixes(report: CodeReport, source: SourceFile, program: Program): Fix[] {
  const { sink } = report.data as BlockingCall;
  const { edit } = sink;
  const node = callNode(source, report.span);
  const summary = program.files.get(report.file)!;
  if (!edit || !node || !program.functionOf(report.function).async || !canAwait(node)) return [];
  const fix = edit === 'to_thread' || edit === 'asyncio.sleep' ? pythonFix(source, program, node, edit) : nodeFix(source, summary, node, sink.name, edit);
  return fix ? [{ ...fix, kind: 'safe' }] : [];
}

type Edits = Pick<Fix, 'title' | 'edits'>;

function pythonFix(source: SourceFile, program: Program, call: Node, edit: 'to_thread' | 'asyncio.sleep'): Edits | null {
  const callee = call.childForFieldName('function');
  const args = argumentNodes(call);
  const isTaken = program.files.get(source.file)!.bindings.some((b) => b.name === 'asyncio' && b.kind !== 'import');
  // what is entered, or gives its items one by one, does its work later
  if (!callee || !args || isTaken || call.parent?.type === 'with_item' || call.parent?.type === 'as_pattern' || args.some((a) => a.type === 'generator_expression')) return null;
  const list = call.childForFieldName('arguments')!;
  const begin = args[0]?.startIndex ?? list.endIndex - 1;
  const open = source.text.slice(list.startIndex + 1, begin);
  const inner = source.text.slice(begin, list.endIndex - 1);
  const comma = args.length === 0 ? '' : ', ';
  const handed = open.includes('\n') ? `${open}${callee.text},${open}${inner}` : `${callee.text}${comma}${inner}`;
  const text = edit === 'to_thread' ? `await asyncio.to_thread(${handed})` : `await asyncio.sleep(${open}${inner})`;
  return { title: edit === 'to_thread' ? `Run \`${callee.text}\` in a thread with \`asyncio.to_thread\`` : 'Await `asyncio.sleep`', edits: [...importEdit(source, program, 'asyncio'), replacement(source, call, text)] };
}

function nodeFix(source: SourceFile, summary: FileSummary, call: Node, sink: string, edit: 'promises' | 'promisify'): Edits | null {
  const callee = call.childForFieldName('function');
  const args = argumentNodes(call);
  const list = call.childForFieldName('arguments');
  if (!callee || !args || !list || call.childForFieldName('optional_chain') || args.some((a) => a.type === 'spread_element')) return null;
  const [module, syncName] = sink.split('.') as [string, string];
  const name = syncName.replace(/Sync$/, '');
  const given = source.text.slice(list.startIndex, list.endIndex);
  if (edit === 'promises') {
    if (!hasSameArguments(args)) return null;
    const twin = twinOf(source, summary, callee, { module, name, wanted: 'fs/promises', through: 'promises.' });
    return twin && { title: `Await \`fs.promises.${name}\``, edits: [...twin.edits, replacement(source, call, `await ${twin.text}${given}`)] };
  }
  const result = resultOf(source, call, args, syncName, summary.language);
  const twin = result === null ? null : twinOf(source, summary, callee, { module, name, wanted: module, through: '' });
  const promisify = bringIn(source, summary, { name: 'promisify', module: 'util', near: module });
  if (!twin || !promisify || result === null) return null;
  const awaited = `await ${promisify.local}(${twin.text})${given}`;
  const text = result === '' ? awaited : `(${awaited})${result}`;
  return { title: `Await \`promisify(${name})\``, edits: [...promisify.edits, ...twin.edits, replacement(source, call, text)] };
}

/** The name to call instead: of the same module object, or imported beside the one that is called now. */
function twinOf(source: SourceFile, summary: FileSummary, callee: Node, { module, name, wanted, through }: { module: string; name: string; wanted: string; through: string }): { text: string; edits: TextEdit[] } | null {
  if (callee.type === 'member_expression') {
    const object = callee.childForFieldName('object')!;
    return { text: `${source.text.slice(object.startIndex, object.endIndex)}.${through}${name}`, edits: [] };
  }
  if (callee.type !== 'identifier') return null;
  const brought = bringIn(source, summary, { name, module: wanted, near: module, instead: callee.text });
  return brought && { text: brought.local, edits: brought.edits };
}

/** `fs.promises` takes what the synchronous function takes, but for file descriptors and one option. */
function hasSameArguments(args: readonly Node[]): boolean {
  const isDescriptor = args[0] && (args[0].type === 'number' || /(?:^|\W)(?:fd|\w*(?:Fd|Descriptor))$/.test(args[0].text));
  return !isDescriptor && !args.some((a) => /\bthrowIfNoEntry\b/.test(a.text));
}

/** What stands behind the awaited call so that its value is the same; null where it would be another one, or of another type. */
function resultOf({ text }: SourceFile, call: Node, args: readonly Node[], syncName: string, language: FileSummary['language']): string | null {
  // its types have no promisified form
  if (syncName === 'scryptSync') return language === 'typescript' ? null : '';
  if (/^(?:generatePrimeSync|checkPrimeSync|argon2Sync)$/.test(syncName)) return null;
  if (!/^exec(?:File)?Sync$/.test(syncName)) return '';
  const options = args.slice(1).find((a) => a.type === 'object');
  if (args.slice(1).some((a) => a !== options && !(syncName === 'execFileSync' && a === args[1]))) return null;
  const keys = (options?.namedChildren ?? []).map((n) => (n?.type === 'pair' ? n.childForFieldName('key')!.text : n?.type === 'shorthand_property_identifier' ? n.text : '…'));
  if (keys.some((k) => !/^(?:encoding|cwd|env|timeout|maxBuffer|windowsHide|killSignal)$/.test(k))) return null;
  // the errors of the two say different things
  if (/(?:\w|\b\w+\)|\}\))[?!]?\.(?:status|stdout|stderr|output)\b/.test(textAround(text, call))) return null;
  const parent = call.parent!;
  if (parent.type === 'expression_statement') return '';
  const isText = /\bencoding:\s*['"]utf-?8['"]/.test(options?.text ?? '');
  // text instead of bytes, that are turned into text at once
  const isTurned = parent.type === 'member_expression' && !keys.includes('encoding') && /^\.toString\(\s*\)/.test(text.slice(call.endIndex));
  return isText || isTurned ? '.stdout' : null;
}

function textAround(text: string, node: Node): string {
  for (let at: Node | null = node; at; at = at.parent) if (/function|method_definition/.test(at.type)) return text.slice(at.startIndex, at.endIndex);
  return text;
}

/** Not in a place of an async function where `await` is no code, or would come too late. */
function canAwait(call: Node): boolean {
  for (let at: Node = call; at.parent; at = at.parent) {
    const { type } = at.parent;
    if (/^(?:list_comprehension|set_comprehension|dictionary_comprehension|generator_expression|formal_parameters|required_parameter|parameters|default_parameter|typed_default_parameter|decorator|class_body|lambda)$/.test(type)) return false;
    if (/^(?:function_declaration|function_expression|arrow_function|method_definition|function_definition|generator_function_declaration|generator_function)$/.test(type)) return startsNoLine(call);
  }
  return false;
}

/** A statement that begins with the bracket which `await` needs goes on the line before where that has no semicolon. */
function startsNoLine(call: Node): boolean {
  if (!needsBrackets(call)) return true;
  let at = call;
  while (at.parent && at.parent.startIndex === call.startIndex && at.parent.type !== 'expression_statement') at = at.parent;
  return at.parent?.type !== 'expression_statement' || at.parent.startIndex !== call.startIndex;
}

const isBracketed = /^(?:member_expression|subscript_expression|non_null_expression|attribute|subscript)$/;

function needsBrackets(call: Node): boolean {
  const parent = call.parent;
  if (!parent) return false;
  if (isBracketed.test(parent.type)) return parent.startIndex === call.startIndex;
  if (/^(?:call_expression|call|new_expression)$/.test(parent.type)) return parent.startIndex === call.startIndex;
  return /^binary_/.test(parent.type) && parent.childForFieldName('operator')?.text === '**';
}

function replacement({ file }: SourceFile, call: Node, text: string): TextEdit {
  return { file, start: call.startIndex, end: call.endIndex, text: needsBrackets(call) && !text.startsWith('(') ? `(${text})` : text };
}
