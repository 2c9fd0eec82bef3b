/** Remembers answers, and what each of them has looked at: files, and other answers. */
export interface Memo {
  /**
   * The answer to a kind of question about a file: remembered, or computed. `fallback` where it is being computed already,
   * or where the work grows beyond bounds.
   */
  run<T>(kind: Kind, file: string, key: Key, fallback: T, compute: () => T): T;
  /** Asked from outside: computes, and notes what it looks at for the file alone, as there are tens of thousands of such questions whose answers others keep. */
  watch<T>(kind: Kind, file: string, compute: () => T): T;
  /** What `run` would give without computing anything; undefined where it would compute. */
  known<T>(kind: Kind, file: string, key: Key, fallback: T): T | undefined;
  /** Notes that the answer under way has looked at a file (or at whatever else has a name). */
  read(source: string): void;
  /** Forgets every answer that has looked at one of these, itself or through another answer; gives what they were about. */
  drop(sources: Iterable<string>): Dropped;
}

/** What tells questions of one kind about one file apart: mostly an index, as numbers from 0 on need neither room nor time. */
export type Key = number | string;
export type Kind = 'alias' | 'bases' | 'call' | 'element' | 'export' | 'field' | 'given' | 'has kin' | 'kin' | 'lifespan' | 'line' | 'literals' | 'method' | 'module' | 'name' | 'parameter' | 'passes on' | 'property' | 'returned' | 'target';
/** The files that answers of a kind were about. */
export type Dropped = ReadonlyMap<Kind, ReadonlySet<string>>;

/** An answer, or one that is being worked out. */
interface Entry {
  table: Table;
  key: Key;
  value: unknown;
  users: Users;
  /** The place in the stack while it is being worked out; then `done`, `gone` or what `provisionalOn` gives. One number, as there are some hundred thousand of these. */
  depth: number;
}

/** The answers of a kind about a file, and those that are being worked out. */
interface Table {
  kind: Kind;
  file: string;
  /** Those whose key is an index, which take a quarter of the room that they would in a map. */
  indexed: (Entry | undefined)[];
  /** All others; null: none yet. */
  others: Map<Key, Entry> | null;
}

/** The answers that have looked at something. There are some hundred thousand of these, most with one or none. */
type Users = Entry | Entry[] | null;

const maxDepth = 150;
/** Answers computed for one question from outside. */
const maxSteps = 20_000;
/** At this length and each doubling of it a list is looked through for those that were dropped, or are there twice. */
const firstSweep = 16;
/** Up to here a list is copied, as pushing (and spreading, too) makes room for 16 more; most are no longer. */
const fewUsers = 6;
const done = -1;
const gone = -2;
/** A small integer, which needs no room of its own; deeper than any stack. */
const nothing = 0x3fffffff;
/** Of an answer within a cycle: the place in the stack of the outermost unfinished answer that it rests on, or -1, as its `depth`; and back. */
const provisionalOn = (restsOn: number) => gone - 2 - restsOn;

export function createMemo(): Memo {
  const tables = new Map<string, Map<Kind, Table>>();
  /** Answers within a cycle that may turn out otherwise from outside of it. */
  let provisional: Entry[] = [];
  const stack: Entry[] = [];
  /** The outermost unfinished answer that each of the stack rests on, by its place there. */
  const rests: number[] = [];
  /** Of each source those that have looked at it; answers about a file itself are found in its tables. */
  const readers = new Map<string, { users: Users }>();
  let steps = 0;

  const restOn = (place: number) => {
    const last = rests.length - 1;
    if (place < rests[last]!) rests[last] = place;
  };
  /** Whoever asks has looked at the entry. */
  const pass = (entry: Entry, restsOn: number) => {
    const asker = stack.at(-1);
    if (!asker) return;
    use(entry, asker);
    restOn(restsOn);
  };

  function given<T>(known: Entry, fallback: T): T {
    const { depth } = known;
    const isRunning = depth >= 0;
    pass(known, isRunning ? depth : depth < gone ? provisionalOn(depth) : nothing);
    return isRunning ? fallback : (known.value as T);
  }

  function tableOf(kind: Kind, file: string): Table {
    let ofFile = tables.get(file);
    if (!ofFile) tables.set(file, (ofFile = new Map<Kind, Table>()));
    let table = ofFile.get(kind);
    if (!table) ofFile.set(kind, (table = { kind, file, indexed: [], others: null }));
    return table;
  }
  function noteReader(source: string, reader: Entry) {
    let of = readers.get(source);
    if (!of) readers.set(source, (of = { users: null }));
    use(of, reader);
  }

  function forgetProvisional() {
    for (const open of provisional) {
      put(open.table, open.key, undefined);
      // what has used it is still found by its file
      noteReader(open.table.file, open);
    }
    if (provisional.length > 0) provisional = [];
  }

  return {
    watch<T>(kind: Kind, file: string, compute: () => T): T {
      const table = tableOf(kind, file);
      let entry = entryOf(table, 0);
      if (!entry) put(table, 0, (entry = { table, key: 0, value: undefined, users: null, depth: done }));
      steps = 0;
      entry.depth = stack.length;
      stack.push(entry);
      rests.push(nothing);
      try {
        return compute();
      } finally {
        stack.pop();
        rests.pop();
        entry.depth = done;
        forgetProvisional();
      }
    },
    known<T>(kind: Kind, file: string, key: Key, fallback: T): T | undefined {
      const known = entryOf(tableOf(kind, file), key);
      return known && given(known, fallback);
    },
    run<T>(kind: Kind, file: string, key: Key, fallback: T, compute: () => T): T {
      const table = tableOf(kind, file);
      const known = entryOf(table, key);
      if (known) return given(known, fallback);
      const depth = stack.length;
      if (depth === 0) steps = 0;
      if (depth > maxDepth || ++steps > maxSteps) {
        // what rests on this is not to be remembered
        rests[rests.length - 1] = -1;
        return fallback;
      }
      const entry: Entry = { table, key, value: fallback, users: null, depth };
      stack.push(entry);
      rests.push(nothing);
      put(table, key, entry);
      let restsOn = nothing;
      try {
        entry.value = compute();
        entry.depth = done;
      } finally {
        stack.pop();
        restsOn = rests.pop()!;
        if (entry.depth !== done) put(table, key, undefined);
      }
      const isDone = restsOn >= depth || depth === 0;
      if (isDone) forgetProvisional();
      pass(entry, isDone ? nothing : restsOn);
      // within a cycle what was found is found; only what was not may still be
      if (!isDone && entry.value === fallback) {
        entry.depth = provisionalOn(restsOn);
        provisional.push(entry);
      }
      return entry.value as T;
    },
    read(source) {
      const asker = stack.at(-1);
      if (asker && asker.table.file !== source) noteReader(source, asker);
    },
    drop(sources) {
      const dropped = new Map<Kind, Set<string>>();
      const note = ({ kind, file }: Table) => {
        const ofKind = dropped.get(kind);
        if (ofKind) ofKind.add(file);
        else dropped.set(kind, new Set([file]));
      };
      const waiting: Entry[] = [];
      const wait = ({ users }: { users: Users }) => {
        if (Array.isArray(users)) for (const user of users) addTo(waiting, user);
        else if (users) addTo(waiting, users);
      };
      for (const source of sources) {
        wait(readers.get(source) ?? { users: null });
        readers.delete(source);
        const own = [...(tables.get(source)?.values() ?? [])];
        tables.delete(source);
        // all are gone before their users are looked at, most of which are among them
        for (const table of own) {
          const count = forEach(table, (entry) => (entry.depth = gone));
          if (count > 0) note(table);
        }
        for (const table of own) forEach(table, wait);
      }
      for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
        if (entry.depth === gone) continue;
        entry.depth = gone;
        if (entryOf(entry.table, entry.key) === entry) {
          put(entry.table, entry.key, undefined);
          note(entry.table);
        }
        wait(entry);
      }
      return dropped;
    },
  };
}

const isIndex = (key: Key): key is number => typeof key === 'number' && key >= 0;

function entryOf({ indexed, others }: Table, key: Key): Entry | undefined {
  // to read behind the end of an array is slow
  return isIndex(key) ? (key < indexed.length ? indexed[key] : undefined) : others?.get(key);
}

function put(table: Table, key: Key, entry: Entry | undefined): void {
  if (isIndex(key)) table.indexed[key] = entry;
  else if (entry) (table.others ??= new Map<Key, Entry>()).set(key, entry);
  else table.others?.delete(key);
}

/** Gives how many there are. */
function forEach({ indexed, others }: Table, run: (entry: Entry) => void): number {
  let count = others?.size ?? 0;
  others?.forEach(run);
  for (const entry of indexed) {
    if (!entry) continue;
    count++;
    run(entry);
  }
  return count;
}

function addTo(waiting: Entry[], user: Entry): void {
  if (user.depth !== gone) waiting.push(user);
}

function use(of: { users: Users }, user: Entry): void {
  const { users } = of;
  if (users === null) {
    of.users = user;
  } else if (!Array.isArray(users)) {
    if (users !== user) of.users = [users, user];
  } else if (users.at(-1) !== user) {
    if (users.length < fewUsers) {
      of.users = users.concat(user);
      return;
    }
    users.push(user);
    const isPowerOfTwo = (users.length & (users.length - 1)) === 0;
    if (users.length < firstSweep || !isPowerOfTwo) return;
    const left = [...new Set(users)].filter((e) => e.depth !== gone);
    // a list that stays nearly as long is not looked through again before it has doubled
    if (left.length <= users.length / 2) of.users = left;
  }
}
