import assert from 'node:assert/strict';
import { summarisePython } from '../../src/analysis/code/python/index.ts';
import type { FileSummary } from '../../src/analysis/code/summary.ts';
import type { RuleVisitors } from '../../src/analysis/code/syntax.ts';
import { testParsers } from './support/parsers.ts';
import { show, showCall, showType } from './support/showSummary.ts';

async function summaryOf(text: string, visitors: RuleVisitors = new Map()): Promise<FileSummary> {
  const source = (await testParsers()).parse('/server.py', text)!;
  try {
    return summarisePython(source, visitors);
  } finally {
    source.dispose();
  }
}

/** `name: type = value, value`, `@2` behind the name where it is function 2's; parameters and variables only. */
const bindings = (file: FileSummary) =>
  file.bindings
    .filter((one) => one.kind === 'variable' || one.kind === 'parameter')
    .map((one) => `${one.name}${one.scope > 0 ? `@${one.scope}` : ''}${one.type ? `: ${showType(one.type)}` : ''}${one.values.length > 0 ? ` = ${one.values.map((value) => show(file, value)).join(', ')}` : ''}`);
const fields = (file: FileSummary) =>
  file.classes.flatMap((owner) => owner.fields.map((one) => `${one.static ? 'static ' : ''}${one.name}: ${showType(one.type)} = ${one.values.map((value, i) => `${show(file, value)}@${one.functions![i]}`).join(', ')}`));
/** A line of each call: its function, then what is said of it. */
const calls = (file: FileSummary) =>
  file.calls.map((one, i) => [`${one.function}`, showCall(file, i), ...(one.awaited ? ['awaited'] : []), ...(one.decorator ? ['decorator'] : []), ...(one.loop ? [`loop ${one.loop.line}:${one.loop.column}`] : [])].join(' '));

/** What a table's row gives, and what it shall give. */
function table(title: string, look: (file: FileSummary) => string[], rows: readonly (readonly [text: string, ...expected: string[]])[]): void {
  describe(title, () => {
    for (const [text, ...expected] of rows) {
      it(text.replaceAll('\n', '⏎'), async () => {
        const file = await summaryOf(text);
        assert.deepEqual(look(file), expected);
        assert.equal(file.syntaxErrors, 0);
      });
    }
  });
}

describe('summary of Python', () => {
  table('expressions', (file) => [show(file, file.bindings.find((one) => one.name === 'v')!.values[0]!)], [
    ['v = a.b.c', 'a.b.c'],
    ['v = a["b"]', 'a.b'],
    ['v = a[0]', 'a[0]'],
    ['v = a[i]', 'a[]'],
    ['v = a[-1]', 'a[]'],
    ['v = a[i, j]', 'a[]'],
    ['v = a[1:2]', '?'],
    ['v = (f(1, *x, b=2, **c))', 'f(1, ?, b=2, **c)'],
    ['v = f(x for x in y)', 'f([x, …])'],
    ['v = await f()', 'await f()'],
    ['v = super().run()', 'super.run()'],
    ['v = a if c else b', 'a|b'],
    ['v = a or b', 'a|b'],
    ['v = cast("Foo", x)', '(x as Foo)'],
    ['v = typing.cast(list[Foo], x)', '(x as list[Foo])'],
    ['v = array.cast("B", x)', 'array.cast("B", x)'],
    ['v = lambda: 1', 'function#1'],
    ['v = [a, 1], (), {2}', '[[a, 1], [], [2]]'],
    ['v = [f(x) for x in y]', '[f(x), …]'],
    ['v = {"a": 1, **b, c: d}', '{a: 1, [c]: d, **b, **?}'],
    ['v = [a, *b]', '[a, b[]]'],
    ['v = f(  # why\n  a,  # first\n  [b,  # second\n  c])', 'f(a, [b, c])'],
    ['v = {k: 1 for k in a}', '?'],
    ['v = 1_000, 0x1F, 1.5, -3, 2j', '[1000, 31, 1.5, -3, ?]'],
    ['v = True, False, None, ...', '[true, false, null, ?]'],
    ['v = "a\\n\\x41\\u00e9\\\\\\101" "b"', '"a\\nAé\\\\Ab"'],
    ["v = r'\\d', b'x', '''a\"b'''", '["\\\\d", "x", "a\\"b"]'],
    ['v = f"{a.b}/{{x}}/{c!r:>{w}}" "z"', '`{a.b}/{x}/{c}z`'],
    ['v = f"plain"', '"plain"'],
    ['v = base / "x" / name', '((base / "x") / name)'],
    ['v = 60 * 1000', '(60 * 1000)'],
    ['v = not a', '?'],
    ['v = a < b', '?'],
    ['v = w = f()', 'f()'],
    ['v = (w := f())', 'f()'],
  ]);

  table('annotations', (file) => file.bindings.map((one) => showType(one.type)), [
    ['v: Foo', 'Foo'],
    ['v: a.b.Foo = x', 'a.b.Foo'],
    ['v: "Foo"', 'Foo'],
    ['v: "list[Foo] | None"', 'list[Foo] | null'],
    ['v: Foo | "Bar"', 'Foo | Bar'],
    ['v: Optional["Foo"]', 'Foo | null'],
    ['v: typing.Union[A, B, None]', 'A | B | null'],
    ['v: dict[str, list[Foo]]', 'dict[str, list[Foo]]'],
    ['v: Annotated[Foo, Field(ge=1, description="a, b] c")]', 'Foo'],
    ['v: ClassVar[Foo]', 'Foo'],
    ['v: Callable[[A, "B"], Awaitable[C]]', '(A, B) => Awaitable[C]'],
    ['v: Callable[..., C]', '(…) => C'],
    ['v: type[Foo]', 'typeof Foo'],
    ['v: tuple[A, B]', '(A, B)'],
    ['v: tuple[A, ...]', 'A*'],
    ['v: Literal["a", 1, True]', '"a" | 1 | true'],
    ['v: None', 'null'],
    ['v: f(x)', '?'],
    ['v: (\n  A  # first\n  | B\n)', 'A | B'],
  ]);

  table('aliases', (file) => file.aliases.map((one) => `${one.name} = ${showType(one.type)}`), [
    ['type X = list[A]', 'X = list[A]'],
    ['type X[T] = A | T', 'X = A | T'],
    ['X: TypeAlias = "A | B"', 'X = A | B'],
    ['X = Union[A, "B"]', 'X = A | B'],
    ['X = a.A | None', 'X = a.A | null'],
    ['X = NewType("X", A)', 'X = A'],
    ['X = flags | 1'],
    ['def f(): X = Union[A, B]'],
  ]);

  table('names and values', bindings, [
    ['a = b = f()', 'a = f()', 'b = f()'],
    ['a, (b, *c), d = f()', 'a = f()[0]', 'b = f()[1][0]', 'c = ?', 'd = f()[2]'],
    ['*a, b = f()', 'a = ?', 'b = ?'],
    ['[a, b] = x, y', 'a = x', 'b = y'],
    ['a, b = x, *y', 'a = x', 'b = ?'],
    ['a: int', 'a: int'],
    ['a: int = 1\na = 2\na += 3', 'a: int = 1, 2, ?'],
    ['if (n := f()) > 1: pass', 'n = f()'],
    ['for i, x in enumerate(xs): pass', 'i = enumerate(xs)[][0]', 'x = enumerate(xs)[][1]'],
    ['async def f():\n  async for x in g(): pass', 'x@1 = g()[]'],
    ['with open(p) as f, g() as (a, b): pass', 'f = enter(open(p))', 'a = enter(g())[0]', 'b = enter(g())[1]'],
    ['with (a() as x, b() as y): pass', 'x = enter(a())', 'y = enter(b())'],
    ['async def f():\n  async with s.get(u) as r: pass', 'r@1 = enter(s.get(u))'],
    ['try: pass\nexcept A as e: pass\nexcept (b.B, C) as e: pass', 'e = (? as A), (? as b.B | C)'],
    ['try: pass\nexcept* A as e: pass', 'e = ?'],
    ['x = [i for i in a]', 'x = [i, …]', 'i = a[]'],
    ['x = {k: v for k, v in d.items() if k}', 'x = ?', 'k = d.items()[][0]', 'v = d.items()[][1]'],
    ['match f():\n  case Foo(a, b=c) as d: pass\n  case [x, *y] | {"k": z, **r}: pass\n  case A.B: pass\n  case other: pass', 'd = (f() as Foo)', 'c = ?', 'a = ?', 'r = ?', 'z = ?', 'y = ?', 'x = ?', 'other = f()'],
    ['_c = None\ndef get(url):\n  global _c\n  local = url\n  _c = [local, _c, x]', '_c = null, [parameter#1.0, _c, x]', 'url@1', 'local@1 = url'],
    ['def f():\n  n = 0\n  def g():\n    nonlocal n\n    n = m\n  def h(): n = 2', 'n@1 = 0, m', 'n@3 = 2'],
    ['def f():\n  n = 0\n  def g():\n    def h():\n      nonlocal n\n      n = m', 'n@1 = 0, m'],
    ['def f(a, /, b: int = 1, *args: A, c=None, **kw: B): a = a or g()', 'a@1 = a|g()', 'b@1: int = 1', 'args@1: A', 'c@1 = null', 'kw@1: B'],
    ['f = lambda x, y=1, *z: x', 'f = function#1', 'x@1', 'y@1 = 1', 'z@1'],
    ['self.x = 1\na[0] = 2\na.b = 3'],
    ['class A:\n  x = 1\n  for y in x: pass'],
  ]);

  it('a long list of values is cut and says so', async () => {
    const [x, y] = (await summaryOf(`${'x = 1\n'.repeat(9)}${'y = 1\n'.repeat(8)}`)).bindings;
    assert.deepEqual([x!.values.length, x!.reassigned, y!.values.length, y!.reassigned], [8, true, 8, false]);
  });

  it('names are seen in their function, those of comprehensions in these, and a name assigned once is constant', async () => {
    const text = 'a = 1\nb = 1\nb = 2\ndef f(p=a):\n  c = [i for i in p]';
    const { bindings: found } = await summaryOf(text);
    const seen = Object.fromEntries(found.map((one) => [one.name, `${text.slice(one.from, one.to)}${one.constant ? ' constant' : ''}`]));
    assert.deepEqual(seen, { a: `${text} constant`, b: text, f: `${text} constant`, p: 'c = [i for i in p]', c: 'c = [i for i in p] constant', i: '[i for i in p]' });
    assert.deepEqual(found.map((one) => one.name), ['a', 'b', 'f', 'p', 'c', 'i'], 'inner scopes behind outer ones');
  });

  table('imports', (file) => file.imports.map((one) => `${one.scope}: ${one.module} ${one.imported} as ${one.local}${one.loads === undefined ? '' : ` loads ${one.loads}`}${one.typeOnly ? ' types' : ''}`), [
    ['import os', '0: os * as os'],
    ['import a.b.c, d as e', '0: a * as a loads a.b.c', '0: d * as e'],
    ['import a.b as c', '0: a.b * as c'],
    ['from . import x', '0: . x as x'],
    ['from .. m import (a as b,\n  c)', '0: ..m a as b', '0: ..m c as c'],
    ['from m import *', '0: m * as null'],
    ['from __future__ import annotations', '0: __future__ annotations as annotations'],
    ['def f():\n  import json', '1: json * as json'],
    ['try:\n  import orjson as json\nexcept ImportError:\n  import json', '0: orjson * as json', '0: json * as json'],
    ['if TYPE_CHECKING:\n  from a import B\nelse:\n  import c', '0: a B as B types', '0: c * as c'],
    ['if typing.TYPE_CHECKING:\n  if x:\n    import a', '0: a * as a types'],
  ]);

  it('every import that has a name is a binding', async () => {
    const { bindings: found, imports } = await summaryOf('import a.b\nfrom m import *\nfrom .x import y as z');
    assert.deepEqual(found.map((one) => [one.kind, one.name, imports[one.index]!.module]), [['import', 'a', 'a'], ['import', 'z', '.x']]);
  });

  table('calls', calls, [
    ['f(g(1), h)', '0 f(g(1), h)', '0 g(1)'],
    ['a.b().c()', '0 a.b().c()', '0 a.b()'],
    ['async def f():\n  await g().h(i())', '1 g().h(i()) awaited', '1 g() awaited', '1 i()'],
    ['async def f():\n  await (g() if x() else h())', '1 g() awaited', '1 x()', '1 h() awaited'],
    ['async def f():\n  async with g() as x: h()', '1 g()', '1 h()'],
    ['@d(e())\n@plain\ndef f(a=b()) -> c(): return g()', '0 d(e()) decorator', '0 e() decorator', '0 b()', '0 c()', '1 g()'],
    ['@d(lambda: g())\nclass A(b()):\n  x = c()\n  def m(self): h()', '0 d(function#1) decorator', '1 g()', '0 b()', '0 c()', '2 h()'],
    ['def f():\n  def g(): h()\n  x = lambda a=i(): j()', '2 h()', '1 i()', '3 j()'],
    ['for x in a():\n  b(x)\n  def g(): c()\nelse: d()', '0 a()', '0 b(x) loop 1:0', '1 c()', '0 d()'],
    ['while a():\n  [b(i) for i in c()]', '0 a() loop 1:0', '0 b(i) loop 2:2', '0 c() loop 1:0'],
    ['x = [a(i, j) for i in b() for j in c(i) if d(j)]', '0 a(i, j) loop 1:4', '0 b()', '0 c(i) loop 1:4', '0 d(j) loop 1:4'],
    ['v: Annotated[int, f()] = f"{g()} {h():{i()}}"', '0 f()', '0 g()', '0 h()', '0 i()'],
    ['if __name__ == "__main__":\n  main()', '0 main()'],
    ['match a():\n  case b if c(): d()', '0 a()', '0 c()', '0 d()'],
    ['print("x", file=sys.stderr)', '0 print("x", file=sys.stderr)'],
  ]);

  it("a call's name is the last one of its callee", async () => {
    const text = 'a.b(1)(2).read(3)\nopen(4)';
    const { calls: found } = await summaryOf(text);
    assert.deepEqual(found.map((one) => text.slice(one.nameSpan.start, one.nameSpan.end)), ['read', 'a.b(1)', 'b', 'open']);
  });

  table('functions', (file) => file.functions.slice(1).map((one) => `${one.parent}${one.class === null ? '' : `/${one.class}`} ${[one.static && 'static', one.async && 'async', one.generator && 'generator', one.abstract && 'abstract', one.kind].filter(Boolean).join(' ')} ${one.name}(${one.parameters.map((p) => `${p.rest ? '*' : ''}${p.name}${p.optional ? '?' : ''}${p.type ? `: ${showType(p.type)}` : ''}`).join(', ')})${one.returns ? ` -> ${showType(one.returns)}` : ''}`), [
    ['def f(a, b: int = 1, /, *, c=2, **kw: Any) -> "Foo": pass', '0 function f(a, b?: int, c?, *kw: Any) -> Foo'],
    ['async def f(*args: int):\n  yield 1', '0 async generator function f(*args: int)'],
    ['def f():\n  def g(): pass\n  return lambda x: x', '0 function f()', '1 function g()', '1 lambda (x)'],
    ['h = lambda: 1\nf(key=lambda: 2)\nd = {"k": lambda: 3}\na.b = lambda: 4\ndef g(cb=lambda: 5): pass', '0 lambda h()', '0 lambda key()', '0 lambda k()', '0 lambda b()', '0 function g(cb?)', '0 lambda cb()'],
    ['class A:\n  def __init__(self): pass\n  @staticmethod\n  def s(x): pass\n  @classmethod\n  async def c(cls): pass\n  @property\n  def p(self): pass\n  @p.setter\n  def p(self, v): pass\n  @functools.cached_property\n  def q(self): pass', '0/0 constructor __init__(self)', '0/0 static method s(x)', '0/0 static async method c(cls)', '0/0 getter p(self)', '0/0 setter p(self, v)', '0/0 getter q(self)'],
    ['class A:\n  @abstractmethod\n  def a(self): pass\n  def b(self):\n    "doc"\n    raise NotImplementedError\n  def c(self): ...\n  def d(self): pass\n  def e(self):\n    f()\n    ...', '0/0 abstract method a(self)', '0/0 abstract method b(self)', '0/0 abstract method c(self)', '0/0 method d(self)', '0/0 method e(self)'],
    ['@overload\ndef f(a: int): pass\ndef f(a): return a', '0 abstract function f(a: int)', '0 function f(a)'],
    ['@d(lambda: 1)\ndef f(): pass', '0 function f()', '0 lambda ()'],
    ['def f():\n  class A:\n    def m(self): pass', '0 function f()', '1/0 method m(self)'],
  ]);

  it('results, what is yielded, doc strings, decorators and spans of functions', async () => {
    const text = '"""Module."""\n@mcp.tool\n@d(1)\nasync def f(x):\n    """Text\\n."""\n    yield a, 1\n    yield from b\n    return\n    return x.y\n';
    const file = await summaryOf(text);
    const [module, f] = file.functions;
    assert.equal(module!.doc, 'Module.');
    assert.equal(f!.doc, 'Text\n.');
    assert.deepEqual(f!.returned.map((one) => show(file, one)), ['x.y']);
    assert.deepEqual(f!.yielded!.map((one) => show(file, one)), ['[a, 1]', 'b[]']);
    assert.deepEqual(f!.decorators.map((one) => show(file, one)), ['mcp.tool', 'd(1)']);
    assert.equal(text.slice(f!.span.start, f!.span.end), text.slice(text.indexOf('@mcp')).trimEnd());
    assert.deepEqual([f!.span.line, f!.nameSpan.line, f!.nameSpan.column], [2, 4, 10]);
    assert.deepEqual((await summaryOf('x: T = "no doc"\ndef f(): return "no doc"')).functions.map((one) => one.doc), [null, null]);
  });

  table('classes', (file) => file.classes.map((one) => `${one.abstract ? 'abstract ' : ''}${one.kind} ${one.name}<${one.typeParameters.join(', ')}>(${one.bases.map((base) => show(file, base)).join(', ')})[${one.baseArguments.map(showType).join(', ')}] ${one.methods.map((method) => `${method.kind} ${method.name}`).join(', ')}`), [
    ['class A(b.B, C, metaclass=M, **kw): pass', 'class A<>(b.B, C)[] '],
    ['class A[T: int, *Ts](Base[T]): pass', 'class A<T, Ts>(Base)[T] '],
    ['class A(Generic[T, U], Repo["User"]): pass', 'class A<T, U>(Repo)[User] '],
    ['class A(ABC):\n  def m(self): pass', 'abstract class A<>(ABC)[] method m'],
    ['class A(metaclass=ABCMeta): pass', 'abstract class A<>()[] '],
    ['class A(Protocol[T]):\n  def m(self): ...', 'abstract interface A<T>(Protocol)[] method m'],
    ['class A(make(1), *more): pass', 'class A<>(make(1), ?)[] '],
    ['def f():\n  class A: pass\n  class B: pass', 'class A<>()[] ', 'class B<>()[] '],
  ]);

  table('fields', fields, [
    ['class A:\n  a = 1\n  b: int = 2\n  c: Foo\n  d: ClassVar[int] = 3', 'static a: - = 1@0', 'b: int = 2@0', 'c: Foo = ', 'static d: int = 3@0'],
    ['@dataclass\nclass A:\n  s: Session = field(default_factory=Session)', 's: Session = field(default_factory=Session)@0'],
    ['class A:\n  x = None\n  def __init__(this, c: Client, n):\n    this.c = c\n    this.x: X = n\n    this.y, this.z = f()', 'x: X = null@0, n@1', 'c: - = c@1', 'y: - = f()[0]@1', 'z: - = f()[1]@1'],
    ['class A:\n  @classmethod\n  def m(cls): cls.r = {}\n  @staticmethod\n  def s(x): x.no = 1\n  def n(self, other): other.no = 1', 'static r: - = {}@1'],
    ['class A:\n  async def m(self):\n    async with g() as self.s: pass\n    def inner(): self.i = 1\n    def shadow(self): self.no = 1', 's: - = enter(g())@1', 'i: - = 1@2'],
    ['class A:\n  class Meta: pass\n  import json\n  from a import b\n  if x:\n    y = 1', 'static Meta: - = class#1@0', 'static json: - = module(json)@0', 'static b: - = module(a).b@0', 'static y: - = 1@0'],
    ['def f(self): self.x = 1'],
  ]);

  it('generic functions and the fields of the parameter kinds', async () => {
    const { functions } = await summaryOf('def f[T: Base, U](x: T) -> U: pass');
    assert.deepEqual(functions[1]!.typeParameters?.map((one) => `${one.name}: ${showType(one.extends)}`), ['T: Base', 'U: -']);
  });

  it('suppressions', async () => {
    const { suppressions } = await summaryOf('f()  # mcp-profiler-disable-line blocking-call -- start-up only\n# mcp-profiler-disable-next-line\ng()');
    assert.deepEqual(suppressions.map(({ line, rules, reason }) => ({ line, rules, reason })), [
      { line: 1, rules: ['blocking-call'], reason: 'start-up only' },
      { line: 3, rules: [], reason: null },
    ]);
  });

  it('visitors are told the function whose own body a node stands in, and see the calls of the summary', async () => {
    const seen: string[] = [];
    const visitors: RuleVisitors = new Map([
      [
        'blocking-call',
        {
          python: {
            call(node, context) {
              const expr = context.expr(node);
              seen.push(`${node.childForFieldName('function')!.text}@${context.function} call ${expr.kind === 'call' ? expr.call : '?'}`);
              context.fact(node, node.text.length);
            },
            function_definition: (node, context) => void seen.push(`def@${context.function} line ${context.span(node).line}`),
          },
          typescript: { call: () => assert.fail('of the other language') },
        },
      ],
    ]);
    const { facts } = await summaryOf('@a()\ndef f(x=b()):\n  c()\n  return lambda y=d(): e()\n', visitors);
    assert.deepEqual(seen, ['a@0 call 0', 'def@0 line 2', 'b@0 call 1', 'c@1 call 2', 'd@1 call 3', 'e@2 call 4']);
    assert.deepEqual(facts.map((one) => [one.rule, one.function, one.span.line, one.data]), [
      ['blocking-call', 0, 1, 3],
      ['blocking-call', 0, 2, 3],
      ['blocking-call', 1, 3, 3],
      ['blocking-call', 1, 4, 3],
      ['blocking-call', 2, 4, 3],
    ]);
  });
});
