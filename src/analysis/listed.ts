import type { Program } from './code/program.ts';
import type { Expr, Span } from './code/summary.ts';
import type { Observer, VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';

/** A stretch that runs only where a name is one of a list: `if (devices.includes(id)) …`, `for (const d of devices) if (d.id === id) …`. */
interface Listed {
  listed: string;
}

export const listedObserver: Observer = { id: 'listed', typescript: { if_statement: note }, python: { if_statement: note } };

/** Whether a key is among real things there: of these there are so many as there are. */
export function isListed(program: Program, key: Expr, file: string, { start, end }: Span): boolean {
  const text = written(key);
  return text !== null && program.factsOf(file, listedObserver.id).some(({ data, span }) => (data as Listed).listed === text && span.start <= start && end <= span.end);
}

const written = (key: Expr): string | null => {
  if (key.kind === 'name') return key.name;
  const object = key.kind === 'member' ? written(key.object) : null;
  return key.kind === 'member' && object !== null ? `${object}.${key.name}` : null;
};

const path = String.raw`[\w$]+(?:\??\.[\w$]+)*`;
const leaves = /^\{?\s*(?:return|raise|throw|continue)\b/;
const notInList = new RegExp(String.raw`^(${path})\s+not\s+in\s+${path}(?:\([^()]*\))?$`);
const inList = [new RegExp(String.raw`^${path}\??\.includes\((${path})\)$`), new RegExp(String.raw`^(${path})\s+in\s+${path}(?:\([^()]*\))?$`)];
const matching = (method: string) => new RegExp(String.raw`\.${method}\(\s*\(?(\w+)\)?(?:\s*:[^)=]*\))?\s*=>\s*\1(?:\??\.\w+)*\s*===?\s*(${path})\s*\)$`);
const someMatch = matching('some');
const findMatch = matching('find');
const equal = new RegExp(String.raw`^(${path})\s*===?\s*(${path})$`);

function note(node: SyntaxNode, context: VisitContext) {
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('consequence');
  if (!condition || !body) return;
  const text = condition.text.replace(/^\((.*)\)$/s, '$1').trim();
  const tell = (names: readonly string[], place: SyntaxNode | Span) => names.forEach((listed) => context.fact(place, { listed } satisfies Listed));
  const alone = text.split(/&&|\band\b/).map((part) => part.trim());
  tell(alone.flatMap((part) => [...oneOf(part), ...equalToRound(part, node), ...found(part, node)]), body);
  const absent = /^(?:!\s*|not\s+)(.*)$/s.exec(text)?.[1] ?? /^(.*)===?\s*(?:undefined|null)$/s.exec(text)?.[1];
  const notIn = notInList.exec(text);
  const rest = node.parent;
  if (!rest || !leaves.test(body.text)) return;
  tell(notIn ? [notIn[1]!] : absent ? [...oneOf(absent.trim()), ...found(absent.trim(), node)] : [], { ...context.span(rest), start: node.endIndex });
}

/** `list.includes(key)`, `list.some((d) => d.id === key)`, Python's `key in list`. */
function oneOf(text: string): string[] {
  const includes = inList[0]!.exec(text) ?? inList[1]!.exec(text);
  return includes ? [includes[1]!] : matched(text, someMatch);
}

/** What a member of each is compared with in `list.find((d) => d.id === key)`. */
function matched(text: string, pattern: RegExp): string[] {
  const [, , key] = pattern.exec(text) ?? [];
  return key ? [key] : [];
}

/** `device`, that was looked for in a list by the key. */
function found(text: string, node: SyntaxNode): string[] {
  if (!/^[\w$]+$/.test(text)) return [];
  const before = textBefore(node);
  if (!before.includes('.find(')) return [];
  const [, value] = new RegExp(String.raw`\b(?:const|let|var)\s+${text.replaceAll('$', '\\$')}\b[^=;]*=\s*([^;\n]*\.find\([^;\n]*\))`).exec(before) ?? [];
  return value ? matched(value, findMatch) : [];
}

/** `d.id === key` inside of `for (const d of devices)`. */
function equalToRound(text: string, node: SyntaxNode): string[] {
  const [, left, right] = equal.exec(text) ?? [];
  if (!left || !right) return [];
  for (let at = node.parent; at && !/function|method_definition/.test(at.type); at = at.parent) {
    if (!/^for_(?:in_)?statement$/.test(at.type)) continue;
    const round = at.childForFieldName('left')?.text;
    const root = (name: string) => name.split(/[?.]/)[0];
    if (round !== undefined && root(left) === round && root(right) !== round) return [right];
    if (round !== undefined && root(right) === round && root(left) !== round) return [left];
  }
  return [];
}

function textBefore(node: SyntaxNode): string {
  for (let at = node.parent; at; at = at.parent) if (/function|method_definition/.test(at.type)) return at.text.slice(0, node.startIndex - at.startIndex);
  return '';
}
