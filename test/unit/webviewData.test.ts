import assert from 'node:assert/strict';
import type { RequestRecord } from '../../src/model/trace.ts';
import { latency } from '../../src/profile/percentiles.ts';
import { createRequestBuilder, latencyOf } from '../../webview/data/columns.ts';
import { layOutLanes, endOf } from '../../webview/data/lanes.ts';
import { createMessageBuilder, filterMessages } from '../../webview/data/messages.ts';
import { readLines } from '../../webview/data/ndjson.ts';
import { createRunData } from '../../webview/data/runData.ts';
import { histogram, latencyOrder, logEdges, percentileCurve, summarise } from '../../webview/data/statistics.ts';
import { measuredSpan, timeSeries } from '../../webview/data/timeSeries.ts';
import { filesOf } from '../ui/panelPage.ts';
import { syntheticRun } from '../ui/panelRun.ts';

const synthetic = syntheticRun({ tools: 6, requests: 1500 });
const toolNames = synthetic.run.tools.map((t) => t.name);
const files = filesOf(synthetic);

function columnsOf(requests: readonly RequestRecord[]) {
  const builder = createRequestBuilder(toolNames, 16);
  for (const r of requests) builder.add(r);
  return builder.finish();
}

const streamOf = (chunks: string[]) => new Blob(chunks).stream();

describe('panel data: columns', () => {
  it('keeps every request, in the order of queueing, whatever the order of the file', () => {
    const c = columnsOf(synthetic.requests);
    assert.equal(c.length, synthetic.requests.length);
    for (let i = 1; i < c.length; i++) assert.ok(c.queuedUs[i]! >= c.queuedUs[i - 1]!);
    const byNumber = new Map(synthetic.requests.map((r) => [r.request, r]));
    for (let i = 0; i < c.length; i++) {
      const r = byNumber.get(c.request[i]!)!;
      assert.equal(c.parsedUs[i], r.parsedUs);
      assert.equal(c.series[c.seriesOf[i]!]!.name, r.target ?? r.method);
      assert.equal(c.bytesIn[i], r.bytesIn);
    }
  });

  it('gives the tools of the run the first series, and tells a tool from a method of the same name', () => {
    const builder = createRequestBuilder(['a', 'ping']);
    const row = { ...synthetic.requests[0]!, method: 'ping', target: null };
    builder.add(row);
    builder.add({ ...row, method: 'tools/call', target: 'ping' });
    const c = builder.finish();
    assert.deepEqual(c.series, [{ name: 'a', tool: true }, { name: 'ping', tool: true }, { name: 'ping', tool: false }]);
    assert.deepEqual([...c.seriesOf].sort(), [1, 2]);
  });

  it('goes on after it was read, as a run does that has not ended', () => {
    const builder = createRequestBuilder([]);
    const row = synthetic.requests[10]!;
    builder.add({ ...row, queuedUs: 50 });
    assert.equal(builder.finish().length, 1);
    builder.add({ ...row, queuedUs: 20 });
    assert.deepEqual([...builder.finish().queuedUs], [20, 50]);
  });
});

describe('panel data: reading', () => {
  it('reads lines however the stream is cut, with their byte ranges', async () => {
    const text = '{"a":"é"}\n{"a":2}\n\n{"a":"last"}';
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 5, 7, 100]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
      const stream = new ReadableStream<Uint8Array>({ start(c) { for (const chunk of chunks) c.enqueue(chunk); c.close(); } });
      const seen: unknown[] = [];
      const bad = await readLines(stream, (value, start, end) => {
        assert.deepEqual(JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))), value);
        seen.push((value as { a: unknown }).a);
      });
      assert.deepEqual(seen, ['é', 2, 'last'], `chunks of ${size}`);
      assert.equal(bad, 0);
    }
  });

  it('counts half a line and goes on', async () => {
    const seen: unknown[] = [];
    assert.equal(await readLines(streamOf(['{"a":1}\nnonsense\n{"a":3}\n{"a":']), (v) => seen.push(v)), 2);
    assert.deepEqual(seen, [{ a: 1 }, { a: 3 }]);
  });
});

describe('panel data: statistics', () => {
  const c = columnsOf(synthetic.requests);
  const order = latencyOrder(c);

  it('summarises as the run record does', () => {
    for (const s of summarise(c, order, null)) {
      const tool = synthetic.run.tools.find((t) => t.name === c.series[s.series]!.name);
      if (!tool) continue;
      assert.equal(s.calls, tool.calls);
      assert.equal(s.errors, Object.values(tool.errors).reduce((a, b) => a + b, 0));
      assert.equal(s.bytesIn, tool.bytes.in);
      const expected = latency([...s.latencyUs]);
      assert.equal(expected.p95, tool.latencyUs.p95);
      assert.equal(s.latencyUs.at(-1) ?? null, tool.latencyUs.max);
      for (let i = 1; i < s.latencyUs.length; i++) assert.ok(s.latencyUs[i]! >= s.latencyUs[i - 1]!);
    }
  });

  it('counts what was queued in the brushed span, and only that', () => {
    const { durationUs } = synthetic.run;
    const span = [durationUs * 0.3, durationUs * 0.6] as const;
    const expected = synthetic.requests.filter((r) => r.phase === 'measure' && r.queuedUs >= span[0] && r.queuedUs < span[1]).length;
    const summaries = summarise(c, order, span).filter((s) => c.series[s.series]!.tool);
    assert.ok(expected > 50);
    assert.equal(summaries.reduce((sum, s) => sum + s.calls, 0), expected);
  });

  it('puts every value into a bin of the histogram that holds it', () => {
    for (const s of summarise(c, order, null)) {
      if (s.latencyUs.length === 0) continue;
      const edges = logEdges(s.latencyUs[0]!, s.latencyUs.at(-1)!);
      const bins = histogram(s.latencyUs, edges);
      assert.equal(bins.reduce((a, b) => a + b, 0), s.latencyUs.length);
      const brute = new Uint32Array(bins.length);
      for (const v of s.latencyUs) brute[edges.findLastIndex((e) => e <= v)]!++;
      assert.deepEqual(bins, brute);
    }
  });

  it('draws the percentile curve through measured values, as counting gives them', () => {
    for (const s of summarise(c, order, null)) {
      const { nines, us } = percentileCurve(s.latencyUs);
      const n = s.latencyUs.length;
      if (n === 0) continue;
      assert.equal(us.at(-1), s.latencyUs.at(-1));
      for (let i = 0; i < us.length - 1; i++) {
        const p = 1 - 10 ** -nines[i]!;
        // the smallest value that at least p of all do not exceed
        const brute = s.latencyUs.find((v) => s.latencyUs.filter((w) => w <= v).length / n >= p - 1e-9);
        assert.equal(us[i], brute, `${n} samples at ${p}`);
      }
    }
  });
});

describe('panel data: pictures', () => {
  const c = columnsOf(synthetic.requests);

  it('keeps the least and the most of every bucket of the time series', () => {
    const span = [0, synthetic.run.durationUs] as const;
    const all = timeSeries(c, [0, 1, 2], span, 37);
    for (const s of all) {
      const rows = Array.from({ length: c.length }, (_, i) => i).filter((i) => c.seriesOf[i] === s.series && c.phase[i] === 2);
      assert.equal(s.count.reduce((a, b) => a + b, 0), rows.length);
      const step = (span[1] - span[0]) / 37;
      s.atUs.forEach((at, i) => {
        const inside = rows.filter((row) => Math.min(36, Math.floor(c.queuedUs[row]! / step)) === Math.floor(at / step)).map((row) => latencyOf(c, row));
        assert.equal(s.minUs[i], Math.min(...inside));
        assert.equal(s.maxUs[i], Math.max(...inside));
        assert.ok(inside.includes(s.medianUs[i]!));
      });
    }
  });

  it('spans the measured calls, start-up and replays left out', () => {
    const measured = synthetic.requests.filter((r) => r.phase === 'measure');
    assert.deepEqual(measuredSpan(c), [Math.min(...measured.map((r) => r.queuedUs)), Math.max(...measured.map((r) => r.parsedUs!))]);
    assert.deepEqual(measuredSpan(columnsOf([])), [0, 1]);
  });

  it('lays requests into lanes without overlap, each once, and no more lanes than calls at once', () => {
    const endUs = Float64Array.from({ length: c.length }, (_, row) => endOf(c, row, 30e6));
    const { rows, first, series } = layOutLanes(c, endUs);
    assert.deepEqual([...rows].sort((a, b) => a - b), Array.from({ length: c.length }, (_, i) => i));
    for (let lane = 0; lane < series.length; lane++) {
      for (let i = first[lane]!; i < first[lane + 1]!; i++) {
        assert.equal(c.seriesOf[rows[i]!], series[lane]);
        if (i > first[lane]!) assert.ok(c.queuedUs[rows[i]!]! >= endUs[rows[i - 1]!]!);
      }
    }
    for (let s = 0; s < c.series.length; s++) {
      const mine = Array.from({ length: c.length }, (_, i) => i).filter((i) => c.seriesOf[i] === s);
      const atOnce = Math.max(0, ...mine.map((i) => mine.filter((j) => c.queuedUs[j]! <= c.queuedUs[i]! && endUs[j]! > c.queuedUs[i]!).length));
      assert.equal([...series].filter((x) => x === s).length, atOnce);
    }
  });

  it('ends a request that was never answered where it was given up', () => {
    const lost = { ...synthetic.requests[50]!, queuedUs: 100, writtenUs: 150, firstByteUs: null, parsedUs: null };
    const timeouts = columnsOf([{ ...lost, outcome: 'timeout' }, { ...lost, outcome: 'transport', queuedUs: 101 }]);
    assert.equal(endOf(timeouts, 0, 2000), 2100);
    assert.equal(endOf(timeouts, 1, 2000), 150);
  });
});

describe('panel data: messages', () => {
  const builder = createMessageBuilder();
  for (const m of synthetic.messages) builder.add(m, 0, 1);
  const m = builder.finish();
  const all = { tools: [], span: null, text: '', kind: null, request: null };

  it('finds by tool, kind, text, id, request and span as a plain filter does', () => {
    const numbers = (filter: Parameters<typeof filterMessages>[1]) => [...filterMessages(m, filter)];
    const where = (test: (message: (typeof synthetic.messages)[number]) => boolean) => synthetic.messages.flatMap((message, i) => (test(message) ? [i] : []));
    assert.equal(numbers(all).length, synthetic.messages.length);
    assert.deepEqual(numbers({ ...all, tools: ['search'] }), where((x) => x.target === 'search'));
    assert.deepEqual(numbers({ ...all, kind: 'notification' }), where((x) => x.kind === 'notification'));
    assert.deepEqual(numbers({ ...all, text: ' READ_ ' }), where((x) => x.target === 'read_file'));
    assert.deepEqual(numbers({ ...all, text: '42' }), where((x) => x.id === 42));
    assert.deepEqual(numbers({ ...all, request: 9 }), where((x) => x.request === 9));
    const span = [1e6, 2e6] as const;
    assert.deepEqual(numbers({ ...all, span }), where((x) => { const at = (x.direction === 'in' ? x.parsedUs : x.queuedUs)!; return at >= span[0] && at < span[1]; }));
  });
});

describe('panel data: answers', () => {
  const load = async () => {
    const data = createRunData({ tools: toolNames, requests: new Blob([files['requests.ndjson']!]), events: new Blob([files['events.ndjson']!]), messages: new Blob([files['messages.ndjson']!]), timeoutUs: 30e6 });
    assert.equal(await data.load(() => undefined), 0);
    assert.equal(await data.loadMessages(() => undefined), 0);
    return data;
  };

  it('gives back whole records from their place in the files', async () => {
    const data = await load();
    for (const number of [1, 17, 900]) {
      const detail = await data.answer<'request'>({ kind: 'request', request: number });
      assert.deepEqual(detail!.record, synthetic.requests.find((r) => r.request === number));
    }
    assert.deepEqual(await data.answer<'message'>({ kind: 'message', row: 33 }), synthetic.messages[33]);
    assert.equal(await data.answer<'request'>({ kind: 'request', request: 999_999 }), null);
  });

  it('says what else was pending', async () => {
    const data = await load();
    const it = synthetic.requests.find((r) => r.request === 700)!;
    const detail = await data.answer<'request'>({ kind: 'request', request: 700 });
    const others = synthetic.requests.filter((r) => r !== it && r.queuedUs < it.parsedUs! && r.parsedUs! > it.queuedUs);
    assert.ok(others.length > 0);
    assert.equal(detail!.others.reduce((sum, o) => sum + o.count, 0), others.length);
  });

  it('follows a run that goes on', async () => {
    const data = createRunData({ tools: [], requests: null, events: null, messages: null, timeoutUs: 30e6 });
    const ended = { atUs: [2000, 5000], latencyUs: [1000, 500], tool: ['a', 'b'], outcome: ['ok', 'toolError'] as const, phase: ['measure', 'measure'] as const };
    data.append({ stage: 'calling', done: 2, total: 10, runDir: '', ended: { ...ended, outcome: [...ended.outcome], phase: [...ended.phase] }, events: [] });
    const { series, figures } = await data.answer<'figures'>({ kind: 'figures', span: null });
    assert.deepEqual(series.map((s) => s.name), ['a', 'b']);
    assert.deepEqual(figures.map((f) => [f.calls, f.errors, f.max]), [[1, 0, 1000], [1, 1, null]]);
  });
});
