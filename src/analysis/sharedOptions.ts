import { lineOf } from './code/lines.ts';
import type { CallRef, Program } from './code/program.ts';
import { mayHave } from './mayHave.ts';
import type { TimeoutSink } from './sinks/timeouts.ts';
import { stepBack, type Placed } from './trace.ts';

const makes = new Set(['axios.create', 'got.extend', 'cos-nodejs-sdk-v5']);
/** Packages that give the client back that they are given. */
const wraps = /^(?:axios-cookiejar-support\.wrapper|axios-rate-limit|axios-cache-interceptor\.setupCache)(?:\.default)?$/;
const maxSteps = 8;

/** Axios and got have instances with options of their own. */
export const hasMaker = ({ name }: TimeoutSink) => /^(?:axios|got|cos-nodejs-sdk-v5)\b/.test(name);

/** Where the client of a call (`this.api` in `this.api.get(url)`) is made with options of its own: `axios.create(…)`. */
function makersOf(program: Program, ref: CallRef): CallRef[] {
  const { callee, function: fn, span } = program.callOf(ref);
  const found = new Map<string, CallRef>();
  // `this.api(config)` calls the client itself
  const isClient = /^(?:axios|got)$/.test(program.target(ref).external ?? '');
  let now: Placed[] = [{ expr: callee.kind === 'member' && !isClient ? callee.object : callee, at: { file: ref.file, function: fn, offset: span.start } }];
  for (let i = 0; i < maxSteps && now.length > 0; i++) {
    now = now.flatMap((one) => {
      const made = one.expr.kind === 'call' ? { file: one.at.file, index: one.expr.call } : null;
      const external = made && program.target(made).external;
      // `wrapper(axios.create({ timeout }))` gives the same client
      if (made && external && wraps.test(external)) return program.callOf(made).args.slice(0, 1).map((expr) => ({ expr, at: one.at }));
      if (made === null || !makes.has(external ?? '')) return stepBack(program, one).from;
      found.set(`${made.index} ${made.file}`, made);
      return [];
    });
  }
  return [...found.values()];
}

/** Whether the client of a call was made with one of the keys, or may have been. */
export function madeWith(program: Program, ref: CallRef, keys: readonly string[]): boolean {
  return makersOf(program, ref).some((made) => {
    const { args: [options], function: fn, span } = program.callOf(made);
    return options !== undefined && mayHave(program, { expr: options, at: { file: made.file, function: fn, offset: span.start } }, keys) !== 'no';
  });
}

/** What requests have in common that could bound them all: their client, or the function that gives their options. */
export interface Shared {
  key: string;
  /** As a message goes on: `of the client made at api.ts:12`. */
  which: string;
  help: string;
  /** So many requests are told each for itself. */
  mostAlone: number;
  maker: CallRef | null;
}

export function sharedBy(program: Program, ref: CallRef, sink: TimeoutSink): Shared | null {
  const [maker, ...others] = hasMaker(sink) ? makersOf(program, ref) : [];
  if (maker) {
    const where = `${maker.file.split(/[\\/]/).at(-1)!}:${lineOf(program, maker.file, program.callOf(maker).span)}`;
    return others.length > 0 ? null : { key: `client ${maker.index} ${maker.file}`, which: `of the client made at ${where}`, help: 'Set the timeout once, where the client is made.', mostAlone: 1, maker };
  }
  if (sink.perFunction) return { key: `recv ${program.callOf(ref).function} ${ref.file}`, which: 'in the same function', help: sink.help ?? '', mostAlone: 1, maker: null };
  if (sink.language !== 'typescript') return null;
  const { args } = program.callOf(ref);
  const given = sink.options.flatMap((position) => args[position] ?? []).flatMap((expr) => (expr.kind === 'object' ? expr.spread : [expr]));
  const [giver] = given.flatMap((expr) => (expr.kind === 'call' ? program.target({ file: ref.file, index: expr.call }).functions : []));
  if (!giver) return null;
  const name = program.nameOf(giver);
  return { key: `options ${giver.index} ${giver.file}`, which: `with the options of \`${name}\``, help: `Let \`${name}\` give a timeout or signal with the options.`, mostAlone: 3, maker: null };
}
