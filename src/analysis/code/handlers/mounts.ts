import type { HandlerKind, Resolved } from '../program.ts';
import { callsNamed } from './callers.ts';
import type { Env, Thing } from './env.ts';
import { returnedBy } from './returns.ts';
import { stringOf, trace } from './trace.ts';

interface Mount {
  /** Null where it is not known on what. */
  parent: string | null;
  /** `''` without one, null where it is computed. */
  prefix: string | null;
}

const known = new WeakMap<Resolved, Map<string, Mount[]>>();

/** What stands in front of the names of a server's tools, once for every way in which it is mounted. */
export function prefixesOf(program: Resolved, server: Thing, env: Env): (string | null)[] {
  const key = serverKey(program, server, env);
  return key === null ? [''] : prefixesOfKey(program, key, 0);
}

/** Prompts and tools are named `prefix_name`; a resource keeps its name, its URI has the prefix. */
export const mountedUnder = (kind: HandlerKind, prefix: string | null): { prefix: string | null } => ({ prefix: kind === 'resource' ? '' : prefix });

function prefixesOfKey(program: Resolved, key: string, depth: number): (string | null)[] {
  const mounts = mountsOf(program).get(key);
  if (!mounts || depth > 5) return [''];
  return [
    ...new Set(
      mounts.flatMap(({ parent, prefix }) => {
        const above = parent === null ? [''] : prefixesOfKey(program, parent, depth + 1);
        return above.map((a) => (a === null || prefix === null ? null : prefix === '' ? a : `${a}${prefix}_`));
      }),
    ),
  ];
}

function mountsOf(program: Resolved): Map<string, Mount[]> {
  let mounts = known.get(program);
  if (mounts) return mounts;
  known.set(program, (mounts = new Map<string, Mount[]>()));
  for (const ref of callsNamed(program, ['mount', 'import_server'])) {
    const call = program.callOf(ref);
    if (program.files.get(ref.file)!.language !== 'python' || call.callee.kind !== 'member') continue;
    const at = { file: ref.file, function: call.function, offset: call.span.start };
    const things = call.args.map((expr): Thing => ({ expr, at }));
    const keyword = (...names: string[]) => {
      const found = call.keywords.find((k) => names.includes(k.name));
      return found && { expr: found.value, at };
    };
    // fastmcp once had the prefix first
    const isName = (thing: Thing) => stringOf(program, thing, null) !== null;
    const server = keyword('server') ?? things.find((t) => !isName(t));
    const said = keyword('prefix', 'namespace') ?? things.slice(0, 2).find((t) => t !== server);
    const key = server && serverKey(program, server, null);
    if (!key) continue;
    const isNone = said?.expr.kind === 'literal' && said.expr.value === null;
    const mount = { parent: serverKey(program, { expr: call.callee.object, at }, null), prefix: !said || isNone ? '' : stringOf(program, said, null) };
    const list = mounts.get(key);
    if (list) list.push(mount);
    else mounts.set(key, [mount]);
  }
  return mounts;
}

/** The call that makes a server, through functions that return it. */
function serverKey(program: Resolved, server: Thing, env: Env): string | null {
  let now = { thing: trace(program, server, env), env };
  for (let depth = 0; depth < 8; depth++) {
    const inner = returnedBy(program, now.thing, now.env);
    if (!inner) break;
    now = { thing: trace(program, inner.thing, inner.env), env: inner.env };
  }
  const { expr, at } = now.thing;
  return expr.kind === 'call' ? `${expr.call} ${at.file}` : null;
}
