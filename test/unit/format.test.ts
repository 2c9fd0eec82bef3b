import assert from 'node:assert/strict';
import { errorName, formatBytes, formatCount, formatRate, formatRatio, formatTime, formatUs, formatValue } from '../../src/model/format.ts';

describe('figures as text', () => {
  it('classes of errors have names; a new one is said as it is', () => {
    assert.deepEqual(['timeout_no_bytes', 'jsonrpc(-32602)', 'something_new'].map(errorName), ['timeout without an answer', 'JSON-RPC error -32602', 'something_new']);
  });

  it('times are milliseconds with three significant digits, long ones seconds', () => {
    const said = [0, 1, 412, 1234, 62_040, 412_345, 1_234_567, 9_996_000, 12_345_678].map(formatUs);
    assert.deepEqual(said, ['0 ms', '0.001 ms', '0.412 ms', '1.23 ms', '62 ms', '412 ms', '1,230 ms', '10 s', '12.3 s']);
    assert.equal(formatUs(null), '–');
    assert.equal(formatUs(-1500), '-1.5 ms');
  });

  it('a point in time is that of the machine, to the minute', () => {
    assert.equal(formatTime(new Date(2026, 10, 8, 7, 5, 59).toISOString()), '2026-11-08 07:05');
  });

  it('rounding never leaves a fourth digit', () => {
    assert.deepEqual([9_996, 99_960, 999_600].map(formatUs), ['10 ms', '100 ms', '1,000 ms']);
  });

  it('bytes are decimal', () => {
    assert.deepEqual([0, 512, 999, 1000, 1024, 100_000, 999_700, 3_400_000].map(formatBytes), ['0 B', '512 B', '999 B', '1 kB', '1.02 kB', '100 kB', '1 MB', '3.4 MB']);
  });

  it('shares say all and nothing only when it is so', () => {
    assert.deepEqual([0, 0.0004, 0.032, 0.713, 0.9993, 1].map(formatRatio), ['0%', '<0.1%', '3.2%', '71%', '>99%', '100%']);
  });

  it('counts are whole, rates have their unit', () => {
    assert.equal(formatCount(1_000_000), '1,000,000');
    assert.equal(formatRate(123.4), '123 calls/s');
    assert.equal(formatValue(12_345, 'tokens'), '12,345 tokens');
    assert.equal(formatValue(null, 'us'), '–');
  });
});
