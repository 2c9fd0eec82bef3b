import type { Program } from './code/program.ts';
import type { Expr } from './code/summary.ts';
import type { Write } from './growth.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

const heavy = /text|content|body|data|value|result|response|answer|html|image|shot|argument|args|message|output|payload|buffer|document|vector|embedding/i;

/** Flags, counts, times, locks and patterns, and records of these and of some names: it takes very many of them to matter. */
export function isLight(program: Program, { values, file, function: fn, span }: Write): boolean {
  const light = (expr: Expr, inRecord = false): boolean => {
    switch (expr.kind) {
      case 'literal':
        return inRecord || typeof expr.value !== 'string';
      case 'regex':
        return true;
      case 'binary':
        return light(expr.left) || light(expr.right);
      case 'member':
        return inRecord && !heavy.test(expr.name);
      case 'name': {
        if (inRecord) return !heavy.test(expr.name);
        const binding = bindingOf(program, expr.name, { file, function: fn, offset: span.start });
        const [value] = binding?.kind === 'variable' && binding.values.length === 1 ? binding.values : [];
        return value !== undefined && value.kind !== 'name' && light(value);
      }
      case 'object':
        return expr.spread.length === 0 && expr.properties.every((p) => !heavy.test(p.name) && light(p.value, true));
      case 'call':
        return /^(?:RegExp|re\.compile|Date(?:\.now)?|performance\.now|time\.(?:time|monotonic)|(?:asyncio|threading)\.R?Lock|async-mutex\.Mutex|datetime\.datetime\.now)$/.test(program.target({ file, index: expr.call }).external ?? '');
      default:
        return false;
    }
  };
  return values.length > 0 && values.every((v) => light(v));
}

/** One of a few texts that are written out, of which there is one object each. */
export const holdsLiterals = (program: Program, { values, file, function: fn, span }: Write) => values.length > 0 && values.every((expr) => isOneOfFewLiterals(program, { expr, at: { file, function: fn, offset: span.start } }));

/** Written out: a name that has no other value, what a function gives that gives no other. */
function isOneOfFewLiterals(program: Program, { expr, at }: Placed, depth = 0): boolean {
  const all = (from: readonly Placed[]) => from.length > 0 && from.every((one) => isOneOfFewLiterals(program, one, depth + 1));
  if (depth > 4) return false;
  switch (expr.kind) {
    case 'literal':
      return true;
    case 'as':
    case 'await':
      return isOneOfFewLiterals(program, { expr: expr.kind === 'as' ? expr.value : expr.of, at }, depth);
    case 'either':
      return all(expr.of.map((one) => ({ expr: one, at })));
    case 'name': {
      const binding = bindingOf(program, expr.name, at);
      if (binding?.kind !== 'variable' || binding.values.length === 0) return false;
      const { start, end } = program.functionOf({ file: at.file, index: binding.scope }).span;
      const isAddedTo = new RegExp(`(?<![\\w.$])${expr.name.replaceAll('$', '\\$')}\\s*(?:\\+=|\\|=|\\+\\+)`).test(program.textOf(at.file).slice(start, end));
      return (!binding.reassigned || binding.values.length > 1) && !isAddedTo && all(stepBack(program, { expr, at }).from);
    }
    case 'call': {
      const { functions, external } = program.target({ file: at.file, index: expr.call });
      return external === null && functions.length > 0 && functions.every((f) => program.functionOf(f).returned.length > 0) && all(stepBack(program, { expr, at }).from);
    }
    default:
      return false;
  }
}
