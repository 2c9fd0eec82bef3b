import assert from 'node:assert/strict';
import { createMemo } from '../../src/analysis/code/resolve/memo.ts';
import type { ResolvedWorld } from './support/resolveWorld.ts';
import { resolvedWorld } from './support/resolveWorld.ts';

/** What every call of a world leads to. */
const targets = ({ resolver, files }: ResolvedWorld) =>
  Object.fromEntries([...files].flatMap(([file, { calls }]) => calls.map((_, index) => [`${file}#${index}`, resolver.target({ file, index })])));

describe('resolver: what is remembered', () => {
  const lib = 'export function load() {}\n';
  const files = {
    'a.ts': "import { load } from './index.js';\nload();\n",
    'b.ts': 'function own() {}\nown();\n',
    'index.ts': "export * from './lib.js';\n",
    'lib.ts': lib,
  };

  it('a change drops the answers that looked at the file, and no others', async () => {
    const world = await resolvedWorld(files);
    targets(world);
    assert.deepEqual(world.change('lib.ts', 'export const load = () => 1;\n'), ['a.ts']);
    targets(world);
    assert.deepEqual(world.change('b.ts', files['b.ts']), ['b.ts']);
  });

  const changes: [string, string, string | null][] = [
    ['a function becomes another', 'lib.ts', 'import { other } from "./b.js";\nexport const load = other;\n'],
    ['a file goes', 'lib.ts', null],
    ['a file comes that a name waited for', 'new.ts', 'export function late() {}\nexport function load() {}\n'],
    ['a file comes before another', 'q/__init__.py', 'def f(): pass\n'],
    ['a class is derived', 'derived.ts', 'import { Base } from "./base.js";\nexport class C extends Base { run() {} }\n'],
    ['a derived class goes', 'more.ts', null],
    ['a base changes', 'base.ts', 'export class Base { run() {} other() {} }\n'],
    ['a literal of a type comes', 'made.ts', 'import type { Store } from "./store.js";\nexport const made: Store = { get() {} };\nexport const second: Store = { get: () => 1 };\n'],
    ['a literal of a type goes', 'made.ts', null],
    ['a type is no longer that of a literal', 'store.ts', 'export type Store = { set(): void };\n'],
    ['a file comes that a path with a computed part may mean', 'loaded/two.ts', 'export default function second() {}\n'],
    ['a file goes that a path with a computed part may mean', 'loaded/one.ts', null],
    ['a circle is cut', 'circle1.ts', 'export const one = () => 1;\n'],
  ];
  const all = {
    ...files,
    'base.ts': 'export class Base { run() { this.run(); } }\n',
    'more.ts': 'import { Base } from "./base.js";\nexport class D extends Base { run() {} }\n',
    'use.ts': 'import { Base } from "./base.js";\nimport { late } from "./new.js";\nfunction f(b: Base) { b.run(); b.other(); }\nlate();\n',
    'store.ts': 'export type Store = { get(): void };\n',
    'made.ts': 'import type { Store } from "./store.js";\nexport const made: Store = { get() {} };\n',
    'useStore.ts': 'import type { Store } from "./store.js";\nfunction f(s: Store) { s.get(); }\n',
    'loads.ts': 'async function f(name: string) {\n  const m = await import(`./loaded/${name}.js`);\n  m.default();\n}\n',
    'loaded/one.ts': 'export default function first() {}\n',
    'p.py': 'import q\nq.f()\n',
    'q.py': 'def f(): pass\n',
    'circle1.ts': 'import { two } from "./circle2.js";\nexport const one = two;\n',
    'circle2.ts': 'import { one } from "./circle1.js";\nexport const two = one;\none();\ntwo();\n',
  };
  for (const [what, path, text] of changes) {
    it(`${what}: the answers are those of a new resolver`, async () => {
      const world = await resolvedWorld(all);
      const before = targets(world);
      world.change(path, text);
      const others = Object.fromEntries(Object.entries(all).filter(([name]) => name !== path));
      const fresh = targets(await resolvedWorld(text === null ? others : { ...others, [path]: text }));
      const after = targets(world);
      assert.deepEqual(after, fresh);
      assert.notDeepEqual(after, before);
    });
  }

  it('an answer that asks for itself is not known', () => {
    const memo = createMemo();
    const answer = (key: string, next: string): number => memo.run('call', key, 0, 0, () => 1 + (next === '' ? 0 : answer(next, key)));
    assert.equal(answer('a', 'b'), 2);
  });

  it('what was found within a circle follows all that the circle has looked at', () => {
    const memo = createMemo();
    memo.run('call', 'outer', 0, 0, () => {
      memo.read('x');
      return memo.run('call', 'inner', 0, 0, () => {
        memo.read('y');
        memo.run('call', 'outer', 0, 0, () => 1);
        return 5;
      });
    });
    assert.deepEqual([...memo.drop(['x']).get('call')!].sort(), ['inner', 'outer']);
  });

  it('work without an end is given up', () => {
    const memo = createMemo();
    const endless = (n: number): number => memo.run('call', '', n, 0, () => endless(n + 1) + 1);
    assert.ok(endless(0) < 1_000);
  });

  it('deep chains and sums, names that stand for themselves', async () => {
    const world = await resolvedWorld({
      'a.ts': `const x = { ...x, y: [...z] };\nconst z = [x, ...z];\nx.a.b();\nz[0].y[1].c();\nconst chain = z${'.map((x) => x)'.repeat(400)};\nchain.map(f);\nconst sum = 'a'${" + 'b'".repeat(3_000)};\nsum.trim();\nclass A extends A { run() { super.run(); } }\nclass B extends C {}\nclass C extends B { go() { this.go(); } }\n`,
      'b.py': 'class A(B): pass\nclass B(A):\n    def run(self):\n        super().run()\n        self.walk()\nx = x.y()\ndef f(): return f()\nf().g()\n',
      'c.ts': "export * from './c.js';\nexport { d } from './d.js';\nimport { d } from './d.js';\nd();\n",
      'd.ts': "export { d } from './c.js';\n",
    });
    assert.ok(Object.keys(targets(world)).length > 400);
  });
});
