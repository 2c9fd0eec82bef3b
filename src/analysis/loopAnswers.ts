import type { SyntaxNode } from './code/syntaxNode.ts';
import { leavingIn, namesIn } from './loopBody.ts';

export interface Answer {
  start: number;
  end: number;
  /** No condition stands around it in the round. */
  always: boolean;
}

/** Where a value goes: `status = …`, `for (const one of …)`, `with … as response`. */
interface Given {
  to: Set<string>;
  from: SyntaxNode;
}

const conditional = /^(?:if_statement|elif_clause|while_statement|do_statement|switch_statement|match_statement|ternary_expression|conditional_expression)$/;
const assigning = /^(?:variable_declarator|assignment|assignment_expression|augmented_assignment|augmented_assignment_expression|named_expression|for_in_statement|for_statement|as_pattern)$/;
const name = ['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern', 'this'];
/** They count the rounds or the time, and say nothing of what is asked for. */
const counts = /attempt|retr|tries|time|remain|elapsed|deadline|left|poll|count|check|round|iter|^(?:i|j|k|n|_)$/i;

/**
 * The expressions of a loop whose value decides whether it goes on: those of the conditions that lead to leaving it, and,
 * step by step back, what was assigned to their names. Not among them is what asks for something else in each round:
 * pages, the next one of a queue.
 */
export function answersIn(loop: SyntaxNode, body: SyntaxNode, variables: readonly string[]): Answer[] {
  const conditions = [...loopCondition(loop), ...leavingIn(body).flatMap((node) => conditionsAround(node, body))];
  const given = namesIn(body, assigning).flatMap(givenBy);
  const told = namesIn(body, /^expression_statement$/).flatMap((n) => callOf(n) ?? []);
  const deciding = new Map<number, SyntaxNode>();
  const names = new Set<string>();
  const owners = new Set<string>();
  const open = [...conditions];
  for (let node = open.pop(); node; node = open.pop()) {
    if (deciding.has(node.id)) continue;
    deciding.set(node.id, node);
    for (const one of namesOf(node)) names.add(one);
    for (const one of ownersOf(node)) owners.add(one);
    // a flag (`done = true`) says what the conditions around it say
    for (const { to, from } of given) if ([...to].some((one) => names.has(one))) open.push(from, ...(hasCall(from) || namesOf(from).length > 0 ? [] : conditionsAround(from, body)));
    // `await job.reload()`, and then `job.done` is looked at
    for (const call of told) if (actsOn(call).some((one) => owners.has(one))) open.push(call);
  }
  const moved = movedIn(body, variables, given);
  return [...deciding.values()].filter((node) => !asksForAnother(node, moved)).map((n) => ({ start: n.startIndex, end: n.endIndex, always: conditionsAround(n, body).length === 0 }));
}

const loopCondition = (loop: SyntaxNode) => [loop.childForFieldName('condition')].filter((n) => n !== null);

function conditionsAround(node: SyntaxNode, body: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let at = node.parent; at && at.id !== body.id; at = at.parent) {
    if (!conditional.test(at.type)) continue;
    const condition = at.childForFieldName('condition') ?? at.childForFieldName('value') ?? at.childForFieldName('subject');
    if (condition && !(condition.startIndex <= node.startIndex && node.endIndex <= condition.endIndex)) found.push(condition);
  }
  return found;
}

function givenBy(node: SyntaxNode): Given[] {
  const [to, from] = node.type === 'as_pattern' ? [node.namedChildren[1], node.namedChildren[0]] : [node.childForFieldName('left') ?? node.childForFieldName('name'), node.childForFieldName('right') ?? node.childForFieldName('value')];
  return to && from ? [{ to: new Set(to.type === 'as_pattern_target' || !member.test(to.type) ? namesOf(to) : namesOf(to).slice(0, 1)), from }] : [];
}

const namesOf = (node: SyntaxNode) => [node, ...node.descendantsOfType(name)].filter((n) => name.includes(n.type) && !isAttributeName(n)).map((n) => n.text);
/** Python calls the names behind dots identifiers, too. */
const isAttributeName = (node: SyntaxNode) => (node.parent?.type === 'attribute' && node.parent.childForFieldName('attribute')?.id === node.id) || (node.parent?.type === 'keyword_argument' && node.parent.childForFieldName('name')?.id === node.id);

const member = /^(?:member_expression|attribute|subscript_expression|subscript)$/;
const objectOf = (node: SyntaxNode) => node.childForFieldName('object') ?? node.childForFieldName('value');

/** Roots of what is looked at: `job` of `job.done`, not of `job.get('x')`. */
function ownersOf(node: SyntaxNode): string[] {
  return [node, ...node.descendantsOfType(['member_expression', 'attribute', 'subscript_expression', 'subscript'])].flatMap((n) => {
    const object = member.test(n.type) ? objectOf(n) : null;
    if (!object || !name.includes(object.type)) return [];
    let whole = n;
    while (whole.parent && member.test(whole.parent.type) && objectOf(whole.parent)?.id === whole.id) whole = whole.parent;
    const isCalled = /^call/.test(whole.parent?.type ?? '') && whole.parent?.childForFieldName('function')?.id === whole.id;
    return isCalled ? [] : [object.text];
  });
}

/** The call that is a statement by itself, awaited or not. */
function callOf(statement: SyntaxNode): SyntaxNode | null {
  const [first] = statement.namedChildren;
  const call = first && /^await/.test(first.type) ? first.namedChildren[0] : first;
  return call && /^call/.test(call.type) ? call : null;
}

/** What a call may change: the object it is called on, and those that it is given. */
function actsOn(call: SyntaxNode): string[] {
  let root = call.childForFieldName('function');
  for (let object = root; object; object = object.childForFieldName('object')) root = object;
  return [...(root && name.includes(root.type) ? [root.text] : []), ...(call.childForFieldName('arguments')?.namedChildren ?? []).filter((n) => name.includes(n.type)).map((n) => n.text)];
}

/** Names that are another in each round, and what is made of them there; those that only count are none. */
function movedIn(body: SyntaxNode, variables: readonly string[], given: readonly Given[]): Map<string, SyntaxNode | null> {
  const moved = new Map<string, SyntaxNode | null>();
  const add = (one: string, from: SyntaxNode | null) => {
    if (!counts.test(one) && !moved.has(one)) moved.set(one, from);
  };
  for (const one of variables) add(one, null);
  for (const n of namesIn(body, /^(?:augmented_assignment|augmented_assignment_expression|update_expression)$/)) for (const one of namesOf(n.childForFieldName('left') ?? n.childForFieldName('argument') ?? n).slice(0, 1)) add(one, null);
  const first = new Map<string, number>();
  for (const n of [body, ...body.descendantsOfType(name)]) if (name.includes(n.type) && !isAttributeName(n) && !first.has(n.text)) first.set(n.text, n.startIndex);
  // read before it is assigned: by the next round
  for (const { to, from } of given) for (const one of to) if ((first.get(one) ?? Infinity) < from.parent!.startIndex && one !== 'this' && one !== 'self') add(one, from);
  for (let size = -1; size !== moved.size; ) {
    size = moved.size;
    for (const { to, from } of given) if (!hasCall(from) && namesOf(from).some((one) => moved.has(one))) for (const one of to) add(one, null);
  }
  return moved;
}

const hasCall = (node: SyntaxNode) => /^(?:await|call)/.test(node.type) || node.descendantsOfType(['call', 'call_expression']).length > 0;

/** A call in it is given what moves on. `operation = get(operation)` asks for the same. */
function asksForAnother(node: SyntaxNode, moved: ReadonlyMap<string, SyntaxNode | null>): boolean {
  return [node, ...node.descendantsOfType(['call', 'call_expression'])].some((call) => {
    const given = /^call/.test(call.type) ? call.childForFieldName('arguments') : null;
    return given && namesOf(given).some((one) => moved.has(one) && !isOwn(moved.get(one)!, call));
  });
}

const isOwn = (from: SyntaxNode | null, call: SyntaxNode) => from !== null && from.startIndex <= call.startIndex && call.endIndex <= from.endIndex;
