import type { SyntaxNode } from './code/syntaxNode.ts';

/**
 * Whether a statement does no more than look at answers that came: it reads them, makes something of them, gives up where
 * a request has failed, or logs. What is asked next could be asked before it as well. `came` are the names of what came;
 * those that the statement gives to parts of it are added.
 */
export function isLook(statement: SyntaxNode, came: Set<string>): boolean {
  if (statement.type === 'if_statement') return isGuard(statement, came);
  const inner = statement.type === 'expression_statement' && statement.namedChildCount === 1 ? statement.firstNamedChild : null;
  if (inner && isCall(inner)) return isCheck(inner, came) || isLog(inner);
  const { target, value } = assignedIn(statement) ?? {};
  if (!target || !value || !isOwnName(target)) return false;
  const read = isAwait(value) ? value.firstNamedChild : null;
  if (read ? !isRead(read, came) : !isPlain(value, came)) return false;
  if (identifiers(value).some((name) => came.has(name))) for (const name of identifiers(target)) came.add(name);
  return true;
}

/** `const x = v`, Python's `x = v`. */
export function assignedIn(statement: SyntaxNode): { target: SyntaxNode; value: SyntaxNode } | null {
  const inner = statement.type === 'lexical_declaration' && statement.namedChildCount === 1 ? statement.firstNamedChild : statement.type === 'expression_statement' ? statement.firstNamedChild : null;
  if (!inner || (inner.type !== 'variable_declarator' && inner.type !== 'assignment')) return null;
  const target = inner.childForFieldName('name') ?? inner.childForFieldName('left');
  const value = inner.childForFieldName('value') ?? inner.childForFieldName('right');
  return target && value && { target, value };
}

export const identifiers = (node: SyntaxNode): string[] => [...new Set(node.descendantsOfType(['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern']).map((n) => n.text))];

const isCall = ({ type }: SyntaxNode) => type === 'call' || type === 'call_expression';
const isAwait = ({ type }: SyntaxNode) => type === 'await' || type === 'await_expression';
const isMember = ({ type }: SyntaxNode) => type === 'attribute' || type === 'member_expression';

/** Not of an object, and not of the module: what is asked next could see those. */
function isOwnName(target: SyntaxNode): boolean {
  if (target.descendantsOfType(['attribute', 'member_expression', 'subscript', 'subscript_expression']).length > 0) return false;
  if (target.parent?.type === 'variable_declarator') return true;
  let around: SyntaxNode | null = target;
  while (around && around.type !== 'function_definition') around = around.parent;
  const outer = around?.descendantsOfType(['global_statement', 'nonlocal_statement']).flatMap(identifiers) ?? [];
  return around !== null && !identifiers(target).some((name) => outer.includes(name));
}

/** `r.name(…)`: the object and the name. */
function methodOf(call: SyntaxNode): { object: SyntaxNode; name: string } | null {
  const callee = call.childForFieldName('function');
  const object = callee && isMember(callee) ? callee.childForFieldName('object') : null;
  const name = (callee?.childForFieldName('property') ?? callee?.childForFieldName('attribute'))?.text;
  return object && name !== undefined ? { object, name } : null;
}

/** `r.raise_for_status()` */
function isCheck(call: SyntaxNode, came: ReadonlySet<string>): boolean {
  const method = methodOf(call);
  return method?.name === 'raise_for_status' && came.has(method.object.text);
}

/** `await r.json()`: the rest of an answer. */
function isRead(call: SyntaxNode, came: ReadonlySet<string>): boolean {
  const method = isCall(call) ? methodOf(call) : null;
  return method !== null && came.has(method.object.text) && /^(?:json|text|read|aread|blob|bytes|arrayBuffer|buffer)$/.test(method.name) && (call.childForFieldName('arguments')?.namedChildCount ?? 0) === 0;
}

function isLog(call: SyntaxNode): boolean {
  const callee = call.childForFieldName('function')?.text ?? '';
  return /^(?:console|logging|(?:(?:this|self)\.)?_?log(?:ger)?)\.(?:log|debug|info|warn|warning|error|trace)$/i.test(callee) && (call.childForFieldName('arguments')?.namedChildren ?? []).every((a) => isPlain(a, new Set(identifiers(a))));
}

/** What does or keeps something, or may. */
const acts = ['await', 'await_expression', 'yield', 'yield_expression', 'assignment_expression', 'augmented_assignment_expression', 'update_expression', 'named_expression', 'new_expression'];
const plainFunction = /^(?:len|str|int|float|bool|list|dict|set|tuple|sorted|sum|min|max|isinstance|enumerate|zip|range|round|any|all|String|Number|Boolean|parseInt|parseFloat)$/;
const plainLibrary = /^(?:JSON|Object|Array|Math|Number|String|json)$/;
const plainMethod = /^(?:items|keys|values|entries|map|filter|find|some|every|slice|split|strip|trim|lower|upper|title|join|toLowerCase|toUpperCase|toString|includes|startsWith|endsWith|startswith|endswith|replace|flat|flatMap|reduce|concat|indexOf|isArray|parse|loads)$/;
/** Of what came; anybody else may be asked something by it. */
const readingMethod = /^(?:get|json|text)$/;

/** It only computes. */
function isPlain(node: SyntaxNode, came: ReadonlySet<string>): boolean {
  if (node.descendantsOfType(acts).length > 0) return false;
  const inner = new Set([...came, ...node.descendantsOfType(['for_in_clause', 'lambda_parameters', 'formal_parameters']).flatMap((n) => identifiers(n.childForFieldName('left') ?? n)), ...node.descendantsOfType('arrow_function').flatMap((n) => n.childForFieldName('parameter')?.text ?? [])]);
  return node.descendantsOfType(['call', 'call_expression']).every((call) => {
    const callee = call.childForFieldName('function');
    if (callee?.type === 'identifier') return plainFunction.test(callee.text);
    const method = methodOf(call);
    return method !== null && (plainMethod.test(method.name) || (readingMethod.test(method.name) && inner.has(rootOf(method.object))) || (method.object.type === 'identifier' && plainLibrary.test(method.object.text)));
  });
}

/** The name that a chain begins with. */
function rootOf(node: SyntaxNode): string {
  let at = node;
  for (let next: SyntaxNode | null = at; next; next = at.childForFieldName('object') ?? at.childForFieldName('value') ?? at.childForFieldName('function') ?? (/^(?:parenthesized_expression|non_null_expression)$/.test(at.type) ? at.firstNamedChild : null)) at = next;
  return at.type === 'identifier' ? at.text : '';
}

const leaves = /^(?:throw|raise|return|continue)_statement$/;

/** `if (!r.ok) throw …`: it asks whether a request has worked, and nothing of what came by it. */
function isGuard(statement: SyntaxNode, came: ReadonlySet<string>): boolean {
  const [condition, then] = [statement.childForFieldName('condition'), statement.childForFieldName('consequence')];
  const last = then && /block$/.test(then.type) ? then.lastNamedChild : then;
  if (!condition || !last || !leaves.test(last.type) || statement.childForFieldName('alternative')) return false;
  const parts = condition.text.replace(/^\(([^]*)\)$/, '$1').split(/\|\||\bor\b/);
  return parts.every((part) => {
    const [, refused, low] = failed.exec(part.trim()) ?? [];
    return came.has(refused ?? low ?? '');
  });
}

const status = String.raw`\.(?:status|status_code|statusCode)\s*`;
const failed = new RegExp(String.raw`^(?:(?:!\s*|not\s+)(\w+)\??\.(?:ok|is_success)|(\w+)(?:\.is_error|\.ok\s*={2,3}\s*false|${status}(?:!==?\s*2\d\d|>=\s*[345]00|>\s*[23]99|<\s*200|not\s+in\s*[[(][\s,2\d]*[\])])))$`);
