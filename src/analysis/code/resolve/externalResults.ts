import { pythonResults } from './pythonResults.ts';
import { scriptResults } from './scriptResults.ts';

/**
 * What calls of things outside give: `name result`, an instance of `result`; with `=` in front it is the thing itself
 * (`axios.create()` is used as `axios` is); `[]` an array of it. A member of a class stands for that of its instances.
 * Awaiting changes nothing (`fetch` gives a `Response`).
 */
const table = (rows: string): ReadonlyMap<string, string> =>
  new Map(
    rows
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/) as [string, string]),
  );

const script = table(scriptResults);
const python = table(pythonResults);

export interface Result {
  name: string;
  instance: boolean;
  many: boolean;
}

/** What the tables say of a call; null: nothing. */
export function knownResult(isPython: boolean, name: string): Result | null {
  const row = (isPython ? python : script).get(name);
  if (row === undefined) return null;
  return { name: row.replace(/^(=|\[\])/, ''), instance: !row.startsWith('='), many: row.startsWith('[]') };
}

/** Python's classes with small letters, which a call makes an instance of. */
export const lowerClasses = new Set(['datetime.datetime', 'datetime.date', 'datetime.timedelta', 'socket.socket', 'collections.deque', 'array.array', 'uuid.uuid4', 'threading.local', 'itertools.chain', 'contextvars.ContextVar']);
