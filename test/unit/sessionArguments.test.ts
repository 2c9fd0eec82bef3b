import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import { sampleArguments } from '../../src/load/workload/arguments.ts';

const object = (properties: Record<string, unknown>, required = Object.keys(properties)) => ({ type: 'object', properties, required });

/** Schemas as they are found in the wild; the sample of each must be valid by it. */
const valid: Record<string, object> = {
  'nothing required': object({ a: { type: 'string' } }, []),
  'every type': object({ s: { type: 'string' }, i: { type: 'integer' }, n: { type: 'number' }, b: { type: 'boolean' }, z: { type: 'null' }, a: { type: 'array', items: { type: 'integer' } }, o: object({ x: { type: 'string' } }) }),
  'bounds of numbers': object({ a: { type: 'integer', minimum: 10 }, b: { type: 'number', exclusiveMinimum: 0, maximum: 0.5 }, c: { type: 'integer', maximum: -3 }, d: { type: 'integer', multipleOf: 7, minimum: 8 }, e: { type: 'number', exclusiveMinimum: 5, exclusiveMaximum: 6 }, f: { type: 'integer', exclusiveMinimum: 0 } }),
  'lengths of strings': object({ a: { type: 'string', minLength: 20 }, b: { type: 'string', maxLength: 3 }, c: { type: 'string', minLength: 1 } }),
  patterns: object({
    a: { type: 'string', pattern: '^[a-z]{3}-\\d{4}$' },
    b: { type: 'string', pattern: '^(foo|bar)+$' },
    c: { type: 'string', pattern: '^#?[0-9a-fA-F]{6}$' },
    d: { type: 'string', pattern: '^[^/]+/[^/]+$' },
    e: { type: 'string', pattern: '^https?://\\S+$' },
    f: { type: 'string', pattern: '^\\+?[1-9]\\d{1,14}$' },
    g: { type: 'string', pattern: '^v(?:\\d+\\.){2}\\d+$' },
  }),
  'arrays with bounds': object({ a: { type: 'array', minItems: 3, items: { type: 'string' } }, b: { type: 'array', uniqueItems: true, minItems: 2, items: { type: 'integer' } }, c: { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }] }, d: { type: 'array', maxItems: 0 } }),
  'references and definitions': { ...object({ a: { $ref: '#/$defs/name' }, b: { $ref: '#/definitions/of~1b' } }), $defs: { name: { type: 'string', enum: ['only'] } }, definitions: { 'of/b': { type: 'integer', minimum: 4 } } },
  'a choice': object({ a: { anyOf: [{ type: 'null' }, { type: 'integer' }] }, b: { oneOf: [{ const: 'x' }, { const: 'y' }] }, c: { type: ['null', 'boolean'] } }),
  'a join': { allOf: [object({ a: { type: 'string' } }), object({ b: { type: 'integer' } })] },
  'a join beside properties': { ...object({ a: { type: 'string' } }), allOf: [{ required: ['b'], properties: { b: { type: 'boolean' } } }] },
  'no type': { properties: { a: { minimum: 3 }, b: { items: { type: 'string' } }, c: {} }, required: ['a', 'b', 'c'] },
  'required without a property': { type: 'object', required: ['ghost'] },
  'a tree that may end': { ...object({ node: { $ref: '#/$defs/node' } }), $defs: { node: object({ value: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } }) } },
  'a list that must go on or be null': { ...object({ node: { $ref: '#/$defs/node' } }), $defs: { node: object({ next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } }) } },
};

describe('sample arguments', () => {
  const ajv = new Ajv({ strict: false });
  for (const [name, schema] of Object.entries(valid)) {
    it(`are valid: ${name}`, () => {
      const check = ajv.compile(schema);
      const value = sampleArguments(schema);
      assert.ok(check(value), `${JSON.stringify(value)}: ${ajv.errorsText(check.errors)}`);
    });
  }

  it('take what the author gives: const, example, default, enum', () => {
    const schema = object({ a: { const: 5, default: 6 }, b: { type: 'string', examples: ['ex', 'other'], default: 'd', enum: ['e'] }, c: { type: 'string', default: 'd', enum: ['e', 'd'] }, d: { enum: ['e', 'f'] } });
    assert.deepEqual(sampleArguments(schema), { a: 5, b: 'ex', c: 'd', d: 'e' });
  });

  it('leave out what is optional and has no value of its own', () => {
    const schema = object({ must: { type: 'string' }, may: { type: 'string' }, hinted: { type: 'integer', default: 3 }, nothing: { type: ['string', 'null'], default: null } }, ['must']);
    assert.deepEqual(sampleArguments(schema), { must: 'example', hinted: 3 });
  });

  it('end on schemas that cannot be satisfied', () => {
    const cyclic = { ...object({ self: { $ref: '#' } }) };
    assert.deepEqual(sampleArguments(cyclic), { self: {} });
    assert.deepEqual(sampleArguments({ $ref: '#' }), {});
    assert.deepEqual(sampleArguments({ $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' }), {});
    const wide = { ...object(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`p${i}`, { $ref: `#/$defs/d${i}` }]))), $defs: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`d${i}`, object(Object.fromEntries(Array.from({ length: 9 }, (_, j) => [`p${j}`, { $ref: `#/$defs/d${j}` }])))])) };
    sampleArguments(wide);
  });

  it('take anything for a schema', () => {
    for (const odd of [undefined, null, true, false, 5, 'x', [], { type: 7 }, { properties: null }, { required: 'x' }, { $ref: 'http://elsewhere/' }, { $ref: '#/no/where' }, { anyOf: [] }, { type: 'array' }]) {
      assert.deepEqual(typeof sampleArguments(odd), 'object');
    }
  });

  it('do not take a property called __proto__ for the prototype', () => {
    const value = sampleArguments(JSON.parse('{"type":"object","required":["__proto__"],"properties":{"__proto__":{"type":"string"}}}'));
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.ok(Object.hasOwn(value, '__proto__'));
  });

  it('do no harm: paths are the current folder, addresses lead nowhere', () => {
    const names = ['path', 'filePath', 'paths', 'directory', 'url', 'base_url', 'webhook', 'host', 'command', 'sql', 'email'];
    const value = sampleArguments(object(Object.fromEntries(names.map((name) => [name, { type: 'string' }]))));
    assert.deepEqual(value, { path: '.', filePath: '.', paths: '.', directory: '.', url: 'http://127.0.0.1:9/', base_url: 'http://127.0.0.1:9/', webhook: 'http://127.0.0.1:9/', host: 'localhost', command: 'true', sql: 'SELECT 1', email: 'nobody@example.invalid' });
    assert.deepEqual(sampleArguments(object({ paths: { type: 'array', items: { type: 'string' } }, link: { type: 'string', format: 'uri' } })), { paths: ['.'], link: 'http://127.0.0.1:9/' });
  });

  it('never run a pattern of the server', () => {
    const started = process.cpuUsage();
    sampleArguments(object({ a: { type: 'string', pattern: '^(((a+)+)+)+$' }, b: { type: 'string', pattern: '(?=x)y' }, c: { type: 'string', pattern: 'a{99999999}' }, d: { type: 'string', pattern: '(' } }));
    assert.ok(process.cpuUsage(started).user < 1e6);
  });

  it('are made for 2,000 tools in well under a second of CPU, the same each time', () => {
    const schemas = Array.from({ length: 2000 }, (_, i) => Object.values(valid)[i % Object.keys(valid).length]);
    const started = process.cpuUsage();
    const first = schemas.map(sampleArguments);
    const used = process.cpuUsage(started);
    assert.ok(used.user < 1e6, `${used.user} us of CPU`);
    assert.deepEqual(schemas.map(sampleArguments), first);
  });
});
