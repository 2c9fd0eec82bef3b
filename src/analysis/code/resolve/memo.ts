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
  /** The answers that have looked at this one. */
  users: Users;
  isDropped: boolean;
  /** The place in the stack while it is being worked out. */
  depth: number;
  /** The outermost unfinished answer that it rests on, by its place in the stack. */
  restsOn: number;
}

interface Users {
  list: Entry[];
  /** At this length those that were dropped are taken out. */
  sweepAt: number;
}

const maxDepth = 150;
/** Answers computed for one question from outside. */
const maxSteps = 20_000;
const firstSweep = 16;

export function createMemo(): Memo {
  const entries = new Map<string, Entry>();
  /** Answers within a cycle that may turn out otherwise from outside of it. */
  const provisional = new Map<string, Entry>();
  const running = new Map<string, Entry>();
  const stack: Entry[] = [];
  const readers = new Map<string, Users>();
  let steps = 0;

  /** Whoever asks has looked at the entry. */
  const pass = (entry: Entry, restsOn: number) => {
    const asker = stack.at(-1);
    if (!asker) return;
    use(entry.users, asker);
    asker.restsOn = Math.min(asker.restsOn, restsOn);
  };

  return {
    run<T>(key: string, fallback: T, compute: () => T): T {
      const known = entries.get(key) ?? provisional.get(key);
      if (known) {
        pass(known, known.restsOn);
        return known.value as T;
      }
      const open = running.get(key);
      if (open) {
        pass(open, open.depth);
        return fallback;
      }
      const depth = stack.length;
      if (depth === 0) steps = 0;
      if (depth > maxDepth || ++steps > maxSteps) {
        // what rests on this is not to be remembered
        stack.at(-1)!.restsOn = -1;
        return fallback;
      }
      const entry: Entry = { key, value: fallback, users: { list: [], sweepAt: firstSweep }, isDropped: false, depth, restsOn: Infinity };
      stack.push(entry);
      running.set(key, entry);
      try {
        entry.value = compute();
      } finally {
        stack.pop();
        running.delete(key);
      }
      const isDone = entry.restsOn >= depth || depth === 0;
      if (isDone) {
        entry.restsOn = Infinity;
        provisional.clear();
      }
      // within a cycle what was found is found; only what was not may still be
      (isDone || entry.value !== fallback ? entries : provisional).set(key, entry);
      pass(entry, entry.restsOn);
      if (entries.get(key) === entry) entry.restsOn = Infinity;
      return entry.value as T;
    },
    read(source) {
      const asker = stack.at(-1);
      if (!asker) return;
      let of = readers.get(source);
      if (!of) readers.set(source, (of = { list: [], sweepAt: firstSweep }));
      use(of, asker);
    },
    drop(sources) {
      const dropped = new Set<string>();
      const waiting: Entry[] = [];
      for (const source of sources) {
        waiting.push(...(readers.get(source)?.list ?? []));
        readers.delete(source);
      }
      for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
        if (entry.isDropped) continue;
        entry.isDropped = true;
        if (entries.get(entry.key) === entry) {
          entries.delete(entry.key);
          dropped.add(entry.key);
        }
        for (const user of entry.users.list) waiting.push(user);
      }
      return dropped;
    },
  };
}

function use(of: Users, user: Entry): void {
  if (of.list.at(-1) === user) return;
  of.list.push(user);
  if (of.list.length < of.sweepAt) return;
  of.list = [...new Set(of.list)].filter((e) => !e.isDropped);
  of.sweepAt = Math.max(firstSweep, 2 * of.list.length);
}
