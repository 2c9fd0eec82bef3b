import type { Expr } from '../summary.ts';
import { argumentText, expr, isRequire } from './expressions.ts';
import { bare, before, childOf, children, field, firstChild, keyOf, none, stringOf, textOf } from './nodes.ts';
import { declare, namesOf } from './patterns.ts';
import { blockNow, functionNow, type Block, type Walk } from './state.ts';

const whole = '*';

function importName(walk: Walk, at: number, entry: { local: string; module: string; imported: string; typeOnly: boolean }, block: Block, constant = true): void {
  const span = walk.spanOf(at);
  const index = walk.imports.push({ ...entry, scope: functionNow(walk), span }) - 1;
  declare(walk, { name: entry.local, kind: 'import', scope: functionNow(walk), from: block.from, to: block.to, index, value: null, constant, span });
}

/** A module that is loaded without a name. */
function importOnly(walk: Walk, at: number, module: string, typeOnly = false): void {
  walk.imports.push({ local: null, module, imported: whole, typeOnly, scope: functionNow(walk), span: walk.spanOf(at) });
}

/** `import …` in all its forms. */
export function enterImport(walk: Walk, at: number): void {
  const { tree } = walk;
  const required = childOf(walk, at, 'import_require_clause');
  const source = field(walk, required === none ? at : required, 'source');
  if (source === none) return;
  const module = stringOf(walk, source);
  const clause = required === none ? childOf(walk, at, 'import_clause') : required;
  if (clause === none) {
    importOnly(walk, at, module);
    return;
  }
  const typeOnly = /^import\s+type\b/.test(before(walk, at, clause));
  const block = blockNow(walk);
  const add = (name: number, imported: string, onlyType = typeOnly) => {
    if (name !== none) importName(walk, name, { local: textOf(walk, name), module, imported, typeOnly: onlyType }, block);
  };
  for (const child of children(walk, clause)) {
    switch (tree.type[child]) {
      case 'identifier':
        add(child, required === none ? 'default' : whole);
        break;
      case 'namespace_import':
        add(childOf(walk, child, 'identifier'), whole);
        break;
      case 'named_imports':
        for (const specifier of children(walk, child)) {
          const name = field(walk, specifier, 'name');
          if (name === none) continue;
          const alias = field(walk, specifier, 'alias');
          add(alias === none ? name : alias, keyOf(walk, name), typeOnly || /^type\s/.test(before(walk, specifier, name)));
        }
        break;
      default:
    }
  }
}

/** `import a = b.c` */
export function enterImportAlias(walk: Walk, at: number): void {
  const [name, path] = children(walk, at);
  if (name === undefined || path === undefined) return;
  const parts = textOf(walk, path).split('.').map((part) => part.trim());
  const value = parts.slice(1).reduce<Expr>((object, part) => ({ kind: 'member', object, name: part }), { kind: 'name', name: parts[0]! });
  const { from, to } = blockNow(walk);
  declare(walk, { name: textOf(walk, name), kind: 'variable', scope: functionNow(walk), from, to, index: -1, value, constant: true, span: walk.spanOf(name) });
}

/** The call of `require` or `import()` that an initialiser is, and its module. */
function loaded(walk: Walk, value: number): { call: number; module: string } | null {
  const { tree } = walk;
  let call = bare(walk, value);
  if (tree.type[call] === 'await_expression') {
    const inner = firstChild(walk, call);
    if (inner === none) return null;
    call = bare(walk, inner);
    if (tree.type[call] !== 'call_expression' || walk.ids[call] !== none) return null;
  } else if (!isRequire(walk, call)) return null;
  const module = argumentText(walk, call);
  return module === null ? null : { call, module };
}

/** `const a = require('m')`, `const { a, b: c } = await import('m')`, `const a = require('m').b`: true if that is what it was. */
export function importVariable(walk: Walk, pattern: number, value: number, block: Block, constant: boolean): boolean {
  const { tree } = walk;
  const direct = loaded(walk, value);
  if (direct) {
    walk.bound.add(direct.call);
    const { module } = direct;
    if (tree.type[pattern] === 'identifier') {
      importName(walk, pattern, { local: textOf(walk, pattern), module, imported: whole, typeOnly: false }, block, constant);
      return true;
    }
    for (const { name, at, value: found, type } of namesOf(walk, pattern, { kind: 'module', module }, null)) {
      if (found?.kind === 'member' && found.object.kind === 'module') importName(walk, at, { local: name, module, imported: found.name, typeOnly: false }, block, constant);
      else declare(walk, { name, kind: 'variable', scope: functionNow(walk), from: block.from, to: block.to, index: -1, value: found, type, constant, span: walk.spanOf(at) });
    }
    if (!walk.imports.some((entry) => entry.module === module)) importOnly(walk, direct.call, module);
    return true;
  }
  const member = bare(walk, value);
  if (tree.type[member] !== 'member_expression' || tree.type[pattern] !== 'identifier') return false;
  const object = field(walk, member, 'object');
  const property = field(walk, member, 'property');
  const part = object === none || property === none ? null : loaded(walk, object);
  if (!part) return false;
  walk.bound.add(part.call);
  importName(walk, pattern, { local: textOf(walk, pattern), module: part.module, imported: textOf(walk, property), typeOnly: false }, block, constant);
  return true;
}

/** A `require` or `import()` that no name was given to loads its module all the same. */
export function importInExpression(walk: Walk, at: number): void {
  if (walk.bound.has(at) || (walk.ids[at] !== none && !isRequire(walk, at))) return;
  const module = argumentText(walk, at);
  if (module !== null) importOnly(walk, at, module, inType(walk, at));
}

/** `import('m').T` as a type looks like a call to the grammar. */
function inType({ tree }: Walk, at: number): boolean {
  let above = tree.parent[at]!;
  while (tree.type[above] === 'member_expression') above = tree.parent[above]!;
  return /type/.test(tree.type[above] ?? '');
}

/** `export …` in all its forms. */
export function enterExport(walk: Walk, at: number): void {
  const { tree } = walk;
  // a namespace's exports are its own
  if (tree.parent[at] !== 0) return;
  const source = field(walk, at, 'source');
  const module = source === none ? null : stringOf(walk, source);
  const clause = childOf(walk, at, 'export_clause');
  if (clause !== none) {
    for (const specifier of children(walk, clause)) {
      const name = field(walk, specifier, 'name');
      if (name === none) continue;
      const alias = field(walk, specifier, 'alias');
      walk.exports.push({ name: keyOf(walk, alias === none ? name : alias), local: keyOf(walk, name), value: null, module });
    }
    return;
  }
  if (module !== null) {
    const namespace = childOf(walk, at, 'namespace_export');
    const name = namespace === none ? none : firstChild(walk, namespace);
    if (name === none) walk.exports.push({ name: whole, local: null, value: null, module });
    else walk.exports.push({ name: keyOf(walk, name), local: whole, value: null, module });
    return;
  }
  const declaration = field(walk, at, 'declaration');
  const value = field(walk, at, 'value');
  const child = declaration !== none ? declaration : value !== none ? value : lastChild(walk, at);
  if (child === none) return;
  const head = before(walk, at, child);
  if (/\bas\s+namespace\s+$/.test(head)) return;
  if (/=\s*$/.test(head)) exportValue(walk, '=', child);
  else if (/\bdefault\s*$/.test(head)) {
    const name = declaration === none ? none : field(walk, declaration, 'name');
    if (name !== none) walk.exports.push({ name: 'default', local: textOf(walk, name), value: null, module: null });
    else exportValue(walk, 'default', child);
  } else if (declaration !== none) for (const name of declaredNames(walk, declaration)) walk.exports.push({ name, local: name, value: null, module: null });
}

const lastChild = (walk: Walk, at: number) => children(walk, at).at(-1) ?? none;

/** An expression under a name; a mere name counts as the local one. */
function exportValue(walk: Walk, name: string, at: number): void {
  const type = walk.tree.type[at]!;
  const value: Expr = /^(generator_)?function_/.test(type) && walk.ids[at] !== none ? { kind: 'function', function: walk.ids[at]! } : /class_declaration$/.test(type) ? { kind: 'class', class: walk.ids[at]! } : expr(walk, at);
  walk.exports.push(value.kind === 'name' ? { name, local: value.name, value: null, module: null } : { name, local: null, value, module: null });
}

function declaredNames(walk: Walk, declaration: number): string[] {
  const { tree } = walk;
  const name = field(walk, declaration, 'name');
  if (name !== none) return [textOf(walk, name).split('.')[0]!];
  if (tree.type[declaration] === 'import_alias') return children(walk, declaration).slice(0, 1).map((child) => textOf(walk, child));
  return children(walk, declaration).flatMap((child) => {
    if (tree.type[child] === 'variable_declarator') return namesOf(walk, field(walk, child, 'name'), null, null).map((found) => found.name);
    // `export declare const x`
    return tree.type[declaration] === 'ambient_declaration' ? declaredNames(walk, child) : [];
  });
}

/** `module.exports = x`, `module.exports.a = x`, `exports.a = x`: true if that is what it was. */
export function exportAssignment(walk: Walk, left: number, right: number): boolean {
  const { tree } = walk;
  if (tree.type[left] !== 'member_expression') return false;
  const target = textOf(walk, left);
  if (!target.startsWith('exports.') && !target.startsWith('module.exports')) return false;
  if (target === 'module.exports') {
    exportValue(walk, '=', right);
    const value = expr(walk, right);
    if (value.kind === 'module') walk.exports.push({ name: whole, local: null, value: null, module: value.module });
    if (value.kind !== 'object') return true;
    for (const property of value.properties) {
      const local = property.value.kind === 'name' ? property.value.name : null;
      walk.exports.push({ name: property.name, local, value: local === null ? property.value : null, module: null });
    }
    for (const part of value.spread) if (part.kind === 'module') walk.exports.push({ name: whole, local: null, value: null, module: part.module });
    return true;
  }
  const object = field(walk, left, 'object');
  const property = field(walk, left, 'property');
  const owner = object === none ? '' : textOf(walk, object);
  if (property === none || (owner !== 'exports' && owner !== 'module.exports')) return false;
  exportValue(walk, textOf(walk, property), right);
  return true;
}
