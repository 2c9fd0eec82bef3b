import type { FunctionRef, Handler, Resolved } from '../program.ts';
import type { FileSummary, Span } from '../summary.ts';

/** A function that runs around a tool's own. */
export type Around = NonNullable<Handler['around']>[number];

/**
 * A function around another one, the calls that lead on left out. A call in a callback cannot be left out alone: what is
 * left out then is the call that is given the callback. Null where such a callback is kept in a name.
 */
export function aroundOf(program: Resolved, fn: FunctionRef, leadingOn: readonly Span[]): Around | null {
  const summary = program.files.get(fn.file)!;
  const without = leadingOn.map((span) => ownCallAround(summary, fn.index, span));
  return without.includes(null) ? null : { function: fn, without: distinct(without.filter((s) => s !== null)) };
}

/** The largest of the calls in a function's own body that a span is in; the span itself where it is in no callback. */
function ownCallAround({ functions, calls }: FileSummary, fn: number, span: Span): Span | null {
  const inner = functions.some((f, i) => i !== fn && isWithin(functions, fn, i) && f.span.start <= span.start && span.end <= f.span.end);
  if (!inner) return span;
  const around = functions[fn]!.calls.map((c) => calls[c]!.span).filter((s) => s.start <= span.start && span.end <= s.end);
  return around.sort((a, b) => b.end - b.start - (a.end - a.start))[0] ?? null;
}

const distinct = (spans: readonly Span[]) => spans.filter((s, i) => spans.findIndex((o) => o.start === s.start && o.end === s.end) === i);

/** Whether a function is another one or written in it. */
export function isWithin(functions: FileSummary['functions'], fn: number, inner: number): boolean {
  for (let at: number | null = inner; at !== null; at = functions[at]?.parent ?? null) if (at === fn) return true;
  return false;
}
