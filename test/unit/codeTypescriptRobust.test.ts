import assert from 'node:assert/strict';
import { linesIn } from '../../src/analysis/code/lines.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Expr, Fact } from '../../src/analysis/code/summary.ts';
import type { Visitors } from '../../src/analysis/code/syntax.ts';
import { checkSummary } from './summaryProperties.ts';
import { show, summary } from './typescriptSummary.ts';

const root = resolve(import.meta.dirname, '../..');
const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));

describe('TypeScript summaries: any source', () => {
  it('every index is valid and every span stands in what is around it, for all sources of this project', async () => {
    assert.ok(sources.length > 50);
    for (const file of sources) {
      const text = readFileSync(file, 'utf8');
      checkSummary(await summary(text, file), text);
    }
  });

  it('half a file, a file with holes, a file that ends in the middle of a word', async () => {
    const text = sample;
    let broken = 0;
    for (let at = 0; at < text.length; at += 3) {
      for (const half of [text.slice(0, at), text.slice(at), text.slice(0, at) + text.slice(at + 7)]) {
        for (const file of ['/a.ts', '/a.tsx', '/a.js']) {
          const found = await summary(half, file);
          checkSummary(found, half);
          if (found.syntaxErrors > 0) broken++;
        }
      }
    }
    assert.ok(broken > 1000);
  });

  it('counts what the parser could not make sense of', async () => {
    const count = async (text: string) => (await summary(text)).syntaxErrors;
    assert.deepEqual([await count('f();'), await count('f('), await count('const = ;') > 0, await count('export type * from "x";')], [0, 1, true, 0]);
    const found = await summary('function f() { before(); const x = foo.; after(); }');
    assert.deepEqual(found.calls.map((call) => show(call.callee, found).split('.').at(-1)), ['before', 'after']);
  });

  const depth = 10_000;
  const deep: [string, string][] = [
    ['brackets', `const a = ${'['.repeat(depth)}f()${']'.repeat(depth)};`],
    ['parentheses', `const a = ${'('.repeat(depth)}f()${')'.repeat(depth)};`],
    ['objects', `const a = ${'{a:'.repeat(depth)}f()${'}'.repeat(depth)};`],
    ['functions', `const a = ${'() => '.repeat(depth)}f();`],
    ['blocks', `${'{'.repeat(depth)}f();${'}'.repeat(depth)}`],
    ['else-ifs', `${'if (a) {} else '.repeat(depth)}f();`],
    ['a sum', `const a = ${'b + '.repeat(5000)}f();`],
    ['alternatives', `const a = ${'b || '.repeat(5000)}f();`],
    ['conditions', `const a = ${'b ? c : '.repeat(5000)}f();`],
    ['members', `const a = b${'.c'.repeat(5000)}(f());`],
    ['calls', `const a = f()${'.c()'.repeat(5000)};`],
    ['calls of calls', `const a = ${'f('.repeat(5000)}${')'.repeat(5000)};`],
    ['a union', `type A = ${"'b' | ".repeat(5000)}'c'; f();`],
    ['types', `type A = ${'B<'.repeat(5000)}C${'>'.repeat(5000)}; f();`],
    ['patterns', `const ${'[['.repeat(2000)}a${']]'.repeat(2000)} = f();`],
    ['awaits of generic calls', `const a = ${'await '.repeat(5000)}f<T>()${'.x'.repeat(5000)};`],
    ['generic calls of calls', `const a = ${'await f<T>('.repeat(2000)}${')'.repeat(2000)};`],
    ['awaits', `const a = ${'await '.repeat(5000)}f();`],
    ['assignments', `${'a = '.repeat(5000)}f();`],
    ['namespaces', `${'namespace N {'.repeat(2000)}f();${'}'.repeat(2000)}`],
    ['templates', `const a = ${'`${'.repeat(2000)}f()${'}`'.repeat(2000)};`],
    ['jsx', `const a = ${'<A>'.repeat(3000)}{f()}${'</A>'.repeat(3000)};`],
  ];
  for (const [what, text] of deep) {
    it(`very deep: ${what}`, async () => {
      const found = await summary(text, what === 'jsx' ? '/a.tsx' : '/a.ts');
      assert.ok(found.calls.some((call) => call.callee.kind === 'name' && call.callee.name === 'f'));
    });
  }
  it('a table of data is kept short', async () => {
    const found = await summary(`const a = [${'{ b: 1 },'.repeat(20_000)}];`);
    const value = found.bindings[0]!.values[0] as Extract<Expr, { kind: 'array' }>;
    assert.equal(value.items.length, 1000);
  });
  it('thousands of declarations of one scope', async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `var v${i} = ${i}; function f${i}() {} v${i} = 2;`).join('\n');
    const found = await summary(text);
    assert.equal(found.bindings.filter(({ reassigned }) => reassigned).length, 20_000);
  });
});

describe('TypeScript summaries: rules’ visitors', () => {
  it('are called in order, in the right function, and note facts with the summary’s expressions', async () => {
    const text = `
      top(1);
      function f(a = inDefault()) { inBody(a); items.map((x) => inArrow(x)); }
      class A { @inDecorator() m() { inMethod(); } p = inField(); }`;
    const seen: string[] = [];
    const visitors: Visitors = {
      call_expression(node, context) {
        const value = context.expr(node);
        assert.equal(value.kind, 'call');
        context.fact(node, { call: value });
      },
      arrow_function(node, context) {
        seen.push(`${context.expr(node).kind} in ${context.function} at ${linesIn(text)(context.span(node)).line}`);
        context.fact(context.span(node));
      },
    };
    const found = await summary(text, '/a.ts', new Map([['large-response', { typescript: visitors }], ['polling', { python: visitors }]]));
    const said = (fact: Fact) => {
      const data = fact.data as { call: Expr } | undefined;
      return `${fact.rule} ${found.functions[fact.function]!.name || found.functions[fact.function]!.kind} ${data ? show(data.call, found) : 'arrow'}`;
    };
    assert.deepEqual(found.facts.map(said), [
      'large-response module top()',
      'large-response f inDefault()',
      'large-response f inBody()',
      'large-response f items.map()',
      'large-response f arrow',
      'large-response arrow inArrow()',
      'large-response module inDecorator()',
      'large-response m inMethod()',
      'large-response module inField()',
    ]);
    assert.deepEqual(seen, ['function in 1 at 3']);
    for (const fact of found.facts) if (fact.data) assert.deepEqual(fact.span, found.calls[(fact.data as { call: { call: number } }).call.call]!.span);
  });
  it('see the calls of the summary where the grammar has them the wrong way round', async () => {
    const visit: Visitors = { call_expression: (node, context) => context.fact(node, context.expr(node)) };
    const found = await summary('const x = await f<T>(g()).h() ?? i!.j();', '/a.ts', new Map([['polling', { typescript: visit }]]));
    assert.deepEqual(found.facts.map(({ data }) => data), found.calls.map((_, call) => ({ kind: 'call', call })));
    assert.deepEqual(found.facts.map(({ span }) => span), found.calls.map(({ span }) => span));
    assert.deepEqual(found.calls.map((call) => show(call.callee, found)), ['f().h', 'f', 'g', 'i.j']);
  });
  it('several rules may wait for one type, JavaScript is walked with the TypeScript ones, parts of an expression have one, too', async () => {
    const visit: Visitors = {
      for_in_statement: (node, context) => context.fact(node, show(context.expr(node.childForFieldName('right')!), { calls: [], functions: [], classes: [] } as never)),
    };
    const found = await summary('for (const x of a.b) {}', '/a.js', new Map([['polling', { typescript: visit }], ['busy-wait', { typescript: visit }]]));
    assert.deepEqual(found.facts.map(({ rule, data }) => [rule, data]), [['polling', 'a.b'], ['busy-wait', 'a.b']]);
  });
});

describe('TypeScript summaries: suppressions', () => {
  const cases: [string, [number, string[], string | null][]][] = [
    ['f(); // mcp-profiler-disable-line', [[1, [], null]]],
    ['f(); // mcp-profiler-disable-line blocking-call -- read once', [[1, ['blocking-call'], 'read once']]],
    ['// mcp-profiler-disable-next-line a-b, c -- x -- y\nf();', [[2, ['a-b', 'c'], 'x -- y']]],
    ['f(); // mcp-profiler-disable-line -- why', [[1, [], 'why']]],
    ['/* mcp-profiler-disable-next-line polling */\nf();', [[2, ['polling'], null]]],
    ['f(); // mcp-profiler-disable-lines polling\n// mcp-profiler-disable polling', []],
    ['const s = "// mcp-profiler-disable-line";', []],
  ];
  for (const [text, expected] of cases) {
    it(text.replace('\n', '⏎'), async () => assert.deepEqual((await summary(text)).suppressions.map(({ line, rules, reason }) => [line, rules, reason]), expected));
  }
});

const sample = `import a, { b as c } from 'm'; import * as n from './n.js';
const { d, e: [f = 1] } = require('x');
export default class K<T> extends B<T> implements I { #p = new Map<string, T>(); static s = () => 1;
  constructor(private readonly x: X) { super(); this.y = x; }
  @dec({ a: 1 }) async *m<U>({ q, ...r }: U, [s]: T[] = []): AsyncGenerator<U> { for await (const z of f()) yield z?.w!.v(\`a\${b}c\`); }
  get g() { return this.#p.get('k') as T; }
}
interface I extends J { (): void; a?: string; b(x: number): { c: [D, E?] } | null }
enum E { A, B = 'x' } namespace N { export const o = { p() {}, get q() { return 1 }, ['r']: async () => {}, ...s }; }
export const h = async (i, j = 2, ...k) => { try { if (i) return await g(i).then(l => l); else for (let t = 0; t < 9; t++) u ??= v; } catch ({ w }) { switch (w) { case /re/g: x(); default: y?.[0]?.() } } };
module.exports = { h, ...require('./z') }; label: while (1) do { break label } while (0); using aa = bb();
`;
