import type { FlatTree } from './walk.ts';

/**
 * A named node of a flat tree, as rules' visitors see it. It has tree-sitter's names for what it tells, but reads arrays
 * instead of crossing into WebAssembly. What stands inside of strings' and names' nodes is left out, and so are tokens.
 */
export class SyntaxNode {
  readonly tree: FlatTree;
  readonly source: string;
  /** Its index in the tree. */
  readonly id: number;

  constructor(tree: FlatTree, source: string, id: number) {
    this.tree = tree;
    this.source = source;
    this.id = id;
  }

  get type(): string {
    return this.tree.type[this.id]!;
  }
  get startIndex(): number {
    return this.tree.start[this.id]!;
  }
  get endIndex(): number {
    return this.tree.end[this.id]!;
  }
  get text(): string {
    return this.source.slice(this.tree.start[this.id], this.tree.end[this.id]);
  }
  get parent(): SyntaxNode | null {
    const at = this.tree.parent[this.id]!;
    return at < 0 ? null : this.#at(at);
  }
  get namedChildren(): SyntaxNode[] {
    const { after } = this.tree;
    const found: SyntaxNode[] = [];
    for (let at = this.id + 1, end = after[this.id]!; at < end; at = after[at]!) found.push(this.#at(at));
    return found;
  }
  get namedChildCount(): number {
    const { after } = this.tree;
    let count = 0;
    for (let at = this.id + 1, end = after[this.id]!; at < end; at = after[at]!) count++;
    return count;
  }
  get firstNamedChild(): SyntaxNode | null {
    return this.namedChild(0);
  }
  get lastNamedChild(): SyntaxNode | null {
    return this.namedChild(this.namedChildCount - 1);
  }
  /** The word or sign between the operands of a binary expression, comparison or assignment, or before the only one; `''` where there is none. */
  get operator(): string {
    const { after, start, end, type } = this.tree;
    const last = after[this.id]!;
    let [left, right] = [-1, -1];
    for (let at = this.id + 1; at < last && right < 0; at = after[at]!) {
      if (type[at] === 'comment') continue;
      if (left < 0) left = at;
      else right = at;
    }
    if (left < 0) return '';
    const between = right < 0 ? this.source.slice(start[this.id], start[left]) : this.source.slice(end[left], start[right]);
    const bare = between.trim();
    return isSign.test(bare) ? bare : (operator.exec(between)?.[0] ?? '');
  }
  namedChild(index: number): SyntaxNode | null {
    const { after } = this.tree;
    let count = 0;
    for (let at = this.id + 1, end = after[this.id]!; at < end; at = after[at]!) if (count++ === index) return this.#at(at);
    return null;
  }
  childForFieldName(name: string): SyntaxNode | null {
    const { after, field } = this.tree;
    for (let at = this.id + 1, end = after[this.id]!; at < end; at = after[at]!) if (field[at] === name) return this.#at(at);
    return null;
  }
  childrenForFieldName(name: string): SyntaxNode[] {
    return this.namedChildren.filter((child) => this.tree.field[child.id] === name);
  }
  /** Itself among them. */
  descendantsOfType(types: string | readonly string[]): SyntaxNode[] {
    const { after, type } = this.tree;
    const found: SyntaxNode[] = [];
    for (let at = this.id, end = after[this.id]!; at < end; at++) if (typeof types === 'string' ? type[at] === types : types.includes(type[at]!)) found.push(this.#at(at));
    return found;
  }
  /** The smallest node that holds a stretch of the text. */
  descendantForIndex(from: number, to: number = from): SyntaxNode {
    const { after, start, end } = this.tree;
    let found = this.id;
    for (let at = found + 1; at < after[found]!; ) {
      if (start[at]! <= from && to < end[at]!) found = at++;
      else at = after[at]!;
    }
    return this.#at(found);
  }

  #at(at: number): SyntaxNode {
    return new SyntaxNode(this.tree, this.source, at);
  }
}

/** Nearly all operators, with no comment or bracket around them. */
const isSign = /^(?:[=!<>&|?+\-*%]+|\w+)$/;
const operator = /(?<=^(?:\s|\/\*[^]*?\*\/|\/\/.*\n|#.*\n|\\\n|\))*)(?:not\s+in\b|is\s+not\b|\w+|[^\s\w()]+)/;
