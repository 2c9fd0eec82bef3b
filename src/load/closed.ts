import { ownNumbers, retryUs, type Driver, type DriverParts } from './driver.ts';
import type { Launch, Sendable } from './launcher.ts';

/** Closed model: each caller sends, waits for its answer, thinks, and is due again exactly then. */
export function createClosedDriver(parts: DriverParts, o: { concurrency: number; thinkUs: number }, next: () => Sendable): Driver {
  const { launcher, startUs } = parts;
  const callers = [...ownNumbers(parts.share, o.concurrency)].map((caller) => caller.connection);
  /** Those of one queue wait equally long, so the first is due first. */
  const thinking = createQueue();
  const retrying = createQueue();
  const launch: Launch = { meter: parts.meter, dueUs: 0, connection: 0, bounded: false, wantsResult: false, ended, tag: 0 };
  let stopped = false;
  for (const caller of callers.keys()) thinking.push(startUs, caller);

  function go(caller: number, dueUs: number, nowUs: number) {
    if (stopped || launcher.lost) {
      stopped = true;
      return;
    }
    launch.connection = callers[caller]!;
    launch.dueUs = dueUs;
    launch.tag = caller;
    launcher.launch(next(), launch, nowUs);
  }

  function ended({ endUs, writtenUs }: { endUs: number; writtenUs: number | null }, caller: number) {
    if (writtenUs === null) retrying.push(endUs + Math.max(o.thinkUs, retryUs), caller);
    else if (o.thinkUs > 0) thinking.push(endUs + o.thinkUs, caller);
    else go(caller, endUs, endUs);
  }

  return {
    // without a pause answers alone set the pace
    everyMs: o.thinkUs > 0 ? 1 : 10,
    tick(nowUs) {
      thinking.takeDue(nowUs, (caller, dueUs) => go(caller, dueUs, nowUs));
      retrying.takeDue(nowUs, (caller, dueUs) => go(caller, dueUs, nowUs));
    },
    stop() {
      stopped = true;
    },
    get over() {
      return stopped;
    },
  };
}

/** First in, first out; what is taken is cut off now and then. */
function createQueue() {
  let due: number[] = [];
  let callers: number[] = [];
  let at = 0;
  return {
    push(dueUs: number, caller: number) {
      due.push(dueUs);
      callers.push(caller);
    },
    takeDue(nowUs: number, take: (caller: number, dueUs: number) => void) {
      while (at < due.length && due[at]! <= nowUs) {
        take(callers[at]!, due[at]!);
        at++;
      }
      if (at > 1000 || at === due.length) {
        due = due.slice(at);
        callers = callers.slice(at);
        at = 0;
      }
    },
  };
}
