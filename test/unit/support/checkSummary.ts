import type { Expr, FileSummary, Span } from '../../../src/analysis/code/summary.ts';

/** What is wrong in a summary, whatever the language: indices that lead nowhere, spans that do not nest. Empty: nothing. */
export function problemsOf(file: FileSummary, text: string): string[] {
  const problems: string[] = [];
  const expect = (right: boolean, what: string) => {
    if (!right) problems.push(what);
  };
  const isSpan = (span: Span, what: string) => {
    expect(span.start >= 0 && span.start <= span.end && span.end <= text.length, `${what}: offsets ${span.start}-${span.end}`);
  };
  const within = (inner: Span, outer: Span, what: string) => expect(inner.start >= outer.start && inner.end <= outer.end, `${what} is not inside`);
  const leads = (expr: Expr, what: string): void => {
    if (expr.kind === 'call') expect(expr.call in file.calls, `${what}: call ${expr.call}`);
    if (expr.kind === 'function' || expr.kind === 'parameter') expect(expr.function in file.functions, `${what}: function ${expr.function}`);
    if (expr.kind === 'class') expect(expr.class in file.classes, `${what}: class ${expr.class}`);
    for (const part of partsOf(expr)) leads(part, what);
  };

  for (const [i, fn] of file.functions.entries()) {
    const what = `function ${i} ${fn.name}`;
    isSpan(fn.span, what);
    isSpan(fn.nameSpan, `${what}'s name`);
    within(fn.nameSpan, fn.span, `${what}'s name`);
    expect(i === 0 ? fn.parent === null : fn.parent !== null && fn.parent < i, `${what}: parent ${fn.parent}`);
    if (fn.parent !== null) within(fn.span, file.functions[fn.parent]!.span, what);
    expect(i === 0 || fn.span.start >= file.functions[i - 1]!.span.start, `${what} is out of order`);
    expect(fn.class === null || file.classes[fn.class]?.methods.some((method) => method.function === i) === true, `${what} is no method of class ${fn.class}`);
    for (const expr of [...fn.returned, ...fn.decorators, ...(fn.yielded ?? [])]) leads(expr, what);
    for (const call of fn.calls) expect(file.calls[call]?.function === i, `${what}: call ${call} is another's`);
  }
  for (const [i, call] of file.calls.entries()) {
    const what = `call ${i}`;
    isSpan(call.span, what);
    isSpan(call.nameSpan, `${what}'s name`);
    within(call.nameSpan, call.span, `${what}'s name`);
    expect(file.functions[call.function]?.calls.filter((one) => one === i).length === 1, `${what} is not among those of function ${call.function}`);
    within(call.span, file.functions[call.function]!.span, what);
    expect(i === 0 || call.span.start >= file.calls[i - 1]!.span.start, `${what} is out of order`);
    if (call.loop) {
      within(call.span, call.loop, `${what} in its loop`);
      within(call.loop, file.functions[call.function]!.span, `${what}'s loop`);
    }
    for (const expr of [call.callee, ...call.args, ...call.keywords.map((one) => one.value)]) leads(expr, what);
  }
  for (const [i, one] of file.classes.entries()) {
    const what = `class ${one.name}`;
    isSpan(one.span, what);
    within(one.nameSpan, one.span, `${what}'s name`);
    expect(one.scope in file.functions, `${what}: scope`);
    for (const method of one.methods) expect(file.functions[method.function]?.class === i, `${what}: method ${method.name}`);
    for (const field of one.fields) {
      isSpan(field.span, `${what}.${field.name}`);
      expect(field.functions === undefined || field.functions.length === field.values.length, `${what}.${field.name}: functions of its values`);
      for (const value of field.values) leads(value, `${what}.${field.name}`);
    }
    for (const base of [...one.bases, ...one.decorators]) leads(base, what);
  }
  for (const one of file.bindings) {
    const what = `binding ${one.name}`;
    isSpan(one.span, what);
    expect(one.scope in file.functions && one.from <= one.to && one.to <= text.length, `${what}: scope`);
    const known = { import: file.imports, function: file.functions, class: file.classes, parameter: null, variable: null }[one.kind];
    expect(known === null || one.index in known, `${what}: index ${one.index}`);
    for (const value of one.values) leads(value, what);
  }
  for (const one of file.imports) expect(one.scope in file.functions, `import ${one.module}: scope`);
  for (const one of file.facts) {
    isSpan(one.span, `fact of ${one.rule}`);
    expect(one.function in file.functions, `fact of ${one.rule}: function`);
  }
  return problems;
}

function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'member':
      return [expr.object];
    case 'element':
    case 'await':
    case 'enter':
      return [expr.of];
    case 'as':
      return [expr.value];
    case 'either':
      return expr.of;
    case 'object':
      return [...expr.properties.flatMap((one) => (one.key ? [one.key, one.value] : [one.value])), ...expr.spread];
    case 'array':
      return expr.items;
    case 'template':
      return expr.parts;
    case 'binary':
      return [expr.left, expr.right];
    default:
      return [];
  }
}
