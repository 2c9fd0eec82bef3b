import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createArgumentGenerator } from '../../src/load/workload/argumentGenerator.ts';
import { drawPattern, readPattern } from '../../src/load/workload/argumentsPattern.ts';
import { createRandom } from '../../src/load/workload/random.ts';
import { schemas } from './load-workload-schemas.ts';
import { drawn } from './support/drawn.ts';

const object = (properties: Record<string, unknown>, required = Object.keys(properties)) => ({ type: 'object', properties, required });
const take = (schema: unknown, count: number, seed = 1) => Array.from({ length: count }, createArgumentGenerator(schema, seed));
const valuesOf = (schema: unknown, count: number, seed = 1) => take(object({ v: schema }), count, seed).map((a) => a['v']);
const different = (values: unknown[]) => new Set(values.map((v) => JSON.stringify(v))).size;

describe('generated arguments', () => {
  const formats = Object.fromEntries(
    Object.entries({
      'date-time': /^\d{4}-(0\d|1[0-2])-[0-2]\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/,
      date: /^\d{4}-(0\d|1[0-2])-[0-2]\d$/,
      time: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/,
      duration: /^P\d+D$/,
      email: /^[\w+]+@example\.invalid$/,
      hostname: /^localhost$/,
      ipv4: /^127\.0\.0\.1$/,
      ipv6: /^::1$/,
      uri: /^http:\/\/127\.0\.0\.1:9\/[\w/]*$/,
      'uri-reference': /^\.$/,
      uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      'json-pointer': /^$/,
      regex: /^\w+$/,
    }),
  );
  const ajv = new Ajv2020({ strict: false, formats });

  for (const [name, schema] of Object.entries(schemas)) {
    it(`are valid: ${name}`, () =>
      drawn((random) => {
        const check = ajv.compile(schema);
        for (let i = 0; i < 10; i++) {
          const generate = createArgumentGenerator(structuredClone(schema), Math.floor(random() * 2 ** 31));
          for (let j = 0; j < 30; j++) {
            const value = generate();
            assert.ok(check(JSON.parse(JSON.stringify(value))), `${JSON.stringify(value)}: ${ajv.errorsText(check.errors)}`);
          }
        }
      }));
  }

  it('are the same for a seed, and others for another', () => {
    for (const [name, schema] of Object.entries(schemas)) assert.deepEqual(take(schema, 20, 3), take(schema, 20, 3), name);
    assert.notDeepEqual(take(schemas['every type'], 20, 3), take(schemas['every type'], 20, 4));
  });

  it('vary', () => {
    for (const name of ['every type', 'ranges', 'patterns', 'formats', 'lists', 'a choice of types', 'tagged alternatives', 'a tree', 'filters that nest', 'maps']) {
      assert.ok(different(take(schemas[name], 100)) > 50, `${name}: ${different(take(schemas[name], 100))}`);
    }
    assert.ok(different(valuesOf({ type: 'string' }, 200)) > 100);
  });

  it('go through all examples and enums, each once before any comes again, in all combinations', () => {
    const all = take(object({ a: { type: 'string', examples: ['x', 'y', 'z'], default: 'd' }, b: { enum: [1, 2] } }), 300);
    for (let i = 0; i + 3 <= 300; i += 3) assert.equal(different(all.slice(i, i + 3).map((v) => v['a'])), 3);
    for (let i = 0; i + 2 <= 300; i += 2) assert.equal(different(all.slice(i, i + 2).map((v) => v['b'])), 2);
    assert.equal(different(all), 6);
  });

  it('take whole examples of the arguments', () => {
    const examples = [{ q: 'a' }, { q: 'b', n: 2 }];
    assert.deepEqual(new Set(take({ ...object({ q: { type: 'string' }, n: { type: 'integer' } }, ['q']), examples }, 4)), new Set([...examples, ...examples]));
  });

  it('keep to a default where the bounds do not say what else works', () => {
    assert.deepEqual(new Set(valuesOf({ type: 'string', default: 'main' }, 50)), new Set(['main']));
    assert.deepEqual(new Set(valuesOf({ type: 'integer', default: 7 }, 50)), new Set([7]));
    const bounded = valuesOf({ type: 'integer', default: 7, minimum: 1, maximum: 9 }, 200);
    assert.equal(different(bounded), 9);
    assert.ok(bounded.filter((v) => v === 7).length > 60);
  });

  it('give what is optional where the author says what it may be, and not where any text would do', () => {
    const all = take(object({ must: { type: 'string' }, free: { type: 'string' }, filter: { type: 'object' }, flag: { type: 'boolean' }, sort: { enum: ['up', 'down'] }, page: { type: 'integer', default: 1 } }, ['must']), 100);
    for (const key of ['flag', 'sort', 'page']) assert.ok(all.some((a) => key in a) && all.some((a) => !(key in a)), key);
    assert.ok(all.every((a) => 'must' in a && !('free' in a) && !('filter' in a)));
  });

  it('reach both ends of a range and every branch', () => {
    assert.deepEqual(new Set(valuesOf({ type: 'integer', minimum: 3, maximum: 6 }, 200)), new Set([3, 4, 5, 6]));
    assert.equal(new Set(take(schemas['tagged alternatives'], 60).map((a) => (a['action'] as { kind: string }).kind)).size, 3);
    assert.equal(new Set(take(schemas['one of required ones'], 60).map((a) => Object.keys(a).join())).size, 2);
  });

  it('do no harm: paths are the current folder, addresses lead nowhere, sizes and times are small', () => {
    const names = ['path', 'filePath', 'directory', 'command', 'sql', 'host'];
    for (const args of take(object(Object.fromEntries(names.map((name) => [name, { type: 'string' }]))), 50)) {
      assert.deepEqual(args, { path: '.', filePath: '.', directory: '.', command: 'true', sql: 'SELECT 1', host: 'localhost' });
    }
    for (const args of take(object({ url: { type: 'string' }, email: { type: 'string' }, limit: { type: 'integer' }, seconds: { type: 'number' }, port: { type: 'integer' }, paths: { type: 'array', items: { type: 'string' } } }), 50)) {
      assert.match(String(args['url']), /^http:\/\/127\.0\.0\.1:9\//);
      assert.match(String(args['email']), /@example\.invalid$/);
      assert.ok((args['limit'] as number) <= 11 && (args['seconds'] as number) <= 11 && args['port'] === 9);
      assert.ok((args['paths'] as string[]).every((path) => path === '.'));
    }
  });

  it('end on schemas that cannot be satisfied, and take anything for one', () => {
    const wide = { ...object(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`p${i}`, { $ref: `#/$defs/d${i}` }]))), $defs: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`d${i}`, object(Object.fromEntries(Array.from({ length: 9 }, (_, j) => [`p${j}`, { $ref: `#/$defs/d${j}` }])))])) };
    const odd = [wide, object({ self: { $ref: '#' } }), { $ref: '#' }, undefined, null, true, false, 5, [], { type: 7 }, { type: 'string' }, { properties: null }, { required: 'x' }, { $ref: 'http://elsewhere/' }, { anyOf: [] }, { oneOf: 3 }, object({ a: false }), object({ a: { type: 'integer', minimum: 5, maximum: 4 } }), object({ a: { type: 'array', minItems: 1e9 } }), object({ a: { type: 'string', minLength: 1e12 } }), object({ a: { type: 'number', multipleOf: 0 } })];
    for (const schema of odd) for (const value of take(schema, 5)) assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  it('do not take a property called __proto__ for the prototype', () => {
    const [value] = take(JSON.parse('{"type":"object","required":["__proto__"],"properties":{"__proto__":{"type":"object"}}}'), 1);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.ok(Object.hasOwn(value!, '__proto__'));
  });

  it('match patterns that are drawn', () =>
    drawn((random, note) => {
      const pick = (list: string[]) => list[Math.floor(random() * list.length)]!;
      const atom = (depth: number): string => {
        const isGroup = depth < 3 && random() < 0.3;
        const inner = isGroup ? `(${pick(['', '?:'])}${alternatives(depth + 1)})` : pick(['a', 'Z', '7', '\\d', '\\w', '\\s', '\\.', '[a-f]', '[^a-f]', '[\\d_-]', '[^\\s"]', '\\S', '.', '-', '\\/']);
        // what is unbounded does not nest, or the engine that checks would not end
        return `${inner}${random() < 0.4 ? pick(isGroup || depth > 0 ? ['?', '{2}', '{1,2}'] : ['+', '*', '?', '{2}', '{1,3}', '{2,}']) : ''}`;
      };
      const sequence = (depth: number) => Array.from({ length: 1 + Math.floor(random() * 3) }, () => atom(depth)).join('');
      const alternatives = (depth: number): string => Array.from({ length: 1 + Math.floor(random() * 2) }, () => sequence(depth)).join('|');
      for (let i = 0; i < 200; i++) {
        const source = `^(?:${alternatives(0)})$`;
        note(source);
        const pattern = readPattern(source);
        assert.ok(pattern, source);
        for (let j = 0; j < 5; j++) {
          const text = drawPattern(pattern, createRandom(j + i), 3);
          assert.match(text, new RegExp(source));
        }
      }
    }));
});
