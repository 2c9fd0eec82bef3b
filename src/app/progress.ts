import type { ProfileProgress } from '../model/engine.ts';
import type { RequestRecord, RunEvent } from '../model/trace.ts';

const intervalMs = 100;
/** Events that a live view shows; the rest waits for the end of the run. */
const liveEvents: ReadonlySet<RunEvent['kind']> = new Set(['log', 'progress', 'memory', 'stderr', 'invalid']);
/** A flood of events must not become a flood of progress. */
const maxEvents = 200;

const nothingEnded = (): ProfileProgress['ended'] => ({ atUs: [], latencyUs: [], tool: [], outcome: [], phase: [] });

/** Gathers what happens into at most ten progress reports a second. `close` sends what is left. */
export function createProgress(runDir: string, report: (progress: ProfileProgress) => void) {
  let stage: ProfileProgress['stage'] = 'starting';
  let tools: string[] | undefined;
  let done = 0;
  let total = 0;
  let ended = nothingEnded();
  let events: RunEvent[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    const progress = { stage, done, total, runDir, ...(tools ? { tools } : {}), ended, events };
    ended = nothingEnded();
    events = [];
    report(progress);
  }
  const soon = () => void (timer ??= setTimeout(flush, intervalMs));

  return {
    stage(next: ProfileProgress['stage'], planned = total) {
      stage = next;
      total = planned;
      flush();
    },
    /** In the server's order. */
    listed(names: string[]) {
      tools = names;
    },
    request(r: RequestRecord) {
      if (r.target === null || r.parsedUs === null) return;
      ended.atUs.push(r.parsedUs);
      ended.latencyUs.push(r.parsedUs - r.queuedUs);
      ended.tool.push(r.target);
      ended.outcome.push(r.outcome);
      ended.phase.push(r.phase);
      soon();
    },
    called() {
      done++;
      soon();
    },
    event(e: RunEvent) {
      if (!liveEvents.has(e.kind) || events.length >= maxEvents) return;
      events.push(e);
      soon();
    },
    close() {
      if (timer) flush();
    },
  };
}
