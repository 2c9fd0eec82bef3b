import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsOf } from './support/checkSummary.ts';
import { summaryOf } from './support/pythonSummary.ts';
import { seededRules, seedsOf } from './support/seeds.ts';

/** Every Python file that we have: the fixture server and the seeds. */
function samples(): string[] {
  const seeds = seededRules().flatMap((rule) => seedsOf(rule, 'python').flatMap((seed) => Object.entries(seed.files)));
  return [readFileSync(join(import.meta.dirname, '../servers/delays/server.py'), 'utf8'), ...seeds.flatMap(([path, text]) => (path.endsWith('.py') ? [text] : []))];
}

const deep = 5000;
const repeated = (open: string, inside: string, close = '') => open.repeat(deep) + inside + close.repeat(deep);

describe('Python that gives trouble', function () {
  this.timeout(60_000);

  it('indices are valid and spans nest in whole files', async () => {
    const texts = samples();
    assert.ok(texts.length > 50);
    for (const text of texts) {
      const file = await summaryOf(text);
      assert.deepEqual(problemsOf(file, text), [], text);
      assert.equal(file.syntaxErrors, 0, text);
    }
  });

  it('the same holds for half-typed ones: cut anywhere, or with a piece missing', async () => {
    for (const [i, text] of samples().filter((_, n) => n % 8 === 0).entries()) {
      for (let step = 0; step < 12; step++) {
        const at = (i * 37 + step * 131) % text.length;
        for (const half of [text.slice(0, at), text.slice(0, at) + text.slice(at + 1 + (step % 7))]) assert.deepEqual(problemsOf(await summaryOf(half), half), [], half);
      }
    }
  });

  const half: [text: string, errors: number][] = [
    ['def f(', 1],
    ['x = foo.', 1],
    ['def f(a):\n  return g(a\n\ndef h(): pass', 1],
    ['class A(\n\nx = 1', 1],
    ['from . import', 1],
    ['print "x"\n', 1],
    ['try:\n  pass\nexcept A, e:\n  print e\n', 1],
    ['exec "x" in y\n', 1],
    ['\u0000\u0001\ufffd\ud800', 1],
  ];
  for (const [text, errors] of half) {
    it(`${JSON.stringify(text)} has syntax errors`, async () => {
      const file = await summaryOf(text);
      assert.ok(file.syntaxErrors >= errors, `${file.syntaxErrors}`);
      assert.deepEqual(problemsOf(file, text), []);
    });
  }

  it('what stands beside an error is kept', async () => {
    const { functions, calls } = await summaryOf('import os\n\ndef f():\n  x = (1 +\n\ndef g():\n  os.getcwd()\n');
    assert.ok(calls.some((one) => one.callee.kind === 'member' && one.callee.name === 'getcwd'));
    assert.ok(functions.some((one) => one.name === 'g'));
  });

  it('an empty file is a module', async () => {
    const { functions, bindings, syntaxErrors } = await summaryOf('');
    assert.deepEqual([functions.length, functions[0]!.kind, bindings.length, syntaxErrors], [1, 'module', 0, 0]);
  });

  const nested: Record<string, string> = {
    parentheses: `x = ${repeated('(', '1', ')')}`,
    lists: `x = ${repeated('[', '', ']')}`,
    calls: `x = ${repeated('f(', '', ')')}`,
    'calls of calls': `x = f${repeated('()', '')}`,
    members: `x = a${repeated('.b', '')}`,
    sums: `x = ${repeated('a + ', 'a')}`,
    lambdas: `x = ${repeated('lambda: ', '1')}`,
    conditions: `x = ${repeated('a if b else ', 'c')}`,
    assignments: repeated('a = ', '1'),
    targets: `${repeated('(', 'a', ',)')} = b`,
    types: `x: ${repeated('list[', 'int', ']')}`,
    awaits: `x = ${repeated('await ', 'y')}`,
    branches: `if a: pass\n${repeated('elif b: f()\n', '')}`,
    functions: `${Array.from({ length: 200 }, (_, i) => `${' '.repeat(i)}def f${i}():`).join('\n')}\n${' '.repeat(200)}g()`,
  };
  for (const [what, text] of Object.entries(nested)) {
    it(`${what}, very deep`, async () => {
      const file = await summaryOf(text);
      assert.equal(file.syntaxErrors, 0);
      if (/[a-z]\(/.test(text)) assert.ok(file.calls.length > 0);
    });
  }

  it('the value of a global name does not grow with the names that it is made of', async () => {
    const locals = Array.from({ length: 500 }, (_, i) => ` a${i + 1} = [a${i}, a${i}, a${i}]\n`).join('');
    const { bindings } = await summaryOf(`def f():\n global G\n${locals} G = a500\n G = [a8, a8]`);
    const values = bindings.find((one) => one.name === 'G')!.values;
    assert.equal(values.length, 2);
    assert.ok(JSON.stringify(values).length < 60_000);
  });
});
