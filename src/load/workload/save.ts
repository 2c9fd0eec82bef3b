import { UserError } from '../../model/errors.ts';
import type { WorkloadData, WorkloadRequest } from '../../model/workload.ts';
import type { RequestRecord } from '../../model/trace.ts';
import { operationOf } from './request.ts';
import { escapeTemplates, reservedNames } from './template.ts';
import { workloadText } from './write.ts';

export { workloadSchemaUrl } from './write.ts';

/** Beyond so many different arguments, those of a tool become rows of data. */
const mostVariants = 200;
const mostRows = 2000;
const mostRowCharacters = 2_000_000;
type Fields = Record<string, unknown>;

interface Variant {
  /** Arguments as they were sent. */
  sent: WorkloadRequest;
  count: number;
}

interface Target {
  variants: Map<string, Variant>;
  /** In the order in which they were sent. */
  order: Variant[];
}

/**
 * Text of a workload file that calls what a run has called: arguments as they were sent, weights by their counts. A tool
 * with more than 200 different arguments takes them from data, one after the other as they were sent (at most 2,000
 * rows). Where the run measured, warm-up and set-up are left out.
 *
 * @throws UserError `nothing-to-call` when there are no calls.
 */
export function workloadFromRequests(records: readonly RequestRecord[]): string {
  const measured = records.some((r) => r.phase === 'measure');
  const targets = new Map<string, Target>();
  for (const record of records) {
    if (measured ? record.phase !== 'measure' : record.phase === 'setup') continue;
    const sent = requestOf(record);
    if (sent) note(targets, sent);
  }
  if (targets.size === 0) throw new UserError('nothing-to-call', 'The run has no calls that a workload could repeat.', 'Profile the server, then save the workload of that run.');
  const data = new Map<string, Fields[]>();
  const mix = [...targets.values()].flatMap((target) => entriesOf(target, data));
  const unit = mix.reduce((all, { weight }) => divisor(all, weight), 0);
  const sets = [...data].map(([name, rows]): [string, WorkloadData] => [name, { rows, order: 'sequential' }]);
  return workloadText({ mix: mix.map((r) => ({ ...r, weight: r.weight / unit })), session: null, data: Object.fromEntries(sets), dir: null, generated: false });
}

function requestOf({ method, target, args }: RequestRecord): WorkloadRequest | null {
  if (target === null) return null;
  const given = asFields(args);
  if (method === 'tools/call') return { tool: target, arguments: given, weight: 1 };
  if (method === 'resources/read') return { resource: target, weight: 1 };
  if (method === 'prompts/get') return { prompt: target, arguments: asFields(given['arguments']) as Record<string, string>, weight: 1 };
  return null;
}

function note(targets: Map<string, Target>, sent: WorkloadRequest): void {
  const { kind, name } = operationOf(sent);
  const target = targets.get(`${kind} ${name}`) ?? { variants: new Map<string, Variant>(), order: [] };
  targets.set(`${kind} ${name}`, target);
  const key = JSON.stringify(sorted(sent));
  const variant = target.variants.get(key) ?? { sent, count: 0 };
  target.variants.set(key, variant);
  variant.count++;
  target.order.push(variant);
}

/** Entries of the mix, weighted by counts; `data` gets the rows that they take. */
function entriesOf({ variants, order }: Target, data: Map<string, Fields[]>): WorkloadRequest[] {
  const all = [...variants.values()];
  const [first] = all;
  if (all.length <= mostVariants || !first || !('tool' in first.sent)) return mostFrequent(all).map(entryOf);
  const { tool } = first.sent;

  // rows of one set have the same members: an argument that is left out is not one that is null
  const groups = new Map<string, { variants: Set<Variant>; rows: Fields[]; count: number; characters: number }>();
  for (const variant of order) {
    const given = argumentsOf(variant);
    const keys = JSON.stringify(Object.keys(given).sort());
    const group = groups.get(keys) ?? { variants: new Set<Variant>(), rows: [], count: 0, characters: 0 };
    groups.set(keys, group);
    group.variants.add(variant);
    group.count++;
    group.characters += JSON.stringify(given).length;
    if (group.rows.length < mostRows && (group.rows.length === 0 || group.characters <= mostRowCharacters)) group.rows.push(given);
  }
  return [...groups.values()].flatMap((group) => {
    const keys = Object.keys(group.rows[0]!);
    // a path of a template cannot say every name
    if (group.variants.size === 1 || !keys.every((key) => /^[\w$-]+$/.test(key))) return mostFrequent([...group.variants]).map(entryOf);
    const name = freeName(tool, data);
    data.set(name, group.rows);
    return [{ tool, arguments: Object.fromEntries(keys.map((key) => [key, `{{${name}.${key}}}`])), weight: group.count }];
  });
}

const mostFrequent = (variants: Variant[]) => (variants.length <= mostVariants ? variants : [...variants].sort((a, b) => b.count - a.count).slice(0, mostVariants));
const argumentsOf = ({ sent }: Variant): Fields => ('tool' in sent && sent.arguments !== 'generate' ? sent.arguments : {});

function entryOf({ sent, count }: Variant): WorkloadRequest {
  if ('resource' in sent) return { resource: escapeTemplates(sent.resource) as string, weight: count };
  return { ...sent, arguments: escapeTemplates(sent.arguments), weight: count } as WorkloadRequest;
}

function freeName(tool: string, data: Map<string, unknown>): string {
  const plain = tool.replace(/[^\w-]/g, '_');
  const base = /^[A-Za-z]/.test(plain) && !reservedNames.includes(plain) ? plain : `data_${plain}`;
  let name = base;
  for (let i = 2; data.has(name); i++) name = `${base}_${i}`;
  return name;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
const asFields = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});

/** Members in the order of their names, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
}
