import type { RequestRecord } from '../../model/trace.ts';
import { readRequests } from '../readNdjson.ts';
import type { Exporter } from './index.ts';

type Cell = string | number | null | undefined;

/** Column -> value. Times in microseconds from the start of the run, sizes in bytes; what was not measured is empty. */
const columns: Record<string, (r: RequestRecord) => Cell> = {
  request: (r) => r.request,
  id: (r) => r.id,
  method: (r) => r.method,
  target: (r) => r.target,
  phase: (r) => r.phase,
  queuedUs: (r) => r.queuedUs,
  writtenUs: (r) => r.writtenUs,
  firstByteUs: (r) => r.firstByteUs,
  parsedUs: (r) => r.parsedUs,
  latencyUs: (r) => (r.parsedUs === null ? null : r.parsedUs - r.queuedUs),
  outcome: (r) => r.outcome,
  errorClass: (r) => r.errorClass,
  bytesOut: (r) => r.bytesOut,
  bytesIn: (r) => r.bytesIn,
  inFlight: (r) => r.inFlight,
  cpuUs: (r) => r.cpuUs,
  blockedByOthersUs: (r) => r.blockedByOthersUs,
  resultTokens: (r) => r.resultTokens,
  args: (r) => (r.args === undefined || r.args === null ? null : JSON.stringify(r.args)),
  argsHash: (r) => r.argsHash,
  resultHash: (r) => r.resultHash,
};

/** RFC 4180, with a header line. */
export const exportCsv: Exporter = async function* (_run, dir) {
  let text = `${Object.keys(columns).join(',')}\r\n`;
  const values = Object.values(columns);
  for await (const request of readRequests(dir)) {
    text += `${values.map((value) => cell(value(request))).join(',')}\r\n`;
    if (text.length < 1 << 16) continue;
    yield text;
    text = '';
  }
  yield text;
};

/** A text that a spreadsheet would take for a formula gets an apostrophe (OWASP, CSV injection). */
function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
