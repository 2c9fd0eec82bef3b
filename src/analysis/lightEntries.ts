import type { CallRef, Program } from './code/program.ts';
import type { Expr, TypeRef } from './code/summary.ts';
import type { Write } from './growth.ts';
import { snake } from './snake.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

const heavy = /text|content|body|data|value|result|response|answer|html|image|shot|argument|args|message|output|payload|buffer|document|vector|embedding/i;

/** Words of a few letters, and numbers, by what they are called. */
const short = /(?:^|_)(?:idx|index|count|total|ns|namespace|currency|tz|time_?zone|ts|timestamp|status|flag|origin|host|port|locale|lang|language|country|version|role|(?:table|file|column|user)_?name|etag|digest|checksum)$/i;

/** Deeper chains of functions are not followed to what they give. */
const maxDepth = 3;

/** Flags, counts, times, locks and patterns, and records of these and of some names: it takes very many of them to matter. */
export function isLight(program: Program, { values, file, function: fn, span }: Write): boolean {
  const light = ({ expr, at }: Placed, inRecord = false, depth = 0): boolean => {
    const here = (one: Expr, within = inRecord) => light({ expr: one, at }, within, depth);
    switch (expr.kind) {
      case 'literal':
        return inRecord || typeof expr.value !== 'string';
      case 'regex':
        return true;
      case 'as':
        return here(expr.value);
      case 'binary':
        return here(expr.left, false) || here(expr.right, false);
      case 'member':
        return (inRecord && !heavy.test(expr.name)) || short.test(snake(expr.name));
      case 'name': {
        if (short.test(snake(expr.name))) return true;
        if (inRecord) return !heavy.test(expr.name);
        const binding = bindingOf(program, expr.name, at);
        if (binding?.kind === 'parameter') return isOfNumbers(program.functionOf({ file: at.file, index: binding.scope }).parameters[binding.index]?.type);
        // `lock = locks.get(key)` is one that was put there before
        const made = binding?.kind === 'variable' ? binding.values.filter((v) => binding.values.length === 1 || !isLookUp(program, v, at)) : [];
        return made.length === 1 && made[0]!.kind !== 'name' && here(made[0]!, false);
      }
      case 'object':
        return expr.spread.length === 0 && expr.properties.every((p) => !heavy.test(p.name) && here(p.value, true));
      case 'array':
        return inRecord && expr.many !== true && expr.items.every((one) => here(one));
      case 'call': {
        const ref = { file: at.file, index: expr.call };
        const { functions, external } = program.target(ref);
        if (isRecord(program, ref)) return program.callOf(ref).keywords.every((k) => !heavy.test(k.name) && here(k.value, true));
        if (external !== null) return /^(?:RegExp|re\.compile|Date(?:\.now)?|performance\.now|time\.(?:time|monotonic|perf_counter)|zoneinfo\.ZoneInfo|(?:asyncio|threading)\.R?Lock|async-mutex\.Mutex|logging\.getLogger|datetime\.datetime\.now)$/.test(external);
        if (isBareRecord(program, ref)) return true;
        const given = functions.every((f) => !program.functionOf(f).async && program.functionOf(f).returned.length > 0) ? stepBack(program, { expr, at }).from : [];
        return depth < maxDepth && given.length > 0 && given.every((one) => light(one, false, depth + 1));
      }
      default:
        return false;
    }
  };
  return values.length > 0 && values.every((expr) => light({ expr, at: { file, function: fn, offset: span.start } }));
}

function isLookUp(program: Program, value: Expr, at: Placed['at']): boolean {
  const callee = value.kind === 'call' ? program.callOf({ file: at.file, index: value.call }).callee : null;
  return callee?.kind === 'member' && callee.name === 'get';
}

/** What knows a process of its own (`pid`, `popen`) is a job. */
export function isOfProcess(program: Program, { values, file, function: fn, span }: Write): boolean {
  const namesIn = (expr: Expr, depth = 0): string[] => {
    if (expr.kind === 'object') return expr.properties.map((p) => p.name);
    if (expr.kind === 'call') {
      const isProcess = /(?:^|\.)(?:Popen|create_subprocess_\w+|child_process\.(?:spawn|fork))$/.test(program.target({ file, index: expr.call }).external ?? '');
      return isProcess ? ['process'] : program.callOf({ file, index: expr.call }).keywords.map((k) => k.name);
    }
    const binding = expr.kind === 'name' && depth < maxDepth ? bindingOf(program, expr.name, { file, function: fn, offset: span.start }) : null;
    return binding?.kind === 'variable' ? binding.values.flatMap((v) => namesIn(v, depth + 1)) : [];
  };
  return values.some((expr) => namesIn(expr).some((name) => /^(?:pid|popen|proc|process|child_?process)$/i.test(name)));
}

/** What somebody has answered, and what is called a text, a result or the like: it may well be large. */
export function isHeavy(program: Program, { values, nested, file, function: fn, span }: Write): boolean {
  const isLargeName = (name: string) => heavy.test(snake(name).split('_').at(-1)!);
  const isLarge = ({ expr, at }: Placed, depth = 0): boolean => {
    const inside = (one: Expr) => isLarge({ expr: one, at }, depth + 1);
    if (depth > maxDepth) return false;
    switch (expr.kind) {
      case 'await':
        return true;
      case 'name': {
        const binding = bindingOf(program, expr.name, at);
        return isLargeName(expr.name) || (binding?.kind === 'variable' && binding.values.some(inside));
      }
      case 'member':
        return isLargeName(expr.name);
      case 'as':
        return inside(expr.value);
      // one of a list of records
      case 'element':
        return true;
      case 'object':
        return expr.spread.length > 0 || expr.properties.some((p) => isLargeName(p.name) || inside(p.value));
      case 'array':
        return expr.many === true || expr.items.some(inside);
      case 'call': {
        const { callee, args, keywords } = program.callOf({ file: at.file, index: expr.call });
        // one of them is no longer all that somebody has answered
        if (callee.kind === 'name' && callee.name === 'next') return false;
        const { functions, external } = program.target({ file: at.file, index: expr.call });
        // nobody knows what that gives; an object of a class of the author's own, a list that is begun and a table may be as large
        if (callee.kind === 'name' && functions.length === 0 && external === null) return true;
        if (functions.some((f) => program.functionOf(f).kind === 'constructor') || /^(?:list|Array|collections\.(?:deque|defaultdict)|(?:pandas|polars)\.\w+)$/.test(external ?? '')) return true;
        return (callee.kind === 'member' && (/^(?:json|text|read|loads|parse|fetchall|to_dict|then|catch|finally)$/.test(callee.name) || inside(callee.object))) || args.some(inside) || keywords.some((k) => isLargeName(k.name) || inside(k.value)) || stepBack(program, { expr, at }).from.some((one) => isLarge(one, depth + 1));
      }
      default:
        return false;
    }
  };
  // a set holds its keys, a list that is begun will grow
  return nested === true || values.length === 0 || values.some((expr) => (expr.kind === 'array' && expr.items.length === 0) || isLarge({ expr, at: { file, function: fn, offset: span.start } }));
}

/** A parameter's type: a number or a flag. */
const isOfNumbers = (type: TypeRef | null | undefined): boolean => (type?.kind === 'union' ? type.of.every((one) => isOfNumbers(one) || (one.kind === 'literal' && one.value === null)) : type?.kind === 'name' && /^(?:int|float|bool|number|boolean|None|null|undefined|Date|datetime)$/.test(type.path.at(-1)!));

/** `Handoff(source=a, target=b)`: what its arguments are, each by its name, in a class of the author's own. */
function isRecord(program: Program, ref: CallRef): boolean {
  const { args, keywords, callee, function: fn, span } = program.callOf(ref);
  return args.length === 0 && keywords.length > 0 && keywords.every((k) => k.name !== '**') && program.resolve(callee, { file: ref.file, function: fn, offset: span.start }).kind === 'class';
}

/** `State()`, where the class only has fields and these begin with flags, counts and nothing. */
function isBareRecord(program: Program, ref: CallRef): boolean {
  const call = program.callOf(ref);
  const value = call.args.length + call.keywords.length === 0 ? program.resolve(call.callee, { file: ref.file, function: call.function, offset: call.span.start }) : null;
  if (value?.kind !== 'class') return false;
  const { functions, classes } = program.files.get(value.class.file)!;
  const { fields, bases } = classes[value.class.index]!;
  const isField = ({ name, values }: (typeof fields)[number]) => !heavy.test(name) && values.length > 0 && values.every((v) => v.kind === 'literal' && (typeof v.value !== 'string' || v.value === ''));
  return bases.length === 0 && fields.length > 0 && fields.every(isField) && functions.every((f) => f.class !== value.class.index);
}

/** `times[key] = [t for t in times[key] if t > cutoff]` before `times[key].append(now)`: what is added to is cut before. */
export function isCutBefore(program: Program, { store, key, file, function: fn, span }: Write): boolean {
  const own = store.name.replaceAll(/[.$#]/g, '\\$&');
  const before = program.textOf(file).slice(program.functionOf({ file, index: fn }).span.start, span.start);
  return key === null && new RegExp(`(?<![\\w$])${own}\\[[^\\]\\n]+\\]\\s*=\\s*\\[[^=\\n]*\\bfor\\b[^=\\n]*\\bin\\s+(?:self\\.)?${own}\\b[^=\\n]*\\bif\\b`).test(before);
}

/** `const calls = []; byName.set(name, calls)`, where the function takes out of it what has become too old. */
export function isTrimmed(program: Program, { values, file, function: fn, span }: Write): boolean {
  const [value] = values;
  const { start, end } = program.functionOf({ file, index: fn }).span;
  // `times[key] = [t for t in times[key] if t > cutoff]`, `times.set(key, old.filter(…))`
  if (/^[\w.]+\[[^\]\n]+\]\s*=\s*\[[^=]*?\bfor\b[^=]*?\bif\b/.test(program.textOf(file).slice(span.start, span.end + 300))) return true;
  if (value?.kind === 'call') {
    const { callee } = program.callOf({ file, index: value.call });
    if (callee.kind === 'member' && callee.name === 'filter') return true;
  }
  if (value?.kind !== 'name') return false;
  return new RegExp(`(?<![\\w$.])${value.name.replaceAll('$', '\\$')}\\.(?:popleft\\(|shift\\(|pop\\(\\s*0|splice\\(\\s*0)`).test(program.textOf(file).slice(start, end));
}

/** `register_device(name, …)` puts what it makes of its arguments into `devices`: somebody wants each of them to be there. */
export function isRegistered(program: Program, { store, values, file, function: index, span }: Write): boolean {
  const what = /(?:^|_)register_?(\w+)$/i.exec(program.functionOf({ file, index }).name)?.[1];
  const isRecord = ({ expr, at }: Placed): boolean => {
    if (expr.kind === 'name') {
      const binding = bindingOf(program, expr.name, at);
      return binding?.kind === 'variable' && binding.values.length === 1 && isRecord({ expr: binding.values[0]!, at });
    }
    if (expr.kind === 'object') return expr.properties.every((p) => !heavy.test(p.name));
    const made = expr.kind === 'call' ? program.callOf({ file: at.file, index: expr.call }) : null;
    return made !== null && program.resolve(made.callee, { ...at, offset: made.span.start }).kind === 'class' && made.keywords.every((k) => !heavy.test(k.name));
  };
  const { class: owner, name } = program.functionOf({ file, index });
  if (owner !== null && /Registry$/.test(program.files.get(file)!.classes[owner]!.name) && /^_*(?:register|add)/.test(name)) return true;
  const one = store.name.replace(/^[_#]+/, '').replace(/ies$/, 'y').replace(/s$/, '').toLowerCase();
  return what?.toLowerCase() === one && values.length > 0 && values.every((expr) => isRecord({ expr, at: { file, function: index, offset: span.start } }));
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
