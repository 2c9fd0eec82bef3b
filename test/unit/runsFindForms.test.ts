import assert from 'node:assert/strict';
import { createFinder } from '../../src/runs/findForms.ts';
import { createRedactor } from '../../src/runs/redact.ts';

/** The same by trying every form at every place. */
function naive(forms: string[], text: string): [number, number][] {
  const found: [number, number][] = [];
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  for (let i = 0; i < text.length; ) {
    const form = longestFirst.find((f) => text.startsWith(f, i));
    if (form === undefined) i++;
    else found.push([i, (i += form.length)]);
  }
  return found;
}

describe('search for many texts at once', () => {
  it('finds what trying every text at every place finds', () => {
    // a small alphabet makes overlaps; a fixed generator makes failures repeatable
    let seed = 42;
    const random = (n: number) => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % n;
    const word = (length: number) => Array.from({ length }, () => 'abcü'[random(4)]).join('');
    let matches = 0;
    for (let round = 0; round < 500; round++) {
      const forms = [...new Set(Array.from({ length: 1 + random(6) }, () => word(2 + random(5))))];
      const text = word(random(60));
      const found: [number, number][] = [];
      createFinder(forms)(text, (start, end) => found.push([start, end]));
      assert.deepEqual(found, naive(forms, text), `${forms.join(' ')} in ${text}`);
      matches += found.length;
    }
    assert.ok(matches > 1000);
  });

  it('takes secrets of any size and number', () => {
    const long = Array.from({ length: 50_000 }, (_, i) => String.fromCharCode(33 + ((i * i) % 90))).join('');
    const many = Array.from({ length: 300 }, (_, i) => `value/${i * i}/of "secret"`);
    const redact = createRedactor([long, ...many]);
    assert.equal(redact(`a ${long} b ${many[299]!} c`), 'a [redacted] b [redacted] c');
    assert.equal(redact(long.slice(1)), long.slice(1));
  });
});
