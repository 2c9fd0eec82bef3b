import { appended, empty } from '../lists.ts';
import { maxValues, type ClassSummary, type Expr, type FunctionSummary, type Parameter, type TypeRef } from '../summary.ts';
import { addField, declare, decoratorNames, newScope, type Walk } from './bindings.ts';
import { expression, other, textOf, typeAt, typeFrom } from './expressions.ts';
import { stringValue } from './strings.ts';
import { child, children, firstChild, lastName, spanOf } from './tree.ts';
import { typeOf } from './types.ts';

/** The node of its body, which is walked as the function's own; -1 for half-typed code. */
export function declareFunction(walk: Walk, at: number): number {
  const { tree, frame } = walk;
  const index = walk.number[at]!;
  const whole = decorated(walk, at);
  const nameNode = child(tree, at, 'name');
  const body = child(tree, at, 'body');
  const owner = frame.class < 0 ? null : frame.class;
  const decorators = decoratorsOf(walk, whole);
  const fn: FunctionSummary = {
    ...nothing(walk, nameNode < 0 ? '' : textOf(walk, nameNode), whole),
    parent: frame.function,
    class: owner,
    async: walk.text.startsWith('async', tree.start[at]),
    ...generic(walk, child(tree, at, 'type_parameters')),
    returns: typeAt(walk, child(tree, at, 'return_type')),
    decorators,
    doc: body < 0 ? null : docOf(walk, body),
    nameSpan: spanOf(tree, nameNode < 0 ? at : nameNode),
  };
  const names = decoratorNames(fn);
  fn.kind = owner === null ? 'function' : kindOf(fn.name, names);
  fn.static = owner !== null && (names.includes('staticmethod') || names.includes('classmethod'));
  fn.abstract = names.includes('abstractmethod') || names.includes('abstractproperty') || names.includes('overload') || (body >= 0 && isEmpty(walk, body));
  open(walk, index, fn, body < 0 ? at : body, child(tree, at, 'parameters'));
  if (owner === null) declare(walk, frame.function, fn.name, 'function', index, fn.nameSpan);
  else walk.classes[owner]!.methods.push({ name: fn.name, function: index, static: fn.static, kind: fn.kind as 'method' });
  return body;
}

export function declareLambda(walk: Walk, at: number): number {
  const { tree, text } = walk;
  const body = child(tree, at, 'body');
  const fn: FunctionSummary = { ...nothing(walk, givenName(walk, at), at), kind: 'lambda', parent: walk.frame.function };
  fn.nameSpan = { start: tree.start[at]!, end: tree.start[at]! + (text.startsWith('lambda', tree.start[at]) ? 'lambda'.length : 0) };
  if (body >= 0) fn.returned = [expression(walk, body)];
  open(walk, walk.number[at]!, fn, body < 0 ? at : body, child(tree, at, 'parameters'));
  return body;
}

/** The name of what a lambda is assigned to or handed over as. */
function givenName(walk: Walk, at: number): string {
  const { tree, text } = walk;
  const above = tree.parent[at]!;
  if (tree.type[above] === 'assignment' && tree.field[at] === 'right') return lastName(tree, text, child(tree, above, 'left'));
  if (tree.field[at] !== 'value') return '';
  const key = child(tree, above, tree.type[above] === 'pair' ? 'key' : 'name');
  if (key < 0) return '';
  return tree.type[key] === 'string' ? stringValue(textOf(walk, key)) : tree.type[key] === 'identifier' ? textOf(walk, key) : '';
}

const nothing = (walk: Walk, name: string, at: number): FunctionSummary => ({
  name,
  kind: 'function',
  parent: null,
  class: null,
  static: false,
  async: false,
  generator: false,
  abstract: false,
  parameters: empty,
  returns: null,
  returned: empty,
  decorators: empty,
  doc: null,
  span: spanOf(walk.tree, at),
  nameSpan: { start: walk.tree.start[at]!, end: walk.tree.start[at]! },
  calls: empty,
});

/** Function 0. */
export function declareModule(walk: Walk): void {
  const fn: FunctionSummary = { ...nothing(walk, '', 0), kind: 'module', span: { start: 0, end: walk.text.length }, nameSpan: { start: 0, end: 0 } };
  fn.doc = docOf(walk, 0);
  walk.functions[0] = fn;
  walk.scopes[0] = newScope(0, walk.text.length);
}

function open(walk: Walk, index: number, fn: FunctionSummary, body: number, parameters: number): void {
  walk.functions[index] = fn;
  walk.scopes[index] = newScope(walk.tree.start[body]!, walk.tree.end[body]!);
  if (parameters >= 0) for (const node of children(walk.tree, parameters)) addParameter(walk, index, fn, node);
}

function addParameter(walk: Walk, index: number, fn: FunctionSummary, node: number): void {
  const { tree } = walk;
  const kind = tree.type[node];
  if (kind === 'keyword_separator' || kind === 'positional_separator' || kind === 'ERROR') return;
  let inner = kind === 'identifier' ? node : child(tree, node, 'name');
  if (inner < 0) inner = firstChild(tree, node);
  if (inner < 0) return;
  const splat = [node, inner].find((one) => tree.type[one] === 'list_splat_pattern' || tree.type[one] === 'dictionary_splat_pattern');
  if (splat !== undefined) inner = firstChild(tree, splat);
  const name = inner >= 0 && tree.type[inner] === 'identifier' ? textOf(walk, inner) : '';
  const value = child(tree, node, 'value');
  const parameter: Parameter = { name, type: typeAt(walk, child(tree, node, 'type')), optional: value >= 0, rest: splat !== undefined };
  const position = fn.parameters.length;
  fn.parameters = appended(fn.parameters, parameter);
  if (name === '') return;
  const values = value < 0 ? empty : [expression(walk, value)];
  declare(walk, index, name, 'parameter', splat === undefined ? position : -1, spanOf(tree, inner), { type: parameter.type, values });
}

/** The node of its body. */
export function declareClass(walk: Walk, at: number): number {
  const { tree, frame } = walk;
  const index = walk.number[at]!;
  const whole = decorated(walk, at);
  const nameNode = child(tree, at, 'name');
  const name = nameNode < 0 ? '' : textOf(walk, nameNode);
  const summary: ClassSummary = {
    name,
    kind: 'class',
    abstract: false,
    scope: frame.function,
    bases: [],
    baseArguments: [],
    implements: [],
    typeParameters: typeParametersOf(walk, child(tree, at, 'type_parameters')).map((one) => one.name),
    decorators: decoratorsOf(walk, whole),
    fields: [],
    methods: [],
    span: spanOf(tree, whole),
    nameSpan: spanOf(tree, nameNode < 0 ? at : nameNode),
  };
  const bases = child(tree, at, 'superclasses');
  if (bases >= 0) for (const base of children(tree, bases)) addBase(walk, summary, base);
  walk.classes[index] = summary;
  if (frame.class < 0) declare(walk, frame.function, name, 'class', index, summary.nameSpan);
  else addField(walk, frame.class, name, summary.nameSpan, { value: { kind: 'class', class: index }, type: null, static: true });
  return child(tree, at, 'body');
}

function addBase(walk: Walk, summary: ClassSummary, base: number): void {
  const { tree, text } = walk;
  if (tree.type[base] === 'keyword_argument') {
    const value = child(tree, base, 'value');
    const metaclass = textOf(walk, child(tree, base, 'name')) === 'metaclass' && value >= 0;
    if (metaclass && lastName(tree, text, value) === 'ABCMeta') summary.abstract = true;
    return;
  }
  if (tree.type[base] === 'dictionary_splat') return;
  if (tree.type[base] === 'list_splat') {
    summary.bases.push(other);
    return;
  }
  const generic = tree.type[base] === 'subscript' ? child(tree, base, 'value') : -1;
  const name = lastName(tree, text, generic < 0 ? base : generic);
  const type = generic < 0 ? null : typeFrom(walk, base);
  const args = type?.kind === 'name' ? type.args : [];
  if (name === 'ABC') summary.abstract = true;
  if (name === 'Protocol') summary.kind = 'interface';
  if (name === 'Generic' || name === 'Protocol') summary.typeParameters.push(...args.flatMap((one) => (one.kind === 'name' ? one.path.slice(-1) : [])));
  // Generic leads nowhere, and the next base's arguments are those that matter
  if (name === 'Generic') return;
  if (summary.bases.length === 0 && name !== 'Protocol') summary.baseArguments.push(...args);
  summary.bases.push(expression(walk, generic < 0 ? base : generic));
}

function generic(walk: Walk, at: number): Pick<FunctionSummary, 'typeParameters'> {
  return at < 0 ? {} : { typeParameters: typeParametersOf(walk, at) };
}

/** `[T: int, *Ts]`. */
function typeParametersOf(walk: Walk, at: number): { name: string; extends: TypeRef | null }[] {
  if (at < 0) return [];
  return children(walk.tree, at).flatMap((node) => {
    const match = /^[*\s]*([\p{L}_][\p{L}\p{N}_]*)\s*(?::([^=]*))?/u.exec(textOf(walk, node));
    return match ? [{ name: match[1]!, extends: match[2] === undefined ? null : typeOf(match[2]) }] : [];
  });
}

/** The node of the definition with its decorators. */
function decorated(walk: Walk, at: number): number {
  const above = walk.tree.parent[at]!;
  return above >= 0 && walk.tree.type[above] === 'decorated_definition' ? above : at;
}

function decoratorsOf(walk: Walk, whole: number): Expr[] {
  const { tree } = walk;
  if (tree.type[whole] !== 'decorated_definition') return [];
  return children(tree, whole).flatMap((node) => (tree.type[node] === 'decorator' ? [expression(walk, firstChild(tree, node))] : []));
}

function kindOf(name: string, decorators: readonly string[]): FunctionSummary['kind'] {
  if (name === '__init__') return 'constructor';
  if (decorators.some((one) => one === 'property' || one === 'cached_property' || one === 'abstractproperty' || one === 'getter')) return 'getter';
  return decorators.includes('setter') || decorators.includes('deleter') ? 'setter' : 'method';
}

function docOf(walk: Walk, body: number): string | null {
  const { tree } = walk;
  const statement = firstChild(tree, body);
  const text = statement >= 0 && tree.type[statement] === 'expression_statement' ? firstChild(tree, statement) : -1;
  if (text < 0 || !/^(?:concatenated_)?string$/.test(tree.type[text]!)) return null;
  const value = expression(walk, text);
  return value.kind === 'literal' && typeof value.value === 'string' ? value.value : null;
}

/** Declared, not implemented: beside its doc string only `...` or `raise NotImplementedError`. */
function isEmpty(walk: Walk, body: number): boolean {
  const { tree, text } = walk;
  const statements = children(tree, body);
  const last = statements.at(-1);
  if (last === undefined || statements.length > 2) return false;
  if (statements.length === 2 && docOf(walk, body) === null) return false;
  const inner = firstChild(tree, last);
  if (inner < 0) return false;
  if (tree.type[last] === 'raise_statement') return lastName(tree, text, inner) === 'NotImplementedError';
  return tree.type[last] === 'expression_statement' && tree.type[inner] === 'ellipsis';
}

/** The list with one more value, as long as there is room. */
export const addedTo = (list: readonly Expr[], value: Expr): readonly Expr[] => (list.length < maxValues ? appended(list, value) : list);
