/** Remembers answers, and what each of them has looked at: files, and other answers. */
export interface Memo {
  /** The answer for a key: remembered, or computed. `fallback` where it is being computed already, or where the work grows beyond bounds. */
  run<T>(key: string, fallback: T, compute: () => T): T;
  /** Notes that the answer under way has looked at a file (or at whatever else has a name). */
  read(source: string): void;
  /** Forgets every answer that has looked at one of these, itself or through another answer; gives their keys. */
  drop(sources: Iterable<string>): Set<string>;
}

/** An answer, or one that is being worked out. */
interface Entry {
  key: string;
  value: unknown;
  users: Users;
  isDropped: boolean;
  isRunning: boolean;
  /** The place in the stack while it is being worked out. */
  depth: number;
  /** The outermost unfinished answer that it rests on, by its place in the stack. */
  restsOn: number;
}

/** The answers that have looked at something. There are some hundred thousand of these, most with one or none. */
type Users = Entry | Entry[] | null;

const maxDepth = 150;
/** Answers computed for one question from outside. */
const maxSteps = 20_000;
/** At this length and each doubling of it a list is looked through for those that were dropped, or are there twice. */
const firstSweep = 16;
/** A small integer, which needs no room of its own; deeper than any stack. */
const nothing = 0x3fffffff;

export function createMemo(): Memo {
  /** Answers, and what is being worked out. */
  const entries = new Map<string, Entry>();
  /** Answers within a cycle that may turn out otherwise from outside of it. */
  let provisional: Entry[] = [];
  const stack: Entry[] = [];
  const readers = new Map<string, { users: Users }>();
  let steps = 0;

  /** Whoever asks has looked at the entry. */
  const pass = (entry: Entry, restsOn: number) => {
    const asker = stack.at(-1);
    if (!asker) return;
    use(entry, asker);
    asker.restsOn = Math.min(asker.restsOn, restsOn);
  };

  return {
    run<T>(key: string, fallback: T, compute: () => T): T {
      const known = entries.get(key);
      if (known) {
        pass(known, known.isRunning ? known.depth : known.restsOn);
        return known.isRunning ? fallback : (known.value as T);
      }
      const depth = stack.length;
      if (depth === 0) steps = 0;
      if (depth > maxDepth || ++steps > maxSteps) {
        // what rests on this is not to be remembered
        stack.at(-1)!.restsOn = -1;
        return fallback;
      }
      const entry: Entry = { key, value: fallback, users: null, isDropped: false, isRunning: true, depth, restsOn: nothing };
      stack.push(entry);
      entries.set(key, entry);
      try {
        entry.value = compute();
        entry.isRunning = false;
      } finally {
        stack.pop();
        if (entry.isRunning) entries.delete(key);
      }
      const isDone = entry.restsOn >= depth || depth === 0;
      if (isDone) {
        entry.restsOn = nothing;
        for (const { key: open } of provisional) entries.delete(open);
        if (provisional.length > 0) provisional = [];
      }
      pass(entry, entry.restsOn);
      // within a cycle what was found is found; only what was not may still be
      if (isDone || entry.value !== fallback) entry.restsOn = nothing;
      else provisional.push(entry);
      return entry.value as T;
    },
    read(source) {
      const asker = stack.at(-1);
      if (!asker) return;
      let of = readers.get(source);
      if (!of) readers.set(source, (of = { users: null }));
      use(of, asker);
    },
    drop(sources) {
      const dropped = new Set<string>();
      const waiting: Entry[] = [];
      for (const source of sources) {
        const users = readers.get(source)?.users ?? [];
        for (const user of Array.isArray(users) ? users : [users]) waiting.push(user);
        readers.delete(source);
      }
      for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
        if (entry.isDropped) continue;
        entry.isDropped = true;
        if (entries.get(entry.key) === entry) {
          entries.delete(entry.key);
          dropped.add(entry.key);
        }
        if (Array.isArray(entry.users)) for (const user of entry.users) waiting.push(user);
        else if (entry.users) waiting.push(entry.users);
      }
      return dropped;
    },
  };
}

function use(of: { users: Users }, user: Entry): void {
  const { users } = of;
  if (users === null) {
    of.users = user;
  } else if (!Array.isArray(users)) {
    if (users !== user) of.users = [users, user];
  } else if (users.at(-1) !== user) {
    users.push(user);
    const isPowerOfTwo = (users.length & (users.length - 1)) === 0;
    if (users.length < firstSweep || !isPowerOfTwo) return;
    const left = [...new Set(users)].filter((e) => !e.isDropped);
    // a list that stays nearly as long is not looked through again before it has doubled
    if (left.length <= users.length / 2) of.users = left;
  }
}
