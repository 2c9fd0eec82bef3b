import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadParsers, type Parsers } from '../../src/analysis/code/parse.ts';
import type { Binding, Expr, FileSummary, TypeRef } from '../../src/analysis/code/summary.ts';
import type { RuleVisitors } from '../../src/analysis/code/syntax.ts';
import { summariseTypeScript } from '../../src/analysis/code/typescript/index.ts';

const folder = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
let parsers: Promise<Parsers> | undefined;

/** The summary of a small source. */
export async function summary(text: string, file = '/a.ts', visitors: RuleVisitors = new Map()): Promise<FileSummary> {
  parsers ??= loadParsers((name) => readFileSync(join(folder, `${name}.wasm`)));
  const source = (await parsers).parse(file, text);
  if (!source) throw new Error(`${file} was not parsed`);
  try {
    return summariseTypeScript(source, visitors);
  } finally {
    source.dispose();
  }
}

/** An expression as short text: `call:f(a)`, `fs.readFileSync`, `a[0]`, `(x | y)`, `fn:name`. */
export function show(expr: Expr, of: FileSummary): string {
  const inner = (part: Expr) => show(part, of);
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'member':
      return `${inner(expr.object)}.${expr.name}`;
    case 'element':
      return `${inner(expr.of)}[${expr.index ?? ''}]`;
    case 'call': {
      const call = of.calls[expr.call]!;
      return `${call.isNew ? 'new ' : ''}${inner(call.callee)}()`;
    }
    case 'await':
      return `await ${inner(expr.of)}`;
    case 'as':
      return `${inner(expr.value)} as ${showType(expr.type)}`;
    case 'function':
      return `fn:${of.functions[expr.function]!.name}`;
    case 'class':
      return `class:${of.classes[expr.class]!.name}`;
    case 'either':
      return `(${expr.of.map(inner).join(' | ')})`;
    case 'object':
      return `{${[...expr.properties.map(({ name, key, value }) => `${key ? `[${inner(key)}]` : name}: ${inner(value)}`), ...expr.spread.map((part) => `...${inner(part)}`)].join(', ')}}`;
    case 'array':
      return `[${expr.items.map(inner).join(', ')}]`;
    case 'literal':
      return JSON.stringify(expr.value);
    case 'template':
      return `\`${expr.parts.map(inner).join(' ')}\``;
    case 'regex':
      return `/${expr.flags}`;
    case 'module':
      return `module:${expr.module}`;
    case 'parameter':
      return `${of.functions[expr.function]!.name}#${expr.index}`;
    case 'binary':
      return `(${inner(expr.left)} ${expr.operator} ${inner(expr.right)})`;
    default:
      return expr.kind;
  }
}

/** A type as short text, close to how it is written. */
export function showType(type: TypeRef | null): string {
  if (!type) return '-';
  switch (type.kind) {
    case 'name':
      return type.path.join('.') + (type.args.length > 0 ? `<${type.args.map(showType).join(', ')}>` : '');
    case 'union':
      return type.of.map(showType).join(' | ');
    case 'intersection':
      return type.of.map(showType).join(' & ');
    case 'array':
      return `${showType(type.of)}[]`;
    case 'tuple':
      return `[${type.of.map(showType).join(', ')}]`;
    case 'object':
      return `{${type.members.map(({ name, type }) => `${name}: ${showType(type)}`).join('; ')}}`;
    case 'function':
      return `(${(type.parameters ?? []).map(showType).join(', ')}) => ${showType(type.returns)}`;
    case 'typeof':
      return `typeof ${type.path.join('.')}`;
    case 'indexed':
      return `${showType(type.of)}['${type.name}']`;
    case 'literal':
      return JSON.stringify(type.value);
    case 'other':
      return 'other';
  }
}

/** The innermost binding of a name that can be seen at an offset, by the rules of the contract alone. */
export function seen(of: FileSummary, name: string, offset: number): Binding | undefined {
  return of.bindings.findLast((binding) => binding.name === name && binding.from <= offset && offset < binding.to);
}
