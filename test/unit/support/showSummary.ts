import type { Expr, FileSummary, TypeRef } from '../../../src/analysis/code/summary.ts';

/** An expression in one line: `[a, b]` an array, `x|y` either, `a[]` one of many, `?` what leads nowhere. */
export function show(file: FileSummary, expr: Expr): string {
  const of = (one: Expr) => show(file, one);
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'member':
      return `${of(expr.object)}.${expr.name}`;
    case 'element':
      return `${of(expr.of)}[${expr.index ?? ''}]`;
    case 'call':
      return showCall(file, expr.call);
    case 'await':
      return `await ${of(expr.of)}`;
    case 'as':
      return `(${of(expr.value)} as ${showType(expr.type)})`;
    case 'function':
      return `function#${expr.function}`;
    case 'class':
      return `class#${expr.class}`;
    case 'either':
      return expr.of.map(of).join('|');
    case 'object':
      return `{${[...expr.properties.map((one) => `${one.key ? `[${of(one.key)}]` : one.name}: ${of(one.value)}`), ...expr.spread.map((one) => `**${of(one)}`)].join(', ')}}`;
    case 'array':
      return `[${expr.items.map(of).join(', ')}${expr.many === true ? ', …' : ''}]`;
    case 'literal':
      return JSON.stringify(expr.value);
    case 'template':
      return `\`${expr.parts.map((one) => (one.kind === 'literal' ? String(one.value) : `{${of(one)}}`)).join('')}\``;
    case 'enter':
      return `enter(${of(expr.of)})`;
    case 'module':
      return `module(${expr.module})`;
    case 'load':
      return `load(${of(expr.path)})`;
    case 'parameter':
      return `parameter#${expr.function}.${expr.index}`;
    case 'binary':
      return `(${of(expr.left)} ${expr.operator} ${of(expr.right)})`;
    case 'this':
    case 'super':
      return expr.kind;
    case 'regex':
      return `/…/${expr.flags}`;
    case 'other':
      return '?';
  }
}

export function showCall(file: FileSummary, index: number): string {
  const { callee, args, keywords } = file.calls[index]!;
  return `${show(file, callee)}(${[...args.map((one) => show(file, one)), ...keywords.map(({ name, value }) => (name === '**' ? `**${show(file, value)}` : `${name}=${show(file, value)}`))].join(', ')})`;
}

export function showType(type: TypeRef | null): string {
  if (type === null) return '-';
  switch (type.kind) {
    case 'name':
      return type.path.join('.') + (type.args.length > 0 ? `[${type.args.map(showType).join(', ')}]` : '');
    case 'union':
      return type.of.map(showType).join(' | ');
    case 'intersection':
      return type.of.map(showType).join(' & ');
    case 'array':
      return `${showType(type.of)}*`;
    case 'tuple':
      return `(${type.of.map(showType).join(', ')})`;
    case 'object':
      return `{${type.members.map((one) => `${one.name}: ${showType(one.type)}`).join(', ')}}`;
    case 'function':
      return `(${type.parameters?.map(showType).join(', ') ?? '…'}) => ${showType(type.returns)}`;
    case 'typeof':
      return `typeof ${type.path.join('.')}`;
    case 'indexed':
      return `${showType(type.of)}['${type.name}']`;
    case 'literal':
      return JSON.stringify(type.value);
    case 'other':
      return '?';
  }
}
