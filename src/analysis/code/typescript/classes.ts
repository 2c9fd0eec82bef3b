import { empty } from '../lists.ts';
import type { ClassSummary, Expr } from '../summary.ts';
import { expr } from './expressions.ts';
import { givenName, parameterProperties } from './functions.ts';
import { before, childOf, children, field, firstChild, keyOf, none, textOf } from './nodes.ts';
import { declare } from './patterns.ts';
import { annotation, pathOf, typeArguments, typeOf, typeParameters } from './types.ts';
import { blockNow, functionNow, type Walk } from './state.ts';

/** Enters a class or interface: its summary, its name. Its methods are entered when the walk gets to them. */
export function enterClass(walk: Walk, at: number): void {
  const { tree } = walk;
  const type = tree.type[at]!;
  const index = walk.ids[at]!;
  const name = field(walk, at, 'name');
  const named = name !== none ? name : givenName(walk, at);
  const decorators = decoratorsOf(walk, at);
  const summary: ClassSummary = {
    name: named === none ? '' : keyOf(walk, named),
    kind: type === 'interface_declaration' ? 'interface' : 'class',
    abstract: type === 'abstract_class_declaration',
    scope: functionNow(walk),
    ...heritage(walk, at),
    ...generics(walk, at),
    decorators: decorators.length === 0 ? empty : decorators.map((decorator) => expr(walk, firstChild(walk, decorator))),
    fields: [],
    methods: [],
    span: { start: decorators.length > 0 ? Math.min(tree.start[decorators[0]!]!, tree.start[at]!) : tree.start[at]!, end: tree.end[at]! },
    nameSpan: walk.spanOf(named === none ? at : named),
  };
  walk.classes.push(summary);
  const body = field(walk, at, 'body');
  if (body !== none) members(walk, body, summary);
  if (name === none) return;
  const common = { name: summary.name, kind: 'class' as const, index, value: null, constant: true, span: summary.nameSpan };
  if (type === 'class') declare(walk, { ...common, scope: summary.scope, from: tree.start[at]!, to: tree.end[at]! });
  else {
    const { from, to } = blockNow(walk);
    declare(walk, { ...common, scope: summary.scope, from, to });
  }
}

function decoratorsOf(walk: Walk, at: number): number[] {
  const { tree } = walk;
  const own = children(walk, at).filter((child) => tree.type[child] === 'decorator');
  const parent = tree.parent[at]!;
  if (tree.type[parent] !== 'export_statement') return own;
  return [...children(walk, parent).filter((child) => tree.type[child] === 'decorator'), ...own];
}

function heritage(walk: Walk, at: number): Pick<ClassSummary, 'bases' | 'baseArguments' | 'implements'> {
  const { tree } = walk;
  const found: Pick<ClassSummary, 'bases' | 'baseArguments' | 'implements'> = { bases: [], baseArguments: [], implements: [] };
  const extended = childOf(walk, at, 'extends_type_clause');
  if (extended !== none) {
    for (const [index, child] of children(walk, extended).entries()) {
      const type = typeOf(walk, child);
      if (type.kind === 'name') found.bases.push(pathExpr(type.path));
      if (index === 0 && type.kind === 'name') found.baseArguments = [...type.args];
    }
  }
  const clause = childOf(walk, at, 'class_heritage');
  if (clause === none) return found;
  for (const child of children(walk, clause)) {
    if (tree.type[child] === 'implements_clause') found.implements = children(walk, child).map((type) => typeOf(walk, type));
    else if (tree.type[child] === 'extends_clause') {
      const value = field(walk, child, 'value');
      if (value !== none) found.bases.push(expr(walk, value));
      found.baseArguments = typeArguments(walk, childOf(walk, child, 'type_arguments'));
    }
    // JavaScript has the expression itself
    else found.bases.push(expr(walk, child));
  }
  return found;
}

const pathExpr = (path: readonly string[]): Expr => path.slice(1).reduce<Expr>((object, name) => ({ kind: 'member', object, name }), { kind: 'name', name: path[0]! });

function members(walk: Walk, body: number, summary: ClassSummary): void {
  const { tree } = walk;
  let decorators: number[] = [];
  for (const child of children(walk, body)) {
    const type = tree.type[child]!;
    if (type === 'decorator') {
      decorators.push(child);
      continue;
    }
    if (type === 'method_definition' || type === 'method_signature' || type === 'abstract_method_signature') method(walk, child, decorators, summary);
    else if (type === 'public_field_definition' || type === 'field_definition' || type === 'property_signature') property(walk, child, summary);
    decorators = [];
  }
}

function method(walk: Walk, at: number, decorators: number[], summary: ClassSummary): void {
  const name = field(walk, at, 'name');
  if (name === none) return;
  if (decorators.length > 0) walk.memberDecorators.set(at, decorators);
  const head = before(walk, at, name);
  const isStatic = /\bstatic\b/.test(head);
  const key = keyOf(walk, name);
  const accessor = /\b([gs]et)\s*$/.exec(head)?.[1];
  const kind = accessor === 'get' ? 'getter' : accessor === 'set' ? 'setter' : key === 'constructor' && !isStatic ? 'constructor' : 'method';
  summary.methods.push({ name: key, function: walk.ids[at]!, static: isStatic, kind });
  if (kind !== 'constructor') return;
  for (const { at: parameter, name, position } of parameterProperties(walk, at)) {
    const type = annotation(walk, field(walk, parameter, 'type'));
    summary.fields.push({ name, type, values: [{ kind: 'parameter', function: walk.ids[at]!, index: position }], static: false, span: walk.spanOf(field(walk, parameter, 'pattern')) });
  }
}

function property(walk: Walk, at: number, summary: ClassSummary): void {
  const name = Math.max(field(walk, at, 'name'), field(walk, at, 'property'));
  if (name === none) return;
  const value = field(walk, at, 'value');
  summary.fields.push({
    name: keyOf(walk, name),
    type: annotation(walk, field(walk, at, 'type')),
    values: value === none ? empty : [expr(walk, value)],
    static: /\bstatic\b/.test(before(walk, at, name)),
    span: walk.spanOf(name),
  });
}

/** `type X = …` */
export function enterAlias(walk: Walk, at: number): void {
  const name = field(walk, at, 'name');
  const value = field(walk, at, 'value');
  if (name !== none && value !== none) walk.aliases.push({ name: textOf(walk, name), type: typeOf(walk, value) });
}

/** An enum is a constant object of its members. */
export function enterEnum(walk: Walk, at: number): void {
  const { tree } = walk;
  const name = field(walk, at, 'name');
  const body = field(walk, at, 'body');
  if (name === none || body === none) return;
  let next = 0;
  const properties = children(walk, body).flatMap((child) => {
    const assigned = tree.type[child] === 'enum_assignment';
    const key = assigned ? field(walk, child, 'name') : child;
    if (key === none) return [];
    const value: Expr = assigned ? expr(walk, field(walk, child, 'value')) : { kind: 'literal', value: next };
    next = value.kind === 'literal' && typeof value.value === 'number' ? value.value + 1 : NaN;
    return [{ name: keyOf(walk, key), value }];
  });
  declareObject(walk, name, textOf(walk, name), { kind: 'object', properties, spread: [], span: walk.spanOf(body) });
}

/** A namespace is a constant object of what it exports. */
export function enterNamespace(walk: Walk, at: number): void {
  const name = field(walk, at, 'name');
  const body = field(walk, at, 'body');
  // `declare module 'm'` names no variable
  if (name === none || body === none || walk.tree.type[name] === 'string') return;
  const path = pathOf(walk, name);
  let value: Expr = { kind: 'object', properties: exported(walk, body), spread: [], span: walk.spanOf(body) };
  for (const part of path.slice(1).reverse()) value = { kind: 'object', properties: [{ name: part, value }], spread: [], span: value.span };
  if (path.length > 0) declareObject(walk, name, path[0]!, value);
}

function exported(walk: Walk, body: number): { name: string; value: Expr }[] {
  const { tree } = walk;
  return children(walk, body).flatMap((statement) => {
    const declaration = tree.type[statement] === 'export_statement' ? field(walk, statement, 'declaration') : none;
    if (declaration === none) return [];
    const type = tree.type[declaration]!;
    const name = field(walk, declaration, 'name');
    if (/function/.test(type) && name !== none) return [{ name: textOf(walk, name), value: { kind: 'function', function: walk.ids[declaration]! } satisfies Expr }];
    if (/class_declaration$/.test(type) && name !== none) return [{ name: textOf(walk, name), value: { kind: 'class', class: walk.ids[declaration]! } satisfies Expr }];
    return children(walk, declaration).flatMap((child) => {
      const variable = field(walk, child, 'name');
      const value = field(walk, child, 'value');
      return variable === none || value === none || tree.type[variable] !== 'identifier' ? [] : [{ name: textOf(walk, variable), value: expr(walk, value) }];
    });
  });
}

function declareObject(walk: Walk, at: number, name: string, value: Expr): void {
  const { from, to } = blockNow(walk);
  declare(walk, { name, kind: 'variable', scope: functionNow(walk), from, to, index: -1, value, constant: true, span: walk.spanOf(at) });
}


function generics(walk: Walk, at: number): Pick<ClassSummary, 'typeParameters' | 'typeBounds'> {
  const parameters = typeParameters(walk, at);
  return { typeParameters: parameters.map(({ name }) => name), ...(parameters.some((one) => one.extends) ? { typeBounds: parameters.map((one) => one.extends) } : {}) };
}
