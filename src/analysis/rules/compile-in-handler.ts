import type { Fix } from '../../model/lint.ts';
import { callNode } from '../callSyntax.ts';
import type { CodeReport } from '../codeRule.ts';
import type { CallRef, Program } from '../code/program.ts';
import type { Call, Expr } from '../code/summary.ts';
import { compileInHandlerExamples } from '../examples/compile-in-handler.ts';
import { freshReach } from '../freshReach.ts';
import { hoist, type Hoisted } from '../hoist.ts';
import { onceOnly, onceObserver } from '../onceOnly.ts';
import { originsOf } from '../origins.ts';
import type { Rule } from '../rule.ts';
import { toldTogether } from '../together.ts';
import { createHardlyEver, seldomObservers } from '../seldom.ts';
import { bindingOf, type Placed } from '../trace.ts';
import { isAside } from '../serverFiles.ts';
import { compilerSinks, type CompilerSink } from '../sinks/compilers.ts';

const id = 'compile-in-handler';

export const compileInHandler: Rule = {
  id,
  title: 'Compiled anew in every call',
  severity: 'warning',
  docs: `A tool compiles a schema, a template or a pattern that never changes, each time it is called.

**Why it hurts an MCP server.** Compiling a JSON schema with Ajv takes from half a millisecond to many, as it writes and evaluates a program; so do template engines, zod 4 and pydantic models. It happens on the event loop, for a result that is thrown away, and what is evaluated anew is never optimised.

**How it is measured.** In the code: a compiler is called in code that a handler reaches, with nothing but constants, and nothing on the way keeps its result. Patterns that are put together at run time, literals (\`/…/\`) and Python's \`re.compile\`, which has a cache of its own, are none. A constant \`new RegExp('…')\` costs about a microsecond, as V8 keeps what it has compiled, and is a hint, as are zod's schemas, which take tenths of a millisecond; four or more of these in a file are told as one. In a run: the share of CPU and of allocations beneath it.

**How to mend it.** Make it once, at module level; what depends on the object (\`this.shape\`) once for each object, which is a hint, as is what is only made after a failure. A regular expression with \`g\` or \`y\` is none of these: it remembers where it stopped, and one for all calls would need its \`lastIndex\` set back.`,

  code: {
    languages: ['typescript', 'python'],
    sinks: compilerSinks,
    observes: [onceObserver, ...seldomObservers],
    check,
    fixes,
    examples: compileInHandlerExamples,
  },
};

interface Data {
  makes: CompilerSink['makes'];
}

function* check(program: Program): Iterable<CodeReport> {
  const made = [...eachMade(program)];
  // what hardly costs anything is not worth a line in each tool
  yield* toldTogether(program, made, (report) => (report.severity === 'hint' ? `${(report.data as Data).makes} ${report.file}` : `${report.span.start} ${report.file}`));
  yield* modelClasses(program);
}

function* eachMade(program: Program): Iterable<CodeReport> {
  const once = onceOnly(program);
  const hardlyEver = createHardlyEver(program);
  const isReached = ({ file, index }: CallRef) => program.reach({ file, index: program.files.get(file)!.calls[index]!.function }, 'any') !== null;
  const hits = program.hits(id).filter(({ call, sink }) => isReached(call) && isCompiling(program, call, sink as CompilerSink));
  for (const { call: ref, sink } of hits) {
    const call = program.callOf(ref);
    if (hits.some((other) => other.call.file === ref.file && isInside(call, program.callOf(other.call)))) continue;
    const row = sink as CompilerSink;
    // one for all calls would remember where it stopped
    if (row.makes === 'pattern' && /[gy]/.test(flagsOf(call))) continue;
    const fn = { file: ref.file, index: call.function };
    const reach = freshReach(program, once, fn, call.span.start);
    if (!reach) continue;
    const alike = row.each ? hits.filter(({ call: other, sink: its }) => its === sink && other.file === ref.file && program.callOf(other).function === call.function) : [];
    if (alike.length > 0 && alike[0]!.call.index !== ref.index) continue;
    const isOwn = isOfObject(program, call, ref.file);
    yield {
      file: ref.file,
      span: call.span,
      function: fn,
      // what has failed is told seldom
      ...(isOwn || hardlyEver(ref) === 'failed' ? { severity: 'hint' } : row.level === 'warning' ? {} : { severity: row.level }),
      message: messageOf(shown(call), row.makes, alike.length, isOwn),
      help: isOwn ? `Make the ${row.makes} once for each object, at its first need, and keep it in a field.` : `Make the ${row.makes} once, at module level.`,
      reach,
      data: { makes: row.makes } satisfies Data,
    };
  }
}

function messageOf(call: string, makes: CompilerSink['makes'], count: number, isOwn: boolean): string {
  if (isOwn) return `\`${call}\` makes the ${makes} of the same object in every call.`;
  // how many there are of a long row is not said: some may be made of what is not understood
  return count > 2 ? `\`${call}\` and others like it make the same ${makes}s in every call.` : count === 2 ? `\`${call}\` makes the same two ${makes}s in every call.` : `\`${call}\` makes the same ${makes} in every call.`;
}

/** Whether something of the object (`this.shape`) is in what a call is given: each object, and each class below, may have another. */
function isOfObject(program: Program, { args, keywords, function: fn, span }: Call, file: string): boolean {
  const at = { file, function: fn, offset: span.start };
  const isOwn = ({ expr, at: where }: Placed, depth: number): boolean => {
    const inside = (e: Expr) => isOwn({ expr: e, at: where }, depth + 1);
    if (depth > maxDepth) return false;
    switch (expr.kind) {
      case 'this':
        return true;
      case 'member':
      case 'element':
        return inside(expr.kind === 'member' ? expr.object : expr.of);
      case 'object':
        return [...expr.properties.map((p) => p.value), ...expr.spread].some(inside);
      case 'array':
        return expr.items.some(inside);
      case 'either':
        return expr.of.some(inside);
      case 'as':
        return inside(expr.value);
      case 'call': {
        const call = program.callOf({ file: where.file, index: expr.call });
        return inside(call.callee) || call.args.some(inside);
      }
      case 'name': {
        const binding = bindingOf(program, expr.name, where);
        if (binding?.kind === 'parameter') return binding.index === 0 && isMethod(program, file, binding.scope);
        return binding?.kind === 'variable' && binding.scope !== 0 && binding.values.some(inside);
      }
      default:
        return false;
    }
  };
  return [...args, ...keywords.map((k) => k.value)].some((expr) => isOwn({ expr, at }, 0));
}

const maxDepth = 6;

/** Its first parameter is its object: Python. */
function isMethod({ files }: Program, file: string, fn: number): boolean {
  const { language, functions } = files.get(file)!;
  return language === 'python' && functions[fn]!.class !== null && !functions[fn]!.static;
}

/** `class Args(BaseModel)` in a function: pydantic builds its validators when the class is made. */
function* modelClasses(program: Program): Iterable<CodeReport> {
  for (const [file, { language, classes }] of program.files) {
    if (language !== 'python') continue;
    for (const { scope, bases, name, span, nameSpan } of classes) {
      if (scope === 0 || bases.length === 0) continue;
      const reach = program.reach({ file, index: scope }, 'any', span.start);
      if (!reach) continue;
      const isModel = bases.some((base) => {
        const value = program.resolve(base, { file, function: scope, offset: span.start });
        return value.kind === 'external' && /^pydantic\.(?:BaseModel|RootModel)$/.test(value.name);
      });
      if (!isModel) continue;
      yield { file, span: nameSpan, function: { file, index: scope }, message: `The model \`${name}\` is built anew in every call.`, help: 'Define it at module level.', reach };
    }
  }
}

const isInside = (inner: Call, outer: Call) => inner !== outer && outer.span.start <= inner.span.start && inner.span.end <= outer.span.end && (outer.span.start < inner.span.start || inner.span.end < outer.span.end) && outer.args.length > 0 && inner.span.start > outer.nameSpan.start;

/** A compiler with constants alone. */
function isCompiling(program: Program, ref: CallRef, sink: CompilerSink): boolean {
  const { isNew, input, makes } = sink;
  const call = program.callOf(ref);
  if (call.decorator || isAside(program, ref.file) || (isNew === true && !call.isNew) || isBefore(program, ref.file, sink)) return false;
  const at = { file: ref.file, function: call.function, offset: call.span.start };
  const inputs = input ? [call.args[input.position] ?? call.keywords.find((k) => k.name === input.keyword)?.value] : [...call.args, ...call.keywords.map((k) => k.value)];
  // without a loader there is nothing that it could keep: 4 µs (jinja2 3.1, Python 3.11)
  if (/^jinja2\.(?:sandbox\.Sandboxed)?Environment$/.test(sink.name) && !call.keywords.some((k) => /^(?:loader|\*\*)$/.test(k.name))) return false;
  if (inputs.includes(undefined) || (inputs.length === 0 && makes !== 'engine')) return false;
  // fields, or choices of a field, that were worked out: `Literal[tuple(names)]`
  if (makes === 'model' && (call.keywords.some((k) => k.name === '**') || hasChoices(program, ref.file, call))) return false;
  // a copy of one that is there, as `g` needs it
  if (makes === 'pattern' && call.isNew && isPattern(program, inputs[0]!, at)) return false;
  // another one in each round
  if (makes === 'pattern' && inputs.some((expr) => isOfRound(program, expr!, at))) return false;
  // of a class that has its validator it takes that
  if (sink.name === 'pydantic.TypeAdapter' && inputs.every((expr) => program.resolve(expr!, at).kind === 'class')) return false;
  // neither does a list of texts
  if (makes === 'schema' && ofPlain.test(program.textOf(ref.file).slice(call.span.start, call.span.end))) return false;
  // `z.object({})` costs nothing
  if (makes === 'schema' && inputs.every((expr) => expr?.kind === 'object' && expr.properties.length + expr.spread.length === 0)) return false;
  return inputs.every((expr) => isConstant(program, expr!, at, makes !== 'model'));
}

/** `z.array(z.string())`. */
const ofPlain = /^z\.\w+\(\s*z\.\w+\(\s*\)(?:\.\w+\([^()]*\))*\s*\)$/;

function isPattern(program: Program, expr: Expr, at: Placed['at']): boolean {
  const value = program.resolve(expr, at);
  return value.kind === 'external' && value.name === 'RegExp';
}

/** In the call itself, or in what a variable of its function was set to that stands in it. */
function hasChoices(program: Program, file: string, { span, function: fn }: Call): boolean {
  const text = program.textOf(file);
  const own = text.slice(span.start, span.end);
  if (/\btuple\(/.test(own)) return true;
  const before = text.slice(program.functionOf({ file, index: fn }).span.start, span.start);
  return Array.from(before.matchAll(/\b(\w+)\s*=\s*[\w.]*Literal\[\s*\*?\s*tuple\(/g)).some(([, name]) => new RegExp(`\\b${name}\\b`).test(own));
}

/** One of the things that a loop goes through is in it. */
function isOfRound(program: Program, expr: Expr, at: Placed['at']): boolean {
  const inside = (e: Expr) => isOfRound(program, e, at);
  switch (expr.kind) {
    case 'name': {
      const binding = bindingOf(program, expr.name, at);
      return binding?.kind === 'variable' && (binding.reassigned || binding.values.some((v) => v.kind === 'element'));
    }
    case 'template':
      return expr.parts.some(inside);
    case 'binary':
      return inside(expr.left) || inside(expr.right);
    case 'call': {
      // `name.replace(/[.]/g, '\\.')`
      const { callee, args } = program.callOf({ file: at.file, index: expr.call });
      return (callee.kind === 'member' && inside(callee.object)) || args.some(inside);
    }
    default:
      return false;
  }
}

/** Whether the version of the package compiles nothing; one that is not known does. */
function isBefore(program: Program, file: string, { name, fromMajor = 0 }: CompilerSink): boolean {
  const [pkg] = name.split('.');
  const version = program.projectOf(file).versions[pkg!];
  return version !== undefined && Number.parseInt(version, 10) < fromMajor && !program.files.get(file)!.imports.some(({ module }) => module.startsWith(`${pkg}/v${fromMajor}`));
}

/** The fields of a model have parts that are no values (`...`): there it is enough that nothing of the call is in it. */
function isConstant(program: Program, expr: Expr, at: Parameters<typeof originsOf>[2], strictly: boolean): boolean {
  const origins = originsOf(program, expr, at, strictly);
  return origins.has('constant') && [...origins].every((o) => o === 'constant' || (!strictly && o === 'unknown'));
}

function flagsOf({ args }: Call): string {
  const flags = args[1];
  return flags === undefined ? '' : flags.kind === 'literal' ? String(flags.value) : 'gy';
}

function shown({ callee, isNew }: Call): string {
  const name = callee.kind === 'member' && callee.object.kind === 'name' ? `${callee.object.name}.${callee.name}` : callee.kind === 'name' || callee.kind === 'member' ? callee.name : 'this call';
  return isNew ? `new ${name}()` : `${name}()`;
}

const hoisted: Partial<Record<CompilerSink['makes'], Hoisted>> = {
  pattern: { name: 'pattern', methods: null },
  schema: { name: 'schema', methods: null },
  validator: { name: 'validator', methods: null },
  template: { name: 'template', methods: null },
  engine: { name: 'engine', methods: /^(?:compile|validate|from_string|get_template|parse|renderString|parseAndRender)$/ },
};

function fixes({ span, data }: CodeReport, source: Parameters<NonNullable<NonNullable<Rule['code']>['fixes']>>[1], program: Program): Fix[] {
  if (data === undefined) return [];
  const { makes } = data as Data;
  const how = hoisted[makes];
  const node = how ? callNode(source, span) : null;
  // `validate(instance, schema)` makes and uses it at once
  if (!how || !node || /(?:^|\.)validate$/.test(node.childForFieldName('function')?.text ?? '')) return [];
  const edits = hoist(program, source, node, source.language === 'python' ? { ...how, name: `_${how.name}`.toUpperCase() } : how);
  return edits ? [{ title: `Make the ${makes} once, at module level`, kind: 'safe', edits }] : [];
}
