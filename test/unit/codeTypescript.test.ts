import assert from 'node:assert/strict';
import { linesIn } from '../../src/analysis/code/lines.ts';
import type { FileSummary } from '../../src/analysis/code/summary.ts';
import { show, showType, summary } from './typescriptSummary.ts';

/** What one expression says: it is the initialiser of `it`. */
async function value(text: string, file?: string): Promise<string> {
  const found = await summary(`const it = ${text};`, file);
  return show(found.bindings.find((binding) => binding.name === 'it')!.values[0]!, found);
}

/** Calls as `callee(args)` with what is special about them. */
function calls(of: FileSummary, text: string): string[] {
  return of.calls.map((call) => {
    const marks = [call.awaited && 'awaited', call.loop && `loop ${linesIn(text)(call.loop).line}`, call.optional && 'optional', call.decorator && 'decorator'].filter((mark) => typeof mark === 'string');
    return [`${call.isNew ? 'new ' : ''}${show(call.callee, of)}(${call.args.map((arg) => show(arg, of)).join(', ')})`, ...marks].join(' ');
  });
}

const functions = (of: FileSummary) =>
  of.functions.slice(1).map((fn) => {
    const marks = [fn.static && 'static', fn.async && 'async', fn.generator && 'generator', fn.abstract && 'abstract', fn.class !== null && `of ${of.classes[fn.class]!.name}`];
    const parameters = fn.parameters.map(({ name, type, optional, rest }) => `${rest ? '...' : ''}${name}${optional ? '?' : ''}${type ? `: ${showType(type)}` : ''}`);
    return [`${fn.kind} ${fn.name}(${parameters.join(', ')})`, ...marks.filter((mark) => typeof mark === 'string')].join(' ');
  });

describe('TypeScript summaries: expressions', () => {
  const cases: [string, string][] = [
    ['a.b?.c!.d', 'a.b.c.d'],
    [`a['b'][0][i]`, 'a.b[0][]'],
    ['(x as Foo<Bar>)', 'x as Foo<Bar>'],
    ['<Foo>x', 'x as Foo'],
    ['x satisfies Foo', 'x as Foo'],
    ['x as const', 'x'],
    ['x!', 'x'],
    ['(a ?? b) || c', '(a | b | c)'],
    ['c ? a : b', '(a | b)'],
    ['on && a', 'a'],
    ['(0, a.b)', 'a.b'],
    ['await f<T>().x', 'await f().x'],
    ['a ?? b!.c', '(a | b.c)'],
    ['await f()', 'await f()'],
    ['new ns.Foo<T>(1)', 'new ns.Foo()'],
    [`[require('m').x]`, '[module:m.x]'],
    [`[1, -2, 'a\\n\\u0041\\x41\\u{1F600}', null, undefined, true]`, `[1, -2, ${JSON.stringify('a\nAA😀')}, null, null, true]`],
    ['1_000', '1000'],
    ['10n', 'other'],
    ['`plain ${"x"}`', '"plain x"'],
    ['`a${b}c`', '`"a" b "c"`'],
    ['/a+/gi', '/gi'],
    [`{ a, b: 1, 'c-d': x, ['e']: y, [f]: z, m() {}, get g() { return 1 }, set g(v) {}, async *n() {}, ...rest }`, '{a: a, b: 1, c-d: x, e: y, [f]: z, m: fn:m, g: fn:g, n: fn:n, ...rest}'],
    ['function named() {}', 'fn:named'],
    ['() => 1', 'fn:it'],
    ['class {}', 'class:it'],
    ['60 * 1000 + a', '((60 * 1000) + a)'],
    ['a < b', 'other'],
    ['(y = z)', 'z'],
    ['import.meta', 'other'],
    ['tag`x`', 'tag()'],
    ['[...a]', '[a[]]'],
  ];
  for (const [text, expected] of cases) {
    it(text, async () => assert.equal(await value(text), expected));
  }
  it('JSX is nothing, but what it calls is called', async () => {
    const text = 'const view = <Foo a={f()} {...g()}>{h(() => k())}</Foo>;';
    const found = await summary(text, '/a.tsx');
    assert.equal(show(found.bindings[0]!.values[0]!, found), 'other');
    assert.deepEqual(calls(found, text), ['f()', 'g()', 'h(fn:)', 'k()']);
  });
});

describe('TypeScript summaries: types', () => {
  const cases: [string, string][] = [
    ['ns.Foo<string, Bar[]>', 'ns.Foo<string, Bar[]>'],
    ['A | B | null', 'A | B | null'],
    ['A & B', 'A & B'],
    ['readonly A[]', 'A[]'],
    ['[A, b?: B]', '[A, B]'],
    ['{ a: A; m(): B }', '{a: A; m: () => B}'],
    ['(this: X, x: A, y) => Promise<B>', '(A, -) => Promise<B>'],
    ['typeof a.b', 'typeof a.b'],
    [`T['x']`, `T['x']`],
    [`'x' | -1 | true`, '"x" | -1 | true'],
    ['keyof T', 'other'],
  ];
  for (const [text, expected] of cases) {
    it(text, async () => {
      const found = await summary(`let it: ${text}; type Alias = ${text};`);
      assert.equal(showType(found.bindings[0]!.type), expected);
      assert.deepEqual(found.aliases.map(({ name, type }) => `${name} ${showType(type)}`), [`Alias ${expected}`]);
    });
  }
});

describe('TypeScript summaries: calls', () => {
  const cases: [string, string[]][] = [
    ['await f();', ['f() awaited']],
    ['await f().then(g);', ['f().then(g) awaited', 'f() awaited']],
    ['await (ok ? f() : g() ?? h())!;', ['f() awaited', 'g() awaited', 'h() awaited']],
    ['await Promise.all([f(), g()]);', ['Promise.all([f(), g()]) awaited', 'f()', 'g()']],
    ['await new Foo().bar.baz();', ['new Foo().bar.baz() awaited', 'new Foo()']],
    ['for await (const x of f()) g(x);', ['f() awaited', 'g(x) loop 1']],
    ['f?.(a); o?.m(); f?.<T>();', ['f(a) optional', 'o.m()', 'f() optional']],
    ['for (const x of f()) { g(); }', ['f()', 'g() loop 1']],
    ['for (let i = f(); g(); h()) k();', ['f()', 'g() loop 1', 'h() loop 1', 'k() loop 1']],
    ['while (f()) {\n for (const y of g()) h(); }', ['f() loop 1', 'g() loop 1', 'h() loop 2']],
    ['do f(); while (g());', ['f() loop 1', 'g() loop 1']],
    ['for (;;) items.map(() => f());', ['items.map(fn:) loop 1', 'f()']],
    ['(function () { f(); })(); (() => g())();', ['fn:()', 'f()', 'fn:()', 'g()']],
    ['a.b().c().d;', ['a.b().c()', 'a.b()']],
    ['f(...args, { a: g() });', ['f(other, {a: g()})', 'g()']],
    ['class A extends B { constructor() { super(1); this.x(); super.y(); } }', ['super(1)', 'this.x()', 'super.y()']],
    ['sql`a ${f()}`;', ['sql(`"a " f()`)', 'f()']],
    ['new Foo;', ['new Foo()']],
    ['@Dec(f()) class A { @d(1) m(@p() x: X) { g(); } }', ['Dec(f()) decorator', 'f() decorator', 'd(1) decorator', 'p() decorator', 'g()']],
    // the grammar has these the wrong way round
    ['await a.b<T>(c).d();', ['a.b().d() awaited', 'a.b(c) awaited']],
    ['const x = await f<T>(await g<U>(1))!.y; z && await h<T>();', ['f(await g())', 'g(1) awaited', 'h() awaited']],
    ['void f<T>(); !g<T>(x);', ['f()', 'g(x)']],
    ['a ?? f<T>() ?? b!.c(d!.e());', ['f()', 'b.c(d.e())', 'd.e()']],
    ['await f<T>() || a + -b![0].c(g());', ['f() awaited', 'b[0].c(g())', 'g()']],
    ['await (f<T>()); (await g)<T>();', ['f() awaited', 'await g()']],
    ['using r = open(); await using s = connect();', ['open()', 'connect()']],
  ];
  for (const [text, expected] of cases) {
    it(text, async () => assert.deepEqual(calls(await summary(text), text), expected));
  }
  it('keeps type arguments, and says where the callee’s last name stands', async () => {
    const text = 'const m = new Map<string, Foo>();\nfs.promises\n  .readFile<T>(x);';
    const found = await summary(text);
    assert.deepEqual(found.calls.map((call) => call.typeArguments?.map(showType)), [['string', 'Foo'], ['T']]);
    assert.deepEqual(found.calls.map(({ nameSpan }) => text.slice(nameSpan.start, nameSpan.end)), ['Map', 'readFile']);
    assert.deepEqual(found.calls[1]!.nameSpan, { start: 49, end: 57 });
  });
  it('offsets and columns are UTF-16 units', async () => {
    const found = await summary('/* 😀é */ f("😀"); g();');
    assert.deepEqual(found.calls.map(({ span }) => [span.start, span.end]), [[10, 17], [19, 22]]);
  });
  it('each function has the calls of its own body', async () => {
    const found = await summary('f(); function a(x = g()) { h(); return () => k(); } class C { p = m(); n() { o(); } }');
    const own = found.functions.map((fn) => `${fn.name}: ${fn.calls.map((call) => show(found.calls[call]!.callee, found)).join(' ')}`);
    assert.deepEqual(own, [': f m', 'a: g h', ': k', 'n: o']);
  });
});

describe('TypeScript summaries: functions', () => {
  const cases: [string, string[]][] = [
    ['async function f(a: A, b?: B, c = 1, ...d: D[]): Promise<void> {}', ['function f(a: A, b?: B, c?, ...d: D[]) async']],
    ['function* g({ a, b }: P, [c]) {} async function* h() {}', ['function g(: P, ) generator', 'function h() async generator']],
    ['const a = async x => x, b = function () {}, c = (() => 1) as Fn;', ['arrow a(x) async', 'function b()', 'arrow c()']],
    ['const o = { m() {}, async n() {}, get g() { return 1 }, set g(v) {}, p: () => 1, ["q"]: function* () {} };', ['method m()', 'method n() async', 'getter g()', 'setter g(v)', 'arrow p()', 'function q() generator']],
    ['api.run = async () => {}; let h; h = function () {}; function f(cb = () => 1) {}', ['arrow run() async', 'function h()', 'function f(cb?)', 'arrow cb()']],
    ['items.map(x => x); export default () => 1;', ['arrow (x)', 'arrow ()']],
    ['class A { static async m() {} get g() { return 1 } #p() {} on = async () => {}; static s = () => 1; constructor(private readonly a: B) { super(); } w = wrap(() => this.g) }', ['method m() static async of A', 'getter g() of A', 'method #p() of A', 'arrow on() async of A', 'arrow s() static of A', 'constructor constructor(a: B) of A', 'arrow () of A']],
    ['abstract class A { abstract m(x: X): Y; n?(): void {} }', ['method m(x: X) abstract of A', 'method n() of A']],
    ['interface I { m(x: X): Y; p: string; (): void }', ['method m(x: X) abstract of I']],
    ['function o(a: string): void; function o(a: number): void; function o(a: any) {}', ['function o(a: string) abstract', 'function o(a: number) abstract', 'function o(a: any)']],
    ['declare function d(x: X): Y;', ['function d(x: X) abstract']],
    ['function t(this: Foo, a) {}', ['function t(a)']],
    ['namespace N { export function f() {} }', ['function f()']],
    ['const x = class { m() { return () => 1; } };', ['method m() of x', 'arrow ()']],
  ];
  for (const [text, expected] of cases) {
    it(text, async () => assert.deepEqual(functions(await summary(text)), expected));
  }
  it('what they return, read from where the function ends', async () => {
    const text = `
      const direct = () => make();
      function f(a) { if (a) { const inner = make(); return inner; } const own = 1; return own ? a : { own }; }
      function g() { { let x = 1; x = 2; return x; } }`;
    const found = await summary(text);
    assert.deepEqual(found.functions.slice(1).map((fn) => fn.returned.map((part) => show(part, found))), [['make()'], ['make()', '(a | {own: own})'], ['other']]);
  });
  it('docs, decorators, return types and the functions around', async () => {
    const text = `
      /**
       * Says hello.
       * @param x whom
       */
      export const hello = (x: string): string => { function inner() {} };
      class A {
        /** Runs. */
        @tool('run') @log async run() {}
      }
      /* no doc */ function bare() {}`;
    const found = await summary(text);
    assert.deepEqual(found.functions.map((fn) => [fn.name, fn.parent, fn.doc, showType(fn.returns)]), [
      ['', null, null, '-'],
      ['hello', 0, 'Says hello.\n@param x whom', 'string'],
      ['inner', 1, null, '-'],
      ['run', 0, 'Runs.', '-'],
      ['bare', 0, null, '-'],
    ]);
    const run = found.functions[3]!;
    assert.deepEqual(run.decorators.map((part) => show(part, found)), ['tool()', 'log']);
    assert.equal(text.slice(run.span.start, run.span.end), `@tool('run') @log async run() {}`);
    assert.equal(text.slice(run.nameSpan.start, run.nameSpan.end), 'run');
    assert.equal(text.slice(found.functions[1]!.nameSpan.start, found.functions[1]!.nameSpan.end), 'hello');
  });
});

describe('TypeScript summaries: classes', () => {
  it('bases, arguments, interfaces, decorators', async () => {
    const found = await summary('@Dec() export abstract class A<T, U = 1> extends ns.B<T, string> implements I, J<U> {} interface K extends L, M<N> {} class P extends mixin(Q) {} const R = class S {};');
    assert.deepEqual(
      found.classes.map((c) => [c.name, c.kind, c.abstract, c.bases.map((base) => show(base, found)), c.baseArguments.map(showType), c.implements.map(showType), c.typeParameters]),
      [
        ['A', 'class', true, ['ns.B'], ['T', 'string'], ['I', 'J<U>'], ['T', 'U']],
        ['K', 'interface', false, ['L', 'M'], [], [], []],
        ['P', 'class', false, ['mixin()'], [], [], []],
        ['S', 'class', false, [], [], [], []],
      ],
    );
    assert.deepEqual(found.classes[0]!.decorators.map((part) => show(part, found)), ['Dec()']);
    const javascript = await summary('class A extends B { #x = 1; static y = f(); m() {} } class C extends mixin(D) {}', '/a.js');
    assert.deepEqual(javascript.classes.map((c) => [c.bases.map((base) => show(base, javascript)), c.fields.map(({ name }) => name)]), [[['B'], ['#x', 'y']], [['mixin()'], []]]);
  });
  it('fields: declared, parameter properties, assigned in methods', async () => {
    const text = `class A {
      static shared = new Pool();
      private client?: Client;
      #key: string = 'k';
      constructor(private readonly db: Db, url: string, public override n = 1) {
        this.client = new Client(url);
        this.url = url;
        const made = make(url);
        this.made = made;
        { let twice = 1; twice = 2; this.twice = twice; }
        [1].forEach(() => { this.late = db; });
        [1].forEach(function () { this.notMine = 1; });
      }
      static boot() { this.booted = true; }
      on = () => { this.seen = 1; };
    }`;
    const found = await summary(text);
    assert.deepEqual(
      found.classes[0]!.fields.map((f) => `${f.static ? 'static ' : ''}${f.name}: ${showType(f.type)} = ${f.values.map((part) => show(part, found)).join(', ')}`),
      [
        'static shared: - = new Pool()',
        'client: Client = new Client()',
        '#key: string = "k"',
        'db: Db = constructor#0',
        'n: - = constructor#2',
        'on: - = fn:on',
        'url: - = constructor#1',
        'made: - = make()',
        'twice: - = other',
        'late: - = constructor#0',
        'static booted: - = true',
        'seen: - = 1',
      ],
    );
    const functions = new Map(found.classes[0]!.fields.map((f) => [f.name, f.functions?.map((index) => found.functions[index]!.name)]));
    assert.deepEqual([functions.get('shared'), functions.get('client'), functions.get('booted'), functions.get('late')], [undefined, ['constructor'], ['boot'], ['']]);
  });
  it('type parameters of functions', async () => {
    const found = await summary('function wrap<T extends Client<U>, U>(f: T) {} class A { m<V>() {} }');
    assert.deepEqual(found.functions.map((fn) => fn.typeParameters?.map((p) => `${p.name} ${showType(p.extends)}`)), [undefined, ['T Client<U>', 'U -'], ['V -']]);
  });
  it('methods by name and kind; an interface’s properties are fields', async () => {
    const found = await summary(`class A { constructor() {} static m() {} get g() { return 1 } set g(v) {} ['x']() {} } interface I { a?: A; m(): void }`);
    assert.deepEqual(found.classes[0]!.methods, [
      { name: 'constructor', function: 1, static: false, kind: 'constructor' },
      { name: 'm', function: 2, static: true, kind: 'method' },
      { name: 'g', function: 3, static: false, kind: 'getter' },
      { name: 'g', function: 4, static: false, kind: 'setter' },
      { name: 'x', function: 5, static: false, kind: 'method' },
    ]);
    assert.deepEqual([found.classes[1]!.fields.map(({ name, type }) => `${name} ${showType(type)}`), found.classes[1]!.methods.map(({ name }) => name)], [['a A'], ['m']]);
  });
});
