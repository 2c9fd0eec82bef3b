import type { FlameContext, FlameFilter } from '../protocol.ts';
import type { Attribution, Profile } from './load.ts';

/** Does each sample pass? Null when all do. `ownOnly` is no matter of samples; see `ownTree`. */
export function passing(profile: Profile, filter: FlameFilter, context: FlameContext | null): Uint8Array | null {
  const { attribution, at } = profile;
  const byRequest = attribution && (filter.tools?.length || filter.request !== undefined || filter.slowest) ? passingRequests(attribution, filter, context) : null;
  const offset = profile.startUs + (attribution?.clockOffsetUs ?? -profile.startUs);
  const from = (filter.fromUs ?? -Infinity) - offset;
  const to = (filter.toUs ?? Infinity) - offset;
  const byTime = from > 0 || to < at.at(-1)!;
  if (!byRequest && !byTime) return null;
  return Uint8Array.from(profile.node, (_, i) => {
    if (byTime && (at[i + 1]! <= from || at[i]! >= to)) return 0;
    const request = attribution?.requestOfSample[i] ?? -1;
    return !byRequest || (request >= 0 && byRequest[request] === 1) ? 1 : 0;
  });
}

function passingRequests(attribution: Attribution, filter: FlameFilter, context: FlameContext | null): Uint8Array {
  const wanted = filter.tools?.length ? new Set(filter.tools.map((name) => attribution.tools.indexOf(name))) : null;
  const slow = filter.slowest ? slowestRequests(attribution, context) : null;
  return Uint8Array.from(attribution.requests, (number, i) => {
    const tool = attribution.toolOfRequest[i]!;
    if (wanted && (tool < 0 || !wanted.has(tool))) return 0;
    if (filter.request !== undefined && number !== filter.request) return 0;
    return !slow || slow.has(number) ? 1 : 0;
  });
}

/** Of each tool, the twentieth (at least one) of its calls with the longest latency. */
function slowestRequests(attribution: Attribution, context: FlameContext | null): Set<number> {
  const latency = new Map<number, number>();
  const { number, latencyUs } = context?.requests ?? { number: [], latencyUs: [] };
  for (let i = 0; i < number.length; i++) latency.set(number[i]!, latencyUs[i]!);
  const byTool = new Map<number, number[]>();
  attribution.requests.forEach((request, i) => {
    const tool = attribution.toolOfRequest[i]!;
    if (tool < 0 || !Number.isFinite(latency.get(request))) return;
    const list = byTool.get(tool);
    if (list) list.push(request);
    else byTool.set(tool, [request]);
  });
  const slow = new Set<number>();
  for (const requests of byTool.values()) {
    requests.sort((a, b) => latency.get(b)! - latency.get(a)!);
    for (const request of requests.slice(0, Math.ceil(requests.length / 20))) slow.add(request);
  }
  return slow;
}
