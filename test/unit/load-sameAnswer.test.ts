import assert from 'node:assert/strict';
import { idInEvents } from '../../src/load/httpAnswer.ts';
import { createSameAnswer, type SameAnswer } from '../../src/load/sameAnswer.ts';

/** The id of a text that is known as a whole. */
function idOf(same: SameAnswer, text: string): number {
  const bytes = Buffer.from(`before${text}after`);
  const id = same.idOf(bytes, 6);
  return same.end === bytes.length - 5 ? id : -1;
}

/** What is known of `text` after `learned` was parsed. */
function idAfter(learned: string, text: string): number {
  const same = createSameAnswer();
  same.parsed(learned, (JSON.parse(learned) as { id: number }).id);
  return idOf(same, text);
}

const first = (id: number | string, text = 'ok') => `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"${text}"}]}}`;
const last = (id: number | string, inner = '') => `{"result":{"content":[]${inner}},"jsonrpc":"2.0","id":${id}}`;

describe('answers that differ in nothing but their id', () => {
  it('are known, whatever the id and wherever it stands', () => {
    for (const id of [0, 7, 10, 4711, 123456789012345]) {
      assert.equal(idAfter(first(1, 'ééé €'), first(id, 'ééé €')), id);
      assert.equal(idAfter(first(1), first(id)), id);
      assert.equal(idAfter(last(99), last(id)), id);
    }
  });

  it('any other difference is none of theirs', () => {
    for (const text of [first(2, 'no'), first(2, 'o'), first(2, 'ok '), first(2).slice(0, -1), `${first(2)} `, ` ${first(2)}`, first(2).replace('"result"', '"resulT"'), last(2), '', '{']) {
      assert.equal(idAfter(first(1), text), -1, text);
    }
  });

  it('an id that JSON or a number cannot hold is left to the parser', () => {
    for (const id of ['', '01', '-1', '1.5', '1e3', '"1"', 'null', '9007199254740993']) assert.equal(idAfter(first(1), first(id)), -1, id);
  });

  it('takes an id within the result for what it is', () => {
    const inner = (id: number, of: number) => last(id, `,"structuredContent":{"id":${of}}`);
    assert.equal(idAfter(inner(5, 5), inner(6, 5)), 6);
    assert.equal(idAfter(inner(5, 5), inner(5, 6)), -1);
    const both = (id: number, of: number) => `{"id":${id},"jsonrpc":"2.0","result":{"id":${of}}}`;
    assert.equal(idAfter(both(5, 5), both(6, 5)), 6);
    assert.equal(idAfter(both(5, 5), both(5, 6)), -1);
    assert.equal(idAfter(both(5, 57), both(5, 58)), -1);
    // of two members with one name the last holds
    const twice = (one: number, two: number) => `{"id":${one},"jsonrpc":"2.0","result":{},"id":${two}}`;
    assert.equal(idAfter(twice(5, 5), twice(6, 5)), -1);
    assert.equal(idAfter(twice(5, 5), twice(5, 6)), 6);
    // in a string it is text
    const quoted = (id: number, of: number) => last(id, `,"structuredContent":"\\\\\\"id\\":${of}"`);
    assert.equal(idAfter(quoted(5, 5), quoted(5, 6)), -1);
    assert.equal(idAfter(quoted(5, 5), quoted(6, 5)), 6);
  });

  it('what cannot be told apart for certain is not learned', () => {
    assert.equal(idAfter('{"jsonrpc":"2.0","i\\u0064":3,"result":{}}', '{"jsonrpc":"2.0","i\\u0064":3,"result":{}}'), -1);
    const same = createSameAnswer();
    same.parsed(`[${first(1)},${first(2)}]`, 2);
    assert.equal(idOf(same, first(3)), -1);
  });

  it('on a stream of events too, where nothing else is in it', () => {
    const event = (data: string, more = '') => `${more}event: message\ndata: ${data}\n\n`;
    const idIn = (learned: string, text: string) => {
      const same = createSameAnswer(idInEvents);
      same.parsed(learned, 1);
      return idOf(same, text);
    };
    assert.equal(idIn(event(first(1)), event(first(12))), 12);
    assert.equal(idIn(event(first(1), 'id: 1\n'), event(first(12), 'id: 1\n')), 12);
    for (const text of [event(first(2, 'no')), `${event(first(2))}\n`, event(first(2)).slice(0, -1), event(first(2), 'id: 2\n'), first(2)]) assert.equal(idIn(event(first(1)), text), -1, text);
    const notice = event('{"jsonrpc":"2.0","method":"notifications/progress"}');
    for (const learned of [notice + event(first(1)), event(first(1)).slice(0, -1), first(1)]) assert.equal(idIn(learned, learned), -1, learned);
  });

  it('answers that always differ are learned more and more seldom; those that stay are learned again', () => {
    const same = createSameAnswer();
    let known = 0;
    const read = (text: string, id: number) => {
      if (idOf(same, text) === id) known++;
      else same.parsed(text, id);
    };
    for (let id = 1; id <= 10_000; id++) read(first(id, `answer ${id}`), id);
    assert.equal(known, 0);
    for (let id = 1; id <= 10_000; id++) read(first(id), id);
    assert.ok(known >= 10_000 - 1024, `${known}`);
  });
});
