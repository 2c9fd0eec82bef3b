import type { Outgoing, Reply } from './connection.ts';
import type { Deadline } from './deadlines.ts';

/** A request that has not ended. */
export interface Pending extends Deadline {
  id: number;
  request: Outgoing;
  done: (reply: Reply) => void;
  /** Of its parameters: the request may be another when it is asked later. */
  characters: number;
  queuedUs: number;
  /** Handed to the operating system, at `writtenUs`; that is no time before. */
  written: boolean;
  writtenUs: number;
  /** Not to be written any more. */
  over: boolean;
}

/** Requests by id. */
export interface PendingTable {
  readonly size: number;
  /** Gives it the next id. */
  add(request: Outgoing, done: (reply: Reply) => void): Pending;
  /** Takes it out; undefined when nobody waits for this id. */
  take(id: number): Pending | undefined;
  /** Takes out all for which `which` is true, in the order in which they were added. */
  takeAll(which?: (pending: Pending) => boolean): Pending[];
  /** Nobody looks at it any more: the next request may have it. */
  release(pending: Pending): void;
}

const firstRoom = 256;
/** More than are in flight at any time; only what hangs while so many others are answered is too old for it. */
const mostRoom = 16_384;

/**
 * Ids rise by one, so an id says where its request stands in a ring. A Map of them would be made anew by V8 after every few
 * dozen requests, and one that has grown old keeps alive those after it: several megabytes a second for the large collector.
 */
export function createPendingTable(expire: (pending: Pending) => void): PendingTable {
  let ring = emptyRing(firstRoom);
  const stragglers = new Map<number, Pending>();
  const free: Pending[] = [];
  let lastId = 0;
  let size = 0;

  function create(request: Outgoing, done: (reply: Reply) => void): Pending {
    const pending: Pending = {
      id: 0, request, done, characters: 0, queuedUs: 0, written: false, writtenUs: 0, over: false,
      expire: () => expire(pending), dueUs: 0, before: null, after: null,
    };
    return pending;
  }

  function makeRoom(id: number) {
    for (let older = ring[id & (ring.length - 1)]; older; older = ring[id & (ring.length - 1)]) {
      if (ring.length < mostRoom) grow();
      else {
        stragglers.set(older.id, older);
        ring[id & (ring.length - 1)] = null;
      }
    }
  }

  function grow() {
    const larger = emptyRing(2 * ring.length);
    for (const pending of ring) if (pending) larger[pending.id & (larger.length - 1)] = pending;
    ring = larger;
  }

  function take(id: number): Pending | undefined {
    const at = id & (ring.length - 1);
    let pending = ring[at] ?? undefined;
    if (pending?.id === id) ring[at] = null;
    else {
      pending = stragglers.get(id);
      if (pending === undefined) return undefined;
      stragglers.delete(id);
    }
    size--;
    return pending;
  }

  return {
    get size() {
      return size;
    },
    add(request, done) {
      const pending = free.pop() ?? create(request, done);
      const id = ++lastId;
      pending.id = id;
      pending.request = request;
      pending.done = done;
      pending.characters = request.params.length;
      pending.written = pending.over = false;
      if (ring[id & (ring.length - 1)]) makeRoom(id);
      ring[id & (ring.length - 1)] = pending;
      size++;
      return pending;
    },
    take,
    takeAll(which = () => true) {
      const found = [...stragglers.values(), ...ring].filter((p) => p !== null).filter(which);
      for (const { id } of found) take(id);
      return found.sort((a, b) => a.id - b.id);
    },
    release: (pending) => void free.push(pending),
  };
}

const emptyRing = (length: number) => new Array<Pending | null>(length).fill(null);
