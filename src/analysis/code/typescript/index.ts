import { empty } from '../lists.ts';
import type { FileSummary, FunctionSummary, Suppression } from '../summary.ts';
import type { Summarise } from '../syntax.ts';
import { dispatcher, flattener } from '../walk.ts';
import { awaitIterable, enterAwait, enterCall } from './calls.ts';
import { enterAlias, enterClass, enterEnum, enterNamespace } from './classes.ts';
import { enterComment } from './comments.ts';
import { expr } from './expressions.ts';
import { finish } from './finish.ts';
import { enterFunction } from './functions.ts';
import { enterExport, enterImport, enterImportAlias, importInExpression } from './modules.ts';
import { mend } from './mend.ts';
import { field, none } from './nodes.ts';
import { enterAssignment, enterCatch, enterForIn, enterReturn, enterUpdate, enterVariable } from './variables.ts';
import { functionNow, leave, startWalk, type Walk } from './state.ts';

const leaves = [
  ...['comment', 'hash_bang_line', 'string', 'number', 'regex', 'string_fragment', 'escape_sequence', 'true', 'false', 'null', 'undefined'],
  ...['identifier', 'property_identifier', 'private_property_identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern', 'type_identifier', 'statement_identifier'],
  ...['predefined_type', 'this', 'this_type', 'super', 'import', 'meta_property', 'optional_chain', 'accessibility_modifier', 'override_modifier'],
  ...['empty_statement', 'break_statement', 'continue_statement', 'debugger_statement', 'jsx_text', 'html_character_reference', 'template_literal_type'],
];
const flatten = flattener({ tokens: [], leaves });

/** One walk over a TypeScript, TSX or JavaScript file. */
export const summariseTypeScript: Summarise = (source, rules) => {
  const visitors = dispatcher(source, rules, 'typescript', { span: (at) => walk.spanOf(at), expr: (at) => expr(walk, at) });
  const tree = flatten(source);
  mend(tree);
  const walk = startWalk(source, tree);
  const suppressions: Suppression[] = [];
  walk.functions.push(moduleFunction(walk));
  for (let at = 0; at < tree.size; at++) {
    leave(walk, at);
    visitors.enter(tree, at, functionNow(walk));
    const type = tree.type[at]!;
    if (type === 'comment') enterComment(walk, at, suppressions);
    else enter(walk, at, type);
  }
  finish(walk);
  const { imports, exports, functions, classes, aliases, calls, bindings } = walk;
  const { file, language } = source;
  const syntaxErrors = tree.errors - exportsOfTypes(walk);
  return { file, language, imports, exports, functions, classes, aliases, calls, bindings, facts: visitors.facts, suppressions, syntaxErrors } satisfies FileSummary;
};

function enter(walk: Walk, at: number, type: string): void {
  if (walk.ids[at] !== none) {
    if (type === 'call_expression' || type === 'new_expression') {
      enterCall(walk, at);
      importInExpression(walk, at);
    } else if (type === 'class' || type.endsWith('class_declaration') || type === 'interface_declaration') enterClass(walk, at);
    else enterFunction(walk, at);
    return;
  }
  switch (type) {
    case 'call_expression':
      importInExpression(walk, at);
      break;
    case 'await_expression':
      enterAwait(walk, at);
      break;
    case 'variable_declarator':
      enterVariable(walk, at);
      break;
    case 'assignment_expression':
    case 'augmented_assignment_expression':
      enterAssignment(walk, at);
      break;
    case 'update_expression':
      enterUpdate(walk, at);
      break;
    case 'return_statement':
      enterReturn(walk, at);
      break;
    case 'statement_block':
    case 'switch_body':
      openBlock(walk, at);
      break;
    case 'catch_clause':
      openBlock(walk, at);
      enterCatch(walk, at);
      break;
    case 'for_in_statement':
      openLoop(walk, at, field(walk, at, 'right'));
      if (/^for\s+await\b/.test(walk.text.slice(walk.tree.start[at], walk.tree.start[at]! + 40))) awaitIterable(walk, at);
      enterForIn(walk, at);
      break;
    case 'for_statement':
      openLoop(walk, at, field(walk, at, 'initializer'));
      break;
    case 'while_statement':
    case 'do_statement':
      openLoop(walk, at, none);
      break;
    case 'import_statement':
      enterImport(walk, at);
      break;
    case 'import_alias':
      enterImportAlias(walk, at);
      break;
    case 'export_statement':
      enterExport(walk, at);
      break;
    case 'type_alias_declaration':
      enterAlias(walk, at);
      break;
    case 'enum_declaration':
      enterEnum(walk, at);
      break;
    case 'internal_module':
    case 'module':
      enterNamespace(walk, at);
      break;
    case 'decorator':
      walk.decoratorAfter = Math.max(walk.decoratorAfter, walk.tree.after[at]!);
  }
}

/** The grammar does not know `export type * from 'm'`, which is none of the author's errors. */
function exportsOfTypes({ tree, text }: Walk): number {
  if (tree.errors === 0) return 0;
  return tree.type.slice(0, tree.size).filter((type, at) => type === 'ERROR' && tree.type[tree.parent[at]!] === 'export_statement' && text.slice(tree.start[at], tree.end[at]) === 'type').length;
}

function openBlock(walk: Walk, at: number): void {
  const { tree } = walk;
  walk.open.blocks.push({ after: tree.after[at]!, from: tree.start[at]!, to: tree.end[at]!, ofFunction: false, names: null });
}

function openLoop(walk: Walk, at: number, once: number): void {
  openBlock(walk, at);
  walk.open.loops.push({ after: walk.tree.after[at]!, function: functionNow(walk), span: walk.spanOf(at), once });
}

function moduleFunction(walk: Walk): FunctionSummary {
  const span = { start: 0, end: walk.text.length };
  return {
    ...{ name: '', kind: 'module', parent: null, class: null, static: false, async: false, generator: false, abstract: false },
    ...{ parameters: empty, returns: null, returned: empty, decorators: empty, doc: null, span, nameSpan: { start: 0, end: 0 }, calls: empty },
  };
}
