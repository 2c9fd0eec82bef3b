import type { Program } from './code/program.ts';
import type { Expr } from './code/summary.ts';
import { differs } from './origins.ts';
import { snake } from './snake.ts';
import { bindingOf, stepBack, type Placed } from './trace.ts';

/** Keys are followed over this many expressions. */
const maxSteps = 60;

/** What people and models write, and what the world is full of: there is always another one. */
const open = /^(?:name|text|query|queries|q|question|prompt|topic|subject|terms?|words?|phrase|keywords?|search|pattern|expression|expr|sql|statement|source|snippet|script|inputs?|contents?|body|messages?|msg|sentence|chunk|urls?|uris?|href|link|address|email|paths?|files?|filename|filepath|title|place|city|town|street|symbol|ticker|isbn|doi|smiles|sequence|hash|digest|fingerprint|signature|args|kwargs|arguments|params|payload|request|id|ids|uuid|guid|author|session|sessionid|conversation|thread|chat|comment|issue|ticket|order|product|sku|entity|pages?|docs?|documents?|article|paper|post|photo|image|picture|video|song|track|player|commit|sha|repo|repository|transaction|tx|number|date|day|timestamp|lat|lon|latitude|longitude|coordinates|points?|offset|cursor)$/;
/** What somebody has set up, and its ids. */
const few = /(?:^|_)(?:device|instance|server|workflow|scene|profile|location|binding|owner|tenant|workspace|environment|cluster|plugin|provider|model|agent|bot|printer|light|zone|room|sensor|display|tab|window|browser|emulator|client|app|site|project|guild|advertiser|account|organi[sz]ation|org|team|company|business|property|calendar|board|subscription|dataset|collection|table|database|schema|template|tool|type|kind)_(?:ids?|uuid|title)$|(?:^|_)(?:font_?size|dpi)$/;

/** Whether a key is one of a few: not one of which there is always another (a text, an address, an id, the time, several things together), but mostly of what somebody has set up. */
export function isOneOfFew(program: Program, key: Placed): boolean {
  if (isOfAnswer(program, key)) return true;
  const waiting = [key];
  const seen = new Set<string>();
  for (let steps = 0; waiting.length > 0 && steps < maxSteps; steps++) {
    const placed = waiting.pop()!;
    const { expr, at } = placed;
    const place = `${at.file} ${at.function} ${JSON.stringify(expr)}`;
    if (seen.has(place)) continue;
    seen.add(place);
    const name = nameOf(program, placed);
    if (name !== null && isOpenName(name)) return false;
    // what it is called says that there are few, whatever it comes from
    if (name !== null && few.test(wordsOf(name))) continue;
    const parts = partsOf(program, placed);
    if (parts === 'open') return false;
    waiting.push(...parts, ...stepBack(program, placed).from);
  }
  return true;
}

/** Of one of the things that a service lists, in a loop over its answer: there are as many as it has, and they come again. */
function isOfAnswer(program: Program, { expr, at }: Placed, depth = 0): boolean {
  const inside = (of: Expr) => isOfAnswer(program, { expr: of, at }, depth + 1);
  if (depth > 6) return false;
  switch (expr.kind) {
    case 'member':
      return inside(expr.object);
    case 'template':
      return expr.parts.some(inside);
    case 'call': {
      const { callee, args } = program.callOf({ file: at.file, index: expr.call });
      return callee.kind === 'member' ? inside(callee.object) : args.length === 1 && inside(args[0]!);
    }
    case 'name': {
      const { from } = stepBack(program, { expr, at });
      return bindingOf(program, expr.name, at)?.kind === 'variable' && from.length === 1 && isOfAnswer(program, from[0]!, depth + 1);
    }
    case 'element':
      return expr.index === undefined && expr.key === undefined ? isAnswer(program, { expr: expr.of, at }) : inside(expr.of);
    default:
      return false;
  }
}

function isAnswer(program: Program, { expr, at }: Placed, depth = 0): boolean {
  if (expr.kind === 'await') return true;
  if (expr.kind === 'member' || expr.kind === 'element') return isAnswer(program, { expr: expr.kind === 'member' ? expr.object : expr.of, at }, depth);
  if (expr.kind === 'call') {
    const { callee } = program.callOf({ file: at.file, index: expr.call });
    return callee.kind === 'member' && isAnswer(program, { expr: callee.object, at }, depth);
  }
  if (expr.kind !== 'name' || depth === 4) return false;
  const { from } = stepBack(program, { expr, at });
  // all who call hand over what somebody has answered
  const isOne = bindingOf(program, expr.name, at)?.kind === 'variable' ? from.length === 1 : from.length > 0;
  return isOne && from.every((one) => isAnswer(program, one, depth + 1));
}

const wordsOf = (name: string) => snake(name.replace(/^[_#]+/, ''));

export function isOpenName(name: string): boolean {
  const words = wordsOf(name);
  return !few.test(words) && open.test(words.replace(/(?<=.)_name$/, '').split('_').at(-1)!);
}

function nameOf(program: Program, { expr, at }: Placed): string | null {
  if (expr.kind === 'name' || expr.kind === 'member') return expr.name;
  return expr.kind === 'parameter' ? (program.functionOf({ file: at.file, index: expr.function }).parameters[expr.index]?.name ?? null) : null;
}

const digests = /(?:^|\.)(?:stringify|dumps|digest|hexdigest|hash|sha\w*|md5|createHash|update|frozenset)$/;

function partsOf(program: Program, { expr, at }: Placed): Placed[] | 'open' {
  const here = (exprs: readonly Expr[]) => exprs.map((one) => ({ expr: one, at }));
  switch (expr.kind) {
    case 'template':
      return here(expr.parts);
    case 'array':
      return expr.many ? 'open' : here(expr.items);
    case 'binary':
      return here([expr.left, expr.right]);
    case 'element':
      return here([expr.of]);
    case 'object':
    case 'other':
      return 'open';
    case 'call': {
      const { callee, args } = program.callOf({ file: at.file, index: expr.call });
      const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
      if (digests.test(name) || differs.test(name)) return 'open';
      return here([...(callee.kind === 'member' ? [callee.object] : []), ...args]);
    }
    default:
      return [];
  }
}
