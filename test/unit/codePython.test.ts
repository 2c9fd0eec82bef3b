import assert from 'node:assert/strict';
import type { FileSummary } from '../../src/analysis/code/summary.ts';
import { summaryOf, table } from './support/pythonSummary.ts';
import { show, showType } from './support/showSummary.ts';

/** `name: type = value, value`, `@2` behind the name where it is function 2's; parameters and variables only. */
const bindings = (file: FileSummary) =>
  file.bindings
    .filter((one) => one.kind === 'variable' || one.kind === 'parameter')
    .map((one) => `${one.name}${one.scope > 0 ? `@${one.scope}` : ''}${one.type ? `: ${showType(one.type)}` : ''}${one.values.length > 0 ? ` = ${one.values.map((value) => show(file, value)).join(', ')}` : ''}`);

describe('summary of Python', () => {
  table('expressions', (file) => [show(file, file.bindings.find((one) => one.name === 'v')!.values[0]!)], [
    ['v = a.b.c', 'a.b.c'],
    ['v = a["b"]', 'a.b'],
    ['v = a[0]', 'a[0]'],
    ['v = a[i]', 'a[]'],
    ['v = a[-1]', 'a[]'],
    ['v = a[i, j]', 'a[]'],
    ['v = a[1:2]', '(a [:] ?)'],
    ['v = (f(1, *x, b=2, **c))', 'f(1, x[], b=2, **c)'],
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
    ['v = f(a, \\\n  [b, \\\n  c])', 'f(a, [b, c])'],
    ['v = """a\r\nb\\\r\nc"""', '"a\\nbc"'],
    ['v = f(  # why\n  a,  # first\n  [b,  # second\n  c])', 'f(a, [b, c])'],
    ['v = {k: 1 for k in a}', '{[k]: 1, **?}'],
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
    ['x = {k: v for k, v in d.items() if k}', 'x = {[k]: v, **?}', 'k = d.items()[][0]', 'v = d.items()[][1]'],
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
    const late = await summaryOf('def f():\n  global json\n  import json');
    assert.deepEqual(late.bindings.map((one) => `${one.kind} ${one.name}@${one.scope}`), ['function f@0', 'import json@0']);
  });
});
