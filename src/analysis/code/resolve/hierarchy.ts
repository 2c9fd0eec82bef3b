import type { ClassRef, FunctionRef } from '../program.ts';
import { isTest } from '../testFiles.ts';
import { ancestors, bases, classOf, findMember, isUse } from './classes.ts';
import { functionsOfLiterals, type Literal, literalsOf } from './literals.ts';
import { memberValue } from './members.ts';
import type { Dropped } from './memo.ts';
import { either, type Kind, type Known, refKey } from './values.ts';
import type { World } from './world.ts';

/** Which classes of the workspace are derived from which. */
export interface Hierarchy {
  /** Before the first question, so that no answer counts as looking at all files. */
  prepare(): void;
  /** Directly or not; the class itself is not among them. */
  derived(ref: ClassRef): readonly ClassRef[];
  /** Object literals that are declared to be of a type, by the key of its interface or alias. */
  literals(type: string): readonly Literal[];
  /** After files have changed: the names under which answers that asked for derived classes have noted it, where the answer is another one now. */
  refresh(): string[];
  /** To be told of every answer that was dropped. */
  dropped(answers: Dropped): void;
}

export function createHierarchy(world: World): Hierarchy {
  let children: Map<string, ClassRef[]> | null = null;
  let literals = new Map<string, Literal[]>();
  /** What each file says, as the maps were made of it: the same object as long as nothing that it rests on has changed. */
  let ofFiles = new Map<string, { classes: FileClasses; literals: readonly Literal[] }>();
  let builtAt = -1;
  /** Files that may say something else than they did; null: all. */
  let stale: Set<string> | null = null;

  const readFile = (file: string) => ({ classes: classesOf(world, file), literals: isTest(file) ? [] : literalsOf(world, file) });
  function build(): ReadonlyMap<string, ClassRef[]> {
    children = new Map();
    literals = new Map();
    for (const { classes } of ofFiles.values()) for (const [child, parents] of classes) for (const parent of parents) push(children, parent, child);
    for (const { literals: own } of ofFiles.values()) for (const literal of own) push(literals, literal.type, literal);
    return children;
  }
  // asked before each question, so apart from what takes some work
  const prepare = () => (children && builtAt === world.version() ? children : prepareAnew());
  function prepareAnew(): ReadonlyMap<string, ClassRef[]> {
    builtAt = world.version();
    const before = { ofFiles, children, literals };
    // what asks while it is being read finds nothing derived
    children = new Map();
    literals = new Map();
    const files = [...world.allFiles()];
    const sameFiles = files.length === ofFiles.size && Array.from(ofFiles.keys()).every((file, i) => file === files[i]);
    const toRead = files.filter((file) => !stale || stale.has(file) || !ofFiles.has(file));
    stale = new Set();
    const read = new Map(toRead.map((file) => [file, readFile(file)]));
    const isSame = sameFiles && before.children !== null && [...read].every(([file, now]) => same(before.ofFiles.get(file), now));
    if (sameFiles) for (const [file, now] of read) ofFiles.set(file, now);
    else ofFiles = new Map(files.map((file) => [file, read.get(file) ?? before.ofFiles.get(file)!]));
    if (!isSame) return build();
    literals = before.literals;
    return (children = before.children!);
  }

  return {
    prepare: () => void prepare(),
    derived(ref) {
      const map = children ?? new Map<string, ClassRef[]>();
      const found = new Map<string, ClassRef>();
      const visit = (key: string) => {
        world.memo.read(`derived ${key}`);
        for (const child of map.get(key) ?? []) {
          if (found.has(refKey(child))) continue;
          found.set(refKey(child), child);
          visit(refKey(child));
        }
      };
      visit(refKey(ref));
      return [...found.values()];
    },
    literals(type) {
      world.memo.read(`literals of ${type}`);
      return literals.get(type) ?? [];
    },
    dropped(answers) {
      for (const kind of ['bases', 'literals'] as const) for (const file of answers.get(kind) ?? []) stale?.add(file);
    },
    refresh() {
      const before = children;
      const literalsBefore = literals;
      if (!before) return [];
      const after = prepare();
      if (after === before) return [];
      return [...changed(before, after).map((key) => `derived ${key}`), ...changed(literalsBefore, literals).map((key) => `literals of ${key}`)];
    },
  };
}

type FileClasses = readonly (readonly [ClassRef, readonly string[]])[];

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function same(before: { classes: FileClasses; literals: readonly Literal[] } | undefined, now: { classes: FileClasses; literals: readonly Literal[] }): boolean {
  if (!before) return false;
  return (before.classes === now.classes || JSON.stringify(before.classes) === JSON.stringify(now.classes)) && (before.literals === now.literals || JSON.stringify(before.literals) === JSON.stringify(now.literals));
}

function changed(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)));
}

/** The classes of a file with the keys of their direct bases. */
const classesOf = (world: World, file: string) =>
  world.memo.run<FileClasses>('bases', file, 0, [], () =>
    (world.index(file)?.summary.classes ?? []).map((_, index) => {
      const ref = { file, index };
      return [ref, bases(world, { class: ref, args: [] }).filter(isUse).map((b) => refKey(b.class))] as const;
    }),
  );

/** The functions with a body that a call of a method may run, seen from a class: its own or inherited one, and those of the classes derived from it. */
export function implementations(world: World, ref: ClassRef, name: string, onClass: boolean): FunctionRef[] {
  const found = new Map<string, FunctionRef>();
  for (const derived of [ref, ...world.hierarchy.derived(ref)]) {
    const python = classOf(world, derived)?.index.python ?? false;
    const member = findMember(world, ancestors(world, { class: derived, args: [] }), name, onClass, python);
    if (member === null || member === 'unknown' || member.kind === 'external') continue;
    const { class: owner } = member.use;
    const summary = classOf(world, owner)!.index.summary;
    const functions = member.kind === 'methods' ? member.methods.map((m) => m.function) : member.field.values.flatMap((v) => (v.kind === 'function' ? [v.function] : []));
    for (const index of functions) {
      if (summary.functions[index]!.abstract) continue;
      const fn = { file: owner.file, index };
      found.set(refKey(fn), fn);
    }
    for (const fn of onClass ? [] : functionsOfLiterals(world, refKey(derived), name)) found.set(refKey(fn), fn);
  }
  return [...found.values()];
}

/** A member that a class lacks and that the classes derived from it have: what a mixin takes from those it is mixed with. Null: none has it. */
export function derivedMember(world: World, value: Kind<'instance' | 'class' | 'super'>, name: string): Known | null {
  const found = world.hierarchy.derived(value.class).flatMap((ref) => {
    const line = ancestors(world, { class: ref, args: [] });
    // of `super()` in a mixin what comes behind it
    const behind = value.kind === 'super' ? line.slice(line.findIndex((a) => isUse(a) && refKey(a.class) === refKey(value.class)) + 1) : line;
    const member = findMember(world, behind, name, value.kind === 'class', true);
    if (member === null || member === 'unknown') return [];
    return [memberValue(world, member, { kind: value.kind === 'class' ? 'class' : 'instance', class: ref, args: [] }, name, true)];
  });
  return found.length === 0 ? null : either(found);
}
