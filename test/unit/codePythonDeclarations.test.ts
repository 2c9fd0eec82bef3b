import assert from 'node:assert/strict';
import { linesIn } from '../../src/analysis/code/lines.ts';
import type { FileSummary, Span } from '../../src/analysis/code/summary.ts';
import type { RuleVisitors } from '../../src/analysis/code/syntax.ts';
import { summaryOf, table } from './support/pythonSummary.ts';
import { show, showCall, showType } from './support/showSummary.ts';

const fields = (file: FileSummary) =>
  file.classes.flatMap((owner) => owner.fields.map((one) => `${one.static ? 'static ' : ''}${one.name}: ${showType(one.type)} = ${one.values.map((value, i) => `${show(file, value)}@${one.functions![i]}`).join(', ')}`));
const startOf = (text: string, span: Span) => {
  const { line, column } = linesIn(text)(span);
  return `${line}:${column}`;
};
/** A line of each call: its function, then what is said of it. */
const calls = (file: FileSummary, text: string) =>
  file.calls.map((one, i) => [`${one.function}`, showCall(file, i), ...(one.awaited ? ['awaited'] : []), ...(one.decorator ? ['decorator'] : []), ...(one.loop ? [`loop ${startOf(text, one.loop)}`] : [])].join(' '));

describe('summary of Python: calls, functions and classes', () => {
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
    assert.deepEqual([startOf(text, f!.span), startOf(text, f!.nameSpan)], ['2:0', '4:10']);
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
            function_definition: (node, context) => void seen.push(`def@${context.function} line ${linesIn(context.source.text)(context.span(node)).line}`),
          },
          typescript: { call: () => assert.fail('of the other language') },
        },
      ],
    ]);
    const text = '@a()\ndef f(x=b()):\n  c()\n  return lambda y=d(): e()\n';
    const { facts } = await summaryOf(text, visitors);
    assert.deepEqual(seen, ['a@0 call 0', 'def@0 line 2', 'b@0 call 1', 'c@1 call 2', 'd@1 call 3', 'e@2 call 4']);
    assert.deepEqual(facts.map((one) => [one.rule, one.function, linesIn(text)(one.span).line, one.data]), [
      ['blocking-call', 0, 1, 3],
      ['blocking-call', 0, 2, 3],
      ['blocking-call', 1, 3, 3],
      ['blocking-call', 1, 4, 3],
      ['blocking-call', 2, 4, 3],
    ]);
  });
});
