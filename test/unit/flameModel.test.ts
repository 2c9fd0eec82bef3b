import assert from 'node:assert/strict';
import { boxAt, layerOfRow, longestBox, stepFrom, timesOf } from '../../webview/flame/boxes.ts';
import { clamped, fitted, zoomed } from '../../webview/flame/camera.ts';
import { emptyCells, fillCells } from '../../webview/flame/draw/columns.ts';
import { detailOf } from '../../webview/flame/model/detail.ts';
import { Origin, originsOf } from '../../webview/flame/model/frames.ts';
import { loadProfile, type Profile } from '../../webview/flame/model/load.ts';
import { layOut, type ViewRequest } from '../../webview/flame/model/views.ts';
import { createProfileReader, ProfileError } from '../../webview/flame/parse/profileReader.ts';
import { GROUP, type FlameContext, type FlameFilter, type Layer, type View } from '../../webview/flame/protocol.ts';
import { formatTick } from '../../webview/flame/ticks.ts';
import { seeded } from './support/seeded.ts';

/** A profile from stacks such as `main>load>parse`; each sample lasts its milliseconds. */
interface Sample {
  stack: string;
  ms: number;
  request?: number;
}

function profileOf(work: Sample[], more: { tools?: string[]; requests?: number[]; toolOfRequest?: number[]; shuffled?: number[] } = {}): Profile {
  // how long a sample lasts is told by the next one
  const samples = [...work, { stack: '(idle)', ms: 0 } as Sample];
  const nodes: { id: number; callFrame: object; children: number[] }[] = [];
  const idOf = new Map<string, number>();
  const add = (path: string): number => {
    const known = idOf.get(path);
    if (known !== undefined) return known;
    const id = nodes.length + 1;
    const name = path.split('>').at(-1)!;
    const url = name.startsWith('(') ? '' : name.startsWith('dep') ? `file:///app/node_modules/p/${name}.js` : name.startsWith('node') ? 'node:fs' : `file:///app/src/${name}.ts`;
    nodes.push({ id, callFrame: { functionName: name, url, lineNumber: name.length, columnNumber: 0 }, children: [] });
    idOf.set(path, id);
    if (path !== '(root)') nodes[add(path.includes('>') ? path.slice(0, path.lastIndexOf('>')) : '(root)') - 1]!.children.push(id);
    return id;
  };
  add('(root)');
  const ids = samples.map((s) => add(s.stack));
  const starts = samples.map((_, i) => samples.slice(0, i).reduce((sum, s) => sum + s.ms * 1000, 0));
  const order = more.shuffled ? [...more.shuffled, work.length] : samples.map((_, i) => i);
  let before = 0;
  const timeDeltas = order.map((i) => {
    const delta = starts[i]! - before;
    before = starts[i]!;
    return delta;
  });
  const json = {
    nodes, startTime: 5000, endTime: 0, samples: order.map((i) => ids[i]), timeDeltas,
    ...(more.tools ? { _mcpProfiler: { version: 1, requestOfSample: order.map((i) => samples[i]!.request ?? 0), tools: more.tools, requests: more.requests, toolOfRequest: more.toolOfRequest, clockOffsetUs: -5000 } } : {}),
  };
  return load(json);
}

function load(json: object): Profile {
  const reader = createProfileReader();
  reader.push(new TextEncoder().encode(JSON.stringify(json)));
  return loadProfile(reader.finish());
}

const view = (profile: Profile, request: Partial<ViewRequest> = {}): View => layOut(profile, { mode: 'time', filter: {}, context: null, focus: -1, ...request });
const nameOf = (p: Profile, frame: number): string => p.frames.strings[p.frames.name[frame]!]!;
const frameNamed = (p: Profile, name: string): number => Array.from(p.frames.name.keys()).find((f) => nameOf(p, f) === name)!;

function stackOf(p: Profile, { tree }: Layer, node: number): string {
  const names: string[] = [];
  for (let n = node; n > 0; n = tree.parent[n]!) names.unshift(nameOf(p, tree.frame[n]!));
  return names.join('>');
}

/** `stack milliseconds` of each item. */
const items = (p: Profile, v: View, layer = v.layers.at(-1)!): string[] => Array.from(layer.node, (n, i) => `${stackOf(p, layer, n)} ${(layer.at[i + 1]! - layer.at[i]!) / 1000}`);

function randomSamples(random: () => number, count: number): Sample[] {
  let stack = ['a'];
  return Array.from({ length: count }, () => {
    stack = stack.slice(0, 1 + Math.floor(random() * stack.length));
    while (random() < 0.6 && stack.length < 9) stack.push('abcdef'[Math.floor(random() * 6)]!);
    return { stack: random() < 0.08 ? '(idle)' : random() < 0.05 ? '(garbage collector)' : stack.join('>'), ms: 1 + Math.floor(random() * 5), request: Math.floor(random() * 6) };
  });
}

describe('flame: cleaning', () => {
  it('sorts samples by time', () => {
    const samples = [{ stack: 'a', ms: 1 }, { stack: 'a>b', ms: 2 }, { stack: 'c', ms: 4 }, { stack: 'a', ms: 1 }];
    const sorted = profileOf(samples);
    const mixed = profileOf(samples, { shuffled: [0, 2, 1, 3] });
    assert.deepEqual(items(mixed, view(mixed)), items(sorted, view(sorted)));
    assert.equal(items(sorted, view(sorted))[1], 'a>b 2');
  });

  it('takes a lone (program) between stacks of one bottom function for the stack before it', () => {
    const p = profileOf([{ stack: 'a>b', ms: 1 }, { stack: '(program)', ms: 1 }, { stack: 'a>c', ms: 1 }, { stack: '(program)', ms: 1 }, { stack: '(program)', ms: 1 }, { stack: 'a', ms: 1 }, { stack: '(program)', ms: 1 }, { stack: 'd', ms: 1 }]);
    assert.deepEqual(items(p, view(p)).map((t) => t.slice(0, t.lastIndexOf(' '))), ['a>b', 'a>b', 'a>c', '(program)', '(program)', 'a', '(program)', 'd', '']);
  });

  it('puts garbage collection on top of the stack that it interrupted', () => {
    const p = profileOf([{ stack: '(garbage collector)', ms: 1 }, { stack: 'a>b', ms: 1 }, { stack: '(garbage collector)', ms: 1 }, { stack: '(garbage collector)', ms: 1 }, { stack: '(idle)', ms: 1 }, { stack: '(garbage collector)', ms: 1 }]);
    assert.deepEqual(items(p, view(p)).map((t) => t.slice(0, t.lastIndexOf(' '))), ['(garbage collector)', 'a>b', 'a>b>(garbage collector)', 'a>b>(garbage collector)', '', '(garbage collector)', '']);
  });

  it('shows profiles with hit counts only, and those without timeDeltas', () => {
    const nodes = [{ id: 1, callFrame: { functionName: '(root)' }, children: [9] }, { id: 9, callFrame: { functionName: 'x' }, hitCount: 3, children: [4] }, { id: 4, callFrame: { functionName: 'y' }, hitCount: 1 }];
    const hits = load({ nodes, startTime: 0, endTime: 8000 });
    assert.deepEqual(items(hits, view(hits)), ['x 6', 'x>y 2']);
    const even = load({ nodes, startTime: 0, endTime: 8000, samples: [9, 4, 4, 9] });
    assert.deepEqual(items(even, view(even)), ['x 2', 'x>y 2', 'x>y 2', 'x 2']);
  });

  it('says what contradicts itself', () => {
    const node = (id: number, children: number[] = []): object => ({ id, callFrame: { functionName: `f${id}` }, children });
    const cases: [object, RegExp][] = [
      [{ nodes: [node(1), node(1)] }, /nodes\[1\] has the same id as nodes\[0\]/],
      [{ nodes: [node(1, [7])] }, /nodes\[0\] has a child 7/],
      [{ nodes: [node(1, [3]), node(2, [3]), node(3)] }, /nodes\[2\] is a child of both/],
      [{ nodes: [node(1), node(2, [3]), node(3, [2])] }, /2 nodes are each other's children/],
      [{ nodes: [node(1)], samples: [1, 5], timeDeltas: [0, 1] }, /samples\[1\] is 5/],
      [{ nodes: [node(1)], samples: [1, 1], timeDeltas: [0] }, /2 samples but 1 timeDeltas/],
    ];
    for (const [json, message] of cases) assert.throws(() => load(json), (e: unknown) => e instanceof ProfileError && message.test(e.message), String(message));
  });
});

describe('flame: layout', () => {
  const context: FlameContext = { tools: [], requests: { number: [1, 2, 3, 4, 5], latencyUs: [10, 20, 30, 40, 50] }, ownRoots: [] };

  it('keeps all time: own times, boxes and busy time agree', () => {
    const random = seeded(7);
    for (let round = 0; round < 40; round++) {
      const p = profileOf(randomSamples(random, 80));
      for (const mode of ['time', 'heavy'] as const) {
        const v = view(p, { mode });
        const layer = v.layers[0]!;
        let shown = 0;
        layer.node.forEach((n, i) => (shown += n === 0 ? 0 : layer.at[i + 1]! - layer.at[i]!));
        assert.ok(Math.abs(shown - v.busyUs) < 1e-6);
        assert.ok(Math.abs(v.selfUs.reduce((a, b) => a + b, 0) - v.busyUs) < 1e-6);
        for (let f = 0; f < v.selfUs.length; f++) assert.ok(v.functionTotalUs[f]! >= v.selfUs[f]! - 1e-6 && v.functionTotalUs[f]! <= v.busyUs + 1e-6);
      }
    }
  });

  it('merges equal stacks, the largest on the left, own time last', () => {
    const p = profileOf([{ stack: 'a>b', ms: 1 }, { stack: 'a', ms: 2 }, { stack: 'c', ms: 9 }, { stack: 'a>d', ms: 3 }, { stack: 'a>b', ms: 4 }, { stack: '(idle)', ms: 1 }]);
    assert.deepEqual(items(p, view(p, { mode: 'heavy' })), ['a>b 5', 'a>d 3', 'a 2', 'c 9']);
  });

  it('counts a function below itself once', () => {
    const p = profileOf([{ stack: 'a>b>a', ms: 1 }, { stack: 'a', ms: 2 }, { stack: 'c>a', ms: 4 }, { stack: 'c', ms: 1 }]);
    const v = view(p);
    assert.equal(v.functionTotalUs[frameNamed(p, 'a')], 7000);
    assert.equal(v.selfUs[frameNamed(p, 'a')], 7000);
    assert.equal(v.functionTotalUs[frameNamed(p, 'b')], 1000);
  });

  it('splits time among filters without loss', () => {
    const random = seeded(8);
    const p = profileOf(randomSamples(random, 300), { tools: ['x', 'y'], requests: [1, 2, 3, 4, 5], toolOfRequest: [0, 1, 0, 1, 0] });
    const busy = (filter: FlameFilter): number => view(p, { filter, context }).busyUs;
    const all = busy({});
    const none = view(p).layers[0]!;
    let unowned = 0;
    none.node.forEach((n, i) => (unowned += n !== 0 && p.attribution!.requestOfSample[i]! < 0 ? p.at[i + 1]! - p.at[i]! : 0));
    assert.ok(Math.abs(busy({ tools: ['x'] }) + busy({ tools: ['y'] }) + unowned - all) < 1e-6);
    assert.ok(Math.abs([1, 3, 5].reduce((sum, request) => sum + busy({ request }), 0) - busy({ tools: ['x'] })) < 1e-6);
    assert.ok(Math.abs(busy({ tools: ['x', 'y'] }) - all + unowned) < 1e-6);
    // the slowest of five calls of each tool is one each: 5 of x, 4 of y
    assert.ok(Math.abs(busy({ slowest: true }) - busy({ request: 5 }) - busy({ request: 4 })) < 1e-6);
    assert.equal(busy({ tools: ['unknown'] }), 0);
    const half = p.at[150]!;
    assert.ok(Math.abs(busy({ toUs: half }) + busy({ fromUs: half }) - all) < 1e-6);
  });

  it('leaves the frames of others out, with their time at the own frame that called them', () => {
    const p = profileOf([{ stack: 'a>depOne>nodeFs', ms: 3 }, { stack: 'a>depOne>b', ms: 2 }, { stack: 'depTwo>b', ms: 1 }, { stack: 'depTwo', ms: 5 }, { stack: 'a>depX>b', ms: 4 }]);
    const v = view(p, { mode: 'heavy', filter: { ownOnly: true } });
    assert.deepEqual(items(p, v), ['a>b 6', 'a 3', 'b 1']);
    assert.equal(v.busyUs, 10_000);
    assert.deepEqual(Array.from(originsOf(p.frames, ['/elsewhere'])).filter((o) => o === Origin.own), []);
  });

  it('shows all callers and callees of a function', () => {
    const p = profileOf([{ stack: 'a>f>x', ms: 1 }, { stack: 'b>f', ms: 2 }, { stack: 'b>c>f>x', ms: 4 }, { stack: 'a>f>f>y', ms: 8 }, { stack: 'x', ms: 16 }]);
    const v = view(p, { mode: 'sandwich', focus: frameNamed(p, 'f') });
    assert.equal(v.totalUs, 15_000);
    assert.deepEqual(items(p, v, v.layers[1]), ['f>f>y 8', 'f>x 5', 'f 2']);
    assert.deepEqual(items(p, v, v.layers[0]).sort(), ['f>a 9', 'f>b 2', 'f>c>b 4']);
    const middle = longestBox(v, frameNamed(p, 'f'))!;
    assert.equal(timesOf(v, middle).totalUs, 15_000);
    const up = stepFrom(v, middle, 'parent')!;
    assert.equal(nameOf(p, v.layers[0]!.tree.frame[up.node]!), 'a');
    assert.equal(stepFrom(v, up, 'parent')?.layer, 1);
  });

  it('colours a merged box by the tool that has clearly most of it', () => {
    const p = profileOf([{ stack: 'a>b', ms: 9, request: 1 }, { stack: 'a>c', ms: 9, request: 2 }, { stack: 'a>b', ms: 1, request: 2 }], { tools: ['x', 'y'], requests: [1, 2], toolOfRequest: [0, 1] });
    const v = view(p, { mode: 'heavy' });
    const { tree, group } = v.layers[0]!;
    const of = (name: string): number => group![Array.from(tree.frame).findIndex((f) => f >= 0 && nameOf(p, f) === name)]!;
    assert.deepEqual([of('a'), of('b'), of('c')], [GROUP.mixed, GROUP.firstTool, GROUP.firstTool + 1]);
    assert.deepEqual(detailOf(p, frameNamed(p, 'b')), { frame: frameNamed(p, 'b'), otherUs: 0, tools: [{ tool: 0, us: 9000, calls: 1, callsOfTool: 1 }, { tool: 1, us: 1000, calls: 1, callsOfTool: 1 }] });
  });
});

describe('flame: what is drawn', () => {
  /** Boxes of the picture by comparing neighbours, without any index. */
  function bruteForce({ tree, node, at }: Layer): { depth: number; node: number; fromUs: number; toUs: number }[] {
    const ancestor = (n: number, depth: number): number => {
      if (tree.depth[n]! < depth) return 0;
      let up = n;
      while (tree.depth[up]! > depth) up = tree.parent[up]!;
      return up;
    };
    const boxes: { depth: number; node: number; fromUs: number; toUs: number }[] = [];
    for (let depth = 1; depth <= tree.maxDepth; depth++) {
      for (let i = 0; i < node.length; i++) {
        const at0 = ancestor(node[i]!, depth);
        if (at0 === 0) continue;
        const last = boxes.at(-1);
        if (last?.depth === depth && last.node === at0 && last.toUs === at[i]) last.toUs = at[i + 1]!;
        else boxes.push({ depth, node: at0, fromUs: at[i]!, toUs: at[i + 1]! });
      }
    }
    return boxes;
  }

  it('shows the same boxes as brute force, at every zoom at which a box has a pixel', () => {
    const random = seeded(9);
    for (let round = 0; round < 25; round++) {
      const p = profileOf(randomSamples(random, 60));
      for (const mode of ['time', 'heavy'] as const) {
        const v = view(p, { mode });
        const layer = v.layers[0]!;
        const boxes = bruteForce(layer);
        const span = v.totalUs * (0.1 + random() * 0.9);
        const from = random() * (v.totalUs - span);
        const width = 900;
        const cells = emptyCells(width, v.rows, 1);
        fillCells(cells, v.layers, from, from + span);
        for (let x = 0; x < width; x++) {
          const time = from + ((x + 0.5) / width) * span;
          for (let row = 0; row < v.rows; row++) {
            const expected = boxes.find((b) => b.depth === row + 1 && b.fromUs <= time && time < b.toUs)?.node ?? 0;
            assert.equal(cells.node[row * width + x], expected, `row ${row}, pixel ${x}`);
          }
        }
        for (const box of boxes.slice(0, 30)) {
          const item = layer.at.findIndex((t) => t > box.fromUs) - 1;
          const found = boxAt(v, box.depth - 1, layerOfRow(v, box.depth - 1), item)!;
          assert.deepEqual([found.node, timesOf(v, found).fromUs, timesOf(v, found).toUs], [box.node, box.fromUs, box.toUs]);
        }
      }
    }
  });

  it('stands for many samples in a pixel with one of them that takes much of its time', () => {
    const random = seeded(10);
    const p = profileOf(Array.from({ length: 4096 }, (_, i) => ({ stack: i % 64 < 40 ? 'a>long' : `a>b>${'cdef'[i % 4]!}`, ms: 1 + Math.floor(random() * 3) })));
    const v = view(p);
    const cells = emptyCells(64, v.rows, 1);
    fillCells(cells, v.layers, 0, v.totalUs);
    const { tree } = v.layers[0]!;
    const long = Array.from(cells.node.subarray(64, 128)).filter((n) => nameOf(p, tree.frame[n]!) === 'long').length;
    assert.ok(long > 32, `${long} of 64 columns show what has 62% of the time`);
    // each column shows a sample that lies in it
    cells.items[0]!.forEach((item, x) => {
      const [left, right] = [(x / 64) * v.totalUs, ((x + 1) / 64) * v.totalUs];
      assert.ok(v.layers[0]!.at[item + 1]! > left && v.layers[0]!.at[item]! < right, `column ${x}`);
    });
  });

  it('walks from box to box', () => {
    const p = profileOf([{ stack: 'a>b', ms: 1 }, { stack: 'a>c', ms: 1 }, { stack: '(idle)', ms: 1 }, { stack: 'd>e', ms: 1 }]);
    const v = view(p);
    const name = (box: ReturnType<typeof boxAt>): string | null => box && nameOf(p, v.layers[0]!.tree.frame[box.node]!);
    const b = boxAt(v, 1, 0, 0)!;
    const c = stepFrom(v, b, 'next')!;
    assert.deepEqual([name(b), name(c), name(stepFrom(v, c, 'next')), name(stepFrom(v, c, 'parent')), name(stepFrom(v, c, 'child')), name(stepFrom(v, b, 'previous'))], ['b', 'c', 'e', 'a', null, null]);
    assert.equal(name(stepFrom(v, stepFrom(v, c, 'parent')!, 'child')), 'b');
  });

  it('zooms at a point and shows nothing beside the picture', () => {
    const bounds = { totalUs: 1e6, contentHeight: 500, height: 200 };
    const start = fitted(bounds);
    const near = zoomed(start, 0.25, 0.5, bounds);
    assert.deepEqual([near.fromUs, near.toUs], [125_000, 625_000]);
    assert.deepEqual(zoomed(near, 0.25, 100, bounds), start);
    assert.deepEqual(clamped({ fromUs: -50, toUs: 1e5, scroll: 900 }, bounds), { fromUs: 0, toUs: 100_050, scroll: 300 });
  });

  it('writes ticks of one ruler in one unit', () => {
    assert.deepEqual([formatTick(1_500_000, 500_000), formatTick(9_280_000, 20_000), formatTick(1250, 50), formatTick(0, 1e6), formatTick(1200, 200)], ['1.5 s', '9,280 ms', '1,250 µs', '0 s', '1.2 ms']);
  });
});
