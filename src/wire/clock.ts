/** One monotonic clock per run, in microseconds: every stamp of a run is read from it. */
export interface Clock {
  /** Microseconds since the start of the run. */
  now: () => number;
  /** What `process.hrtime` read at 0, in microseconds: the link to the clocks of other processes of this machine. */
  readonly zeroUs: number;
  /** Wall clock at 0. */
  readonly startedAt: Date;
}

export function startClock(): Clock {
  const [second, nanosecond] = process.hrtime();
  return {
    now() {
      const [s, ns] = process.hrtime();
      return (s - second) * 1e6 + (ns - nanosecond) / 1e3;
    },
    zeroUs: second * 1e6 + nanosecond / 1e3,
    startedAt: new Date(),
  };
}

/** The clock of another thread or process of this machine, from its `zeroUs`. */
export function joinClock(zeroUs: number): Clock {
  const now = () => {
    const [s, ns] = process.hrtime();
    return s * 1e6 + ns / 1e3 - zeroUs;
  };
  return { now, zeroUs, startedAt: new Date(Date.now() - now() / 1e3) };
}
