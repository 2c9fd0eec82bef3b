import { perFile } from './perFile.ts';
import type { Program } from './program.ts';
import type { Span } from './summary.ts';

/** Lines from 1, columns in UTF-16 units from 0; `endLine` and `endColumn` are behind the last unit. */
export interface Lines {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** Tells the lines of spans in a text; lines end at `\n`, as they do for tree-sitter. */
export function linesIn(text: string): (span: Span) => Lines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const indexOf = (offset: number) => {
    let low = 0;
    for (let high = starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return ({ start, end }) => {
    const [line, endLine] = [indexOf(start), indexOf(end)];
    return { line: line + 1, column: start - starts[line]!, endLine: endLine + 1, endColumn: end - starts[endLine]! };
  };
}

const ofFile = perFile((program, file) => linesIn(program.textOf(file)));

/** The lines of a span of a file, of which summaries say offsets only, there being some hundred thousand. */
export const linesOf = (program: Program, file: string, span: Span): Lines => ofFile(program, file)(span);
/** Of a call in a chain over several lines (`archive⏎.gunzipSync()`) what begins with its own name: in that line a reader looks for it, and a profile sees it. */
export function fromItsName(program: Program, file: string, span: Span): Span {
  const call = program.files.get(file)!.calls.find((c) => c.span.start === span.start && c.span.end === span.end);
  // behind arguments over several lines (`prepare(`⏎…⏎`).all()`) nobody looks for it
  const beginsLine = call !== undefined && call.nameSpan.start > span.start && /\n[ \t]*\??\.$/.test(program.textOf(file).slice(Math.max(span.start, call.nameSpan.start - 200), call.nameSpan.start));
  return beginsLine ? { start: call.nameSpan.start, end: span.end } : span;
}
export const lineOf = (program: Program, file: string, span: Span): number => linesOf(program, file, span).line;
