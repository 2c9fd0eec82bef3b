import type { Block } from '../model/run.ts';
import { isOwnFile } from './place.ts';

type Frame = Block['stack'][number];

/** Node's functions that block the thread without saying so in their names. */
const unmarked = new Set(['randomBytes', 'randomInt', 'require']);
/** Methods of native statements (node:sqlite, better-sqlite3); V8 gives native functions no file. */
const statementMethods = new Set(['all', 'get', 'run', 'exec', 'iterate', 'values']);

/**
 * The synchronous API that a stack waits in, as the code that calls it knows it: `execSync`, not the `spawn` of the
 * binding beneath. Null when the stack leads to no such API. `stack` has its outermost frame first.
 */
export function syncApi(stack: readonly Frame[]): string | null {
  const outside = stack.findLastIndex((f) => !isNode(f)) + 1;
  const inside = stack.slice(outside);
  const first = inside[0];
  if (!first) return null;
  if (first.file === '') return inside.length === 1 && statementMethods.has(first.functionName) ? first.functionName : null;
  const api = inside.find((f) => unmarked.has(f.functionName) || f.functionName.endsWith('Sync'));
  if (!api) return null;
  // zlib names all its *Sync functions by one wrapper
  return first.functionName === 'syncBufferWrapper' ? 'a synchronous function of zlib' : api.functionName;
}

/** Node itself: its JavaScript and its native bindings. */
export const isNode = ({ file }: { file: string }): boolean => file === '' || file.startsWith('node:');

/** The frame that the author can change: the deepest one of the own code. */
export const deepestOwn = (stack: readonly Frame[]): Frame | null => stack.findLast((f) => isOwnFile(f.file)) ?? null;
