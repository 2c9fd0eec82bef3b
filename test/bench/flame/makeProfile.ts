import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { seeded } from '../../unit/support/seeded.ts';

export interface ProfileShape {
  seed: number;
  nodes: number;
  samples: number;
  /** Tools that the samples are shared among; 0 writes a plain profile without the vendor field. */
  tools: number;
}

/** Writes a synthetic `.cpuprofile` of a server: deep stacks that change a few frames at a time, packages, internals, GC, idle. Returns the bytes written. */
export async function writeProfile(file: string, shape: ProfileShape): Promise<number> {
  const random = seeded(shape.seed);
  const tree = makeTree(shape.nodes, random);
  const out = createWriteStream(file);
  let bytes = 0;
  const write = async (text: string): Promise<void> => {
    bytes += Buffer.byteLength(text);
    if (!out.write(text)) await once(out, 'drain');
  };
  const { samples, deltas, requests } = walk(tree, shape, random);
  const hits = new Uint32Array(shape.nodes);
  for (const s of samples) hits[s]!++;

  await write('{"nodes":[');
  for (let from = 0; from < shape.nodes; from += 1000) {
    let text = '';
    for (let i = from; i < Math.min(from + 1000, shape.nodes); i++) text += (i === 0 ? '' : ',') + nodeText(tree, i, hits[i]!);
    await write(text);
  }
  const endTime = 1_000_000 + deltas.reduce((a, b) => a + b, 0);
  await write(`],"startTime":1000000,"endTime":${endTime},"samples":[`);
  await writeNumbers(write, samples, 1);
  await write('],"timeDeltas":[');
  await writeNumbers(write, deltas, 0);
  await write(']');
  if (shape.tools > 0) {
    await write(',"_mcpProfiler":{"version":1,"requestOfSample":[');
    await writeNumbers(write, requests, 0);
    const count = requests.reduce((a, b) => Math.max(a, b), 0);
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    const names = Array.from({ length: shape.tools }, (_, i) => `tool_${i + 1}`);
    await write(`],"tools":${JSON.stringify(names)},"requests":${JSON.stringify(numbers)},"toolOfRequest":${JSON.stringify(numbers.map((n) => n % shape.tools))},"clockOffsetUs":-1000000}`);
  }
  await write('}');
  out.end();
  await once(out, 'finish');
  return bytes;
}

interface Tree {
  parent: Int32Array;
  children: number[][];
  frame: Int32Array;
  depth: Int32Array;
}

const IDLE = 1;
const GC = 2;
const PROGRAM = 3;
const MAX_DEPTH = 60;

/** Grows short paths from random nodes: bushy, most stacks 20 to 45 frames deep, as those of real servers are. */
function makeTree(count: number, random: () => number): Tree {
  const tree: Tree = { parent: new Int32Array(count).fill(-1), children: Array.from({ length: count }, () => []), frame: new Int32Array(count), depth: new Int32Array(count) };
  let made = 0;
  const add = (parent: number, frame: number): number => {
    tree.parent[made] = parent;
    tree.frame[made] = frame;
    if (parent >= 0) {
      tree.children[parent]!.push(made);
      tree.depth[made] = tree.depth[parent]! + 1;
    }
    return made++;
  };
  for (let special = 0; special <= PROGRAM; special++) add(special === 0 ? -1 : 0, -1 - special);
  while (made < count) {
    let at = made < 64 ? 0 : PROGRAM + 1 + Math.floor(random() * (made - PROGRAM - 1));
    if (tree.depth[at]! > MAX_DEPTH - 6) at = 0;
    const length = made < 64 ? 10 : 1 + Math.floor(random() * 6);
    let near = Math.floor(random() * FUNCTIONS);
    for (let i = 0; i < length && made < count && tree.depth[at]! < MAX_DEPTH; i++) {
      // callees tend to stand near their callers
      near = random() < 0.3 ? Math.floor(random() * FUNCTIONS) : (near + 1 + Math.floor(random() * 20)) % FUNCTIONS;
      at = add(at, near);
    }
  }
  return tree;
}

/** A stack that drops and takes frames; each node is visited at least once when there are samples enough. */
function walk(tree: Tree, shape: ProfileShape, random: () => number): { samples: Int32Array; deltas: Int32Array; requests: Int32Array } {
  const samples = new Int32Array(shape.samples);
  const deltas = new Int32Array(shape.samples);
  const requests = new Int32Array(shape.samples);
  let node = PROGRAM + 1;
  let request = 0;
  for (let i = 0; i < shape.samples; i++) {
    if (i % 500 === 0) request++;
    // other work gets its turn on the thread
    if (i % 500 === 0 || random() < 0.12) {
      node = PROGRAM + 1 + Math.floor(random() * (tree.parent.length - PROGRAM - 1));
    }
    const what = random();
    if (what < 0.55) {
      const up = 1 + Math.floor(random() * random() * 12);
      for (let k = 0; k < up && tree.depth[node]! > 2; k++) node = tree.parent[node]!;
      for (let k = 0; k < up + 3; k++) {
        const children = tree.children[node]!;
        if (children.length === 0) break;
        node = children[Math.floor(random() * children.length)]!;
      }
    }
    samples[i] = what > 0.995 ? GC : what > 0.99 ? PROGRAM : i % 500 > 470 ? IDLE : node;
    deltas[i] = 700 + Math.floor(random() * 600);
    requests[i] = what > 0.995 ? -3 : i % 500 > 470 ? 0 : request;
  }
  return { samples, deltas, requests };
}

const FUNCTIONS = 9000;
const specials = ['(root)', '(idle)', '(garbage collector)', '(program)'];
const verbs = ['load', 'parse', 'render', 'visit', 'resolve', 'encode', 'apply', 'check', 'emit', 'match', 'read', 'merge'];
const nouns = ['Index', 'Document', 'Request', 'Schema', 'Token', 'Buffer', 'Query', 'Record', 'Header', 'Path'];
const packages = ['zod', 'express', 'undici', '@modelcontextprotocol/sdk', 'ajv', 'yaml', 'acorn', 'lodash'];

function nodeText(tree: Tree, i: number, hits: number): string {
  const frame = tree.frame[i]!;
  const children = tree.children[i]!;
  const tail = `"hitCount":${hits}${children.length > 0 ? `,"children":[${children.map((c) => c + 1).join(',')}]` : ''}}`;
  if (frame < 0) return `{"id":${i + 1},"callFrame":{"functionName":"${specials[-1 - frame]!}","scriptId":"0","url":"","lineNumber":-1,"columnNumber":-1},${tail}`;
  const name = `${verbs[frame % verbs.length]!}${nouns[(frame >> 3) % nouns.length]!}${frame % 7 === 0 ? frame : ''}`;
  const file = Math.floor(frame / 15);
  const url = file % 5 === 0 ? `node:internal/streams/${nouns[file % 10]!.toLowerCase()}`
    : file % 5 < 3 ? `file:///srv/app/node_modules/${packages[file % packages.length]!}/lib/m${file}.js`
    : `file:///srv/app/src/m${file}.ts`;
  return `{"id":${i + 1},"callFrame":{"functionName":"${name}","scriptId":"${file + 10}","url":"${url}","lineNumber":${(frame % 15) * 23 + 4},"columnNumber":${frame % 40}},${tail}`;
}

async function writeNumbers(write: (text: string) => Promise<void>, numbers: Int32Array, plus: number): Promise<void> {
  for (let from = 0; from < numbers.length; from += 20_000) {
    await write((from === 0 ? '' : ',') + Array.from(numbers.subarray(from, from + 20_000), (n) => n + plus).join(','));
  }
}
