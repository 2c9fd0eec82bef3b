import { ProfileError } from '../parse/profileReader.ts';
import type { RawProfile } from '../parse/profileReader.ts';
import { cleanSamples } from './clean.ts';
import { internFrames } from './frames.ts';
import type { FrameTable } from './frames.ts';
import { buildTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** A profile ready to be shown. Times in microseconds. */
export interface Profile {
  frames: FrameTable;
  tree: Tree;
  /** The node of each sample. Idle time stands at the root: it is shown as empty space and counts as no work. */
  node: Int32Array;
  /** Sample i lasts from `at[i]` to `at[i + 1]`, from the first sample on; one entry more than samples. */
  at: Float64Array;
  /** Time of the first sample on the profiled process's clock. */
  startUs: number;
  attribution: Attribution | null;
  notices: string[];
}

export interface Attribution {
  /** Per sample: an index of `requests` or, below 0, a `SampleOwner` of src/model/profile.ts less one (0 becomes -1). */
  requestOfSample: Int32Array;
  /** Request numbers of the run. */
  requests: Int32Array;
  /** Per request: index of `tools`, -1 when unknown. */
  toolOfRequest: Int32Array;
  tools: string[];
  /** Add to `startUs + at[i]` for the run's clock. */
  clockOffsetUs: number;
}

/** Checks and cleans a profile as read. Throws ProfileError where it contradicts itself. */
export function loadProfile(raw: RawProfile): Profile {
  const notices: string[] = [];
  const { frames, frameOf } = internFrames(raw);
  const indexOf = idIndex(raw.id);
  const parent = parentsOf(raw, indexOf);
  const order = topDown(raw, parent, indexOf);
  const timed = timedSamples(raw, indexOf);
  if (raw.attribution && raw.attribution.requestOfSample.length !== timed.node.length) {
    notices.push(`The attribution to tools is left out: it names ${raw.attribution.requestOfSample.length.toLocaleString('en')} samples and there are ${timed.node.length.toLocaleString('en')}.`);
  } else if (raw.attribution) timed.owner = raw.attribution.requestOfSample;

  // the loose tree: the file's nodes from the top down, without its root
  const loose = { parent: [] as number[], frame: [] as number[] };
  const placeOf = new Int32Array(raw.id.length).fill(-1);
  for (const node of order) {
    const isRoot = parent[node] === -1 && raw.strings[raw.name[node]!] === '(root)';
    if (isRoot) continue;
    placeOf[node] = loose.parent.push(parent[node] === -1 ? -1 : placeOf[parent[node]!]!) - 1;
    loose.frame.push(frameOf[node]!);
  }
  for (let i = 0; i < timed.node.length; i++) timed.node[i] = placeOf[timed.node[i]!]!;
  const cleaned = cleanSamples(timed, loose, (frame) => frames.strings[frames.name[frame]!]!);
  const { tree, nodeOf } = buildTree({ parent: Int32Array.from(loose.parent), frame: Int32Array.from(loose.frame) });
  for (let i = 0; i < cleaned.node.length; i++) cleaned.node[i] = cleaned.node[i]! < 0 ? 0 : nodeOf[cleaned.node[i]!]!;
  return {
    frames, tree, node: cleaned.node, at: cleaned.at, startUs: cleaned.startUs, notices,
    attribution: raw.attribution && cleaned.owner ? attributionOf(raw.attribution, cleaned.owner) : null,
  };
}

/** Samples as they stand in the file: index of the node, time taken, and what it belongs to. */
export interface TimedSamples {
  node: Int32Array;
  timeUs: Float64Array;
  /** When the last sample ends; null when it is to last as long as the others on average. */
  endUs: number | null;
  owner: Float64Array | null;
}

function attributionOf(raw: NonNullable<RawProfile['attribution']>, owner: Float64Array): Attribution {
  const indexOf = new Map<number, number>();
  raw.requests.forEach((number, i) => indexOf.set(number, i));
  const requests = [...raw.requests];
  const toolOfRequest = Array.from(raw.requests, (_, i) => {
    const tool = raw.toolOfRequest[i] ?? -1;
    return tool >= 0 && tool < raw.tools.length ? tool : -1;
  });
  const requestOfSample = Int32Array.from(owner, (number) => {
    if (number <= 0) return number - 1;
    let index = indexOf.get(number);
    if (index === undefined) {
      // a request that the file says nothing of: it has a number, but no tool
      index = requests.push(number) - 1;
      toolOfRequest.push(-1);
      indexOf.set(number, index);
    }
    return index;
  });
  return { requestOfSample, requests: Int32Array.from(requests), toolOfRequest: Int32Array.from(toolOfRequest), tools: raw.tools, clockOffsetUs: raw.clockOffsetUs };
}

/** Node id -> index; V8 counts ids from 1, others may not. */
function idIndex(ids: Float64Array): (id: number) => number {
  let max = 0;
  let whole = true;
  for (const id of ids) {
    if (id > max) max = id;
    whole &&= Number.isInteger(id) && id >= 0;
  }
  if (!whole || max > ids.length * 8 + 1024) {
    const map = new Map<number, number>();
    ids.forEach((id, i) => {
      if (map.has(id)) throw duplicate(ids, i, map.get(id)!);
      map.set(id, i);
    });
    return (id) => map.get(id) ?? -1;
  }
  const table = new Int32Array(max + 1).fill(-1);
  ids.forEach((id, i) => {
    if (table[id] !== -1) throw duplicate(ids, i, table[id]!);
    table[id] = i;
  });
  return (id) => table[id] ?? -1;
}

function duplicate(ids: Float64Array, a: number, b: number): ProfileError {
  return new ProfileError(`nodes[${a}] has the same id as nodes[${b}] (${ids[a]!}).`);
}

function parentsOf(raw: RawProfile, indexOf: (id: number) => number): Int32Array {
  const parent = new Int32Array(raw.id.length).fill(-1);
  for (let node = 0; node < parent.length; node++) {
    for (let c = raw.childStart[node]!; c < raw.childEnd[node]!; c++) {
      const child = indexOf(raw.children[c]!);
      if (child < 0) throw new ProfileError(`nodes[${node}] has a child ${raw.children[c]!} that is not among the nodes.`);
      if (parent[child] !== -1 && parent[child] !== node) throw new ProfileError(`nodes[${child}] is a child of both nodes[${parent[child]!}] and nodes[${node}].`);
      parent[child] = node;
    }
  }
  return parent;
}

/** Every node after its parent. Throws when some cannot be reached from a root. */
function topDown(raw: RawProfile, parent: Int32Array, indexOf: (id: number) => number): Int32Array {
  const order = new Int32Array(parent.length);
  const listed = new Uint8Array(parent.length);
  let made = 0;
  for (let node = 0; node < parent.length; node++) if (parent[node] === -1) order[made++] = node;
  for (let done = 0; done < made; done++) {
    const node = order[done]!;
    for (let c = raw.childStart[node]!; c < raw.childEnd[node]!; c++) {
      const child = indexOf(raw.children[c]!);
      // a child that is listed twice is one child
      if (listed[child] === 0) order[made++] = child;
      listed[child] = 1;
    }
  }
  if (made < order.length) throw new ProfileError(`${(order.length - made).toLocaleString('en')} nodes are each other's children: no path leads to them from a root.`);
  return order;
}

function timedSamples(raw: RawProfile, indexOf: (id: number) => number): TimedSamples {
  const startUs = raw.startTime ?? 0;
  if (!raw.samples) return fromHitCounts(raw, startUs);
  const count = raw.samples.length;
  const node = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    node[i] = indexOf(raw.samples[i]!);
    if (node[i]! < 0) throw new ProfileError(`samples[${i}] is ${raw.samples[i]!}, and no node has that id.`);
  }
  const timeUs = new Float64Array(count);
  const deltas = raw.timeDeltas;
  if (deltas && deltas.length !== count) throw new ProfileError(`There are ${count.toLocaleString('en')} samples but ${deltas.length.toLocaleString('en')} timeDeltas.`);
  const even = raw.endTime === null || count === 0 ? 1000 : Math.max(0, raw.endTime - startUs) / count;
  let now = startUs;
  for (let i = 0; i < count; i++) {
    if (deltas) now += deltas[i]!;
    timeUs[i] = deltas ? now : startUs + i * even;
  }
  return { node, timeUs, endUs: deltas ? (count === 1 ? raw.endTime : null) : startUs + count * even, owner: null };
}

/** A profile without samples: one per node that was hit, as long as its hits; their order is not known. */
function fromHitCounts(raw: RawProfile, startUs: number): TimedSamples {
  const hit = [...raw.hits.keys()].filter((i) => raw.hits[i]! > 0);
  const total = hit.reduce((sum, i) => sum + raw.hits[i]!, 0);
  const each = raw.endTime === null || total === 0 ? 1000 : Math.max(0, raw.endTime - startUs) / total;
  const timeUs = new Float64Array(hit.length);
  let now = startUs;
  hit.forEach((node, i) => {
    timeUs[i] = now;
    now += raw.hits[node]! * each;
  });
  return { node: Int32Array.from(hit), timeUs, endUs: now, owner: null };
}
