import type { LintSettings } from '../../../model/lint.ts';
import type { Handler, Resolved } from '../program.ts';
import { subscriptFacts, subscripts } from '../subscripts.ts';
import type { LanguageVisitors, RuleVisitors } from '../syntax.ts';
import { adaptedTools } from './adapters.ts';
import { classRegistrations, keyOf, placeKey } from './classes.ts';
import { fastmcpRegistrations } from './fastmcp.ts';
import { testDoubles } from '../testFiles.ts';
import { answered, requestHandlers } from './lowLevel.ts';
import { dispatchFacts, dispatchVisitors } from './dispatchVisitors.ts';
import { decorated, named, passingOn } from './marked.ts';
import { generated } from './generated.ts';
import { ownProtocol } from './ownProtocol.ts';
import { pythonAnswers, pythonRegistrations } from './python.ts';
import { attributeFacts, attributes, reflectionFacts, reflections } from './reflectionVisitors.ts';
import { registered } from './registered.ts';
import type { Found } from './registration.ts';
import { sdkRegistrations } from './sdk.ts';
import { defined, unfollowed } from './shapes.ts';

/** What is looked for in files so that handlers can be found. */
export const handlerVisitors: RuleVisitors = new Map<string, LanguageVisitors>([
  [dispatchFacts, dispatchVisitors],
  [subscriptFacts, subscripts],
  [reflectionFacts, reflections],
  [attributeFacts, attributes],
]);

/** Every registration in the workspace. */
export function findHandlers(program: Resolved, { handlers: wanted }: Pick<LintSettings, 'handlers'>): Handler[] {
  const names = [...wanted, ...passingOn(program)];
  const called = [
    ...sdkRegistrations(program),
    ...fastmcpRegistrations(program),
    ...pythonRegistrations(program),
    ...answered(program, [...requestHandlers(program), ...pythonAnswers(program)]),
    ...decorated(program, wanted),
    ...(names.length > 0 ? named(program, names) : []),
    ...generated(program),
    ...adaptedTools(program),
  ];
  const covered = new Set(called.flatMap((f) => [placeKey(f.file, f.span), ...(f.function ? [keyOf(f.function)] : [])]));
  const nameAt = new Map(called.map((f) => [placeKey(f.file, f.span), f.name]));
  // what is registered by another of its words than its name is one tool
  const chosen = [...unfollowed(program, called)].filter((f, _, all) => (nameAt.get(placeKey(f.file, f.span)) ?? f.name) === f.name && !all.some((o) => isAround(o, f)));
  // what has no name is none of its own where it is chosen under one
  const said = new Set(called.flatMap((f) => (f.name !== null && f.function ? [keyOf(f.function)] : [])));
  const isNew = (by: ReadonlySet<string>) => (f: Found) => f.function === null || !by.has(keyOf(f.function));
  const more = [...[...defined(program)].filter(isNew(covered)), ...chosen.filter(isNew(said))];
  // what registers them is none of its own, nor is it one for each whose name could be followed
  const classes = [...classRegistrations(program, wanted, covered)];
  const roots = new Set([...chosen, ...classes].map((f) => program.projectOf(f.file).root));
  const behind = new Set(chosen.flatMap(({ name, around = [] }) => around.map((a) => `${name} ${keyOf(a.function)}`)));
  const own = called.filter((f) => f.kind !== 'tool' || (f.name === null ? !roots.has(program.projectOf(f.file).root) : !f.function || !behind.has(`${f.name} ${keyOf(f.function)}`)));
  const found = withoutPrompts([...registered(program, own), ...more, ...classes]);
  // what reads the messages itself beside tools of an SDK hands them on
  const withTools = new Set(found.flatMap((f) => (f.kind === 'tool' ? [program.projectOf(f.file).root] : [])));
  const byHand = ownProtocol(program).filter((f) => !withTools.has(program.projectOf(f.file).root));
  return numbered(program, withoutName(real(program, [...found, ...byHand])));
}

/** A function that gives a prompt, in an object of the shape that tools have, is no tool of that name as well. */
function withoutPrompts(all: readonly Found[]): Found[] {
  const prompts = new Set(all.flatMap((f) => (f.kind === 'prompt' && f.function ? [`${f.name} ${keyOf(f.function)}`] : [])));
  return all.filter((f) => f.kind !== 'tool' || !f.function || !prompts.has(`${f.name} ${keyOf(f.function)}`));
}

/** The call that makes the same tool of an object. */
const isAround = (outer: Found, { name, file, span }: Found) => outer.name === name && outer.file === file && outer.span.start < span.start && span.end <= outer.span.end;

/** Without those that stand in for something in tests, if there are others; and without fixtures of a program that is no server. */
function real(program: Resolved, all: readonly Found[]): readonly Found[] {
  const doubles = testDoubles(program);
  const others = all.filter((f) => !doubles.has(f.file));
  if (others.length > 0 || all.length === 0) return others;
  const isFixture = (file: string) => /[\\/](?:__)?fixtures?(?:__)?[\\/]/.test(file.slice(program.projectOf(file).root.length));
  return [...program.files.keys()].every(isFixture) ? all : all.filter((f) => !isFixture(f.file));
}

/** A function that answers `tools/call` is a tool of which no more is known, unless tools are found elsewhere. */
function withoutName(all: readonly Found[]): Found[] {
  const hasTools = all.some((f) => f.kind === 'tool');
  return all.map((f) => (f.kind === 'other' && f.name === 'tools/call' && !hasTools ? { ...f, kind: 'tool', name: null } : f));
}

/** Each one once, in the order of the files, with its id: its file, kind and name, and a number where these are the same. */
function numbered(program: Resolved, all: readonly Found[]): Handler[] {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  const order = new Map([...program.files.keys()].map((file, i) => [file, i]));
  const inOrder = [...all].sort((a, b) => order.get(a.file)! - order.get(b.file)! || a.span.start - b.span.start);
  return inOrder.flatMap((found) => {
    const { file, kind, name, span, function: fn } = found;
    const same = `${file} ${span.start} ${kind} ${name} ${fn ? keyOf(fn) : ''}`;
    if (seen.has(same)) return [];
    seen.add(same);
    const base = `${file}#${kind}:${name ?? ''}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return [{ ...found, id: count === 1 ? base : `${base}~${count}`, project: program.projectOf(file).name }];
  });
}
