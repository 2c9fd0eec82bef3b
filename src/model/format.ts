import type { Unit } from './finding.ts';

/**
 * How figures are written everywhere: with their unit, to at most three significant digits, `–` for what was not
 * measured. English separators whatever the machine's locale, so that reports can be compared.
 */
export const notMeasured = '–';

/** Microseconds as milliseconds (`0.412 ms`, `1,230 ms`), from 10 s on as seconds (`12.3 s`). */
export function formatUs(us: number | null): string {
  if (us === null) return notMeasured;
  return Math.abs(us) < 9_995_000 ? `${threeDigits(us / 1000)} ms` : `${threeDigits(us / 1e6)} s`;
}

/** Bytes in decimal units: `512 B`, `1.02 kB`, `3.4 MB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return notMeasured;
  let value = bytes;
  let unit = 'B';
  for (const larger of ['kB', 'MB', 'GB', 'TB']) {
    if (Math.abs(value) < 999.5) break;
    value /= 1000;
    unit = larger;
  }
  return `${unit === 'B' ? Math.round(value) : threeDigits(value)} ${unit}`;
}

/** A whole number, never shortened: `1,000,000`. */
export function formatCount(count: number | null): string {
  return count === null ? notMeasured : group(String(Math.round(count)));
}

/** A share of 1 as per cent: `71%`, `3.2%`. Only all is `100%`, only nothing is `0%`. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return notMeasured;
  const percent = ratio * 100;
  if (percent > 0 && percent < 0.1) return '<0.1%';
  if (percent > 99 && percent < 100) return '>99%';
  return Math.abs(percent) < 9.95 ? `${trimZeros(percent.toFixed(1))}%` : `${Math.round(percent)}%`;
}

/** A rate: `123 calls/s`. */
export function formatRate(perSecond: number | null, what = 'calls'): string {
  return perSecond === null ? notMeasured : `${threeDigits(perSecond)} ${what}/s`;
}

/** A time in the machine's zone: `2026-11-28 21:54`. Not by `Intl`, which takes 30 ms at its first use in a process. */
export function formatTime(iso: string): string {
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A figure of a finding in its own unit. */
export function formatValue(value: number | null, unit: Unit): string {
  switch (unit) {
    case 'us':
      return formatUs(value);
    case 'bytes':
      return formatBytes(value);
    case 'ratio':
      return formatRatio(value);
    case 'per-second':
      return formatRate(value);
    case 'tokens':
      return value === null ? notMeasured : `${formatCount(value)} tokens`;
    case 'count':
      return formatCount(value);
  }
}

/** At most three significant digits and three decimals, thousands grouped: microseconds are the finest we measure. */
function threeDigits(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = 2 - magnitude;
  if (decimals <= 0) {
    const step = 10 ** -decimals;
    return group(String(Math.round(value / step) * step));
  }
  return trimZeros(value.toFixed(Math.min(decimals, 3)));
}

const trimZeros = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
const group = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',');

const errorNames: Record<string, string> = {
  not_sent: 'not sent', spawn_exit: 'server exited', connect: 'no connection', tls: 'TLS failed', write_epipe: 'pipe closed', timeout_no_bytes: 'timeout without an answer', timeout_mid_stream: 'timeout within the answer',
  stream_ended_no_response: 'stream ended without an answer', http_3xx: 'HTTP redirect (3xx)', http_4xx: 'HTTP 4xx', http_5xx: 'HTTP 5xx', session_404: 'session lost (404)', bad_content_type: 'wrong content type', parse: 'not readable',
  tool_isError: 'tool error (isError)', unexpected_id: 'unexpected id', cancelled: 'cancelled', failed: 'failed',
};

/** An error class of a load test in words; what is no class of ours is left as it is. */
export function errorName(errorClass: string): string {
  const code = /^jsonrpc\((-?\d+)\)$/.exec(errorClass)?.[1];
  return code === undefined ? (errorNames[errorClass] ?? errorClass) : `JSON-RPC error ${code}`;
}
