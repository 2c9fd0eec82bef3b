import assert from 'node:assert/strict';
import { summary } from './typescriptSummary.ts';

describe('What summaries share', () => {
  it('types that are the same name, and lists of nothing, are one object', async () => {
    const found = await summary('function f(a: Foo, b: Foo, c: Bar<Foo>) { g(); g(); }');
    const [a, b, c] = found.functions[1]!.parameters;
    assert.equal(a!.type, b!.type);
    assert.notEqual(a!.type, c!.type);
    const [first, second] = found.calls;
    assert.equal(first!.args, second!.args);
    assert.equal(first!.keywords, second!.keywords);
    assert.deepEqual(first!.args, []);
  });
});
