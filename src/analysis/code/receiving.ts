import type { CallRef, ClassRef, FunctionRef, Receiver } from './program.ts';
import type { FileSummary } from './summary.ts';

/** What objects of known classes run. */
export interface Classes {
  /** The method that an object of just this class runs; `behind`: the next one after a class's own (`super`). Empty where it is none of the workspace's. */
  methodsOf(ref: ClassRef, name: string, behind?: ClassRef): readonly FunctionRef[];
  /** The class and its bases in the workspace, by their keys. */
  lineOf(ref: ClassRef): ReadonlySet<string>;
  /** Those that extend it, directly or not. */
  derivedOf(ref: ClassRef): readonly ClassRef[];
  /** Whether some base of a class has other children: only then does it matter of which class an object is. */
  hasKin(ref: ClassRef): boolean;
}

/** Of what classes the objects are that calls are about. */
export interface Objects extends Classes {
  receiverOf(call: CallRef): Receiver | undefined;
}

/** One function leads to another by a call: it calls it, or hands it over (`handed`). */
interface Link {
  to: FunctionRef;
  handed?: boolean;
}

const keyOf = ({ file, index }: { file: string; index: number }) => `${file}#${index}`;

/** The class whose object `this` is in a function: of the method that it is or stands in; null outside of classes. */
export function ownerOf(files: ReadonlyMap<string, FileSummary>, { file, index }: FunctionRef): { method: number; class: ClassRef } | null {
  const functions = files.get(file)?.functions;
  for (let at: number | null = index; at !== null; at = functions?.[at]?.parent ?? null) {
    const owner = functions?.[at]?.class ?? null;
    if (owner !== null) return { method: at, class: { file, index: owner } };
  }
  return null;
}

/**
 * What a call in a function leads to if `this` is of a class (null: it is not known of which). Each function that it leads
 * to comes with the class of which `this` is there, null where that is not known. A method of the own object is looked up
 * in that class: what its sister classes have instead is not reached.
 */
export function ledTo<L extends Link>(files: ReadonlyMap<string, FileSummary>, objects: Objects, from: FunctionRef, self: ClassRef | null, call: CallRef, links: readonly L[]): (L & { self: ClassRef | null })[] {
  const receiver = objects.receiverOf(call);
  // most calls are about no object of which more is known
  if (!self && !receiver) {
    const isThere = ({ to }: L) => files.get(to.file)?.functions[to.index] !== undefined;
    return (links.every(isThere) ? links : links.filter(isThere)).map((link) => ({ ...link, self: null }));
  }
  const led: (L & { self: ClassRef | null })[] = [];
  const owner = self && ownerOf(files, from);
  const called = owner && receiver && (receiver.kind === 'own' || receiver.kind === 'super') && receiver.name !== null ? objects.methodsOf(self, receiver.name, receiver.kind === 'super' ? owner.class : undefined) : [];
  const [plain] = links.filter((l) => !l.handed);
  if (plain) for (const to of called) led.push({ ...plain, to, self });
  for (const link of links) {
    const fn = files.get(link.to.file)?.functions[link.to.index];
    if (!fn || (!link.handed && called.length > 0)) continue;
    if (!owner) {
      for (const made of madeOf(receiver, link)) led.push({ ...link, self: made });
    } else if (link.handed && fn.class !== null && receiver?.handed.includes(fn.name)) {
      const own = objects.methodsOf(self, fn.name);
      if (own.length === 0 || own.some((o) => keyOf(o) === keyOf(link.to))) led.push({ ...link, self });
    } else {
      const isInside = fn.class === null && link.to.file === from.file && ownerOf(files, link.to)?.method === owner.method;
      const isOwn = !link.handed && (receiver?.kind === 'own' || receiver?.kind === 'super');
      for (const one of isInside || isOwn ? [self] : madeOf(receiver, link)) led.push({ ...link, self: one });
    }
  }
  return led;
}

/** Of several classes that share a method, each. */
function madeOf(receiver: Receiver | undefined, { to, handed }: Link): readonly (ClassRef | null)[] {
  if (handed || !receiver || receiver.made.length === 0) return notKnown;
  const made = receiver.made.filter((m) => keyOf(m.function) === keyOf(to));
  return made.length > 0 ? made.map((m) => m.class) : notKnown;
}

const notKnown: readonly null[] = [null];

/** Where it is not known of which classes objects are. */
export const noObjects: Objects = { receiverOf: () => undefined, methodsOf: () => [], lineOf: () => new Set(), derivedOf: () => [], hasKin: () => false };
