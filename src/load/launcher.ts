import type { Clock } from '../wire/clock.ts';
import type { Connection, Outgoing, Reply } from './connection.ts';
import type { Meter } from './meter.ts';

/** What is sent; a `Sampled` of the workload is one. */
export interface Sendable {
  operation: number;
  method: string;
  params: string;
  name: string | null;
}

/** Told when a request has ended, with the tag that it was launched with. The reply is valid only meanwhile. */
export type Ended = (reply: Reply, tag: number) => void;

export interface Launch {
  meter: Meter;
  /** Microseconds of the clock; its response time begins there. */
  dueUs: number;
  /** Of our connections; where it is lost, another is taken. */
  connection: number;
  /** Not to be sent when as many as are allowed are in flight. */
  bounded: boolean;
  wantsResult: boolean;
  ended: Ended | null;
  tag: number;
}

/** Sends for all models, and knows what is in flight. */
export interface Launcher {
  /** Sent and not ended, those of earlier stages among them. */
  readonly inFlight: number;
  /** True when no connection can be used any more. */
  readonly lost: boolean;
  /** False when it was not sent: no connection is left, or too many are in flight. That is counted at once. */
  launch(request: Sendable, o: Launch, nowUs: number): boolean;
  /** The meter of the stage that goes on: told of every change in flight. */
  watch(meter: Meter | null): void;
  /** What a meter waits for belongs to nobody from now on; returns those requests. */
  abandon(meter: Meter): { operation: number; dueUs: number }[];
}

/** A request in flight; used again, so that nothing is allocated for each. */
interface Slot extends Outgoing {
  operation: number;
  dueUs: number;
  busy: boolean;
  meter: Meter | null;
  ended: Ended | null;
  tag: number;
  done: (reply: Reply) => void;
}

export function createLauncher(o: { connections: readonly Connection[]; clock: Clock; limits: { readonly timeoutUs: number; readonly maxInFlight: number } }): Launcher {
  const { connections } = o;
  const slots: Slot[] = [];
  const free: Slot[] = [];
  let watching: Meter | null = null;
  let inFlight = 0;

  function usable(wanted: number): Connection | null {
    for (let i = 0; i < connections.length; i++) {
      const connection = connections[(wanted + i) % connections.length]!;
      if (connection.lost === null) return connection;
    }
    return null;
  }

  function createSlot(): Slot {
    const slot: Slot = {
      method: '', params: '', name: null, timeoutUs: o.limits.timeoutUs, wantsResult: false,
      operation: 0, dueUs: 0, busy: false, meter: null, ended: null, tag: 0,
      done(reply) {
        const { operation, dueUs, meter, ended, tag } = slot;
        inFlight--;
        slot.busy = false;
        slot.meter = slot.ended = null;
        free.push(slot);
        watching?.inFlightChanged(inFlight, reply.endUs);
        if (meter) meter.ended(operation, dueUs, reply);
        else watching?.carriedOver(reply);
        ended?.(reply, tag);
      },
    };
    slots.push(slot);
    return slot;
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get lost() {
      for (const connection of connections) if (connection.lost === null) return false;
      return true;
    },
    launch(request, { meter, dueUs, connection, bounded, wantsResult, ended, tag }, nowUs) {
      meter.due();
      const via = bounded && inFlight >= o.limits.maxInFlight ? null : usable(connection);
      if (via === null) {
        meter.notSent(request.operation);
        return false;
      }
      const slot = free.pop() ?? createSlot();
      slot.method = request.method;
      slot.params = request.params;
      slot.name = request.name;
      slot.wantsResult = wantsResult;
      slot.operation = request.operation;
      slot.dueUs = dueUs;
      slot.busy = true;
      slot.meter = meter;
      slot.ended = ended;
      slot.tag = tag;
      inFlight++;
      meter.sent(dueUs, nowUs);
      watching?.inFlightChanged(inFlight, nowUs);
      via.send(slot, slot.done);
      return true;
    },
    watch(meter) {
      watching = meter;
      meter?.inFlightChanged(inFlight, o.clock.now());
    },
    abandon(meter) {
      const theirs = slots.filter((slot) => slot.busy && slot.meter === meter);
      for (const slot of theirs) slot.meter = slot.ended = null;
      return theirs.map(({ operation, dueUs }) => ({ operation, dueUs }));
    },
  };
}
