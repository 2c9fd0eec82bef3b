import type { CallRef, Program } from './code/program.ts';
import { nameOf, type Call, type Expr, type FileSummary } from './code/summary.ts';
import { usesOf } from './clientUses.ts';
import { ioOwn, reachable } from './ioBelow.ts';
import { isAside } from './serverFiles.ts';
import { snake } from './snake.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

/** An address, the object that has it, and what that was made with lie no farther apart. */
const maxSteps = 12;
const bases = /^(?:base_?url|prefix_?url|host|hostname|url|endpoint(?:_?url)?)$/i;
/** The same of what is given without a name: `Minio(settings.minio_endpoint)`. */
const basesInside = /(?:^|_)(?:base_?url|host|hostname|endpoint)$/;
const local = /^(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|\[?::1\]?|0\.0\.0\.0)(?![\w.-])/i;
const isScheme = /^https?:\/\/$/i;

/**
 * Whether a request goes to a program on this machine, as far as an address says that is written out or the default: in
 * what it is given, or in the base of the client that it is made by. Such a request costs next to nothing. What the
 * environment says, or else `localhost`, is where the service is deployed: it counts only where the likely place is enough (`likely`).
 */
export function isToThisMachine(program: Program, ref: CallRef, likely = false): boolean {
  const call = program.callOf(ref);
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const client = call.callee.kind === 'member' ? [call.callee.object] : [];
  const given = saidIn(call);
  const own = answerOf(program, [...given, ...call.args.slice(0, 2)].map((expr) => ({ expr, at })), likely);
  return own === 'local' || (own === null && answerOf(program, client.map((expr) => ({ expr, at })), likely) === 'local');
}

/** Whether all requests that a call leads to do so. */
export function leadsToThisMachine(program: Program, ref: CallRef): boolean {
  const { functions } = program.called(ref);
  const below = functions.flatMap((fn) => reachable(program, fn)).flatMap(({ file, index }) => program.functionOf({ file, index }).calls.map((call) => ({ file, index: call })));
  const requests = [ref, ...below].filter((one) => ioOwn(program, one) === 'network');
  return requests.length > 0 && requests.every((one) => isToThisMachine(program, one));
}

/** Whether all requests that are made by a client, where it has a name, do so; or its base says so. */
export function servesThisMachine(program: Program, made: CallRef, likely = false): boolean {
  const base = answerOf(program, basesOf(program, made), likely);
  if (base !== null) return base === 'local';
  const { requests } = usesOf(program, made);
  return requests.length > 0 && requests.every((request) => isToThisMachine(program, request, likely));
}

/** What a client is made with that its addresses begin with. */
export function basesOf(program: Program, made: CallRef): Placed[] {
  const { function: fn, span } = program.callOf(made);
  return saidIn(program.callOf(made)).map((expr) => ({ expr, at: { file: made.file, function: fn, offset: span.start } }));
}

function saidIn({ args, keywords }: Call): Expr[] {
  const given = args.filter((a) => basesInside.test(snake(nameOf(a))));
  return [...given, ...[...keywords, ...args.flatMap((a) => (a.kind === 'object' ? a.properties : []))].filter((p) => bases.test(p.name)).map((p) => p.value)];
}

/** Null where nothing says anything. */
function answerOf(program: Program, from: readonly Placed[], likely: boolean): 'local' | 'other' | null {
  let now = [...from];
  let isLocal = false;
  for (let i = 0; i < maxSteps && now.length > 0; i++) {
    const next: Placed[] = [];
    for (const { expr, at } of now) {
      if (expr.kind === 'literal') {
        if (typeof expr.value !== 'string') continue;
        if (local.test(expr.value)) isLocal = true;
        else if (/^https?:\/\/[^/]/i.test(expr.value)) return 'other';
        continue;
      }
      next.push(...((likely ? otherwiseOf(program, { expr, at }) : null) ?? begin(program, { expr, at })));
    }
    now = next.slice(0, 40);
  }
  return isLocal ? 'local' : null;
}
/** `process.env.URL`. */
const isOfEnvironment = (expr: Expr) => expr.kind === 'member' && expr.object.kind === 'member' && expr.object.name === 'env';

/** What stands for an address where the environment says none: `os.getenv('URL', 'http://localhost')`, `process.env.URL || 'http://localhost'`. */
function otherwiseOf(program: Program, { expr, at }: Placed): Placed[] | null {
  if (expr.kind === 'either' && expr.of.some(isOfEnvironment)) return expr.of.filter((one) => !isOfEnvironment(one)).map((one) => ({ expr: one, at }));
  if (expr.kind !== 'call') return null;
  const ref = { file: at.file, index: expr.call };
  const { args, keywords, function: fn, span } = program.callOf(ref);
  const otherwise = args[1] ?? keywords.find((k) => k.name === 'default')?.value;
  return otherwise && /^os\.(?:getenv|environ\.get)$/.test(program.target(ref).external ?? '') ? [{ expr: otherwise, at: { file: at.file, function: fn, offset: span.start } }] : null;
}

/** Where what an address begins with comes from. */
export function begin(program: Program, { expr, at }: Placed): Placed[] {
  const placed = (one: Expr | undefined): Placed[] => (one ? [{ expr: one, at }] : []);
  if (expr.kind === 'template') {
    const [first, second] = expr.parts;
    return placed(first?.kind === 'literal' && isScheme.test(String(first.value)) ? second : first);
  }
  if (expr.kind === 'binary') return placed(expr.left);
  if (expr.kind === 'call') {
    const call = program.callOf({ file: at.file, index: expr.call });
    const { external, functions } = program.target({ file: at.file, index: expr.call });
    const place = { ...at, function: call.function, offset: call.span.start };
    // `axios.create({ baseURL })`, `new URL(path, base)`; what the environment says, or else `localhost`, is where the service is deployed
    // what is kept under a name, or else this
    const [, otherwise] = call.args;
    if (functions.length === 0 && otherwise && call.callee.kind === 'member' && call.callee.name === 'get' && nameOf(call.callee.object) !== 'environ') return [{ expr: otherwise, at: place }];
    if (functions.length === 0 && call.callee.kind === 'member' && /^(?:[lr]?strip|trim(?:Start|End)?|toString|replace)$/.test(call.callee.name)) return [{ expr: call.callee.object, at: place }];
    if (functions.length === 0 && external !== null) return [...saidIn(call), ...(/^(?:URL|urllib\.parse\.urljoin)$/.test(external) ? call.args : [])].map((one) => ({ expr: one, at: place }));
  }
  if (expr.kind === 'either' && expr.of.some(isOfEnvironment)) return [];
  const { from } = stepBack(program, { expr, at });
  // a default stands for nothing where callers say more
  const binding = expr.kind === 'name' ? bindingOf(program, expr.name, at) : null;
  if (binding?.kind === 'parameter' && from.length > binding.values.length) return from.filter((one) => !binding.values.includes(one.expr));
  // `config.host` of an object that callers hand over
  if (from.length > 0 || expr.kind !== 'member') return from;
  return stepBack(program, { expr: expr.object, at }).from.map((one) => ({ expr: { kind: 'member', object: one.expr, name: expr.name }, at: one.at }));
}

const projects = new WeakMap<Program, Map<string, boolean>>();

/** Whether all addresses that the code of a file's project has written out, with their port, are of this machine: what it asks is a program beside it. */
export function knowsOnlyThisMachine(program: Program, file: string): boolean {
  const { root } = program.projectOf(file);
  const known = projects.get(program) ?? new Map<string, boolean>();
  projects.set(program, known);
  let found = known.get(root);
  if (found === undefined) {
    const addresses = [...program.files.values()].filter((one) => program.projectOf(one.file).root === root && !isAside(program, one.file)).flatMap(addressesOf);
    known.set(root, (found = addresses.length > 0 && addresses.every((address) => local.test(address))));
  }
  return found;
}

function addressesOf({ bindings, calls, functions }: FileSummary): string[] {
  const exprs = [...bindings.flatMap((b) => b.values), ...functions.flatMap((f) => f.returned), ...calls.flatMap((c) => [...c.args, ...c.keywords.map((k) => k.value)])];
  const inside = (expr: Expr): Expr[] => (expr.kind === 'object' ? expr.properties.flatMap((p) => inside(p.value)) : expr.kind === 'array' ? expr.items.flatMap(inside) : expr.kind === 'either' ? expr.of.flatMap(inside) : expr.kind === 'template' ? expr.parts : expr.kind === 'binary' ? [...inside(expr.left), ...inside(expr.right)] : [expr]);
  return exprs.flatMap(inside).flatMap((expr) => (expr.kind === 'literal' && typeof expr.value === 'string' && /^(?:https?|wss?):\/\/[^/\s]/i.test(expr.value) ? [expr.value.replace(/^ws/, 'http')] : []));
}
