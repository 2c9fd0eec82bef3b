import { perFile, perSummary } from './code/perFile.ts';
import { importersOf } from './code/perImports.ts';
import type { Program } from './code/program.ts';
import type { Call, Expr, Span } from './code/summary.ts';
import { subscriptFacts, type Subscript } from './code/subscripts.ts';
import { onceOnly } from './onceOnly.ts';
import { storeOf, type Store } from './stores.ts';

/** Something is added to a store. */
export interface Write {
  store: Store;
  /** The store as it is written there. */
  into: Expr;
  file: string;
  function: number;
  span: Span;
  /** What tells its entries apart; null for a list, which grows with every entry. */
  key: Expr | null;
  /** The values that are put in, as far as they are written there. */
  values: readonly Expr[];
  /** They go into a list that the store has for a key. */
  nested?: true;
}

/** Each begins with what is rare, and looks back for the name from there: to try at every name of a file is slow. */
const removals = [
  // taken out
  /\.(?:delete|clear|splice|shift|pop|popitem|popleft|remove|discard|evict|prune|purge|expire|reset|flush|difference_update)\((?<=([A-Za-z_$][\w$]*)[?!]?\.\w+\()/g,
  // `task.add_done_callback(tasks.discard)`
  /\.(?:delete|remove|discard|pop)(?=\s*[,)])(?<=([A-Za-z_$][\w$]*)\.\w+)/g,
  /\b(?:delete|del)\s+(?:\(\s*)?(?:[\w$]+[?!]?\.#?)*([A-Za-z_$][\w$]*)\s*(?:\[|\.\w)/g,
  // its size decides something
  /\.(?:size|length)\s*(?:>=?|===?)\s*(?![01]\b)[\w$(](?<=([A-Za-z_$][\w$]*)[?!]?\.(?:size|length)\s*[>=]+\s*.)/g,
  /\blen\(\s*(?:\w+\.)*(\w+)\s*\)\s*(?:>=?|==)\s*(?![01]\b)[\w(]/g,
  /\.(?:size|length)\b(?<=(?:[A-Z][A-Z_]{2,}|\b\d{2,}|\bmax\w*)\s*<=?\s*(?:[\w$]+\.)*([A-Za-z_$][\w$]*)\.\w+)/g,
  /\blen\(\s*(?:\w+\.)*(\w+)\s*\)\s*-\s*(?:[A-Z]|\w*max)/g,
  // `if len(log) < LOG_LIMIT: log.append(entry)`
  /\blen\(\s*(?:\w+\.)*(\w+)\s*\)\s*<=?\s*(?:[a-z]\w*\.)*(?:_?[A-Z][A-Z_]{2,}|\w*(?:max|limit)\w*|\d{2,})/g,
  /\.(?:size|length)\s*<=?\s*(?:[a-z]\w*\.)*(?:[A-Z][A-Z_]{2,}|\w*(?:[mM]ax|[lL]imit)\w*|\d{2,})(?<=([A-Za-z_$][\w$]*)[?!]?\.(?:size|length)\s*<=?\s*[\w.]+)/g,
  /\.length\s*=(?!=)(?<=([A-Za-z_$][\w$]*)\.length\s*=)/g,
  // handed to what takes care of it
  /(?:prune|evict|clean|sweep|expire|trim|purge|limit|cap|gc|bound)\w*\(\s*(?:this\.#?|self\.)?([A-Za-z_$][\w$]*)/gi,
];

/** Of the lists that it has for its keys: `rows[table].splice(0, n)`, `rows[table] = rows[table].filter(…)`. */
const cuts = [
  /\.(?:splice|shift|pop|popleft|clear|delete|remove|discard)\((?<=([A-Za-z_$][\w$]*)\[[^\]\n]*\][?!]?\.\w+\()/g,
  /\.(?:filter|slice)\((?<=\b\1\[[^\]\n]*\]\s*=\s*(?:this\.#?|self\.)?([A-Za-z_$][\w$]*)\[[^\]\n]*\]\.\w+\()/g,
];

const namesOf = (patterns: readonly RegExp[]) => perFile((program, file) => new Set(patterns.flatMap((pattern) => Array.from(program.textOf(file).matchAll(pattern), (m) => m[1]!))));
/** Names that something is taken out of, or whose size is asked for, in a file. */
const limitedIn = namesOf(removals);
const cutIn = namesOf(cuts);

/** Methods that add, by kind of store: how many arguments stand before the value, `key` where the first one tells entries apart. */
const adding: Readonly<Record<string, { of: RegExp; keyed: boolean }>> = {
  set: { of: /^map$/, keyed: true },
  add: { of: /^(?:set|pyset)$/, keyed: true },
  setdefault: { of: /^dict$/, keyed: true },
  push: { of: /^array$/, keyed: false },
  unshift: { of: /^array$/, keyed: false },
  append: { of: /^list$/, keyed: false },
  appendleft: { of: /^list$/, keyed: false },
  insert: { of: /^list$/, keyed: false },
  extend: { of: /^list$/, keyed: false },
};

const mayAdd = perSummary(({ calls }) => calls.filter((call) => call.callee.kind === 'member' && (Object.hasOwn(adding, call.callee.name) || mergedInto(call) !== null)));

/** Every place that adds to something that lives on, in code that a handler reaches. */
export function* writesOf(program: Program): Iterable<Write> {
  const once = onceOnly(program);
  for (const { file, fact } of program.facts(subscriptFacts)) {
    const { into, key, value } = fact.data as Subscript;
    if (program.reach({ file, index: fact.function }, 'any', fact.span.start) === null) continue;
    const store = storeOf(program, once, into, { file, function: fact.function, offset: fact.span.start });
    if (store && /^(?:object|dict|array)$/.test(store.kind)) yield { store, into, file, function: fact.function, span: fact.span, key, values: [value] };
  }
  for (const [file, summary] of program.files) {
    for (const call of mayAdd(summary)) {
      if (call.callee.kind !== 'member') continue;
      const merged = mergedInto(call);
      if (merged && program.reach({ file, index: call.function }, 'any', call.span.start) !== null) {
        const store = storeOf(program, once, merged.into, { file, function: call.function, offset: call.span.start });
        if (store && /^(?:object|dict)$/.test(store.kind)) yield { store, into: merged.into, file, function: call.function, span: call.span, key: merged.key, values: [] };
      }
      if (!Object.hasOwn(adding, call.callee.name)) continue;
      const { of, keyed } = adding[call.callee.name]!;
      if (program.reach({ file, index: call.function }, 'any', call.span.start) === null) continue;
      const at = { file, function: call.function, offset: call.span.start };
      const store = storeOf(program, once, call.callee.object, at);
      if (store && of.test(store.kind)) yield { store, into: call.callee.object, file, function: call.function, span: call.span, key: keyed ? (call.args[0] ?? null) : null, values: call.args.slice(keyed ? 1 : 0) };
      // entries of a map of lists: `byUser[id].append(x)`, `byUser.get(id).push(x)`
      else if (!store && !keyed && call.callee.object.kind === 'element') {
        const outer = storeOf(program, once, call.callee.object.of, at);
        if (outer && /^(?:dict|object|map)$/.test(outer.kind)) yield { store: outer, into: call.callee.object.of, file, function: call.function, span: call.span, key: null, values: call.args, nested: true };
      }
    }
  }
}

/** `x.update({key: value})`, `Object.assign(x, { [key]: value })`. */
function mergedInto({ callee, args }: Call): { into: Expr; key: Expr } | null {
  if (callee.kind !== 'member') return null;
  const isAssign = callee.name === 'assign' && callee.object.kind === 'name' && callee.object.name === 'Object';
  const [into, entries] = isAssign ? [args[0], args[1]] : callee.name === 'update' ? [callee.object, args[0]] : [];
  const key = entries?.kind === 'object' ? entries.properties.find((p) => p.key !== undefined)?.key : undefined;
  return into && key ? { into, key } : null;
}

/** Whether the entries of a store are taken out, counted or replaced in the files that see it. */
export function isLimited(program: Program, { store: { name: written, file, reassigned, values: [first] }, file: writer }: Write): boolean {
  const name = written.replace(/^#/, '');
  // there are only the keys that it was made with
  if (first?.kind === 'object' && first.properties.length > 0 && cutIn(program, file).has(name)) return true;
  if (reassigned || limitedIn(program, file).has(name) || limitedIn(program, writer).has(name)) return true;
  return (importersOf(program).get(file) ?? []).some((other) => program.textOf(other).includes(name) && limitedIn(program, other).has(name));
}
