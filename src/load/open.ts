import type { Driver, DriverParts } from './driver.ts';
import type { Launch, Sendable } from './launcher.ts';
import type { Schedule } from './schedule.ts';

/**
 * Open model: each tick launches all that has come due since the one before, each with its own due time. What a late
 * tick missed is caught up; what is too much is counted as not sent.
 */
export function createOpenDriver(parts: DriverParts, schedule: Schedule, next: () => Sendable): Driver {
  const { launcher, startUs, share } = parts;
  const own = [...share.mine.entries()].sort(([, a], [, b]) => a - b);
  const launch: Launch = { meter: parts.meter, dueUs: 0, connection: 0, bounded: true, wantsResult: false, ended: null, tag: 0 };
  let turn = 0;
  let round = 0;
  let dueUs = Infinity;
  prepare();

  /** The next request that is ours. */
  function prepare() {
    const [connection, number] = own[turn]!;
    const index = round + number;
    launch.connection = connection;
    dueUs = index < schedule.total ? startUs + schedule.dueUs(index) : Infinity;
  }

  return {
    everyMs: 1,
    tick(nowUs) {
      while (dueUs <= nowUs) {
        launch.dueUs = dueUs;
        launcher.launch(next(), launch, nowUs);
        if (++turn === own.length) {
          turn = 0;
          round += share.of;
        }
        prepare();
      }
    },
    stop() {
      dueUs = Infinity;
    },
    get over() {
      return dueUs === Infinity;
    },
  };
}
