import assert from 'node:assert/strict';
import { createParser } from 'eventsource-parser';
import { createEventCutter } from '../../src/load/httpEvents.ts';

const streams = [
  'event: message\ndata: {"a":"ü"}\n\n',
  'data: one\r\ndata: two\r\n\r\n: comment\r\n\r\nevent:ping\r\ndata:x\r\n\r\n',
  'data: one\rdata:  two\r\revent: b\rdata: 3\r\r',
  'id: 7\nretry: 10\ndata\n\ndata: after\n\ndata: never ended\n',
  '\n\ndata: mixed\r\n\ndata: ends\n\r\ndata: last\r\r',
];

describe('load: cutting server-sent events', () => {
  for (const text of streams) {
    it(JSON.stringify(text), () => {
      const expected: string[] = [];
      const parser = createParser({ onEvent: ({ event, data }) => data !== '' && expected.push(`${event ?? 'message'} ${data}`) });
      // it waits after a CR for an LF; we do not
      parser.feed(`${text}: end\n`);
      const bytes = Buffer.from(text);
      // wherever the stream is cut into three chunks, the events are the same
      for (let i = 0; i <= bytes.length; i++) {
        for (let j = i; j <= bytes.length; j++) {
          const seen: string[] = [];
          const cutter = createEventCutter((data, type) => seen.push(`${type} ${data}`));
          for (const chunk of [bytes.subarray(0, i), bytes.subarray(i, j), bytes.subarray(j)]) cutter.push(chunk);
          assert.deepEqual(seen, expected, `cut at ${i} and ${j}`);
        }
      }
      assert.ok(expected.length > 0);
    });
  }

  it('knows when an event has begun; a comment is none', () => {
    const cutter = createEventCutter(() => undefined);
    const after = (text: string) => {
      cutter.push(Buffer.from(text));
      return cutter.partial;
    };
    assert.deepEqual([after(': pi'), after('ng\n\n'), after('dat'), after('a: x\n'), after('\n')], [false, false, true, true, false]);
  });
});
