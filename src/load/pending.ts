import type { Outgoing, Reply } from './connection.ts';

/** A request that has not ended. */
export interface Pending {
  id: number;
  request: Outgoing;
  done: (reply: Reply) => void;
  queuedUs: number;
  /** Handed to the operating system; null while it was not. */
  writtenUs: number | null;
  /** Not to be written any more. */
  over: boolean;
}

/** Requests by id and by deadline: those of one timeout expire in the order in which they were made, so no timer is needed for each. */
export interface PendingTable {
  readonly size: number;
  add(pending: Pending): void;
  /** Takes it out; undefined when nobody waits for this id. */
  take(id: number): Pending | undefined;
  has(id: number): boolean;
  /** Takes out all whose time is over, counted from the write, or from `queuedUs` while there was none. */
  expired(nowUs: number): Pending[];
  /** Takes out all for which `which` is true. */
  takeAll(which?: (pending: Pending) => boolean): Pending[];
  /** Of the request that expires next; null when nothing waits. */
  nextDeadlineUs(): number | null;
}

export function createPendingTable(): PendingTable {
  /** By timeout; a load test has one or two. A Map keeps the order of insertion. */
  const queues: { timeoutUs: number; byId: Map<number, Pending> }[] = [];

  const deadline = (p: Pending) => (p.writtenUs ?? p.queuedUs) + p.request.timeoutUs;

  return {
    get size() {
      let size = 0;
      for (const queue of queues) size += queue.byId.size;
      return size;
    },
    add(pending) {
      const { timeoutUs } = pending.request;
      let queue = queues.find((q) => q.timeoutUs === timeoutUs);
      if (!queue) queues.push((queue = { timeoutUs, byId: new Map() }));
      queue.byId.set(pending.id, pending);
    },
    take(id) {
      for (const { byId } of queues) {
        const pending = byId.get(id);
        if (pending === undefined) continue;
        byId.delete(id);
        return pending;
      }
      return undefined;
    },
    has: (id) => queues.some(({ byId }) => byId.has(id)),
    expired(nowUs) {
      const found: Pending[] = [];
      for (const { byId } of queues) {
        for (const pending of byId.values()) {
          if (deadline(pending) > nowUs) break;
          byId.delete(pending.id);
          found.push(pending);
        }
      }
      return found;
    },
    takeAll(which = () => true) {
      const found: Pending[] = [];
      for (const { byId } of queues) {
        for (const pending of byId.values()) {
          if (!which(pending)) continue;
          byId.delete(pending.id);
          found.push(pending);
        }
      }
      return found;
    },
    nextDeadlineUs() {
      let next: number | null = null;
      for (const { byId } of queues) {
        for (const pending of byId.values()) {
          next = Math.min(next ?? Infinity, deadline(pending));
          break;
        }
      }
      return next;
    },
  };
}
