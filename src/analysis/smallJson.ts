import type { Program } from './code/program.ts';
import type { Expr } from './code/summary.ts';
import { argumentOf, bindingOf, stepBack, type Placed } from './trace.ts';

/** With as many keys an answer is an error, a status or a confirmation; its indentation is some four characters for each. */
const fewKeys = 8;
const maxDepth = 7;
/** They give a string or a number, of whatever. */
const plainCalls = /^(?:str|repr|int|float|len|bool|round|String|Number|Boolean|Math\.\w+|(?:str|String)\.\w+|datetime\.datetime\.(?:now|utcnow)\(\)\.isoformat|Date\.(?:now|toISOString))$/;
const plainTypes = /^(?:str|int|float|bool|bytes|String|Number|Boolean)$/;
/** Members that are strings or numbers on whatever has them. */
const plainMembers = /^(?:message|length|statusCode|status_code|isoformat|toISOString|toString|trim|strip|lower|upper|toLowerCase|toUpperCase)$/;

/** What is called so is short, whoever it comes from: an id, a count, a flag. */
const plainNames = /^(?:id|uid|uuid|ok|success|count|total|(?:is|has|was|saved|did)[A-Z_]\w*)$|(?:Id|_id|Count|_count)$/;

/** Whether indentation costs a value next to nothing: a string has none, an object literal of a few strings and numbers some blanks. */
export function isSmallJson(program: Program, { expr, at }: Placed): boolean {
  if (expr.kind === 'as') return isSmallJson(program, { expr: expr.value, at });
  if (isText(program, { expr, at })) return true;
  if (expr.kind !== 'name') return keysOf(program, { expr, at }) <= fewKeys;
  const binding = bindingOf(program, expr.name, at);
  if (binding?.kind !== 'variable' || binding.values.length === 0 || binding.scope === 0) return false;
  const { span } = program.functionOf({ file: at.file, index: binding.scope });
  // what is put into it later is not seen in its literal
  const fills = new RegExp(`(?<![\\w$.])${expr.name.replaceAll('$', '\\$')}(?:\\[[^\\]]*\\]|\\.\\w+)+\\s*=(?!=)|(?<![\\w$.])${expr.name.replaceAll('$', '\\$')}\\.(?:update|setdefault)\\(`);
  return !fills.test(program.textOf(at.file).slice(span.start, span.end)) && binding.values.every((value) => keysOf(program, { expr: value, at: { ...at, function: binding.scope, offset: binding.span.start } }) <= fewKeys);
}

/** Of an object literal with nothing but strings, numbers and the like, also one level down; Infinity for anything else. */
function keysOf(program: Program, { expr, at }: Placed, depth = 0): number {
  if (expr.kind !== 'object' || expr.spread.length > 0 || depth > 1) return Infinity;
  return expr.properties.reduce((sum, { value }) => {
    if (isScalar(program, { expr: value, at })) return sum + 1;
    if (value.kind === 'array' && value.items.length === 0) return sum + 1;
    return sum + 1 + keysOf(program, { expr: value, at }, depth + 1);
  }, 0);
}

function isScalar(program: Program, placed: Placed, depth = 0): boolean {
  const { expr, at } = placed;
  if (depth > maxDepth) return false;
  const all = (of: readonly Expr[]) => of.length > 0 && of.every((one) => isScalar(program, { expr: one, at }, depth + 1));
  switch (expr.kind) {
    case 'literal':
    case 'template':
      return true;
    case 'binary':
      return all([expr.left, expr.right]);
    case 'either':
      return all(expr.of);
    case 'as':
      return all([expr.value]);
    case 'member':
      return plainMembers.test(expr.name) || plainNames.test(expr.name) || isPlain(program, placed);
    case 'call': {
      const { callee } = program.callOf({ file: at.file, index: expr.call });
      return plainCalls.test(program.target({ file: at.file, index: expr.call }).external ?? '') || (callee.kind === 'member' && plainMembers.test(callee.name)) || isPlain(program, placed);
    }
    case 'name': {
      if (plainNames.test(expr.name) || isPlain(program, placed)) return true;
      const { from, complete } = stepBack(program, placed);
      return complete && from.every((one) => isScalar(program, one, depth + 1));
    }
    default:
      return false;
  }
}

function isPlain(program: Program, { expr, at }: Placed): boolean {
  const value = program.resolve(expr, at);
  return value.kind === 'literal' || (value.kind === 'external' && value.instance && plainTypes.test(value.name));
}

/** A string, or what gives one: a response's text, by whatever functions of the workspace it comes. */
function isText(program: Program, placed: Placed, depth = 0): boolean {
  const { expr, at } = placed;
  if (depth > maxDepth) return false;
  if (expr.kind === 'literal') return typeof expr.value === 'string';
  if (expr.kind === 'template') return true;
  const value = program.resolve(expr, at);
  if (value.kind === 'external' && ((value.instance && /^(?:str|String)$/.test(value.name)) || /(?:\(\)|Response)\.text$/.test(value.name))) return true;
  if (expr.kind === 'call') {
    const ref = { file: at.file, index: expr.call };
    const { functions } = program.target(ref);
    return functions.length > 0 && functions.every((fn) => {
      const { returned, parameters, span } = program.functionOf(fn);
      return returned.length > 0 && returned.every((one) => {
        const inside = { expr: one, at: { file: fn.file, function: fn.index, offset: span.end - 1 } };
        const callee = one.kind === 'call' ? program.callOf({ file: fn.file, index: one.call }).callee : null;
        const position = callee?.kind === 'name' ? parameters.findIndex((p) => p.name === callee.name) : -1;
        const given = position < 0 ? null : argumentOf(program, ref, fn, position, parameters[position]!.name);
        // `safely(call)` gives what the function that it is handed gives
        return given ? isTextOf(program, given, depth + 1) : isText(program, inside, depth + 1);
      });
    });
  }
  if (expr.kind !== 'name' && expr.kind !== 'await') return false;
  const { from, complete } = stepBack(program, placed);
  return complete && from.length > 0 && from.every((one) => isText(program, one, depth + 1));
}

/** Of a function that is handed over. */
function isTextOf(program: Program, { expr, at }: Placed, depth: number): boolean {
  const value = program.resolve(expr, at);
  if (value.kind !== 'function') return false;
  const { returned, span } = program.functionOf(value.function);
  return returned.length > 0 && returned.every((one) => isText(program, { expr: one, at: { file: value.function.file, function: value.function.index, offset: span.end - 1 } }, depth + 1));
}
