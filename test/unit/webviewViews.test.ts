import assert from 'node:assert/strict';
import { isLabelled } from '../../webview/charts/model.ts';
import { createRunData } from '../../webview/data/runData.ts';
import { orderFindings } from '../../webview/findings/order.ts';
import { sortRows, toolRows } from '../../webview/overview/toolRows.ts';
import { formatStamp } from '../../webview/parts/stamp.ts';
import { groupLanes, laneHeight, rowAt } from '../../webview/timeline/layout.ts';
import { clampView, panView, tickStep, viewOf, zoomView } from '../../webview/timeline/view.ts';
import { filesOf } from '../ui/panelPage.ts';
import { syntheticRun } from '../ui/panelRun.ts';

const synthetic = syntheticRun({ tools: 6, requests: 1200 });

describe('panel: table of tools', () => {
  const rows = toolRows(synthetic.run, null);

  it('lists every tool, and why some were not called', () => {
    assert.equal(rows.length, synthetic.run.tools.length + 1);
    assert.equal(rows.find((r) => r.name === 'delete_book')!.skipped, 'not marked read-only');
  });

  it('puts what was not measured last, whichever way it is sorted', () => {
    for (const column of ['p50', 'max', 'cpu']) {
      for (const descending of [true, false]) {
        const sorted = sortRows(rows, { column, descending }).map((r) => (column === 'cpu' ? r.cpuPerCallUs : r[column as 'p50' | 'max']));
        const known = sorted.filter((v) => v !== null);
        assert.ok(known.length > 0);
        assert.deepEqual(sorted.slice(0, known.length), known, column);
        assert.deepEqual(known, known.toSorted((a, b) => (descending ? b - a : a - b)), column);
      }
    }
  });

  it('counts the findings of each tool', () => {
    for (const row of rows) assert.equal(row.findings, synthetic.run.findings.filter((f) => f.tools.includes(row.name)).length, row.name);
  });
});

describe('panel: findings', () => {
  it('come confirmed first, then by what a call could save', () => {
    const ordered = orderFindings(synthetic.run.findings);
    assert.equal(ordered[0]!.evidence, 'confirmed');
    const saved = ordered.slice(1).map((f) => f.savedUsPerCall ?? -1);
    assert.deepEqual(saved, saved.toSorted((a, b) => b - a));
    assert.equal(ordered.length, synthetic.run.findings.length);
  });
});

describe('panel: timeline', () => {
  const endUs = 1e6;

  it('zooms at the pointer: the time under it stays there', () => {
    const view = { from: 200_000, to: 600_000 };
    for (const at of [250_000, 400_000, 599_000]) {
      for (const factor of [1.3, 4, 0.8]) {
        const zoomed = zoomView(view, factor, at, endUs);
        const share = (v: { from: number; to: number }) => (at - v.from) / (v.to - v.from);
        assert.ok(Math.abs(share(zoomed) - share(view)) < 1e-9, `${at} x ${factor}`);
      }
    }
  });

  it('never leaves the run, and keeps its width when it is panned against the edge', () => {
    assert.deepEqual(panView({ from: 100, to: 300_100 }, -1e9, endUs), { from: 0, to: 300_000 });
    assert.deepEqual(panView({ from: 100, to: 300_100 }, 1e9, endUs), { from: 700_000, to: endUs });
    assert.deepEqual(clampView({ from: -5, to: 1e9 }, endUs), { from: 0, to: endUs });
    assert.deepEqual(zoomView({ from: 0, to: endUs }, 0.01, 5, endUs), { from: 0, to: endUs });
    const close = viewOf(500, 501, endUs);
    assert.ok(close.from < 500 && close.to > 501);
  });

  it('marks its axis in steps of 1, 2 and 5, never closer than asked', () => {
    for (const least of [1, 3, 19, 20, 21, 480, 7_000, 123_456]) {
      const step = tickStep(least);
      assert.ok(step >= least && step < least * 10.1);
      assert.ok([1, 2, 5].includes(Number(step.toPrecision(1).replace(/0*e.*|0+$/g, '').charAt(0))), String(step));
    }
  });

  it('finds the request under the pointer, in its lane', async () => {
    const files = filesOf(synthetic);
    const data = createRunData({ tools: synthetic.run.tools.map((t) => t.name), requests: new Blob([files['requests.ndjson']!]), events: null, messages: null, timeoutUs: 30e6 });
    await data.load(() => undefined);
    const timeline = await data.answer<'timeline'>({ kind: 'timeline' });
    const { groups, height } = groupLanes(timeline, []);
    let found = 0;
    for (const group of groups) {
      group.lanes.forEach((lane, i) => {
        for (let at = timeline.lanes.first[lane]!; at < timeline.lanes.first[lane + 1]!; at++) {
          const row = timeline.lanes.rows[at]!;
          assert.equal(rowAt(timeline, groups, (timeline.startUs[row]! + timeline.endUs[row]!) / 2, group.top + (i + 0.5) * laneHeight, 0), row);
          found++;
        }
      });
    }
    assert.equal(found, synthetic.requests.length);
    assert.equal(rowAt(timeline, groups, 1000, height + 50, 0), null);
    const only = groupLanes(timeline, ['search']);
    assert.deepEqual(only.groups.map((g) => g.name), ['search']);
    const failed = synthetic.requests.filter((r) => r.outcome !== 'ok').map((r) => r.request);
    assert.deepEqual(Array.from(timeline.lanes.errors, (row) => timeline.request[row]!).sort((a, b) => a - b), failed.toSorted((a, b) => a - b));
  });

  it('labels 1, 2 and 5 of each decade, and more where a range is short', () => {
    const labelled = (values: number[]) => values.filter((value) => isLabelled(value, values.map((v) => ({ value: v }))));
    assert.deepEqual(labelled([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20]), [1, 2, 5, 10, 20]);
    assert.deepEqual(labelled([60, 70, 80, 90, 100]), [60, 70, 80, 90, 100]);
    assert.deepEqual(labelled([59, 60, 65, 70, 80, 90, 91]), [60, 65, 70, 80, 90]);
    assert.deepEqual(labelled([57, 60, 65, 70]), [57, 60, 65, 70]);
    assert.deepEqual(labelled([0.03, 0.05, 0.1, 0.2]), [0.05, 0.1, 0.2]);
  });

  it('writes moments to the microsecond', () => {
    assert.equal(formatStamp(1_204_318.4), '1,204.318 ms');
    assert.equal(formatStamp(7), '0.007 ms');
  });
});
