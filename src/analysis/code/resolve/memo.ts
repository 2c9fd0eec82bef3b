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
  sources: readonly number[];
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
  const provisional = new Map<string, Entry & { restsOn: number }>();
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

  return {
    run<T>(key: string, fallback: T, compute: () => T): T {
      const known = entries.get(key);
      if (known) {
        pass(known.sources, Infinity);
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
      const sources = [...frame.sources];
      if (frame.restsOn >= depth) provisional.clear();
      // within a cycle what was found is found; only what was not may still be
      if (frame.restsOn >= depth || depth === 0 || value !== fallback) {
        entries.set(key, { value, sources });
        for (const s of sources) (dependants[s] ??= new Set()).add(key);
        pass(sources, Infinity);
      } else {
        provisional.set(key, { value, sources, restsOn: frame.restsOn });
        pass(sources, frame.restsOn);
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
