import type { CallRef, Program } from './code/program.ts';

/** The body of a `with` of Python. */
export interface WithBlock {
  /** What is entered is called so in it: a name, or several in brackets. */
  name: string;
  text: string;
  /** Offset behind the body. */
  end: number;
}

/** Of the `with` (or `async with`) whose only item a call is: `with open(path) as f:`. Null where it stands elsewhere. */
export function withBlockOf(program: Program, { file, index }: CallRef, { async = false } = {}): WithBlock | null {
  const text = program.textOf(file);
  const { span } = program.callOf({ file, index });
  const lineStart = text.lastIndexOf('\n', span.start) + 1;
  const [, indent] = (async ? /^([ \t]*)async\s+with\s*\(?\s*$/ : /^([ \t]*)with\s*\(?\s*$/).exec(text.slice(lineStart, span.start)) ?? [];
  const [head, name] = /^\s*as\s+(\w+|\([^()]*\))\s*\)?\s*:/.exec(text.slice(span.end, span.end + 100)) ?? [];
  if (indent === undefined || head === undefined) return null;
  const start = span.end + head.length;
  // up to the first line that stands no deeper than the `with`
  const next = new RegExp(`\\n(?!${indent}[ \\t]|[ \\t]*(?:\\r?\\n|$))`, 'g');
  next.lastIndex = start;
  const end = next.exec(text)?.index ?? text.length;
  return { name: name!, text: text.slice(start, end), end };
}
