import assert from 'node:assert/strict';
import type { Expr, FileSummary, Span } from '../../src/analysis/code/summary.ts';

/** What holds for every summary, whatever the source. */
export function checkSummary(of: FileSummary, text: string): void {
  const { functions, classes, calls, imports, bindings } = of;
  const valid = (index: number, list: readonly unknown[], what: string) => assert.ok(Number.isInteger(index) && index >= 0 && index < list.length, `${what} ${index} of ${list.length} in ${of.file}`);
  const span = ({ start, end }: Span, what: string) => {
    assert.ok(start >= 0 && start <= end && end <= text.length, `${what} ${start}-${end} in ${of.file}`);
  };
  const within = (inner: Span, outer: Span, what: string) => assert.ok(inner.start >= outer.start && inner.end <= outer.end, `${what} ${inner.start}-${inner.end} is outside of ${outer.start}-${outer.end} in ${of.file}`);
  const ordered = (list: readonly { span: Span }[], what: string) => {
    for (const [index, entry] of list.entries()) if (index > 0) assert.ok(list[index - 1]!.span.start <= entry.span.start, `${what} ${index} out of order in ${of.file}`);
  };

  assert.equal(functions[0]!.kind, 'module');
  ordered(calls, 'call');
  for (const [index, fn] of functions.entries()) {
    span(fn.span, 'function');
    span(fn.nameSpan, 'name');
    assert.equal(fn.parent === null, index === 0);
    if (fn.parent !== null) {
      assert.ok(fn.parent < index);
      within(fn.span, functions[fn.parent]!.span, 'function');
    }
    if (fn.class !== null) {
      valid(fn.class, classes, 'class');
      within(fn.span, classes[fn.class]!.span, 'method');
    }
    for (const call of fn.calls) {
      valid(call, calls, 'call');
      assert.equal(calls[call]!.function, index);
    }
    [...fn.returned, ...fn.decorators].forEach(expr);
  }
  assert.deepEqual(functions.flatMap((fn) => fn.calls).sort((a, b) => a - b), [...calls.keys()], `every call belongs to one function in ${of.file}`);
  for (const call of calls) {
    span(call.span, 'call');
    within(call.nameSpan, call.span, 'name');
    within(call.span, functions[call.function]!.span, 'call');
    if (call.loop) {
      within(call.span, call.loop, 'call');
      within(call.loop, functions[call.function]!.span, 'loop');
    }
    [call.callee, ...call.args].forEach(expr);
  }
  for (const entry of classes) {
    span(entry.span, 'class');
    valid(entry.scope, functions, 'function');
    within(entry.span, functions[entry.scope]!.span, 'class');
    for (const method of entry.methods) {
      valid(method.function, functions, 'method');
      assert.equal(classes[functions[method.function]!.class!], entry);
    }
    for (const field of entry.fields) {
      within(field.span, entry.span, 'field');
      if (field.functions) assert.equal(field.functions.length, field.values.length);
      field.values.forEach(expr);
    }
    [...entry.bases, ...entry.decorators].forEach(expr);
  }
  for (const binding of bindings) {
    span(binding.span, 'binding');
    valid(binding.scope, functions, 'function');
    assert.ok(binding.from <= binding.to && binding.to <= text.length);
    if (binding.kind === 'import') assert.equal(imports[binding.index]!.local, binding.name);
    if (binding.kind === 'class') valid(binding.index, classes, 'class');
    if (binding.kind === 'function') valid(binding.index, functions, 'function');
    if (binding.kind === 'parameter' && binding.index >= 0) assert.equal(functions[binding.scope]!.parameters[binding.index]!.name, binding.name);
    binding.values.forEach(expr);
  }
  for (const entry of of.exports) if (entry.value) expr(entry.value);
  for (const entry of imports) span(entry.span, 'import');

  function expr(part: Expr): void {
    switch (part.kind) {
      case 'call':
        { valid(part.call, calls, 'call'); return; }
      case 'function':
        { valid(part.function, functions, 'function'); return; }
      case 'class':
        { valid(part.class, classes, 'class'); return; }
      case 'parameter':
        valid(part.function, functions, 'function');
        { valid(part.index, functions[part.function]!.parameters, 'parameter'); return; }
      case 'member':
        { expr(part.object); return; }
      case 'as':
        { expr(part.value); return; }
      case 'await':
      case 'element':
      case 'enter':
        { expr(part.of); return; }
      case 'either':
        { part.of.forEach(expr); return; }
      case 'binary':
        expr(part.left);
        { expr(part.right); return; }
      case 'array':
        { part.items.forEach(expr); return; }
      case 'object':
        span(part.span, 'object');
        part.spread.forEach(expr);
        { part.properties.forEach(({ value }) => expr(value)); return; }
      case 'template':
        { part.parts.forEach(expr); return; }
      default:
    }
  }
}
