import type { SyntaxNode } from './code/syntaxNode.ts';

const functions = /^(?:arrow_function|function_expression|function_declaration|generator_function|generator_function_declaration|method_definition|function_definition|lambda|class_definition|class_declaration)$/;
const loops = /^(?:for_statement|for_in_statement|while_statement|do_statement)$/;

/** Nodes of a type in a loop's body, those of inner functions not among them. */
export function namesIn(body: SyntaxNode, type: RegExp): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  walk(body, (node) => {
    if (functions.test(node.type)) return false;
    if (type.test(node.type)) found.push(node);
    return true;
  });
  return found;
}

/** Whether something in it may end the loop: a `return`, a `break` that is the loop's own. */
export function leaves(body: SyntaxNode): boolean {
  let found = false;
  const look = (node: SyntaxNode, own: boolean): void => {
    if (found || functions.test(node.type)) return;
    if (node.type === 'return_statement' || (node.type === 'break_statement' && (own || node.namedChildCount > 0))) found = true;
    for (const child of node.namedChildren) look(child, own && !loops.test(node.type) && node.type !== 'switch_statement');
  };
  look(body, true);
  return found;
}

/** Statements that say whether a loop goes on, what has failed apart: `return`, and `break` and `continue` that are the loop's own. */
export function leavingIn(body: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const look = (node: SyntaxNode, own: boolean, ownBreak: boolean): void => {
    if (functions.test(node.type)) return;
    if (node.type === 'return_statement' || (node.type === 'break_statement' && (ownBreak || node.namedChildCount > 0)) || (node.type === 'continue_statement' && own)) found.push(node);
    for (const child of node.namedChildren) look(child, own && !loops.test(node.type), ownBreak && !loops.test(node.type) && node.type !== 'switch_statement');
  };
  look(body, true, true);
  return found;
}

/** Branches whose last statement leaves the loop, or the function. */
export function exitsIn(body: SyntaxNode): { start: number; end: number }[] {
  return namesIn(body, /^(?:if_statement|elif_clause|else_clause|case_clause|switch_case|switch_default)$/).flatMap((node) => {
    const block = node.childForFieldName('consequence') ?? node.childForFieldName('body') ?? (node.type === 'else_clause' ? node.lastNamedChild : null) ?? node;
    const last = block.namedChildren.findLast((n) => n.type !== 'comment') ?? null;
    const leaving = /^(?:return|throw|raise)_statement$/;
    const ends = [block, last].some((n) => n !== null && (leaving.test(n.type) || (n.type === 'break_statement' && !/case/.test(node.type))));
    return ends ? [{ start: block.startIndex, end: block.endIndex }] : [];
  });
}

/**
 * Whether a round may read what an earlier one left: a name of outside that is assigned in the loop and read before (or
 * anywhere but in its own update), an object of outside that is changed and waited with, a list that grows while it is gone through.
 */
export function carries(body: SyntaxNode, variables: readonly string[], over: string, awaits: readonly SyntaxNode[]): boolean {
  const { reads, writes, updates, declared, changed, grown } = occurrences(body);
  const isOwn = (name: string) => declared.has(name) || variables.includes(name);
  for (const [name, first] of writes) {
    if (isOwn(name)) continue;
    // written anew before anything is read: a round keeps it to itself
    const isFresh = !updates.has(name) && (reads.get(name) ?? []).every((at) => at > first);
    if (!isFresh && (reads.get(name) ?? []).length > 0) return true;
  }
  const waitedWith = new Set(awaits.flatMap((n) => n.descendantsOfType(['identifier', 'shorthand_property_identifier']).map((i) => i.text)));
  for (const root of changed) if (!isOwn(root) && waitedWith.has(root) && !/^(?:this|self|cls)$/.test(root)) return true;
  for (const root of grown) if ((!isOwn(root) && waitedWith.has(root)) || root === over) return true;
  return memberIsCarried(body);
}

interface Occurrences {
  /** Offsets of reads, those in a name's own update apart. */
  reads: Map<string, number[]>;
  /** Offset behind the first assignment: its right side is read before. */
  writes: Map<string, number>;
  /** Names that are updated by what they were: `+=`, `++`. */
  updates: Set<string>;
  declared: Set<string>;
  /** Roots of `a.b = …`. */
  changed: Set<string>;
  /** Roots of `a.push(…)`. */
  grown: Set<string>;
}

const growing = /^(?:push|unshift|append|appendleft|extend|insert|add|set|update)$/;

function occurrences(body: SyntaxNode): Occurrences {
  const found: Occurrences = { reads: new Map(), writes: new Map(), updates: new Set(), declared: new Set(), changed: new Set(), grown: new Set() };
  const read = (name: string, at: number): void => void found.reads.set(name, [...(found.reads.get(name) ?? []), at]);
  const write = (name: string, at: number): void => void found.writes.set(name, Math.min(at, found.writes.get(name) ?? Infinity));

  const visit = (node: SyntaxNode, updated: string | null): void => {
    switch (node.type) {
      case 'variable_declarator':
        for (const name of patternNames(node.childForFieldName('name'))) found.declared.add(name);
        visitAll([node.childForFieldName('value')], updated);
        return;
      case 'assignment_expression':
      case 'assignment':
      case 'augmented_assignment_expression':
      case 'augmented_assignment':
        assignment(node, updated);
        return;
      case 'update_expression': {
        const target = node.childForFieldName('argument');
        if (target?.type !== 'identifier') {
          visitAll(node.namedChildren, updated);
          return;
        }
        found.updates.add(target.text);
        write(target.text, node.endIndex); return;
      }
      case 'call':
      case 'call_expression': {
        const callee = node.childForFieldName('function');
        const object = callee?.childForFieldName('object');
        const name = (callee?.childForFieldName('property') ?? callee?.childForFieldName('attribute') ?? callee)?.text ?? '';
        if (object && growing.test(name)) found.grown.add(object.text);
        // `addEntry(index, one)`, which nobody waits for
        if (/^_?(?:add|allocate|insert|mark|put|record|register|remove|set|store|update)(?:[A-Z_]|$)/.test(name) && !/^await/.test(node.parent?.type ?? '')) for (const given of node.childForFieldName('arguments')?.namedChildren ?? []) if (given.type === 'identifier') found.changed.add(given.text);
        visitAll(node.namedChildren, updated); return;
      }
      case 'identifier':
      case 'shorthand_property_identifier':
        if (node.text !== updated) read(node.text, node.startIndex);
        return;
      case 'property_identifier':
        return;
      case 'keyword_argument':
        visitAll([node.childForFieldName('value')], updated);
        return;
      case 'attribute':
        visitAll([node.childForFieldName('object')], updated);
        return;
      default:
        visitAll(node.namedChildren, updated);
    }
  };
  const visitAll = (nodes: readonly (SyntaxNode | null)[], updated: string | null) => {
    for (const child of nodes) if (child) visit(child, updated);
  };
  const assignment = (node: SyntaxNode, updated: string | null) => {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    if (!left) return;
    if (left.type === 'identifier') {
      const isUpdate = node.type.startsWith('augmented') || (right?.descendantsOfType('identifier').some((n) => n.text === left.text) ?? false);
      if (isUpdate) found.updates.add(left.text);
      if (right) visit(right, isUpdate ? left.text : updated);
      write(left.text, node.endIndex); return;
    }
    if (right) visit(right, updated);
    if (/^(?:member_expression|subscript_expression|attribute|subscript)$/.test(left.type)) {
      const root = rootOf(left);
      if (root !== null) found.changed.add(root);
      return;
    }
    for (const name of patternNames(left)) write(name, node.endIndex);
  };
  visit(body, null);
  return found;
}

/** `self.cursor = …` that is read as well. */
function memberIsCarried(body: SyntaxNode): boolean {
  const written = new Map<string, number>();
  const all: string[] = [];
  walk(body, (node) => {
    if (node.type === 'member_expression' || node.type === 'attribute') all.push(node.text);
    if (/assignment/.test(node.type)) {
      const left = node.childForFieldName('left');
      if (left && (left.type === 'member_expression' || left.type === 'attribute')) written.set(left.text, (written.get(left.text) ?? 0) + 1);
    }
    return true;
  });
  return [...written].some(([text, times]) => all.filter((one) => one === text).length > times);
}

function rootOf(node: SyntaxNode): string | null {
  let at: SyntaxNode | null = node;
  while (at && /^(?:member_expression|subscript_expression|attribute|subscript)$/.test(at.type)) at = at.childForFieldName('object') ?? at.childForFieldName('value');
  return at && /^(?:identifier|this)$/.test(at.type) ? at.text : null;
}

function patternNames(node: SyntaxNode | null): string[] {
  if (!node) return [];
  if (node.type === 'identifier') return [node.text];
  return node.descendantsOfType(['identifier', 'shorthand_property_identifier_pattern']).map((n) => n.text);
}

function walk(node: SyntaxNode, visit: (node: SyntaxNode) => boolean): void {
  if (!visit(node)) return;
  for (const child of node.namedChildren) walk(child, visit);
}
