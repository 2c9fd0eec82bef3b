import type { RequestRecord } from '../model/trace.ts';
import { latencyUs, type Evidence, type ToolEvidence } from './evidence.ts';
import { median, smallest, sum } from './statistics.ts';

/** What speaks for calls that are served one at a time. Times in microseconds. */
export interface OneAtATime {
  tools: ToolEvidence[];
  /** Calls of these tools in flight at the same time, at most. */
  inFlight: number;
  /** Of the tool with most calls that waited: how long one takes alone, and how long in the queue. */
  aloneUs: number;
  queuedUs: number;
  /** Calls whose service could be seen: they had waited when the one before ended. */
  seen: number;
  /** Share of the time in which the main thread served calls. */
  busy: number;
  savedUsPerCall: number;
}

const least = { inFlight: 4, seen: 10, serviceUs: 5_000 };
/** Above it the calls may wait for the CPU. */
const idleBelow = 0.5;
/** How far from its median a service time may be, and for what share of the calls that must hold. */
const regular = { low: 0.6, high: 1.67, share: 0.8 };
/** Service time in the queue against a call alone. Below: several were served at once. Above: something else held them up. */
const likeAlone = { low: 0.7, high: 1.5 };

/**
 * Looks for a lock, a queue or a single connection. Where calls are served one at a time, each ends one service time
 * after the one before, as long as it waited; where they run side by side, the gaps are a fraction of that and of all
 * lengths. Tools that share a lock are found together. Needs the main thread's time of every call: without it a lock
 * cannot be told from a busy CPU.
 */
export function servedOneAtATime(evidence: Evidence): OneAtATime[] {
  const busy = busyShare(evidence);
  if (busy === null || busy > idleBelow) return [];
  const slowed = evidence.tools.filter((t) => {
    const alone = aloneUs(t, t.calls);
    return alone !== null && (median(t.ok.map(latencyUs)) ?? 0) > 2 * alone;
  });
  const together = slowed.length > 1 ? examine(slowed, busy) : null;
  return together ? [together] : slowed.flatMap((t) => examine([t], busy) ?? []);
}

function examine(tools: ToolEvidence[], busy: number): OneAtATime | null {
  const all = tools.flatMap((t) => t.calls);
  const calls = all.filter((r) => r.parsedUs !== null).sort((a, b) => a.parsedUs! - b.parsedUs!);
  const inFlight = mostInFlight(calls);
  if (calls.length < all.length || inFlight < least.inFlight) return null;

  const services = new Map<string, number[]>(tools.map((t) => [t.name, []]));
  calls.forEach((r, i) => {
    const before = calls[i - 1];
    if (before && r.queuedUs < before.parsedUs!) services.get(r.target!)!.push(r.parsedUs! - before.parsedUs!);
  });
  for (const tool of tools) if (!isOneService(services.get(tool.name)!, aloneUs(tool, calls))) return null;

  const main = tools.reduce((a, b) => (services.get(b.name)!.length > services.get(a.name)!.length ? b : a));
  return {
    tools,
    inFlight,
    aloneUs: median(services.get(main.name)!)!,
    queuedUs: median(main.ok.map(latencyUs)) ?? 0,
    seen: sum([...services.values()].map((s) => s.length)),
    busy,
    savedUsPerCall: sum(tools.flatMap((t) => t.ok.map((r) => latencyUs(r) - median(services.get(t.name)!)!))) / calls.length,
  };
}

function isOneService(services: number[], alone: number | null): boolean {
  const usual = median(services);
  if (services.length < least.seen || usual === null || usual < least.serviceUs || alone === null) return false;
  const near = services.filter((s) => s > usual * regular.low && s < usual * regular.high).length;
  return near >= regular.share * services.length && usual >= alone * likeAlone.low && usual <= alone * likeAlone.high;
}

/** The quickest that a call was known to be with none of these under way: the first call, and any that found them idle. */
function aloneUs(tool: ToolEvidence, calls: RequestRecord[]): number | null {
  let freeUs = -Infinity;
  const values = tool.warmup ? [latencyUs(tool.warmup)] : [];
  for (const r of [...calls].sort((a, b) => a.queuedUs - b.queuedUs)) {
    if (r.queuedUs >= freeUs && r.target === tool.name && r.outcome === 'ok') values.push(latencyUs(r));
    freeUs = Math.max(freeUs, r.parsedUs ?? Infinity);
  }
  return values.length === 0 ? null : smallest(values);
}

function mostInFlight(calls: RequestRecord[]): number {
  const edges = calls.flatMap((r) => [
    { at: r.queuedUs, step: 1 },
    { at: r.parsedUs!, step: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { step } of edges.sort((a, b) => a.at - b.at || a.step - b.step)) most = Math.max(most, (now += step));
  return most;
}

/** Main-thread time of all measured calls over the time they took together; null where it was not measured. */
function busyShare({ tools }: Evidence): number | null {
  const calls = tools.flatMap((t) => t.calls);
  if (calls.length === 0 || calls.some((r) => r.cpuUs == null || r.parsedUs === null)) return null;
  let from = Infinity;
  let to = -Infinity;
  for (const r of calls) {
    from = Math.min(from, r.queuedUs);
    to = Math.max(to, r.parsedUs!);
  }
  return sum(calls.map((r) => r.cpuUs!)) / (to - from);
}
