import type { TypeRef } from '../summary.ts';
import { numberValue, stringValue } from './strings.ts';

const other: TypeRef = { kind: 'other' };
const none: TypeRef = { kind: 'literal', value: null };
const simple = /^[A-Za-z_]\w*$/;
const token = /(?:\s|\\\n|#[^\n]*)*(?:([\p{L}_][\p{L}\p{N}_]*(?![\p{L}\p{N}_"']))|([a-zA-Z]{0,2}(?:"""[^]*?"""|'''[^]*?'''|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'))|(\d[\w.]*)|(\.\.\.)|([^\s]))/uy;
/** Say how a value is used, not what it is. */
const wrappers = new Set(['Annotated', 'ClassVar', 'Final', 'InitVar', 'Required', 'NotRequired', 'ReadOnly']);
const maxDepth = 40;

/**
 * An annotation as written: a type expression or a string of one. Read from the text, so that the two are one thing and
 * the grammar's different nodes for the same type do not matter.
 */
export function typeOf(source: string): TypeRef {
  const text = source.trim();
  if (simple.test(text)) return text === 'None' ? none : { kind: 'name', path: [text], args: [] };
  const reader = new Reader(text);
  const type = reader.union(0, false);
  return reader.next.kind === 'end' ? type : other;
}

interface Token {
  kind: 'name' | 'string' | 'number' | 'sign' | 'end';
  text: string;
}

class Reader {
  private readonly text: string;
  private at = 0;
  next: Token;

  constructor(text: string) {
    this.text = text;
    this.next = this.read();
  }

  /** `literal`: inside of `Literal[…]`, where a string is no type. */
  union(depth: number, literal: boolean): TypeRef {
    const of = [this.primary(depth, literal)];
    while (this.sign('|')) {
      this.take();
      of.push(this.primary(depth, literal));
    }
    return of.length === 1 ? of[0]! : { kind: 'union', of };
  }

  private primary(depth: number, literal: boolean): TypeRef {
    const { kind, text } = this.next;
    if (depth > maxDepth || kind === 'end') return other;
    if (kind === 'name') return this.named(depth);
    if (kind === 'string') {
      this.take();
      return literal ? { kind: 'literal', value: stringValue(text) } : typeOf(stringValue(text));
    }
    if (kind === 'number') {
      this.take();
      return { kind: 'literal', value: numberValue(text) };
    }
    if (text === '(') {
      this.take();
      const inside = this.union(depth + 1, literal);
      if (!this.sign(')')) return this.skip();
      this.take();
      return inside;
    }
    if (text === '[') return { kind: 'tuple', of: this.list(depth + 1, false) };
    return this.skip();
  }

  private named(depth: number): TypeRef {
    const path = [this.take().text];
    while (this.sign('.')) {
      this.take();
      const { kind, text } = this.take();
      if (kind !== 'name') return this.skip();
      path.push(text);
    }
    const last = path.at(-1)!;
    if (path.length === 1 && last === 'None') return none;
    if (path.length === 1 && (last === 'True' || last === 'False')) return { kind: 'literal', value: last === 'True' };
    if (this.sign('(')) return this.skip();
    if (!this.sign('[')) return { kind: 'name', path, args: [] };
    return meaning(path, last, this.list(depth + 1, last === 'Literal'));
  }

  /** From `[` to behind `]`. */
  private list(depth: number, literal: boolean): TypeRef[] {
    this.take();
    const of: TypeRef[] = [];
    while (this.next.kind !== 'end' && !this.sign(']')) {
      let one = this.union(depth, literal);
      if (!this.atEndOfItem()) one = this.skip();
      of.push(one);
      if (this.sign(',')) this.take();
      else if (!this.sign(']')) break;
    }
    if (this.sign(']')) this.take();
    return of;
  }

  private atEndOfItem(): boolean {
    return this.next.kind === 'end' || this.sign(',') || this.sign(']');
  }

  private sign(text: string): boolean {
    return this.next.kind === 'sign' && this.next.text === text;
  }

  /** What is no type (a call, a lambda, `...`): on to the end of the item that it is. */
  private skip(): TypeRef {
    let open = 0;
    while (this.next.kind !== 'end' && !(open === 0 && this.next.kind === 'sign' && /[,)\]}]/.test(this.next.text))) {
      const { kind, text } = this.take();
      if (kind === 'sign' && '([{'.includes(text)) open++;
      if (kind === 'sign' && ')]}'.includes(text)) open--;
    }
    return other;
  }

  private take(): Token {
    const taken = this.next;
    this.next = this.read();
    return taken;
  }

  private read(): Token {
    token.lastIndex = this.at;
    const match = token.exec(this.text);
    if (!match) return { kind: 'end', text: '' };
    this.at = token.lastIndex;
    const [, name, string, number, dots, sign] = match;
    if (name !== undefined) return { kind: 'name', text: name };
    if (string !== undefined) return { kind: 'string', text: string };
    if (number !== undefined) return { kind: 'number', text: number };
    return { kind: 'sign', text: dots ?? sign! };
  }
}

function meaning(path: string[], last: string, args: TypeRef[]): TypeRef {
  const first = args[0] ?? other;
  if (last === 'Optional') return { kind: 'union', of: [first, none] };
  if (last === 'Union') return args.length === 1 ? first : { kind: 'union', of: args };
  if (last === 'Literal') return args.length === 1 ? first : { kind: 'union', of: args };
  if (wrappers.has(last)) return first;
  if (last === 'Callable') return { kind: 'function', returns: args[1] ?? other, ...(first.kind === 'tuple' ? { parameters: first.of } : {}) };
  if ((last === 'type' || last === 'Type') && first.kind === 'name') return { kind: 'typeof', path: first.path };
  if (last === 'tuple' || last === 'Tuple') {
    // `tuple[X, ...]` has any number of them
    return args.length === 2 && args[1]!.kind === 'other' ? { kind: 'array', of: first } : { kind: 'tuple', of: args };
  }
  return { kind: 'name', path, args };
}
