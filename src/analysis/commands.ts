import { isSpread } from './code/lists.ts';
import type { CallRef, Program } from './code/program.ts';
import type { Expr } from './code/summary.ts';
import { positionOf } from './code/sure.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

/** The words of a command, the program first; `…` stands for what is not written out. */
export type Words = readonly string[];

/** Names and helper functions between a command and where it is written. */
const maxDepth = 6;
/** Commands that a helper may be given; of more nothing is said. */
const maxCommands = 60;
const unknown: Words[] = [['…']];

/**
 * Each of the commands that a call may start: `run(['git', 'status'])`, `execSync('cd x && git status')`, and where the
 * function is a helper, those of all that call it. Of `process.communicate()` those that the process was started with.
 */
export function commandsOf(program: Program, ref: CallRef, depth = 0): Words[] {
  const call = program.callOf(ref);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const startedBy = call.callee.kind === 'member' && waits.test(call.callee.name) ? startOf(program, { expr: call.callee.object, at }) : null;
  if (startedBy && depth === 0) return commandsOf(program, startedBy, 1);
  const given = call.args.filter((a) => a.kind !== 'object' && a.kind !== 'function');
  const named = call.keywords.find((k) => k.name === 'args')?.value;
  return ofAll(program, (given.length === 0 && named ? [named] : given).map((expr) => ({ expr, at })), 0).map(fromFolder);
}

const waits = /^(?:communicate|wait)$/;
const starts = /(?:^|\.)(?:create_subprocess_\w+|Popen)$/;

/** The call that made a process: `process = await asyncio.create_subprocess_exec(…)`. */
function startOf(program: Program, placed: Placed): CallRef | null {
  let now: readonly Placed[] = [placed];
  for (let i = 0; i < maxDepth && now.length === 1; i++) {
    const [{ expr, at }] = now as [Placed];
    const ref = expr.kind === 'call' ? { file: at.file, index: expr.call } : null;
    if (ref && starts.test(program.target(ref).external ?? '')) return ref;
    now = stepBack(program, { expr, at }).from;
  }
  return null;
}

/** The words of some expressions after each other, in each way that they may come; as parts of one text where they are. */
function ofAll(program: Program, parts: readonly Placed[], depth: number, areText = false): Words[] {
  let commands: Words[] = [[]];
  for (const { expr, at } of parts) {
    const words = areText && expr.kind === 'literal' ? [[String(expr.value)]] : ofOne(program, { expr: isSpread(expr) ? expr.of : expr, at }, depth);
    commands = commands.flatMap((before) => words.map((more) => [...before, ...(areText ? [more.join(' ')] : more)]));
    if (commands.length > maxCommands) return unknown;
  }
  return commands.map((words) => (areText ? split(words.join('')) : words.length > 0 ? words : ['…']));
}

/** At the spaces between words; what stands in quotes is one. */
const split = (text: string): Words => text.match(/(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g) ?? [''];
const isText = ({ kind }: Expr) => kind === 'literal' || kind === 'template';

function ofOne(program: Program, { expr, at }: Placed, depth: number): Words[] {
  const parts = (exprs: readonly Expr[], areText = false) => ofAll(program, exprs.map((one) => ({ expr: one, at })), depth, areText);
  switch (expr.kind) {
    case 'literal':
      return typeof expr.value === 'string' ? [split(expr.value)] : unknown;
    case 'template':
      return parts(expr.parts, true);
    case 'array':
      return parts(expr.items);
    case 'binary':
      return expr.operator === '+' ? parts([expr.left, expr.right], isText(expr.left) || isText(expr.right)) : unknown;
    case 'element':
      // one of a list, nobody knows which
      return unknown;
    default: {
      if (depth === maxDepth) return unknown;
      const rest = ofRest(program, { expr, at }, depth) ?? ofAdded(program, { expr, at }, depth);
      if (rest) return rest;
      const { from, complete } = stepBack(program, { expr, at });
      // `command = None` before it is chosen
      const found = from.filter(({ expr: one }) => from.length === 1 || !(one.kind === 'literal' && one.value === null)).flatMap((one) => ofOne(program, one, depth + 1));
      if (found.length === 0 || found.length > maxCommands) return unknown;
      const isGiven = expr.kind === 'name' && bindingOf(program, expr.name, at)?.kind === 'parameter';
      return complete || !isGiven ? found : [...found, ...unknown];
    }
  }
}

/** What callers hand over for `...args`, all of it; null where it is no such parameter. */
function ofRest(program: Program, { expr, at }: Placed, depth: number): Words[] | null {
  const binding = expr.kind === 'name' ? bindingOf(program, expr.name, at) : null;
  if (binding?.kind !== 'parameter') return null;
  const fn = { file: at.file, index: binding.scope };
  const position = program.functionOf(fn).parameters.findIndex((p) => p.rest && p.name === binding.name);
  if (position < 0) return null;
  const given = program.callersOf(fn).flatMap((ref) => {
    const call = program.callOf(ref);
    const own = call.args.slice(positionOf(program.files.get(fn.file)!, fn.index, position, call));
    return ofAll(program, own.map((one) => ({ expr: one, at: { file: ref.file, function: call.function, offset: call.span.start } })), depth + 1);
  });
  return given.length > 0 && given.length <= maxCommands ? given : unknown;
}

/** `cmd = ['curl', url]`, and then `cmd += ['--max-time', '60']`: one command; null where it is no such name. */
function ofAdded(program: Program, { expr, at }: Placed, depth: number): Words[] | null {
  const binding = expr.kind === 'name' ? bindingOf(program, expr.name, at) : null;
  if (binding?.kind !== 'variable' || binding.values.length < 2 || !binding.values.every((v) => v.kind === 'array')) return null;
  const { start, end } = program.functionOf({ file: at.file, index: binding.scope }).span;
  const added = program.textOf(at.file).slice(start, end).match(new RegExp(`(?<![\\w.$])${binding.name.replaceAll('$', '\\$')}\\s*\\+=`, 'g'));
  return added?.length === binding.values.length - 1 ? ofAll(program, binding.values.map((value) => ({ expr: value, at })), depth + 1) : null;
}

const inFolder = /^cd\s+(?:"[^"]*"|'[^']*'|\S*)\s*&&\s*/;

/** Without the folder that it runs in. */
const fromFolder = (words: Words): Words => (words[0] === 'cd' ? words.join(' ').replace(inFolder, '').split(' ') : words);
