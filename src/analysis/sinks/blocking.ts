import type { Sink } from '../codeRule.ts';
import type { Severity } from '../../model/finding.ts';

/** A function that keeps its thread until it is done. */
export interface BlockingSink extends Sink {
  /** What the thread waits for, as a message says it: `waits for the disk`. */
  on: On;
  /** What does the same without blocking; null: there is none, it belongs on another thread. */
  twin: string | null;
  /** The first version that has the twin. */
  since?: string;
  /** Default: the rule's own. `none`: an exception to a row for many members. */
  level?: Severity | 'none';
  /** For `x.*`: which members, by what stands behind `x.` (a chain has dots and `()` in it). Default: every direct one. */
  members?: RegExp;
  /** How the edit is made that puts the twin in its place; null where that would not do the same. */
  edit?: 'promises' | 'promisify' | 'to_thread' | 'asyncio.sleep' | null;
}

export type On = 'waits for the disk' | 'waits for the network' | 'waits for a database' | 'waits for a child process' | 'computes' | 'sleeps' | 'waits for another thread' | 'waits for another process' | 'waits for input';

/** Members that only set something or put something together, in a client of whatever service: they say how its next request is to be. */
export const prepares = /^close$|(?:^|\.)(?:(?:add|set|update|clear|remove)_(?:\w+_)?(?:param(?:eter)?|header)s?|(?:add|set|remove)_(?:(?:\w+_)?(?:hook|listener|callback|middleware|handler|logger)s?|(?:request_)?timeouts?|prox(?:y|ies)|user_agent|log_level|credentials|auth|(?:\w+_)?token|api_key)|(?:with|build)_(?:\w+_)?(?:param(?:eter)?s?|headers?|url|uri|query|body|request)|url_for|(?:get_)?(?:auth(?:ori[sz]e)?|login)_url)$/;

type Columns = Omit<BlockingSink, 'name' | 'language' | 'twin'>;

/** One row for each of the names, which are divided by spaces; in the twin `$` stands for the name. */
export function node(prefix: string, names: string, columns: Columns & { twin: string | null }): BlockingSink[] {
  return namesOf(prefix, names).map(([name, last]) => ({ ...columns, name, language: 'typescript', twin: columns.twin?.replaceAll('$', last) ?? null }));
}

/** In Python what has no twin of its own is handed to a thread. */
export function python(prefix: string, names: string, columns: Columns & { twin?: string }): BlockingSink[] {
  return namesOf(prefix, names).map(([name, last]) => ({ edit: 'to_thread', ...columns, name, language: 'python', twin: columns.twin?.replaceAll('$', last) ?? null }));
}

const namesOf = (prefix: string, names: string) => names.split(' ').map((name) => [prefix === '' ? name : `${prefix}.${name}`, name.replace(/Sync$/, '')] as const);
