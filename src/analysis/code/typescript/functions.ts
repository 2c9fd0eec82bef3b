import { empty, kept } from '../lists.ts';
import type { Expr, FunctionSummary, Parameter, Span } from '../summary.ts';
import { docBefore } from './comments.ts';
import { expr, other } from './expressions.ts';
import { before, childOf, children, field, firstChild, keyOf, none, textOf } from './nodes.ts';
import { declare, namesOf } from './patterns.ts';
import { annotation, typeParameters } from './types.ts';
import { blockNow, functionNow, note, type Walk } from './state.ts';

/** Enters a function: its summary, its name, its parameters, its scope. */
export function enterFunction(walk: Walk, at: number): void {
  const { tree } = walk;
  const type = tree.type[at]!;
  const index = walk.ids[at]!;
  const name = field(walk, at, 'name');
  const list = field(walk, at, 'parameters');
  const single = field(walk, at, 'parameter');
  const body = field(walk, at, 'body');
  const head = headOf(walk, at, name !== none ? name : list !== none ? list : single !== none ? single : at);
  const given = name === none ? givenName(walk, at) : none;
  const isStatic = /\bstatic\b/.test(head) || fieldIsStatic(walk, at);
  const decorators: readonly number[] = walk.memberDecorators.get(at) ?? empty;
  const named = name !== none ? name : given;
  const generics = typeParameters(walk, at);
  const summary: FunctionSummary = {
    name: named === none ? '' : keyOf(walk, named),
    kind: kindOf(type, head, name === none ? '' : textOf(walk, name)),
    parent: functionNow(walk),
    class: classAround(walk, at),
    static: isStatic,
    async: /\basync\b/.test(head),
    generator: type.startsWith('generator_') || head.includes('*'),
    abstract: type.endsWith('_signature'),
    parameters: empty,
    returns: annotation(walk, field(walk, at, 'return_type')),
    returned: empty,
    decorators: decorators.length === 0 ? empty : decorators.map((decorator) => expr(walk, firstChild(walk, decorator))),
    doc: null,
    span: { start: decorators.length > 0 ? tree.start[decorators[0]!]! : tree.start[at]!, end: tree.end[at]! },
    nameSpan: named === none ? firstToken(walk, at) : walk.spanOf(named),
    calls: empty,
  };
  if (generics.length > 0) summary.typeParameters = generics;
  summary.doc = docBefore(walk, at, summary.span.start);
  walk.functions.push(summary);
  declareFunction(walk, at, index, name);

  const [from, to] = [list !== none ? tree.start[list]! : tree.start[at]!, tree.end[at]!];
  walk.open.functions.push({ after: tree.after[at]!, function: index, at });
  walk.open.blocks.push({ after: tree.after[at]!, from, to, ofFunction: true, names: null });
  const parameters: Parameter[] = [];
  if (list !== none) for (const child of children(walk, list)) parameter(walk, index, parameters, child);
  if (single !== none) parameter(walk, index, parameters, single);
  summary.parameters = kept(parameters);
  if (type === 'arrow_function' && body !== none && tree.type[body] !== 'statement_block') {
    walk.returns.push({ function: index, value: expr(walk, body), offset: tree.start[body]! });
  }
}

/** What stands in front of a function's name or parameters, without comments. */
function headOf(walk: Walk, at: number, to: number): string {
  const head = before(walk, at, to);
  return head.includes('/') ? head.replace(/\/\*[^]*?\*\/|\/\/.*/g, '') : head;
}

function kindOf(type: string, head: string, name: string): FunctionSummary['kind'] {
  if (type === 'arrow_function') return 'arrow';
  if (type !== 'method_definition' && type !== 'method_signature' && type !== 'abstract_method_signature') return 'function';
  if (/\bget\s*$/.test(head)) return 'getter';
  if (/\bset\s*$/.test(head)) return 'setter';
  return name === 'constructor' && !/\bstatic\b/.test(head) ? 'constructor' : 'method';
}

const wrappers = new Set(['parenthesized_expression', 'as_expression', 'satisfies_expression', 'non_null_expression', 'type_assertion']);

/** The node through whose parent a value is given to something. */
function outermost(walk: Walk, at: number): number {
  let now = at;
  while (wrappers.has(walk.tree.type[walk.tree.parent[now]!] ?? '')) now = walk.tree.parent[now]!;
  return now;
}

/** The name of the variable, property or field that a function without a name is given to, as a node. */
export function givenName(walk: Walk, at: number): number {
  const value = outermost(walk, at);
  const parent = walk.tree.parent[value]!;
  const inField = walk.tree.field[value];
  const target = () => {
    switch (walk.tree.type[parent]) {
      case 'variable_declarator':
      case 'public_field_definition':
      case 'field_definition':
      case 'required_parameter':
      case 'optional_parameter': {
        if (inField !== 'value') return none;
        const name = field(walk, parent, 'name');
        return name !== none ? name : Math.max(field(walk, parent, 'pattern'), field(walk, parent, 'property'));
      }
      case 'pair':
        return inField === 'value' ? field(walk, parent, 'key') : none;
      case 'assignment_expression':
      case 'augmented_assignment_expression':
      case 'assignment_pattern':
      case 'object_assignment_pattern':
        return inField === 'right' ? field(walk, parent, 'left') : none;
      default:
        return none;
    }
  };
  const name = target();
  if (name === none) return none;
  if (walk.tree.type[name] === 'member_expression') return field(walk, name, 'property');
  return /identifier|^string$|^computed/.test(walk.tree.type[name]!) ? name : none;
}

const fieldTypes = new Set(['public_field_definition', 'field_definition']);

/** The class whose member a function is; that of an arrow function in a field, too, whose `this` is the instance. */
function classAround(walk: Walk, at: number): number | null {
  const { tree } = walk;
  const type = tree.type[at]!;
  const parent = tree.parent[at]!;
  if (type === 'method_definition' || type.endsWith('method_signature')) {
    return tree.type[parent] === 'object' ? null : ownerOf(walk, parent);
  }
  if (type !== 'arrow_function') return fieldTypes.has(tree.type[parent] ?? '') ? ownerOf(walk, tree.parent[parent]!) : null;
  // up to the field, unless another function is between
  for (let now = parent; now > 0; now = tree.parent[now]!) {
    if (fieldTypes.has(tree.type[now]!)) return ownerOf(walk, tree.parent[now]!);
    if (now <= walk.open.functions.at(-1)!.at) return null;
  }
  return null;
}

/** The class that a class body belongs to. */
function ownerOf(walk: Walk, body: number): number | null {
  const owner = walk.tree.parent[body];
  const id = owner === undefined || owner < 0 ? none : walk.ids[owner]!;
  return id === none ? null : id;
}

function fieldIsStatic(walk: Walk, at: number): boolean {
  const parent = walk.tree.parent[at]!;
  if (!fieldTypes.has(walk.tree.type[parent] ?? '')) return false;
  const name = Math.max(field(walk, parent, 'name'), field(walk, parent, 'property'));
  return name !== none && /\bstatic\b/.test(before(walk, parent, name));
}

const firstWord = /[\w$]{1,40}|./y;

/** The first word of a function without a name: `async`, `function`, `(`, `x`. */
function firstToken(walk: Walk, at: number): Span {
  const start = walk.tree.start[at]!;
  firstWord.lastIndex = start;
  return { start, end: firstWord.test(walk.text) ? firstWord.lastIndex : start };
}

const declarations = new Set(['function_declaration', 'generator_function_declaration', 'function_signature']);

function declareFunction(walk: Walk, at: number, index: number, name: number): void {
  const { tree } = walk;
  const type = tree.type[at]!;
  if (name === none) return;
  const span = walk.spanOf(name);
  const common = { name: textOf(walk, name), kind: 'function' as const, index, value: null, constant: true, span };
  if (declarations.has(type)) {
    const block = blockNow(walk);
    const { from, to } = block;
    // overloads and what they declare are one name: the one with a body counts
    const known = block.names?.get(common.name);
    if (known?.kind !== 'function') note(block, declare(walk, { ...common, scope: functionNow(walk), from, to }));
    else if (walk.functions[known.index]!.abstract) {
      known.index = index;
      known.span = span;
    } else if (type !== 'function_signature') known.reassigned = true;
  } else if (type === 'function_expression' || type === 'generator_function') {
    declare(walk, { ...common, scope: index, from: tree.start[at]!, to: tree.end[at]! });
  }
}

/** One parameter: its entry, its bindings. `this: T` is none. */
function parameter(walk: Walk, index: number, parameters: Parameter[], at: number): void {
  const { tree } = walk;
  const kind = tree.type[at]!;
  const wrapped = kind === 'required_parameter' || kind === 'optional_parameter';
  let pattern = wrapped ? field(walk, at, 'pattern') : at;
  if (pattern === none || tree.type[pattern] === 'this' || kind === 'decorator' || kind === 'ERROR') return;
  const type = wrapped ? annotation(walk, field(walk, at, 'type')) : null;
  let fallback = wrapped ? field(walk, at, 'value') : none;
  if (tree.type[pattern] === 'assignment_pattern') {
    fallback = field(walk, pattern, 'right');
    pattern = field(walk, pattern, 'left');
  }
  const rest = pattern !== none && tree.type[pattern] === 'rest_pattern';
  if (rest) pattern = firstChild(walk, pattern);
  if (pattern === none) return;
  const position = parameters.length;
  const name = tree.type[pattern] === 'identifier' ? textOf(walk, pattern) : '';
  parameters.push({ name, type, optional: kind === 'optional_parameter' || fallback !== none, rest });
  const block = blockNow(walk);
  const { from, to } = block;
  const value: Expr | null = fallback === none ? null : expr(walk, fallback);
  if (name !== '') {
    note(block, declare(walk, { name, kind: 'parameter', scope: index, from, to, index: rest ? -1 : position, type, value, constant: false, span: walk.spanOf(pattern) }));
    return;
  }
  const whole: Expr = rest ? other : { kind: 'parameter', function: index, index: position };
  const known: Expr = value ? { kind: 'either', of: [whole, value] } : whole;
  for (const found of namesOf(walk, pattern, known, rest ? null : type)) {
    declare(walk, { name: found.name, kind: 'variable', scope: index, from, to, index: -1, type: found.type, value: found.value, constant: false, span: walk.spanOf(found.at) });
  }
}

/** `constructor(private readonly client: Client)`: parameters that are fields as well. */
export function parameterProperties(walk: Walk, method: number): { at: number; name: string; position: number }[] {
  const list = field(walk, method, 'parameters');
  if (list === none) return [];
  const found: { at: number; name: string; position: number }[] = [];
  let position = 0;
  for (const child of children(walk, list)) {
    const pattern = field(walk, child, 'pattern');
    if (pattern === none || walk.tree.type[pattern] === 'this') continue;
    const marked = childOf(walk, child, 'accessibility_modifier') !== none || childOf(walk, child, 'override_modifier') !== none || /\breadonly\s*$/.test(before(walk, child, pattern));
    if (marked && walk.tree.type[pattern] === 'identifier') found.push({ at: child, name: textOf(walk, pattern), position });
    position++;
  }
  return found;
}
