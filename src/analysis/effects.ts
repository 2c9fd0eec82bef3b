import type { CallRef, Program } from './code/program.ts';
import type { Call, Expr } from './code/summary.ts';
import { ioBelow, ioOwn, reachable } from './ioBelow.ts';
import { bindingOf, stepBack } from './trace.ts';

/** Whether what a call asks is another afterwards, so that it matters what comes first. `unknown` where neither its name, its text nor what lies below it tell. */
export type Effect = 'reads' | 'changes' | 'unknown';

const asks = /^(?:get|fetch|list|load|read|find|search|query|count|describe|look_?up|retrieve|resolve|stat|lstat|access|exists|scan|select|head|options|aggregate|distinct|indexes|estimated|download|scrape|crawl|ping)(?:[A-Z_].*|[a-z]*File|)$|^(?:axios|got|ky)$/;
const changes = /^(?:create|add|insert|update|upsert|delete|remove|put|patch|send|write|save|store|persist|publish|emit|append|push|move|rename|replace|set|apply|upload|commit|drop|merge|bulk|incr|decr|type|press|click|kill)(?:[A-Z_0-9].*|)$/;
/** `getOrCreate` */
const both = /or_?(?:create|add|insert|set)/i;

/** Models answer a `create`, and keep nothing of it. */
const models = /^(?:openai|@anthropic-ai|anthropic|@google\/gen|google\.gen|groq|cohere|@mistralai|mistralai|ollama|litellm|replicate)/;

const readingCommand = /(?:^|\s)(?:--version|version|list|ls|get|show|status|logs?|diff|info|view|describe|inspect|search|find|grep|rg|cat|head|tail|stat|wc|which|du|df|ps|rev-parse|rev-list|ls-\w+|cat-file|blame|(?:list|show|get)-\w+|ffprobe|dig|nslookup|whois)(?=\s|$)/;
const writingSql = /\b(?:INSERT|UPDATE|DELETE|MERGE|CREATE|DROP|ALTER|TRUNCATE|REPLACE)\b/;
const readingSql = /^\s*(?:SELECT|WITH|MATCH|SHOW|EXPLAIN)\b/i;

export function effectOf(program: Program, ref: CallRef): Effect {
  const own = ioOwn(program, ref);
  if (own !== null) return effectOfIo(program, ref, own);
  const name = nameOf(program.callOf(ref), program, ref.file);
  if (changes.test(name) || both.test(name)) return 'changes';
  if (isMutation(program, ref)) return 'changes';
  if (asks.test(name)) return 'reads';
  const { functions, callbacks } = program.called(ref);
  const below = [...new Map([...functions, ...callbacks].flatMap((fn) => reachable(program, fn)).map((fn) => [`${fn.index} ${fn.file}`, fn])).values()];
  const asksSomebody = (kinds: ReturnType<typeof ioBelow>) => ['network', 'database', 'process', 'single'].some((kind) => kinds.has(kind as 'network'));
  if (below.some((fn) => changes.test(program.functionOf(fn).name.replace(/^_+/, '')) && asksSomebody(ioBelow(program, fn)))) return 'changes';
  const effects = below.flatMap((fn) =>
    program.functionOf(fn).calls.flatMap((index): Effect[] => {
      const call = { file: fn.file, index };
      const kind = ioOwn(program, call);
      return kind === null || kind === 'file' || (kind === 'process' && waitsForProcess(program, call)) ? [] : [effectOfIo(program, call, kind, textOf(program, ref))];
    }),
  );
  return effects.includes('changes') ? 'changes' : effects.includes('unknown') ? 'unknown' : 'reads';
}

/** GraphQL: `client.query(SAVE_MUTATION, variables)`, whatever it is called. */
const isMutation = (program: Program, ref: CallRef): boolean => program.callOf(ref).args.some((arg) => (arg.kind === 'name' || arg.kind === 'member') && /(?:^|_)mutation$|[a-z]Mutation$|_MUTATION$/.test(arg.name)) || /^\s*mutation\b/.test(textOf(program, ref));

/** What it does was said where the process was started. */
export const waitsForProcess = (program: Program, ref: CallRef): boolean => /^(?:communicate|wait|poll)$/.test(lastName(program.callOf(ref)));

/** `said`: what a caller hands to it, as far as it is written there. */
function effectOfIo(program: Program, ref: CallRef, kind: NonNullable<ReturnType<typeof ioOwn>>, said = ''): Effect {
  const call = program.callOf(ref);
  const name = nameOf(call, program, ref.file);
  const text = `${textOf(program, ref)} ${said}`;
  if (kind === 'process') return readingCommand.test(text) ? 'reads' : 'unknown';
  if (kind === 'database') {
    if (writingSql.test(text) || changes.test(name)) return 'changes';
    return readingSql.test(text) || asks.test(name) ? 'reads' : 'unknown';
  }
  if (models.test(program.target(ref).external ?? '')) return 'reads';
  const [first] = call.args;
  const command = first?.kind === 'call' ? /^(\w+)Command$/.exec(lastName(program.callOf({ file: ref.file, index: first.call })))?.[1] : undefined;
  if (command !== undefined) return /^(?:Batch)?(?:Get|Head|List|Describe|Query|Scan|Select|Lookup)/.test(command) ? 'reads' : 'changes';
  const options = [...call.args.flatMap((a) => (a.kind === 'object' ? a.properties : [])), ...call.keywords];
  const method = options.find((p) => p.name === 'method')?.value;
  if (method?.kind === 'name') {
    const usual = bindingOf(program, method.name, { file: ref.file, function: call.function, offset: call.span.start })?.values[0];
    return usual?.kind === 'literal' && usual.value === 'GET' && !/\b(?:POST|PUT|PATCH|DELETE)\b/i.test(said) ? 'reads' : 'unknown';
  }
  if (method !== undefined) return method.kind !== 'literal' || /^post$/i.test(String(method.value)) ? 'unknown' : /^(?:get|head|options)$/i.test(String(method.value)) ? 'reads' : 'changes';
  return changes.test(name) ? 'changes' : asks.test(name) ? 'reads' : 'unknown';
}

/** A statement of its own: nobody looks at the answer. */
export function isUnanswered(program: Program, ref: CallRef): boolean {
  const { start, end } = program.callOf(ref).span;
  const text = program.textOf(ref.file);
  const line = text.lastIndexOf('\n', start) + 1;
  return /^\s*(?:await\s+|void\s+)*$/.test(text.slice(line, start)) && /^\s*(?:;|#|\/\/|\n|$)/.test(text.slice(end, end + 80));
}

/** Of `a.b()` it is `b`. */
export const lastName = ({ callee }: Pick<Call, 'callee'>) => (callee.kind === 'name' || callee.kind === 'member' ? callee.name : '');

/** Of a chain that ends with taking what came (`find().limit().toArray()`) the name that it begins with. */
function nameOf(call: Call, program: Program, file: string): string {
  let at = call;
  while (/^(?:toArray|exec|lean|all|first|limit|skip|sort|project|json|text|then|catch)$/.test(lastName(at)) && at.callee.kind === 'member' && at.callee.object.kind === 'call') at = program.callOf({ file, index: at.callee.object.call });
  return lastName(at).replace(/^_+/, '');
}

/** Strings among its arguments, also those that a variable holds; a blank for each part that is not written out. */
function textOf(program: Program, ref: CallRef): string {
  const { args, keywords, function: fn, span } = program.callOf(ref);
  const at = { file: ref.file, function: fn, offset: span.start };
  const text = (expr: Expr, depth = 0): string => {
    if (expr.kind === 'literal') return typeof expr.value === 'string' ? expr.value : ' ';
    if (expr.kind === 'template') return expr.parts.map((part) => text(part, depth)).join('');
    if (expr.kind === 'array') return expr.items.map((item) => text(item, depth)).join(' ');
    if (expr.kind === 'binary') return `${text(expr.left, depth)}${text(expr.right, depth)}`;
    if (expr.kind !== 'name' || depth > 1) return ' ';
    return stepBack(program, { expr, at }).from.map((from) => (from.at.function === fn && from.at.file === ref.file ? text(from.expr, depth + 1) : ' ')).join(' ');
  };
  return [...args, ...keywords.map((k) => k.value)].map((arg) => text(arg)).join(' ');
}
