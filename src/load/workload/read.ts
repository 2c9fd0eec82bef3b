import { dirname, resolve } from 'node:path';
import type { Workload, WorkloadData, WorkloadRequest, WorkloadSession, WorkloadStep } from '../../model/workload.ts';
import { tryCompile, type WorkloadProblem } from './compile.ts';
import { readDataFile, readText, toRow } from './dataFile.ts';
import { createProblems, readJson, type Problems, type Spot } from './places.ts';
import { escapeTemplates, reservedNames } from './template.ts';

const maxBytes = 16 * 1024 * 1024;
const rootKeys = ['$schema', 'mix', 'data', 'session'];
/** Where each request stands in the file. */
type Places = Map<WorkloadRequest, Spot>;

const kinds = ['tool', 'resource', 'prompt'] as const;

/**
 * Reads a workload file: JSON with comments, described by `workload.schema.json`, with the data files it names; or the
 * short form `{"TOOL": {arguments}, …}`, whose texts are taken as they stand.
 *
 * @throws UserError `bad-argument` with all that is wrong, each with `file:line:column`.
 */
export async function readWorkloadFile(path: string): Promise<Workload> {
  const problems = createProblems('Mend the workload file; an editor that knows its "$schema" shows what may stand where.');
  const text = readText(path, maxBytes, (why) => problems.add({ path, text: '' }, null, why));
  problems.throwIfAny();
  return Promise.resolve(readWorkload({ path, text: text ?? '' }, problems));
}

/** The same from a text; its data files are looked for beside `path`. */
function readWorkload(file: { path: string; text: string }, problems: Problems): Workload {
  const root = readJson(file, problems);
  problems.throwIfAny();
  const workload = root && (isShortForm(root.value) ? readShortForm(root) : readLongForm(root, dirname(resolve(file.path)), problems));
  problems.throwIfAny();
  // without a problem there is a workload
  return workload!;
}

/** A tool may be called `mix` or `session`: then it has arguments, not a list. */
function isShortForm(root: unknown): boolean {
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return false;
  const { $schema, mix, session } = root as Record<string, unknown>;
  return $schema === undefined && !Array.isArray(mix) && !(typeof session === 'object' && session !== null && 'steps' in session);
}

function readShortForm(root: Spot): Workload {
  const mix: WorkloadRequest[] = [];
  for (const [tool, args] of root.members('the workload') ?? []) {
    if (args.members(`what belongs to the tool "${tool}" (its arguments)`)) mix.push({ tool, arguments: escapeTemplates(args.value) as Record<string, unknown>, weight: 1 });
  }
  if (mix.length === 0) root.problem('nothing is to be called: write {"mix": [{"tool": "NAME", "arguments": {…}}]}');
  return { mix, session: null, data: {}, dir: null, generated: false };
}

function readLongForm(root: Spot, dir: string, problems: Problems): Workload | null {
  const members = root.members('the workload', rootKeys);
  if (!members) return null;
  const data = readData(members.get('data'), dir, problems);
  const places: Places = new Map();
  const mix = (members.get('mix')?.items('"mix"') ?? []).flatMap((spot) => {
    const request = readRequest(spot, ['weight']);
    if (request) places.set(request, spot);
    return request ?? [];
  });
  const session = members.has('session') ? readSession(members.get('session')!, data, places) : null;
  if (problems.count === 0 && mix.length === 0 && session === null) root.problem('nothing is to be called: give it a "mix" or a "session"');
  const workload: Workload = { mix, session, data, dir, generated: false };
  const templates: WorkloadProblem[] = [];
  tryCompile(workload, 'legacy', templates);
  for (const { request, within, text } of templates) places.get(request)!.problemAt(within, text);
  return workload;
}

function readRequest(spot: Spot, more: readonly string[]): WorkloadRequest | null {
  const members = spot.members('a request', [...kinds, 'arguments', ...more]);
  if (!members) return null;
  const named = kinds.filter((kind) => members.has(kind));
  const [kind] = named;
  if (!kind || named.length > 1) {
    return spot.problem('a request names a "tool", a "resource" or a "prompt", one of them');
  }
  const name = members.get(kind)!.text(`the name of the ${kind}`);
  const weight = readWeight(members.get('weight'));
  const args = members.get('arguments');
  if (name === null) return null;
  if (kind === 'resource') {
    args?.problem('a resource takes no arguments');
    return { resource: name, weight };
  }
  // by default what suits the schema, which for a tool without parameters is nothing
  if (kind === 'tool') return { tool: name, arguments: args === undefined || args.value === 'generate' ? 'generate' : readArguments(args), weight };
  const given = args ? readArguments(args) : {};
  for (const [key, value] of Object.entries(given)) if (typeof value !== 'string') args?.problem(`the argument "${key}" of a prompt is a text`);
  return { prompt: name, arguments: given as Record<string, string>, weight };
}

function readArguments(spot: Spot): Record<string, unknown> {
  return spot.members('"arguments" (or "generate", for a tool)') ? (spot.value as Record<string, unknown>) : {};
}

function readWeight(spot: Spot | undefined): number {
  const weight = spot?.number('"weight"', 0);
  if (weight === 0) spot?.problem('a "weight" is above 0; leave the request out instead');
  return weight ?? 1;
}

function readSession(spot: Spot, data: Workload['data'], places: Places): WorkloadSession | null {
  const members = spot.members('"session"', ['steps', 'thinkMs']);
  if (!members) return null;
  const steps = members.get('steps');
  if (!steps) spot.problem('a session has "steps"');
  const taken = new Set<string>();
  const read = (steps?.items('"steps"') ?? []).flatMap((step) => readStep(step, { taken, data, places }));
  if (steps && read.length === 0) steps.problem('a session has at least one step');
  return { steps: read, thinkMs: readThinkMs(members.get('thinkMs')) };
}

/** `{"requests": […], "thinkMs": 100}`, or one request with `thinkMs` beside its members. */
function readStep(spot: Spot, names: Names): WorkloadStep {
  const members = spot.members('a step');
  const several = members?.get('requests');
  if (several) spot.members('a step', ['requests', 'thinkMs']);
  const requests: WorkloadStep['requests'] = [];
  for (const one of several ? (several.items('"requests"') ?? []) : [spot]) {
    const request = readRequest(one, several ? ['as'] : ['as', 'thinkMs']);
    if (!request) continue;
    const as = one.members('a request')?.get('as');
    const step = { ...request, as: as ? readAs(as, names) : null };
    names.places.set(step, one);
    requests.push(step);
  }
  if (several && requests.length === 0) several.problem('a step has at least one request');
  return { requests, thinkMs: readThinkMs(members?.get('thinkMs')) };
}

interface Names {
  taken: Set<string>;
  data: Workload['data'];
  places: Places;
}

function readAs(spot: Spot, { taken, data }: Names): string | null {
  const name = spot.text('"as"');
  if (name === null) return null;
  const wrong = badName(name);
  if (wrong !== null) spot.problem(wrong);
  else if (taken.has(name) || Object.hasOwn(data, name)) spot.problem(`"${name}" is there already`);
  taken.add(name);
  return name;
}

function badName(name: string): string | null {
  if (reservedNames.includes(name)) return `"${name}" is the name of a template; choose another`;
  return /^[A-Za-z][\w-]*$/.test(name) ? null : `"${name}" is no name: letters, digits, _ and -, a letter first`;
}

/** A number, or the two ends of a range. */
function readThinkMs(spot: Spot | undefined): { min: number; max: number } {
  if (!spot) return { min: 0, max: 0 };
  if (spot.node.type !== 'array') {
    const ms = spot.number('"thinkMs" (or [lowest, highest])', 0) ?? 0;
    return { min: ms, max: ms };
  }
  const ends = (spot.items('"thinkMs"') ?? []).map((end) => end.number('an end of "thinkMs"', 0) ?? 0);
  const [min = 0, max = 0] = ends;
  if (ends.length !== 2 || min > max) spot.problem('"thinkMs" is a number or [lowest, highest]');
  return { min, max };
}

function readData(spot: Spot | undefined, dir: string, problems: Problems): Workload['data'] {
  const data: [string, WorkloadData][] = [];
  for (const [name, set] of spot?.members('"data"') ?? []) {
    const wrong = badName(name);
    if (wrong !== null) set.problem(wrong);
    const members = set.members(`the data "${name}"`, ['file', 'rows', 'order']);
    if (!members) continue;
    const file = members.get('file');
    const inline = members.get('rows');
    const one = (file === undefined) !== (inline === undefined);
    if (!one) set.problem('data has a "file" or "rows", one of them');
    const order = members.get('order')?.value ?? 'sequential';
    if (order !== 'sequential' && order !== 'random') members.get('order')?.problem('"order" is "sequential" or "random"');
    const before = problems.count;
    const named = one ? file?.text('"file"') : undefined;
    const rows = named != null ? readDataFile(resolve(dir, named), problems, (why) => file?.problem(why)) : (inline?.items('"rows"') ?? []).map((row) => toRow(row.value));
    if (rows.length === 0 && problems.count === before) (file ?? inline ?? set).problem('there are no rows');
    data.push([name, { rows, order: order === 'random' ? 'random' : 'sequential' }]);
  }
  return Object.fromEntries(data);
}
