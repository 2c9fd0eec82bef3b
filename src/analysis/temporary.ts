import type { Program } from './code/program.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

const makers = /^(?:fs\.(?:promises\.)?mkdtemp(?:Sync)?|os\.tmpdir|tempfile\.\w+|tmp\.\w+)$/;
/** They make a path, or its text, of what they are given. */
const sameThing = /^(?:path\.\w+|os\.path\.\w+|os\.fspath|pathlib\.Path|str|String)$/;

/** Whether a path leads to what this call has made for a moment: in a new folder, a temporary file or what these are called by. Followed to what functions of the workspace give back, not to what callers hand over. */
export function isTemporary(program: Program, placed: Placed, depth = 0): boolean {
  if (depth > 8) return false;
  const { expr, at } = placed;
  const inside = (...parts: readonly (typeof expr)[]) => parts.some((part) => isTemporary(program, { expr: part, at }, depth + 1));
  const before = () => stepBack(program, placed).from;
  switch (expr.kind) {
    case 'name': {
      // a module's own folder stays
      const binding = bindingOf(program, expr.name, at);
      return binding?.kind === 'variable' && binding.scope !== 0 && before().some((from) => isTemporary(program, from, depth + 1));
    }
    case 'element': {
      const given = expr.of.kind === 'call' || expr.of.kind === 'await' ? [...givenBy(program, { expr: expr.of, at })] : [];
      const items = given.flatMap(({ expr: all, at: there }) => (all.kind === 'array' && expr.index !== undefined && all.items[expr.index] ? [{ expr: all.items[expr.index]!, at: there }] : []));
      return items.some((item) => isTemporary(program, item, depth + 1)) || inside(expr.of);
    }
    case 'member':
      return inside(expr.object);
    case 'await':
    case 'enter':
      return inside(expr.of);
    case 'as':
      return inside(expr.value);
    case 'literal':
      return typeof expr.value === 'string' && /^\/(?:var\/)?tmp\//.test(expr.value);
    case 'template':
      return inside(...expr.parts);
    case 'binary':
      return inside(expr.left, expr.right);
    case 'call': {
      const ref = { file: at.file, index: expr.call };
      const { external } = program.target(ref);
      if (external !== null && makers.test(external)) return true;
      const { args, callee } = program.callOf(ref);
      if (external !== null && sameThing.test(external)) return inside(...args);
      // `folder.joinpath('x')`
      if (callee.kind === 'member' && inside(callee.object)) return true;
      return before().some((from) => from.expr.kind !== 'array' && isTemporary(program, from, depth + 1));
    }
    default:
      return false;
  }
}

/** What the functions that are called give back. */
function* givenBy(program: Program, { expr, at }: Placed): Iterable<Placed> {
  if (expr.kind === 'await') yield* givenBy(program, { expr: expr.of, at });
  else yield* stepBack(program, { expr, at }).from;
}
