import { deflateSync, inflateSync } from 'node:zlib';
import { UserError } from '../model/errors.ts';
import { createHistogram, highestUs, indexOf, type Histogram } from './histogram.ts';
import { percentilePoints } from './percentiles.ts';

/**
 * HdrHistogram's V2 encoding, compressed, as base64: what its libraries in other languages read. A header (big endian)
 * and the counts by index, as ZigZag LEB128 with runs of zeros as negative numbers, all of it in zlib.
 * Source: `encodeIntoByteBuffer` of github.com/HdrHistogram/HdrHistogram (public domain). It holds buckets only: minimum,
 * maximum and mean are those of the buckets afterwards, so within 0.1%.
 */
export function encodeHistogram(h: Histogram): string {
  const payload = encodeCounts(h);
  const plain = Buffer.alloc(headerBytes + payload.length);
  plain.writeUInt32BE(cookie, 0);
  plain.writeUInt32BE(payload.length, 4);
  plain.writeUInt32BE(0, 8); // offset of the first index
  plain.writeUInt32BE(3, 12); // significant digits
  plain.writeBigInt64BE(1n, 16); // lowest value that can be told apart
  plain.writeBigInt64BE(BigInt(highestUs), 24);
  plain.writeDoubleBE(1, 32); // ratio of integers to doubles
  plain.set(payload, headerBytes);
  const compressed = deflateSync(plain);
  const outer = Buffer.alloc(8);
  outer.writeUInt32BE(compressedCookie, 0);
  outer.writeUInt32BE(compressed.length, 4);
  return Buffer.concat([outer, compressed]).toString('base64');
}

/** Also of other libraries, with other digits and units. Throws a UserError when it is not such an encoding, or is damaged. */
export function decodeHistogram(base64: string): Histogram {
  const outer = Buffer.from(base64, 'base64');
  if (outer.length < 8 || isOther(outer.readUInt32BE(0), compressedCookie)) throw damaged('it is not HdrHistogram V2, compressed');
  const plain = inflate(outer.subarray(8, 8 + outer.readUInt32BE(4)));
  if (plain.length < headerBytes || isOther(plain.readUInt32BE(0), cookie)) throw damaged('its header is not that of HdrHistogram V2');
  const end = headerBytes + plain.readUInt32BE(4);
  const digits = plain.readUInt32BE(12);
  const lowest = Number(plain.readBigInt64BE(16));
  // hdr-histogram-js writes 1 as the offset of the first index and means 0; a shifted histogram has 1,024 and more
  if (end > plain.length || plain.readUInt32BE(8) > 1 || digits < 1 || digits > 5 || lowest < 1) throw damaged('its header makes no sense');
  return decodeCounts(plain.subarray(headerBytes, end), layout(digits, lowest));
}

/**
 * The percentile distribution as HdrHistogram prints it (`.hgrm`), for its plotters. Values are divided by `usPerUnit`:
 * 1,000 for milliseconds.
 */
export function hgrm(h: Histogram, usPerUnit = 1000): string {
  const value = (us: number) => (us / usPerUnit).toFixed(3).padStart(12);
  const lines = percentilePoints(h, 5).map(({ percent, us, count }) => {
    const inverse = percent === 100 ? '' : ` ${(1 / (1 - percent / 100)).toFixed(2).padStart(14)}`;
    return `${value(us)} ${(percent / 100).toFixed(12)} ${String(count).padStart(10)}${inverse}`;
  });
  const spread = Math.sqrt([...h.buckets()].reduce((sum, b) => sum + b.count * (middle(b) - h.mean) ** 2, 0) / Math.max(1, h.count));
  return [
    '       Value     Percentile TotalCount 1/(1-Percentile)',
    '',
    ...lines,
    `#[Mean    = ${value(h.mean)}, StdDeviation   = ${value(spread)}]`,
    `#[Max     = ${value(h.max)}, Total count    = ${String(h.count).padStart(12)}]`,
    `#[Buckets = ${String(22).padStart(12)}, SubBuckets     = ${String(2048).padStart(12)}]`,
    '',
  ].join('\n');
}

/** `0x10`: the width of a word is not fixed. */
const cookie = 0x1c849303 | 0x10;
const compressedCookie = 0x1c849304 | 0x10;
const isOther = (a: number, b: number) => (a & ~0xf0) !== (b & ~0xf0);
const headerBytes = 40;
/** The finest histogram that HdrHistogram can make has some 4 million buckets of up to 9 bytes. */
const mostBytes = 64 << 20;

/** The value in the middle of a bucket as HdrHistogram takes it. */
const middle = ({ low, high }: { low: number; high: number }) => low + Math.floor((high - low + 1) / 2);

function damaged(why: string, cause?: unknown): UserError {
  return new UserError('bad-config', `A histogram cannot be read: ${why}.`, 'Take the file from the run again, or run the load test again.', { cause });
}

function inflate(bytes: Uint8Array): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    throw damaged('its compressed part is damaged', error);
  }
}

function encodeCounts(h: Histogram): number[] {
  const bytes: number[] = [];
  let next = 0;
  for (const { index, count } of h.buckets()) {
    const zeros = index - next;
    // one zero is written as it is
    if (zeros > 0) putZigZag(bytes, zeros === 1 ? 0 : -zeros);
    putZigZag(bytes, count);
    next = index + 1;
  }
  return bytes;
}

/** ZigZag LEB128 in at most 9 bytes, the ninth of 8 bits; arithmetic because counts may exceed 32 bits. */
function putZigZag(bytes: number[], value: number) {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

function decodeCounts(bytes: Uint8Array, bucketAt: (index: number) => { low: number; high: number }): Histogram {
  const sparse = [0, 0, 0];
  let index = 0;
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = getZigZag(bytes, at);
    at = next;
    if (value < 0) index -= value;
    if (value > 0) {
      const { low, high } = bucketAt(index);
      if (high > highestUs * 1.01) throw damaged('it holds values of more than an hour');
      const us = Math.min(highestUs, middle({ low, high }));
      if (sparse.length === 3) sparse[0] = low;
      sparse[1] = Math.min(highestUs, high);
      sparse[2]! += us * value;
      sparse.push(indexOf(us), value);
    }
    if (value >= 0) index++;
  }
  const h = createHistogram();
  if (sparse.length > 3) h.addSparse(sparse);
  return h;
}

function getZigZag(bytes: Uint8Array, start: number): { value: number; next: number } {
  let folded = 0;
  let at = start;
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at++];
    if (byte === undefined) throw damaged('it ends in the middle of a number');
    folded += (i < 8 ? byte & 0x7f : byte) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  if (folded > Number.MAX_SAFE_INTEGER) throw damaged('a count is larger than can be');
  return { value: folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2, next: at };
}

/** Where the buckets of any HdrHistogram lie, by its digits and its lowest value. */
function layout(digits: number, lowest: number) {
  const half = 2 ** (Math.ceil(Math.log2(2 * 10 ** digits)) - 1);
  const unit = 2 ** Math.floor(Math.log2(lowest));
  const lowOf = (index: number) => (index < 2 * half ? index : (half + (index % half)) * 2 ** (Math.floor(index / half) - 1)) * unit;
  return (index: number) => ({ low: lowOf(index), high: lowOf(index + 1) - 1 });
}
