import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix } from '../../model/lint.ts';
import type { CodeReport } from '../codeRule.ts';
import type { Program } from '../code/program.ts';
import type { SourceFile } from '../code/syntax.ts';
import { indentAt } from '../callSyntax.ts';
import { importEdit } from '../pythonImport.ts';

/**
 * Divides the tool in two: an `async def` with its name, decorators and docstring that awaits the work in a thread, and
 * the work as a function of its own behind it. Not where other code calls the tool, which would get a coroutine.
 */
export function syncToolFixes(report: CodeReport, source: SourceFile, program: Program): Fix[] {
  const { file, text } = source;
  const definition = definitionAt(source, report.span.start);
  const body = definition?.childForFieldName('body');
  const parameters = definition?.childForFieldName('parameters');
  const names = parameters && argumentsFor(parameters);
  if (!definition || !body || !parameters || !names || program.callersOf(report.function).length > 0) return [];
  const { name, class: isMethod } = program.functionOf(report.function);
  const taken = program.files.get(file)!.bindings;
  const helper = [`_${name}`, `_${name}_sync`].find((n) => !taken.some((b) => b.name === n));
  const [first, second] = body.namedChildren.filter((n): n is Node => n !== null && n.type !== 'comment');
  const isDocumented = first?.type === 'expression_statement' && first.firstNamedChild?.type === 'string';
  const start = isDocumented ? second : first;
  // a body behind the colon has no line to begin on
  if (helper === undefined || !start || body.startPosition.row === definition.startPosition.row) return [];

  const indent = indentAt(text, definition.startIndex);
  const inner = indentAt(text, start.startIndex);
  const between = indent === '' ? '\n\n' : '\n';
  const returns = definition.childForFieldName('return_type');
  const self = isMethod !== null && /^(?:self|cls)$/.test(names[0] ?? '') ? names[0]! : null;
  const handed = (self === null ? names : names.slice(1)).map((n) => `, ${n}`).join('');
  const head = `def ${helper}${text.slice(parameters.startIndex, (returns ?? parameters).endIndex)}:`;
  return [
    {
      title: `Run the work of \`${name}\` in a thread`,
      kind: 'scaffold',
      explain: `\`${name}\` becomes an \`async def\` that awaits \`${helper}\`, which has its body, in a thread. See that what it uses may be used from several threads.`,
      edits: [
        ...importEdit(source, program, 'asyncio'),
        { file, start: definition.startIndex, end: definition.startIndex, text: 'async ' },
        { file, start: start.startIndex, end: start.startIndex, text: `return await asyncio.to_thread(${self === null ? '' : `${self}.`}${helper}${handed})\n${between}${indent}${head}\n${inner}` },
      ],
    },
  ];
}

function definitionAt({ tree }: SourceFile, offset: number): Node | null {
  for (let at = tree.rootNode.descendantForIndex(offset); at; at = at.parent) if (at.type === 'function_definition') return at;
  return null;
}

/** What hands each parameter on; null for collectors and what is no name. */
function argumentsFor(parameters: Node): string[] | null {
  const names: string[] = [];
  let byName = false;
  for (const node of parameters.namedChildren) {
    if (!node || node.type === 'comment' || node.type === 'positional_separator') continue;
    if (node.type === 'keyword_separator') {
      byName = true;
      continue;
    }
    const name = node.type === 'identifier' ? node.text : (node.childForFieldName('name')?.text ?? (node.type === 'typed_parameter' ? node.firstNamedChild?.text : undefined));
    if (name === undefined || !/^\w+$/.test(name)) return null;
    names.push(byName ? `${name}=${name}` : name);
  }
  return names;
}
