import type { CodeReport, Sink } from '../codeRule.ts';
import { perSummary } from '../code/perFile.ts';
import type { CallRef, Handler, Program } from '../code/program.ts';
import type { Call, Expr } from '../code/summary.ts';
import { serialisationExamples } from '../examples/wasteful-serialisation.ts';
import { serialisationFixes } from '../fixes/wasteful-serialisation.ts';
import { languageOf } from '../ioBelow.ts';
import { resultCalls, returnObserver } from '../resultFlow.ts';
import type { Rule } from '../rule.ts';
import { isSmallJson } from '../smallJson.ts';
import { snake } from '../snake.ts';
import { bindingOf } from '../trace.ts';

const id = 'wasteful-serialisation';

/** How many blanks an indentation is, or the string; the position of the argument in JavaScript. */
interface IndentSink extends Sink {
  position: number | null;
  keyword: string | null;
}

const sinks: readonly IndentSink[] = [
  { name: 'JSON.stringify', language: 'typescript', position: 2, keyword: null },
  { name: 'json.dumps', language: 'python', position: null, keyword: 'indent' },
  { name: 'simplejson.dumps', language: 'python', position: null, keyword: 'indent' },
  { name: 'ujson.dumps', language: 'python', position: null, keyword: 'indent' },
  { name: 'rapidjson.dumps', language: 'python', position: null, keyword: 'indent' },
  { name: 'orjson.dumps', language: 'python', position: null, keyword: 'option' },
];
/** Pydantic's `model_dump_json(indent=2)`; whose object it is need not be known. */
const pydantic = /^(?:model_dump_json|to_json)$/;

export const wastefulSerialisation: Rule = {
  id,
  title: 'Results are indented for nobody',
  severity: 'information',
  docs: `A result is written as indented JSON: \`JSON.stringify(data, null, 2)\`, \`json.dumps(data, indent=2)\`. Only what goes into an answer counts; files and logs may be indented, and so may a string, which has no indentation, or an object of a few strings and numbers; so may what a helper for errors writes, or an object that says that something has failed.

**Why it hurts an MCP server.** The text is read by a model, which pays for each token: white space is often a third of indented JSON. It is also built, sent, kept in the context and parsed. The same data as text and as \`structuredContent\` is what the protocol asks for and no finding.

**How it is measured.** The value is followed from what a handler returns back to the call that wrote it. A run shows the bytes of each result.

**How to mend it.** Leave out the indentation. For long tables, names of columns once and rows as arrays save more.`,

  code: {
    languages: ['typescript', 'python'],
    sinks,
    observes: [returnObserver],
    check,
    fixes: serialisationFixes,
    examples: serialisationExamples,
  },
};

function* check(program: Program): Iterable<CodeReport> {
  const sinkOf = new Map(program.hits(id).map(({ call, sink }) => [`${call.index} ${call.file}`, sink as IndentSink]));
  const isAnyIndented = program.hits(id).some(({ call: ref, sink }) => isIndented(program.callOf(ref), sink as IndentSink, program, ref));
  if (!isAnyIndented && ![...program.files.values()].some(writesItself)) return;
  const byCall = new Map<string, { ref: CallRef; handlers: Handler[] }>();
  for (const handler of program.handlers) {
    for (const { call: ref } of resultCalls(program, handler, { stopsAt: (ref) => sinkOf.has(`${ref.index} ${ref.file}`) })) {
      const key = `${ref.index} ${ref.file}`;
      if (!isIndented(program.callOf(ref), sinkOf.get(key) ?? null, program, ref)) continue;
      const known = byCall.get(key);
      if (!known) byCall.set(key, { ref, handlers: [handler] });
      else if (!known.handlers.includes(handler)) known.handlers.push(handler);
    }
  }
  for (const { ref, handlers } of byCall.values()) {
    const call = program.callOf(ref);
    const fn = { file: ref.file, index: call.function };
    const reach = program.reachBy(handlers, fn, 'any', call.span.start);
    const python = languageOf(program, ref.file) === 'python';
    yield {
      file: ref.file,
      span: call.span,
      function: fn,
      message: `The result is indented (\`${!python ? 'JSON.stringify(…, null, …)' : sinkOf.get(`${ref.index} ${ref.file}`)?.keyword === 'option' ? 'OPT_INDENT_2' : 'indent='}\`): white space that a model reads and pays for`,
      help: 'Leave the indentation out: models read compact JSON as well.',
      reach,
      handlers: reach?.handlers ?? handlers,
    };
  }
}

/** Something in a file has a method that may indent, whose object need not be known. */
const writesItself = perSummary(({ language, calls }) => language === 'python' && calls.some(({ callee }) => callee.kind === 'member' && pydantic.test(callee.name)));

function isIndented(call: Call, sink: IndentSink | null, program: Program, ref: CallRef): boolean {
  if (!sink) {
    if (call.callee.kind !== 'member' || !pydantic.test(call.callee.name) || languageOf(program, ref.file) !== 'python') return false;
    return call.keywords.some((k) => k.name === 'indent' && isIndent(k.value, program, ref, call));
  }
  const [value] = call.args;
  if (value && isFailure(program, ref, call, value)) return false;
  if (value && isSmallJson(program, { expr: value, at: { file: ref.file, function: call.function, offset: call.span.start } })) return false;
  const given = sink.position !== null ? call.args[sink.position] : call.keywords.find((k) => k.name === sink.keyword)?.value;
  return given !== undefined && isIndent(given, program, ref, call);
}

const failing = /(?:^|_)(?:error|fail|failure|failed|exception)(?:_?(?:response|result|content|message|answer|json|text|output|payload))*$/;
const heavy = /^(?:data|results?|rows|items|content|records|entries|list|body|response|payload|files|documents)$/i;

/** What a helper for errors answers with, or an object that says itself that something has failed: a few short texts, and not in most calls. */
function isFailure(program: Program, ref: CallRef, { function: index, span }: Call, value: Expr): boolean {
  const name = program.nameOf({ file: ref.file, index }).split('.').at(-1)!;
  const at = { file: ref.file, function: index, offset: span.start };
  const given = value.kind === 'name' ? (bindingOf(program, value.name, at)?.values ?? []) : [value];
  const isNo = (property: { name: string; value: Expr }) => /^(?:success|ok)$/.test(property.name) && property.value.kind === 'literal' && property.value.value === false;
  const isYes = (property: { name: string; value: Expr }) => property.name === 'isError' && property.value.kind === 'literal' && property.value.value === true;
  return (
    given.length > 0 &&
    given.every((one) => one.kind === 'object' && one.properties.length <= 8 && !one.properties.some((p) => heavy.test(p.name)) && (failing.test(snake(name)) || /^\s*\)?\s*[})\],\s]*isError\s*:\s*true/.test(program.textOf(ref.file).slice(span.end, span.end + 120)) || one.properties.some((p) => isNo(p) || isYes(p))))
  );
}

function isIndent(given: Expr, program: Program, ref: CallRef, call: Call): boolean {
  // orjson's flags: `OPT_INDENT_2 | OPT_SORT_KEYS`
  if (given.kind === 'binary' && given.operator === '|') return [given.left, given.right].some((part) => isIndent(part, program, ref, call));
  if ((given.kind === 'member' || given.kind === 'name') && given.name === 'OPT_INDENT_2') return true;
  const value = given.kind === 'literal' ? given : program.resolve(given, { file: ref.file, function: call.function, offset: call.span.start });
  if (value.kind !== 'literal') return false;
  return (typeof value.value === 'number' && value.value > 0) || (typeof value.value === 'string' && value.value !== '');
}
