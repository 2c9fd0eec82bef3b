/** Remembers answers, and which files each of them has looked at. */
export interface Memo {
  /** The answer for a key: remembered, or computed. `fallback` where it is being computed already, or where the work grows beyond bounds. */
  run<T>(key: string, fallback: T, compute: () => T): T;
  /** Notes that the answer under way has looked at a file (or at whatever else has a name). */
  read(source: string): void;
  /** Forgets every answer that has looked at one of these; gives their keys. */
  drop(sources: Iterable<string>): Set<string>;
}

interface Entry {
  value: unknown;
  sources: ReadonlySet<number>;
  /** The outermost frame whose unfinished answer it rests on; what that one looks at is added when it is finished. */
  restsOn: number;
}

interface Frame {
  sources: Set<number>;
  /** The outermost frame whose unfinished answer this one rests on. */
  restsOn: number;
}

const maxDepth = 150;
/** Answers computed for one question from outside. */
const maxSteps = 20_000;

export function createMemo(): Memo {
  const entries = new Map<string, Entry>();
  /** Answers within a cycle that may turn out otherwise from outside of it. */
  const provisional = new Map<string, Entry>();
  /** Answers that wait for what the answer that they rest on has looked at. */
  let waiting = new Map<string, Entry>();
  const running = new Map<string, number>();
  const frames: Frame[] = [];
  const numbers = new Map<string, number>();
  const dependants: (Set<string> | undefined)[] = [];
  let steps = 0;

  const numberOf = (source: string) => {
    let n = numbers.get(source);
    if (n === undefined) numbers.set(source, (n = numbers.size));
    return n;
  };

  /** Hands what an answer rests on to the one that asked. */
  const pass = (sources: Iterable<number>, restsOn: number) => {
    const asker = frames.at(-1);
    if (!asker) return;
    for (const s of sources) asker.sources.add(s);
    asker.restsOn = Math.min(asker.restsOn, restsOn);
  };

  const depends = (key: string, source: number) => (dependants[source] ??= new Set()).add(key);

  /** An answer is finished: those that rested on it have looked at what it has looked at. */
  const settle = (depth: number, sources: ReadonlySet<number>) => {
    if (waiting.size === 0) return;
    const rest = new Map<string, Entry>();
    for (const [key, entry] of waiting) {
      if (entry.restsOn < depth) {
        rest.set(key, entry);
        continue;
      }
      entry.restsOn = Infinity;
      entry.sources = new Set([...entry.sources, ...sources]);
      for (const s of sources) depends(key, s);
    }
    waiting = rest;
  };

  return {
    run<T>(key: string, fallback: T, compute: () => T): T {
      const known = entries.get(key);
      if (known) {
        pass(known.sources, known.restsOn);
        return known.value as T;
      }
      const open = running.get(key);
      if (open !== undefined) {
        pass([], open);
        return fallback;
      }
      const half = provisional.get(key);
      if (half) {
        pass(half.sources, half.restsOn);
        return half.value as T;
      }
      const depth = frames.length;
      if (depth === 0) steps = 0;
      if (depth > maxDepth || ++steps > maxSteps) {
        pass([], -1);
        return fallback;
      }
      const frame: Frame = { sources: new Set(), restsOn: Infinity };
      frames.push(frame);
      running.set(key, depth);
      let value: T;
      try {
        value = compute();
      } finally {
        frames.pop();
        running.delete(key);
      }
      const { sources } = frame;
      const isDone = frame.restsOn >= depth || depth === 0;
      const entry: Entry = { value, sources, restsOn: isDone ? Infinity : frame.restsOn };
      pass(sources, entry.restsOn);
      if (isDone) {
        provisional.clear();
        settle(depth, sources);
      }
      // within a cycle what was found is found; only what was not may still be
      if (isDone || value !== fallback) {
        entries.set(key, entry);
        for (const s of sources) depends(key, s);
        if (!isDone) waiting.set(key, entry);
      } else {
        provisional.set(key, entry);
      }
      return value;
    },
    read(source) {
      frames.at(-1)?.sources.add(numberOf(source));
    },
    drop(sources) {
      const dropped = new Set<string>();
      for (const source of sources) {
        const n = numbers.get(source);
        const keys = n === undefined ? undefined : dependants[n];
        if (n === undefined || !keys) continue;
        for (const key of keys) if (entries.delete(key)) dropped.add(key);
        dependants[n] = undefined;
      }
      return dropped;
    },
  };
}
