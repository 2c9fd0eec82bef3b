import assert from 'node:assert/strict';
import { createRedactor, redactValue } from '../../src/runs/redact.ts';
import { holdsSecret } from './runsSecrets.ts';

const secrets = ['sk-live/4f+8a=b?c&d', 'päss "wörd"\\ 42', 'plainsecret', "it's(a)secret!*"];
const redact = createRedactor(secrets);

/** Every way in which a secret may be written, made without the code under test. */
function forms(secret: string): Record<string, string> {
  const python = (text: string) => JSON.stringify(text).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const base64 = (before: string) => Buffer.from(`${before}${secret}:after`).toString('base64');
  const url = new URL('https://example.org/');
  url.searchParams.set('key', secret);
  return {
    plain: secret,
    'in JSON': JSON.stringify({ a: secret }),
    'in JSON in JSON': JSON.stringify({ a: JSON.stringify({ b: secret }) }),
    'in JSON in JSON in JSON': JSON.stringify([JSON.stringify([JSON.stringify([secret])])]),
    'ASCII JSON': python(secret),
    'ASCII JSON in JSON': JSON.stringify(python(secret)),
    'slashes escaped': JSON.stringify(secret).replaceAll('/', '\\/'),
    'percent-encoded': encodeURIComponent(secret),
    'percent-encoded, lower case': encodeURIComponent(secret).replace(/%../g, (c) => c.toLowerCase()),
    'in a query': url.href,
    'in a URL': `https://user:${encodeURIComponent(secret)}@example.org/x`,
    'base64 alone': Buffer.from(secret).toString('base64'),
    'base64 at 0': base64('abc'),
    'base64 at 1': base64('a'),
    'base64 at 2': base64('ab'),
    'base64url at 0': Buffer.from(`abc${secret}:z`).toString('base64url'),
    'base64url at 1': Buffer.from(`a${secret}:z`).toString('base64url'),
    'base64url at 2': Buffer.from(`ab${secret}:z`).toString('base64url'),
    'base64 in a query': encodeURIComponent(base64('ab')),
    'base64 with slashes escaped': JSON.stringify(base64('a')).replaceAll('/', '\\/'),
  };
}

describe('redaction', () => {
  for (const secret of secrets) {
    for (const [name, text] of Object.entries(forms(secret))) {
      it(`takes out ${JSON.stringify(secret)} ${name}`, () => {
        assert.ok(holdsSecret(text, secret), 'the test itself finds it before');
        const redacted = redact(`before ${text} after`);
        assert.ok(!holdsSecret(redacted, secret), redacted);
        assert.match(redacted, /^before .*\[redacted\].* after$/s);
      });
    }
  }

  it('leaves text without a secret as it is', () => {
    const text = JSON.stringify({ plain: 'secret', n: 'plainsecre', url: 'https://example.org/?a=%20' });
    assert.equal(redact(text), text);
    assert.equal(createRedactor([])(text), text);
  });

  it('prefers the longest of secrets that begin alike, and takes out all of several', () => {
    const both = createRedactor(['abcdef', 'abcdefghij', 'uvwxyz']);
    assert.equal(both('abcdefghij abcdef-uvwxyz'), '[redacted] [redacted]-[redacted]');
  });

  it('keeps JSON valid', () => {
    for (const secret of secrets) assert.deepEqual(JSON.parse(redact(JSON.stringify({ a: `x${secret}y` }))), { a: 'x[redacted]y' });
  });

  it('takes out the lines of a secret of several lines', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nshort\n';
    assert.equal(createRedactor([pem])('line MIIEvQIBADANBgkqhkiG9w0BAQEFAASC and short'), 'line [redacted] and short');
  });

  it('redacts values deeply, also keys, and leaves numbers, null and untouched values alone', () => {
    const value = { a: ['x plainsecret', 5, null, { plainsecret: true }], '__proto__x': 1 };
    assert.deepEqual(redactValue(value, redact), { a: ['x [redacted]', 5, null, { '[redacted]': true }], '__proto__x': 1 });
    const clean = { a: [1, 'b'] };
    assert.equal(redactValue(clean, redact), clean);
  });

  it('needs one pass for many secrets: ten times the secrets cost less than ten times', () => {
    const text = JSON.stringify({ a: 'the quick brown fox', b: 'QUJDREVGR0hJSktMTU5PUA==' }).repeat(20_000);
    const many = (n: number) => createRedactor(Array.from({ length: n }, (_, i) => `Zq${i}-secret-${i * 7919}`));
    const [few, lots] = [many(3), many(30)];
    few(text);
    lots(text);
    const time = (f: () => void) => {
      let best = Infinity;
      for (let i = 0; i < 5; i++) {
        const start = process.hrtime.bigint();
        f();
        best = Math.min(best, Number(process.hrtime.bigint() - start));
      }
      return best;
    };
    assert.ok(time(() => lots(text)) < 8 * time(() => few(text)));
  });
});
