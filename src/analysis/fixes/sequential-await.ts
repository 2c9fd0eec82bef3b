import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix, TextEdit } from '../../model/lint.ts';
import { indentAt } from '../callSyntax.ts';
import type { CodeReport } from '../codeRule.ts';
import type { Program } from '../code/program.ts';
import type { SourceFile } from '../code/syntax.ts';
import { importEdit } from '../pythonImport.ts';
import { typeScriptImport } from '../typeScriptImport.ts';
import type { Sequential } from '../rules/sequential-await.ts';
import type { Row } from '../rows.ts';

/** How many rounds run at a time: enough to hide most of the wait, few enough for the other side. */
const atOnce = 5;

export function sequentialFixes(report: CodeReport, source: SourceFile, program: Program): Fix[] {
  const data = report.data as Sequential;
  const python = source.language === 'python';
  if (data.kind === 'row') return rowFix(source, program, data.row, python);
  const loop = source.tree.rootNode.descendantForIndex(data.span.start, data.span.end - 1);
  if (!loop || data.loop.kind !== 'each' || !/^for(_in)?_statement$/.test(loop.type)) return [];
  return python ? pythonLoop(source, program, loop) : typeScriptLoop(source, program, loop);
}

function rowFix({ file, text, ...source }: SourceFile, program: Program, { items }: Row, python: boolean): Fix[] {
  const first = items[0]!;
  const last = items.at(-1)!;
  const between = text.slice(first.start, last.end);
  const isOneBehindTheOther = items.every((item, i) => i === 0 || text.slice(items[i - 1]!.end, item.start).trim() === '');
  if (items.length > 3 || !isOneBehindTheOther || /\/[/*]|#/.test(between) || (!python && !items.every((i) => /^const\b/.test(text.slice(i.start, i.end)) && !/^const\s+[^=]*:/.test(text.slice(i.start, i.start + i.target.length + 12))))) return [];
  const awaited = items.map((i) => text.slice(i.awaited.start, i.awaited.end)).join(', ');
  const targets = items.map((i) => i.target);
  if (python && targets.some((t) => t.includes(','))) return [];
  const edit: TextEdit = { file, start: first.start, end: last.end, text: python ? `${targets.join(', ')} = await asyncio.gather(${awaited})` : `const [${targets.join(', ')}] = await Promise.all([${awaited}]);` };
  const edits = python ? [edit, ...importEdit({ file, text, ...source }, program, 'asyncio')] : [edit];
  return [{ title: `Wait for ${items.length === 2 ? 'both' : 'all three'} at once with \`${python ? 'asyncio.gather' : 'Promise.all'}\``, kind: 'scaffold', edits, explain: 'The questions are asked at the same time. Look whether one of them has an effect that the other needs.' }];
}

const explain = `Runs ${atOnce} rounds at a time. Results may come in another order than the data: where the order counts, let each round return its result instead of adding it to a list.`;

function typeScriptLoop(source: SourceFile, program: Program, loop: Node): Fix[] {
  const { file } = source;
  const [left, right, body] = [loop.childForFieldName('left'), loop.childForFieldName('right'), loop.childForFieldName('body')];
  if (!left || !right || body?.type !== 'statement_block' || /\bcontinue\b/.test(body.text) || loop.childForFieldName('operator')?.text !== 'of') return [];
  const indent = indentAt(source.text, loop.startIndex);
  const text = `const limit = pLimit(${atOnce});\n${indent}await Promise.all(Array.from(${right.text}, (${left.text}) => limit(async () => ${body.text})));`;
  const edits = [{ file, start: loop.startIndex, end: loop.endIndex, text }, ...typeScriptImport(source, program, 'pLimit', 'p-limit')];
  return [{ title: `Run ${atOnce} rounds at a time with \`p-limit\``, kind: 'scaffold', edits, explain: `${explain} Needs the package \`p-limit\`.` }];
}

function pythonLoop(source: SourceFile, program: Program, loop: Node): Fix[] {
  const { file, text: whole } = source;
  const [left, right, body] = [loop.childForFieldName('left'), loop.childForFieldName('right'), loop.childForFieldName('body')];
  if (left?.type !== 'identifier' || !right || !body || /\bcontinue\b|[-+*/|&]=|"""|'''/.test(body.text) || loop.childForFieldName('alternative')) return [];
  const indent = indentAt(whole, loop.startIndex);
  const inner = indentAt(whole, body.startIndex);
  const step = inner.slice(indent.length);
  if (inner.length <= indent.length) return [];
  const lines = body.text.split('\n').map((line, i) => (i === 0 || line.trim() === '' ? line : `${step}${line}`));
  const text = `semaphore = asyncio.Semaphore(${atOnce})\n\n${indent}async def one(${left.text}):\n${inner}async with semaphore:\n${inner}${step}${lines.join('\n')}\n\n${indent}await asyncio.gather(*(one(item) for item in ${right.text}))`;
  const edits = [{ file, start: loop.startIndex, end: loop.endIndex, text }, ...importEdit(source, program, 'asyncio')];
  return [{ title: `Run ${atOnce} rounds at a time behind a semaphore`, kind: 'scaffold', edits, explain }];
}
