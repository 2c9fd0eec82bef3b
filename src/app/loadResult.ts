import { curveOf, percentilesOf } from '../load/percentiles.ts';
import { encodeHistogram } from '../load/histogramEncoding.ts';
import type { StageResult } from '../load/stage.ts';
import { generatorVerdict, littlesLaw } from '../load/verdict.ts';
import { judgeSlo } from '../load/slo.ts';
import { formatCount } from '../model/format.ts';
import type { LoadInterval, Slo } from '../model/load.ts';
import type { Workload } from '../model/workload.ts';
import type { LoadOperation, LoadResult, LoadSeries, Unfinished } from '../model/loadResult.ts';

type Figures = Pick<LoadResult, 'durationUs' | 'offered' | 'achieved' | 'sent' | 'notSent' | 'unfinished' | 'responseUs' | 'serviceUs' | 'scheduleLagUs' | 'errors' | 'strays' | 'generator' | 'slo' | 'littlesLaw' | 'operations' | 'agents' | 'curves' | 'histograms'>;

/** What a measured window gives. `offered` is null in a closed loop, where nobody offers. */
export function figuresOf(stage: StageResult, operations: { name: string; kind: LoadOperation['kind'] }[], o: { open: boolean; slo: Slo | null }): Figures {
  const perSecond = (count: number) => (stage.durationUs > 0 ? (count * 1e6) / stage.durationUs : null);
  const achieved = perSecond(stage.completed);
  const unfinished = unfinishedOf(stage);
  return {
    durationUs: stage.durationUs,
    offered: o.open ? perSecond(stage.due) : null,
    achieved,
    sent: stage.sent,
    notSent: stage.notSent,
    ...(unfinished === null ? {} : { unfinished }),
    responseUs: percentilesOf(stage.response),
    serviceUs: percentilesOf(stage.service),
    scheduleLagUs: percentilesOf(stage.lag),
    errors: stage.errors,
    strays: stage.strays,
    generator: generatorVerdict(stage),
    slo: o.slo && { text: o.slo.text, ...judgeSlo(o.slo, { response: stage.response, failed: sum(stage.errors), unsettled: unfinished?.calls ?? 0 }) },
    // those that were open at a stop are in flight, but their time is not known
    littlesLaw: achieved === null || stage.cut !== null ? null : littlesLaw(stage.meanInFlight, achieved, stage.response.mean),
    operations: operations.map((operation, i) => operationOf(operation, stage.operations[i])),
    agents: stage.agents && { completed: stage.agents.completed, failed: stage.agents.failed, durationUs: percentilesOf(stage.agents.duration) },
    curves: { response: curveOf(stage.response), service: curveOf(stage.service) },
    histograms: { response: encodeHistogram(stage.response), service: encodeHistogram(stage.service), lag: encodeHistogram(stage.lag) },
  };
}

function unfinishedOf({ operations, unfinished, response }: StageResult): Unfinished | null {
  const calls = operations.reduce((a, o) => a + o.unfinished, 0);
  if (calls === 0) return null;
  if (unfinished.count === 0) return { calls, oldestUs: null, atLeastUs: null };
  const all = response.clone();
  all.add(unfinished);
  return { calls, oldestUs: unfinished.max, atLeastUs: percentilesOf(all) };
}

function operationOf(operation: { name: string; kind: LoadOperation['kind'] }, measured: StageResult['operations'][number] | undefined): LoadOperation {
  if (!measured) throw new Error(`The generator has no figures of "${operation.name}".`);
  return {
    ...operation,
    calls: measured.calls,
    ...(measured.unfinished > 0 ? { unfinished: measured.unfinished } : {}),
    errors: measured.errors,
    responseUs: percentilesOf(measured.response),
    serviceUs: percentilesOf(measured.service),
    bytesPerCall: measured.calls > 0 ? measured.bytes / measured.calls : null,
    histograms: { response: encodeHistogram(measured.response), service: encodeHistogram(measured.service) },
  };
}

export const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** What a server says beside its answers fails no call, but a client may fall over it. */
export function strayNotices(strays: Record<string, number>): string[] {
  const { parse = 0, unexpected_id: unknown = 0 } = strays;
  const others = Object.values(strays).reduce((a, b) => a + b, 0) - parse - unknown;
  return [
    ...(parse > 0 ? [`${formatCount(parse)} ${parse === 1 ? 'line' : 'lines'} of the server were no JSON-RPC messages; logs belong on stderr.`] : []),
    ...(unknown > 0 ? [`${formatCount(unknown)} ${unknown === 1 ? 'answer' : 'answers'} of the server had an id for which nothing was asked, or nothing any more.`] : []),
    ...(others > 0 ? [`${formatCount(others)} ${others === 1 ? 'message' : 'messages'} of the server belonged to no call and could not be used.`] : []),
  ];
}

/** Generated arguments that a tool mostly refuses measure its refusal: say so. */
export function argumentNotices(operations: LoadResult['operations'], workload: Workload): string[] {
  const generated = new Set([...workload.mix, ...(workload.session?.steps.flatMap((s) => s.requests) ?? [])].flatMap((r) => ('tool' in r && r.arguments === 'generate' ? [r.tool] : [])));
  return operations.flatMap(({ name, kind, calls, errors }) => {
    const refused = Object.entries(errors).reduce((a, [name, count]) => (name === 'tool_isError' || name.startsWith('jsonrpc') ? a + count : a), 0);
    if (kind !== 'tool' || !generated.has(name) || calls === 0 || refused * 5 <= calls) return [];
    return [`Arguments for "${name}" were generated and ${Math.round((refused / calls) * 100)}% of its calls returned an error: give it real ones in a workload file.`];
  });
}

const secondUs = 1e6;

/** Makes one element per second of the intervals as they come. */
export function createSeries() {
  const series: LoadSeries = { atUs: [], stage: [], due: [], sent: [], notSent: [], ok: [], failed: [], inFlight: [], p50: [], p90: [], p99: [], max: [], serverCpu: [], serverRssBytes: [], loopDelayP99Us: [], generatorUtilization: [] };
  let held: LoadInterval[] = [];

  function close() {
    const last = held.at(-1);
    if (!last) return;
    const total = (of: (i: LoadInterval) => number) => held.reduce((a, i) => a + of(i), 0);
    const highest = (of: (i: LoadInterval) => number | null) => held.reduce<number | null>((a, i) => (of(i) === null ? a : Math.max(a ?? 0, of(i)!)), null);
    // a quarter of a second's percentiles cannot be merged: the median of them is what most of the second was like
    const middle = (of: (i: LoadInterval) => number | undefined) => {
      const values = held.map(of).filter((v) => v !== undefined).sort((a, b) => a - b);
      return values.length === 0 ? null : values[Math.floor((values.length - 1) / 2)]!;
    };
    const latest = (of: (i: LoadInterval) => number | null) => held.reduce<number | null>((a, i) => of(i) ?? a, null);
    series.atUs.push(last.atUs);
    series.stage.push(last.stage);
    series.due.push(total((i) => i.due));
    series.sent.push(total((i) => i.sent));
    series.notSent.push(total((i) => i.notSent));
    series.ok.push(total((i) => i.ok));
    series.failed.push(total((i) => sum(i.errors)));
    series.inFlight.push(last.inFlight);
    series.p50.push(middle((i) => i.responseUs?.p50));
    series.p90.push(middle((i) => i.responseUs?.p90));
    series.p99.push(highest((i) => i.responseUs?.p99 ?? null));
    series.max.push(highest((i) => i.responseUs?.max ?? null));
    series.serverCpu.push(latest((i) => i.server.cpu));
    series.serverRssBytes.push(latest((i) => i.server.rssBytes));
    series.loopDelayP99Us.push(highest((i) => i.server.loopDelayP99Us));
    series.generatorUtilization.push(highest((i) => i.generator.utilization));
    held = [];
  }

  return {
    add(interval: LoadInterval) {
      // a second belongs to one stage
      if (held.length > 0 && held[0]!.stage !== interval.stage) close();
      held.push(interval);
      if (held.reduce((a, i) => a + i.spanUs, 0) >= secondUs * 0.95) close();
    },
    end(): LoadSeries {
      close();
      return series;
    },
  };
}

