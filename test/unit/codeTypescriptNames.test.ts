import assert from 'node:assert/strict';
import type { FileSummary } from '../../src/analysis/code/summary.ts';
import { seen, show, showType, summary } from './typescriptSummary.ts';

/** Bindings as `kind name: type = values`, `const` and `reassigned` said. */
function bindings(of: FileSummary): string[] {
  return of.bindings.map((b) => {
    const words = [b.kind === 'variable' && b.constant ? 'const' : b.kind, b.reassigned && 'reassigned', `${b.name}${b.type ? `: ${showType(b.type)}` : ''}`].filter((word) => typeof word === 'string');
    return [words.join(' '), ...(b.values.length > 0 ? [b.values.map((part) => show(part, of)).join(', ')] : [])].join(' = ');
  });
}

describe('TypeScript summaries: names', () => {
  const cases: [string, string[]][] = [
    ['const a = 1, b: B = f(); let c; var d;', ['const a = 1', 'const b: B = f()', 'variable c', 'variable d']],
    ['const { a, b: c, d = 1, e: { f: [g, , h = i] } = {}, ["k"]: l, ...m } = x();', ['const a = x().a', 'const c = x().b', 'const d = (x().d | 1)', 'const g = (x().e | {}).f[0]', 'const h = ((x().e | {}).f[2] | i)', 'const l = x().k', 'const m = x()']],
    ['const [a, ...b] = await Promise.all([f(), g()]);', ['const a = await Promise.all()[0]', 'const b = other']],
    ['const { a, b: { c } }: { a: A; b: B } = x; const { d }: D = y; const [e]: [E] = z;', ['const a: A = x.a', `const c: B['c'] = x.b.c`, `const d: D['d'] = y.d`, 'const e: E = z[0]']],
    ['function f({ a, b: [c] }: P, d: D = 1, ...e: E[]) {}', ['function f', `variable a: P['a'] = f#0.a`, 'variable c = f#0.b[0]', 'parameter d: D = 1', 'parameter e: E[]']],
    ['let x = 1; x = 2; let y; y = f(); let z = 0; z++; let w = 1; w += 2; let v = null; v ??= g();', ['variable reassigned x = 1, 2', 'variable y = f()', 'variable reassigned z = 0', 'variable reassigned w = 1', 'variable reassigned v = null, g()']],
    ['let a, b; [a, { b }] = f(); ({ a, c: b = 1 } = g());', ['variable reassigned a = f()[0], g().a', 'variable reassigned b = f()[1].b, (g().c | 1)']],
    ['for (const [k, v] of m) {} for (let i in o) {} let j; for (j of a) {}', ['variable j = a[]', 'const k = m[][0]', 'const v = m[][1]', 'variable i = other']],
    ['let x = 0; x = 1; x = 2; x = 3; x = 4; x = 5; x = 6; x = 7; x = 8; x = 9;', ['variable reassigned x = 0, 1, 2, 3, 4, 5, 6, 7']],
    ['var a = 1; var a = 2; function f(p) { var p = p || 1; }', ['variable reassigned a = 1, 2', 'function f', 'parameter reassigned p = (p | 1)']],
    ['try {} catch ({ message }) {} try {} catch (e: unknown) {}', ['variable message = other.message', 'variable e: unknown = other']],
    ['const api = { a: 1 }; api.b = () => {}; api.a = 2; const g = () => { api.c = f(); };', ['const api = {a: (1 | 2), b: fn:b, c: f()}', 'const g = fn:g']],
    [`enum E { A, B = 5, C, D = 'd' } declare const x: X; namespace N.M { export const a = f(); export function g() {} export class C {} const own = 1; }`, ['const E = {A: 0, B: 5, C: 6, D: "d"}', 'const x: X', 'const N = {M: {a: f(), g: fn:g, C: class:C}}', 'const a = f()', 'function g', 'class C', 'const own = 1']],
    ['class A {} interface I {} const B = class C {}; const f = function g() {};', ['class A', 'class I', 'const B = class:C', 'const f = fn:g', 'class C', 'function g']],
    ['using a = f(); await using b = g();', ['const a = f()', 'const b = g()']],
    ['import a = b.c.d;', ['const a = b.c.d']],
    ['function f(a: string): void; function f(a: any) {}', ['function f', 'parameter a: string', 'parameter a: any']],
  ];
  for (const [text, expected] of cases) {
    it(text, async () => assert.deepEqual(bindings(await summary(text)), expected));
  }
  it('JavaScript has the same', async () => {
    const found = await summary('using a = f(); function g({ b }, [c] = d, e = 1, ...h) {}', '/a.js');
    assert.deepEqual(bindings(found), ['const a = f()', 'function g', 'variable b = g#0.b', 'variable c = (g#1 | d)[0]', 'parameter e = 1', 'parameter h']);
  });
  it('an overloaded name stands for the body, a declared one for what is declared', async () => {
    const found = await summary('function f(a: string): void; function f(a: any) {} declare function g(): void;');
    assert.deepEqual(found.bindings.filter(({ kind }) => kind === 'function').map(({ name, index }) => `${name} ${index}`), ['f 2', 'g 3']);
  });

  it('a value that is assigned elsewhere can be read where the name is declared', async () => {
    const text = `
      let client, url, mode, gone;
      function connect(target, options) {
        const made = new Client(target);
        client = made; url = target; mode = options.mode;
        { let either = 1; either = 2; gone = either; }
      }`;
    assert.deepEqual(bindings(await summary(text)).slice(0, 4), ['variable client = new Client()', 'variable url = connect#0', 'variable mode = connect#1.mode', 'variable gone = other']);
  });

  it('names are seen in their block, shadowed ones are not', async () => {
    const text = `
      const x = 'module';
      here0();
      function f(x = 'parameter') {
        here1();
        if (a) { here2(); const x = 'block'; }
        for (const x of xs) { here3(); { let x = 'inner'; here4(); } }
        here5();
        switch (a) { case 1: let x = 'case'; here6(); }
        try {} catch (x) { here7(); }
        var hoisted = 'var';
        return () => { here8(); };
      }
      const g = (x) => here9();
      class C { m() { const x = 'method'; here10(); } [here11()] = 1; }
      const h = function x() { here12(); };
      { var outer = 'var'; let blocked = 1; }
      here13();`;
    const found = await summary(text);
    const at = (place: number, name = 'x') => {
      const binding = seen(found, name, text.indexOf(`here${place}()`));
      return binding && (binding.values[0] ? show(binding.values[0], found) : `${binding.kind} ${binding.name}`);
    };
    assert.deepEqual(Array.from({ length: 14 }, (_, place) => at(place)), [
      '"module"',
      '"parameter"',
      '"block"',
      'xs[]',
      '"inner"',
      '"parameter"',
      '"case"',
      'other',
      '"parameter"',
      'parameter x',
      '"method"',
      '"module"',
      'function x',
      '"module"',
    ]);
    assert.deepEqual([at(1, 'hoisted'), at(0, 'hoisted'), at(0, 'outer'), at(0, 'blocked')], ['"var"', undefined, '"var"', undefined]);
    const inner = found.bindings.find((binding) => binding.values[0]?.kind === 'literal' && binding.values[0].value === 'block')!;
    const block = text.indexOf('{ here2');
    assert.deepEqual([inner.from, inner.to], [block, text.indexOf('}', block) + 1]);
  });
});

describe('TypeScript summaries: imports and exports', () => {
  const imports = (of: FileSummary) => of.imports.map((i) => `${i.typeOnly ? 'type ' : ''}${i.local ?? '-'} = ${i.imported} of ${i.module}${i.scope === 0 ? '' : ` in ${of.functions[i.scope]!.name}`}`);
  const importing: [string, string[]][] = [
    [`import a, { b, c as d, type E, default as f } from 'm';`, ['a = default of m', 'b = b of m', 'd = c of m', 'type E = E of m', 'f = default of m']],
    [`import * as n from './n.js'; import type { T } from 't'; import 'side';`, ['n = * of ./n.js', 'type T = T of t', '- = * of side']],
    [`import x = require('x'); import j from './j.json' with { type: 'json' };`, ['x = * of x', 'j = default of ./j.json']],
    [`const a = require('m'), { b, c: d } = require('n'), e = require('o').f;`, ['a = * of m', 'b = b of n', 'd = c of n', 'e = f of o']],
    [`async function f() { const m = await import('m'); const { a } = await import('./x.js'); (await import('y')).run(); import('z').then(g); }`, ['m = * of m in f', 'a = a of ./x.js in f', '- = * of y in f', '- = * of z in f']],
    [`require('dotenv').config(); const x = g(require('./y'));`, ['- = * of dotenv', '- = * of ./y']],
    [`let x: import('m').T;`, ['type - = * of m']],
    ['const name = 1; require(name); import(name);', []],
  ];
  for (const [text, expected] of importing) {
    it(text, async () => {
      const found = await summary(text);
      assert.deepEqual(imports(found), expected);
      for (const binding of found.bindings.filter(({ kind }) => kind === 'import')) assert.equal(found.imports[binding.index]!.local, binding.name);
    });
  }
  it('a module in an expression', async () => {
    const found = await summary(`let fs; fs = require('fs'); const { a: { b } } = require('m'); const load = () => import('./x');`);
    assert.deepEqual(bindings(found), ['variable fs = module:fs', 'const b = module:m.a.b', 'const load = fn:load']);
    assert.equal(show(found.functions[1]!.returned[0]!, found), 'module:./x');
  });

  const exports = (of: FileSummary) => of.exports.map((e) => `${e.name} = ${e.local ?? (e.value ? show(e.value, of) : '-')}${e.module === null ? '' : ` of ${e.module}`}`);
  const exporting: [string, string[]][] = [
    [`export { a, b as c, d as default } from 'm'; export * from './n'; export * as q from 'q'; export type { T } from 't';`, ['a = a of m', 'c = b of m', 'default = d of m', '* = - of ./n', 'q = * of q', 'T = T of t']],
    [`export type * from './t'; export { x, y as z };`, ['* = - of ./t', 'x = x', 'z = y']],
    ['export const a = 1, { b, c: [d] } = f(); export let e;', ['a = a', 'b = b', 'd = d', 'e = e']],
    ['export function f() {} export async function* g() {} export class C {} export abstract class D {} export interface I {} export type T = 1; export enum E {} export namespace N { export const x = 1; }', ['f = f', 'g = g', 'C = C', 'D = D', 'I = I', 'T = T', 'E = E', 'N = N']],
    ['export declare const a: A; export declare function b(): void; export import c = d.e;', ['a = a', 'b = b', 'c = c']],
    ['export default function f() {}', ['default = f']],
    ['export default class {}', ['default = class:']],
    ['export default async () => 1;', ['default = fn:']],
    ['export default f;', ['default = f']],
    ['export default make({ a: 1 });', ['default = make()']],
    ['export = f;', ['= = f']],
    [`module.exports = { a, b: () => 1, m() {}, ...require('./o') };`, ['= = {a: a, b: fn:b, m: fn:m, ...module:./o}', 'a = a', 'b = fn:b', 'm = fn:m', '* = - of ./o']],
    [`module.exports = f; module.exports.a = () => 1; exports.b = c; exports.default = d; exports.x = exports.y = e;`, ['= = f', 'a = fn:a', 'b = c', 'default = d', 'x = e', 'y = e']],
    [`module.exports = require('./x');`, ['= = module:./x', '* = - of ./x']],
  ];
  for (const [text, expected] of exporting) {
    it(text, async () => {
      const found = await summary(text, text.includes('module.exports') ? '/a.cjs' : '/a.ts');
      assert.deepEqual(exports(found), expected);
      assert.equal(found.syntaxErrors, 0);
    });
  }
});
