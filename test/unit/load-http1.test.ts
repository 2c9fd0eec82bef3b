import assert from 'node:assert/strict';
import { prepareHead, requestOf } from '../../src/load/http1/requestHead.ts';
import { ResponseParser } from '../../src/load/http1/responseParser.ts';
import type { HeadMemory } from '../../src/load/http1/responseHead.ts';
import { UserError } from '../../src/model/errors.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
/** How long a socket without a hint may be idle, milliseconds. */
const usual = 4000;

/** What came of the chunks, in short. */
interface Read {
  status: number | null;
  body: string;
  /** `open` while more has to come; `closes` ended with the connection. */
  end: 'open' | 'end' | 'closes' | 'fail';
  idleMs: number | null;
  surplus: number;
  type: string | null;
}

function read(chunks: Buffer[], memory: HeadMemory = { bytes: Buffer.alloc(0), head: null }): Read {
  const seen: Read = { status: null, body: '', end: 'open', idleMs: null, surplus: 0, type: null };
  const bytes: Buffer[] = [];
  const end = (how: 'end' | 'fail') => {
    assert.equal(seen.end, 'open', 'it ends once, and nothing follows');
    seen.end = how;
  };
  const parser = new ResponseParser({
    onHead(head) {
      assert.equal(seen.status, null, 'one head');
      Object.assign(seen, { status: head.status, idleMs: head.idleMs, type: head.mediaType });
    },
    onData(chunk, last) {
      assert.ok(chunk.length > 0 && seen.end === 'open');
      bytes.push(Buffer.from(chunk));
      if (last) end('end');
    },
    onEnd: () => end('end'),
    onFail: () => end('fail'),
  });
  parser.begin(memory);
  for (const chunk of chunks) if (seen.end === 'open') parser.push(chunk);
  seen.surplus = parser.surplus;
  if (seen.end === 'open' && parser.close()) seen.end = 'closes';
  seen.body = Buffer.concat(bytes).toString();
  return seen;
}

const answers: [string, string, Partial<Read>][] = [
  ['a length', `${ok}content-length: 5\r\n\r\nhello`, { status: 200, body: 'hello', end: 'end', idleMs: usual }],
  ['no reason, names in any case, spaces about the value', 'HTTP/1.1 200\r\nCONTENT-type:\tText/Event-Stream ; charset=utf-8\r\ncOntent-Length:  2 \r\n\r\nok', { body: 'ok', end: 'end', type: 'text/event-stream' }],
  ['nothing in it', `${ok}Content-Length: 0\r\n\r\n`, { body: '', end: 'end' }],
  ['what comes before it', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 2\r\n\r\nok`, { status: 200, body: 'ok', end: 'end' }],
  ['204 and 304 have no body', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', end: 'end', idleMs: usual }],
  ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n', { status: 304, body: '', end: 'end' }],
  ['chunks', `${chunked}5\r\nhello\r\n00A\r\n, wörld!!\r\n0\r\n\r\n`, { body: 'hello, wörld!!', end: 'end', idleMs: usual }],
  ['chunks with extensions and trailers', `${chunked}5;a=b; c="d"\r\nhello\r\n1 \r\n!\r\n0;z\r\nX-Sum: 1\r\nY: 2\r\n\r\n`, { body: 'hello!', end: 'end' }],
  ['no chunk', `${chunked}0\r\n\r\n`, { body: '', end: 'end' }],
  ['until the connection closes', `${ok}\r\nhello`, { body: 'hello', end: 'closes', idleMs: 0 }],
  ['another coding than chunks', `${ok}Transfer-Encoding: chunked, gzip\r\n\r\nhello`, { body: 'hello', end: 'closes' }],
  ['chunks and a length: chunks, and not again', `${ok}Content-Length: 3\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`, { body: 'ok', end: 'end', idleMs: 0 }],
  ['the length twice, alike', `${ok}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`, { body: 'ok', end: 'end', idleMs: usual }],
  ['the server closes', `${ok}Connection: x, Close\r\nContent-Length: 2\r\n\r\nok`, { end: 'end', idleMs: 0 }],
  ['HTTP/1.0 closes', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', { body: 'ok', end: 'end', idleMs: 0 }],
  ['HTTP/1.0 that keeps', 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok', { end: 'end', idleMs: usual }],
  ['says how long', `${ok}Keep-Alive: max=3, timeout=5\r\nContent-Length: 2\r\n\r\nok`, { end: 'end', idleMs: 4000 }],
  ['says a short time', `${ok}Keep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok`, { end: 'end', idleMs: 500 }],
  ['says not at all', `${ok}Keep-Alive: timeout=0\r\nContent-Length: 2\r\n\r\nok`, { end: 'end', idleMs: 0 }],
  ['ends in the head', `${ok}Content-Le`, { status: null, end: 'open' }],
  ['ends in the body', `${ok}Content-Length: 10\r\n\r\nhello`, { status: 200, body: 'hello', end: 'open' }],
  ['ends in a chunk', `${chunked}5\r\nhel`, { body: 'hel', end: 'open' }],
  ['ends before the last chunk', `${chunked}5\r\nhello\r\n`, { body: 'hello', end: 'open' }],
  ['no HTTP', '220 mail.example ESMTP\r\n', { status: null, end: 'fail' }],
  ['no HTTP, and not even a line', 'HTTQ', { end: 'fail' }],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n', { end: 'fail' }],
  ['a status that is none', 'HTTP/1.1 20 OK\r\n\r\n', { end: 'fail' }],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', { end: 'fail' }],
  ['lines without CR', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', { status: null, end: 'fail' }],
  ['a CR within a value', `${ok}A: b\rContent-Length: 0\r\n\r\n`, { status: null, end: 'fail' }],
  ['folded headers', `${ok}A: b\r\n c\r\nContent-Length: 2\r\n\r\nok`, { end: 'fail' }],
  ['a space before the colon', `${ok}Content-Length : 2\r\n\r\nok`, { end: 'fail' }],
  ['a line without colon', `${ok}nonsense\r\nContent-Length: 2\r\n\r\nok`, { end: 'fail' }],
  ['lengths that differ', `${ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\nokk`, { end: 'fail' }],
  ['a length that is none', `${ok}Content-Length: 0x2\r\n\r\nok`, { end: 'fail' }],
  ['a negative length', `${ok}Content-Length: -2\r\n\r\nok`, { end: 'fail' }],
  ['a length beyond all numbers', `${ok}Content-Length: 9007199254740993\r\n\r\n`, { end: 'fail' }],
  ['a chunk whose size is none', `${chunked}x\r\n`, { end: 'fail' }],
  ['a chunk without size', `${chunked}\r\nhello`, { end: 'fail' }],
  ['a chunk beyond all numbers', `${chunked}FFFFFFFFFFFFFFFFF\r\n`, { end: 'fail' }],
  ['a chunk that is longer than it says', `${chunked}2\r\nhello\r\n0\r\n\r\n`, { body: 'he', end: 'fail' }],
  ['a chunk whose line ends without CR', `${chunked}2\nok`, { end: 'fail' }],
  ['a last chunk that does not end', `${chunked}0\r\n\rx`, { end: 'fail' }],
];

describe('load: reading answers of HTTP/1', () => {
  for (const [name, text, expected] of answers) {
    it(`${name}, wherever it is cut`, () => {
      const bytes = Buffer.from(text);
      const check = (chunks: Buffer[], how: string) => {
        const seen = read(chunks);
        assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, seen[key as keyof Read]])), expected, how);
      };
      check([bytes], 'whole');
      for (let i = 1; i < bytes.length; i++) check([bytes.subarray(0, i), bytes.subarray(i)], `cut at ${i}`);
      check([...bytes].map((byte) => Buffer.from([byte])), 'byte by byte');
    });
  }

  it('what follows the answer is told', () => {
    for (const text of [`${ok}Content-Length: 2\r\n\r\nok`, `${chunked}2\r\nok\r\n0\r\n\r\n`, 'HTTP/1.1 204 No Content\r\n\r\n']) {
      assert.equal(read([Buffer.from(text)]).surplus, 0);
      assert.deepEqual([read([Buffer.from(`${text}HTTP`)]).end, read([Buffer.from(`${text}HTTP`)]).surplus], ['end', 4]);
    }
  });

  it('heads have a limit; data has none', () => {
    const head = (size: number) => `${ok}Content-Length: 2\r\nA: ${'a'.repeat(size)}\r\n\r\nok`;
    assert.equal(read([Buffer.from(head(60_000))]).end, 'end');
    assert.equal(read([Buffer.from(head(66_000))]).end, 'fail');
    assert.equal(read([Buffer.from(head(66_000).slice(0, -6))]).end, 'fail', 'before its end has come');
    assert.equal(read([Buffer.from(`${chunked}1;${'a'.repeat(20_000)}`)]).end, 'fail', 'extensions');
    assert.equal(read([Buffer.from(`${chunked}0\r\n${'A: b\r\n'.repeat(20_000)}`)]).end, 'fail', 'trailers');
    const pieces = Array.from({ length: 100 }, () => Buffer.alloc(65_536, 'x'));
    assert.equal(read([Buffer.from(`${ok}Content-Length: 6553600\r\n\r\n`), ...pieces]).body.length, 6_553_600);
  });

  it('a head that is known is read no other way than at first', () => {
    const memory: HeadMemory = { bytes: Buffer.alloc(0), head: null };
    for (const text of [`${ok}Content-Length: 2\r\n\r\nok`, `${ok}Content-Length: 2\r\n\r\nno`, `${ok}Content-Length: 3\r\n\r\nyes`, `${ok}Content-Length: 3\r\n\r\nyet`]) {
      for (const cut of [text.length, 20, 3]) {
        const seen = read([Buffer.from(text.slice(0, cut)), Buffer.from(text.slice(cut))].filter((chunk) => chunk.length > 0), memory);
        assert.deepEqual([seen.end, seen.body], ['end', text.split('\r\n\r\n')[1]]);
      }
    }
  });

  it('headers are found by name, those that came twice are not', () => {
    let found: (string | null)[] = [];
    const fail = () => assert.fail();
    const parser = new ResponseParser({ onHead: (head) => (found = ['location', 'a', 'mcp-session-id', 'none'].map((name) => head.header(name))), onData: fail, onEnd: () => undefined, onFail: fail });
    parser.begin({ bytes: Buffer.alloc(0), head: null });
    parser.push(Buffer.from(`${ok}Location: /x?y=a:b\r\na:1\r\nA: 2\r\nMCP-Session-ID:s-1\r\nContent-Length: 0\r\n\r\n`));
    assert.deepEqual(found, ['/x?y=a:b', null, 's-1', null]);
  });
});

describe('load: writing requests of HTTP/1', () => {
  const to = { origin: 'http://[::1]:8080', path: '/mcp?a=b' };

  it('head and body, with the length in bytes', () => {
    const head = prepareHead('POST', to, { authorization: 'Bearer t' }, { accept: 'a' });
    const start = 'POST /mcp?a=b HTTP/1.1\r\nhost: [::1]:8080\r\nconnection: keep-alive\r\nauthorization: Bearer t\r\naccept: a\r\n';
    assert.equal(requestOf(head, '{}'), `${start}content-length: 2\r\n\r\n{}`);
    assert.equal(String(requestOf(head, '"ü€"')), `${start}content-length: 7\r\n\r\n"ü€"`);
    assert.equal(requestOf(prepareHead('GET', to, {}), null), 'GET /mcp?a=b HTTP/1.1\r\nhost: [::1]:8080\r\nconnection: keep-alive\r\n\r\n');
    assert.deepEqual([head.host, head.port, head.secure, head.serverName, head.closes], ['::1', 8080, false, null, false]);
  });

  it('Latin-1 in a header goes as it is, also before a body in UTF-8', () => {
    const request = requestOf(prepareHead('POST', to, { a: 'ü' }), '"ü"');
    assert.ok(Buffer.isBuffer(request));
    assert.ok(request.includes(Buffer.from('a: \xfc\r\n', 'latin1')) && request.includes(Buffer.from('\r\n\r\n"ü"', 'utf8')));
  });

  it("what the user's headers say of the framing is ours; host and connection are theirs", () => {
    const head = prepareHead('POST', { origin: 'https://10.0.0.1', path: '/' }, { host: 'mcp.example:444', connection: 'Close', 'content-length': '99', 'transfer-encoding': 'chunked', expect: '100-continue' });
    assert.equal(requestOf(head, '{}'), 'POST / HTTP/1.1\r\nhost: mcp.example:444\r\nconnection: Close\r\ncontent-length: 2\r\n\r\n{}');
    assert.deepEqual([head.host, head.port, head.secure, head.serverName, head.closes], ['10.0.0.1', 443, true, 'mcp.example', true]);
  });

  it('a header that would be another request is refused, and its value not told', () => {
    for (const [name, value] of [['a', 'secret\r\nB: c'], ['a', 'secret\n'], ['a', 'secret\0'], ['a b', 'secret'], ['', 'secret'], ['a', 'secret€']] as const) {
      assert.throws(() => prepareHead('GET', to, { [name]: value }), (error) => error instanceof UserError && error.code === 'bad-config' && !`${error.message}${error.hint}`.includes('secret'));
    }
  });
});
