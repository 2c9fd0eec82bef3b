import type { CallRef, Project, Target, Value } from '../program.ts';
import type { Expr, FileSummary } from '../summary.ts';

/** Where an expression stands. */
export interface At {
  file: string;
  function: number;
  offset: number;
}

export interface Resolver {
  /** Where an expression leads; `unknown` wherever more than one thing is possible. */
  resolve(expr: Expr, at: At): Value;
  /** Whom a call calls. */
  target(call: CallRef): Target;
  /** The workspace's file behind a module's name as written in `from`; null for a package, or where there is none. */
  moduleFile(from: string, specifier: string): string | null;
  /**
   * To be told of every file that was changed, added or removed, after `files` has changed: drops the answers that looked
   * at them. Gives the files of which answers may be others now, those that were told among them, so that only their
   * calls are asked for again.
   */
  invalidate(files: Iterable<string>): ReadonlySet<string>;
}

/** The workspace, as the resolver sees it: `files` is alive, its owner changes it and then calls `invalidate`. */
export interface Workspace {
  files: ReadonlyMap<string, FileSummary>;
  projectOf(file: string): Project;
}

export function createResolver(workspace: Workspace): Resolver {
  void workspace;
  return {
    resolve: () => ({ kind: 'unknown' }),
    target: () => ({ functions: [], declared: null, external: null, callbacks: [], offloads: false }),
    moduleFile: () => null,
    invalidate: (files) => new Set(files),
  };
}
