import type { CallRef, Project, Target, Value } from '../program.ts';
import type { Classes } from '../receiving.ts';
import type { Expr, FileSummary } from '../summary.ts';
import { valueOf } from './expressions.ts';
import { importOrigin } from './origins.ts';
import { hasKin, lineOf, methodsOf } from './receivers.ts';
import { runsOf, targetOf } from './target.ts';
import { publicValue } from './values.ts';
import { createWorld } from './world.ts';

/** Where an expression stands; `offset` -1: anywhere in the function. */
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
  /** Whom a call of what an expression gives would call. */
  runs(expr: Expr, at: At): Pick<Target, 'functions' | 'offloads'>;
  /** The workspace's file behind a module's name as written in `from`; null for a package, or where there is none. */
  moduleFile(from: string, specifier: string): string | null;
  /** What objects of known classes run. */
  classes: Classes;
  /**
   * To be told of every file that was changed, added or removed, after `files` has changed: drops the answers that looked
   * at them. Gives the files of which a call's target was dropped.
   */
  invalidate(files: Iterable<string>): Set<string>;
}

/** The workspace, as the resolver sees it: `files` is alive, its owner changes it and then calls `invalidate`. */
export interface Workspace {
  files: ReadonlyMap<string, FileSummary>;
  projectOf(file: string): Project;
}

/** Follows names over the workspace. Every answer is kept until a file that it looked at changes. */
export function createResolver(workspace: Workspace): Resolver {
  const world = createWorld(workspace);
  return {
    resolve(expr, at) {
      world.hierarchy.prepare();
      return publicValue(valueOf(world, expr, at));
    },
    target(call) {
      world.hierarchy.prepare();
      return targetOf(world, call);
    },
    runs(expr, at) {
      world.hierarchy.prepare();
      return runsOf(world, expr, at);
    },
    moduleFile(from, specifier) {
      const origin = importOrigin(world, from, { module: specifier, imported: '*' });
      return origin?.kind === 'module' || origin?.kind === 'expression' || origin?.kind === 'local' ? origin.file : null;
    },
    classes: {
      methodsOf: (ref, name, behind) => methodsOf(world, ref, name, behind),
      lineOf: (ref) => lineOf(world, ref),
      derivedOf(ref) {
        world.hierarchy.prepare();
        return world.hierarchy.derived(ref);
      },
      hasKin: (ref) => hasKin(world, ref),
    },
    invalidate: (files) => world.invalidate(files),
  };
}
