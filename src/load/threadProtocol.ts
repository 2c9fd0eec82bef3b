import type { Failure } from '../model/errors.ts';
import type { LoadOptions } from '../model/load.ts';
import type { Workload } from '../model/workload.ts';
import type { ServerSpec } from '../model/server.ts';
import type { Stage, ThreadInterval, ThreadResult } from './stage.ts';
import type { Operation } from './workload/sampler.ts';

/** What the generator asks of a thread. Each request is answered with `done` or `failed` of its id. */
export type ToThread =
  | { type: 'open'; id: number; open: ThreadOpening }
  | { type: 'request'; id: number; method: string; params: Record<string, unknown> }
  | { type: 'load'; id: number; workload: Workload; share: { index: number; of: number } }
  | { type: 'run'; id: number; stage: Stage; startUs: number; maxInFlight: number }
  /** Connections of these numbers belong to another thread now. */
  | { type: 'release'; id: number; numbers: number[] }
  | { type: 'close'; id: number }
  /** Ends the stage that goes on, or the opening; it is answered as usual. */
  | { type: 'abort'; reason: string };

export interface ThreadOpening {
  server: ServerSpec;
  options: LoadOptions;
  marker: string;
  /** Zero of the run's clock, as `Clock.zeroUs`. */
  zeroUs: number;
  /** Numbers of this thread's connections, of all. */
  numbers: number[];
  of: number;
}

export interface ThreadOpened {
  handshake: Record<string, unknown>;
  protocolVersion: string;
  /** In the order of `numbers`; null where no process was started for the connection. */
  pids: (number | null)[];
  sockets: number | null;
}

export type FromThread =
  | { type: 'done'; id: number; value: ThreadOpened | Operation[] | ThreadResult | null }
  | { type: 'answer'; id: number; result: unknown; errorClass: string | null }
  | { type: 'failed'; id: number; failure: Failure }
  | { type: 'interval'; interval: ThreadInterval }
  /** Of one connection; `all` when it was the last of this thread. */
  | { type: 'lost'; failure: Failure; all: boolean };
