import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInLoad } from '../analysis/loadFindings.ts';
import { writeLoadSentences } from '../analysis/loadSentences.ts';
import { findCapacity } from '../load/capacity/findCapacity.ts';
import { judgeOverload } from '../load/capacity/overload.ts';
import { openGenerator, type Generator } from '../load/generator.ts';
import type { RawInterval, Stage, StageResult } from '../load/stage.ts';
import { loopEnv, watchServer } from '../load/serverWatch.ts';
import { warmUp } from '../load/warmup.ts';
import { toFailure, UserError } from '../model/errors.ts';
import { formatCount, formatRate } from '../model/format.ts';
import type { ChooseForLoad, LoadInterval, LoadModel, LoadProgress, LoadRequest, LoadStage, Slo } from '../model/load.ts';
import { loadSchemaVersion, type LoadResult } from '../model/loadResult.ts';
import type { ServerFacts } from '../model/run.ts';
import type { ServerSpec } from '../model/server.ts';
import { createRedactor, redactValue } from '../runs/redact.ts';
import { createRun, deleteRun } from '../runs/store.ts';
import { startClock } from '../wire/clock.ts';
import { checkLoadOptions } from './loadOptions.ts';
import { loadFile, recordOfLoad } from './loadRecord.ts';
import { argumentNotices, createSeries, figuresOf, strayNotices } from './loadResult.ts';
import { loopBootPath } from './paths.ts';
import { checkRemote, listTools, prepareLoad, type PreparedLoad } from './prepareLoad.ts';

/** Seconds of load in a search for the capacity, all in all. */
const searchBudgetS = 90;
/** Of the load beyond the capacity, and of what is watched after it. */
const overloadS = 10;
const recoveryS = 15;

export interface LoadContext {
  /** Aborting ends the test early and keeps what was measured. */
  signal: AbortSignal;
  onProgress: (progress: LoadProgress) => void;
  /** Asked once the tools are listed; null backs out. Without it `request.choice` decides. */
  choose?: ChooseForLoad;
}

/**
 * Starts the server (or connects to it), loads it as the options say, and leaves a run folder with `load.json`.
 *
 * A server that dies on the way gives a result with status `failed` and what was measured until then; a cancelled test a
 * shorter one. Its whole process tree has ended when the promise settles.
 *
 * @throws UserError when the request is wrong, the server cannot be started, or nothing may be called.
 */
export async function runLoad(request: LoadRequest, context: LoadContext): Promise<{ result: LoadResult; runDir: string }> {
  const { server, options } = request;
  checkLoadOptions(options);
  checkRemote(server, request.allowRemote);
  const clock = startClock();
  const redact = createRedactor(server.secrets);
  const run = await createRun(request.outDir, server.name, clock.startedAt, redact);
  const loopDir = await mkdtemp(join(tmpdir(), 'mcp-profiler-'));
  const series = createSeries();
  const notices: string[] = [];
  const watchesLoop = options.probe && server.process !== undefined;
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  let generator: Generator | null = null;
  let failure: Error | null = null;
  let figures: LoadFigures | null = null;
  let prepared: PreparedLoad | null = null;
  let watch = watchServer({ groups: [], loopDir: null, nowUs: clock.now });
  const state = { stage: 'starting' as LoadStage, step: '', done: 0, operations: undefined as string[] | undefined };
  const say = (change: Partial<typeof state> = {}, interval: LoadInterval | null = null) => {
    Object.assign(state, change);
    context.onProgress({ stage: state.stage, runDir: run.dir, done: state.done, step: redact(state.step), ...(state.operations ? { operations: state.operations } : {}), interval });
  };

  try {
    say();
    generator = await openGenerator({ server, options, marker: randomUUID(), env: watchesLoop ? loopEnv(server.process?.env ?? {}, loopDir, loopBootPath) : {}, clock }, context.signal);
    void generator.lost.then((error) => ended.abort(error));
    watch = watchServer({ groups: generator.opened.pids, loopDir: watchesLoop ? loopDir : null, nowUs: clock.now });
    say({ stage: 'listing' });
    const tools = await listTools(generator);
    if (context.choose) say({ stage: 'choosing' });
    prepared = await prepareLoad(generator, tools, request, context.choose);
    state.operations = prepared.operations.map((o) => o.name);
    figures = options.goal === 'capacity' ? await search(generator) : await measure(generator);
  } catch (error) {
    // an abort surfaces here as whatever the interrupted step threw; the signals know the reason
    if (!signal.aborted) failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    if (ended.signal.aborted && !context.signal.aborted) failure ??= ended.signal.reason as UserError;
    say({ stage: 'stopping', step: '' });
    await generator?.close();
    await rm(loopDir, { recursive: true, force: true });
  }

  if (figures === null || prepared === null || generator === null) {
    await deleteRun(run.dir);
    if (failure instanceof UserError) throw new UserError(failure.code, redact(failure.message), redact(failure.hint), { cause: failure });
    throw failure ?? new UserError('nothing-to-call', 'The load test was stopped before it measured anything.', 'Start it again.');
  }
  say({ stage: 'analysing' });
  const result = redactValue(resultOf(figures, prepared, generator), redact);
  result.findings = findInLoad(result);
  result.sentences = writeLoadSentences(result);
  await run.writeFile(loadFile, JSON.stringify(result));
  await run.finish(recordOfLoad(result, server.name, clock.now()));
  return { result, runDir: run.dir };

  // ── the stages ─────────────────────────────────────────────────────────────

  /** Hands intervals on, with what the server used meanwhile; `settled` when all have been. */
  function follow(label: LoadStage, onShare: () => number) {
    const intervals: LoadInterval[] = [];
    let last = Promise.resolve();
    return {
      intervals,
      settled: () => last,
      add(raw: RawInterval) {
        last = last.then(async () => {
          const interval: LoadInterval = { ...raw, stage: label, server: await watch.sample() };
          intervals.push(interval);
          series.add(interval);
          say({ stage: label, done: onShare() }, interval);
        });
      },
    };
  }

  async function runStage(generator: Generator, stage: Stage, from: number, to: number): Promise<{ measured: StageResult; intervals: LoadInterval[] }> {
    const startUs = clock.now();
    const followed = follow(stage.label, () => from + Math.min(1, (clock.now() - startUs) / (stage.durationS * 1e6)) * (to - from));
    const measured = await generator.run(stage, signal, (raw) => followed.add(raw));
    await followed.settled();
    return { measured, intervals: followed.intervals };
  }

  async function measure(generator: Generator): Promise<LoadFigures> {
    const { model, maxInFlight, warmupS, durationS } = options;
    let warmup: LoadResult['warmup'] = { durationUs: 0, settled: false };
    const share = warmupS / (warmupS + durationS);
    if (warmupS > 0) {
      const startUs = clock.now();
      const followed = follow('warmup', () => Math.min(1, (clock.now() - startUs) / (warmupS * 1e6)) * share);
      say({ stage: 'warmup', step: `until three seconds agree, ${warmupS} s at most` });
      warmup = await warmUp(generator, { model, maxS: warmupS, maxInFlight }, signal, (raw) => followed.add(raw));
      await followed.settled();
      if (!warmup.settled && !signal.aborted) notices.push(`Three seconds in a row did not agree within the ${warmupS} s of the warm-up: the first of the measured ones may still belong to it.`);
    }
    say({ stage: 'measure', step: describeModel(model) });
    const { measured } = await runStage(generator, { label: 'measure', model, durationS, maxInFlight }, share, 1);
    return { stage: measured, open: model.kind === 'rate' || model.kind === 'ramp', warmup, capacity: null, scaling: null, overload: null };
  }

  async function search(generator: Generator): Promise<LoadFigures> {
    const { maxInFlight, slo, overload, processes } = options;
    const searchShare = overload ? 0.75 : 1;
    if (slo === null) throw new Error('A search without an objective was not refused.');
    let latest: Searched | null = null;
    const run = async (model: LoadModel, durationS: number, step: string, share: number): Promise<Searched> => {
      say({ stage: 'search', step });
      const { measured, intervals } = await runStage(generator, { label: 'search', model, durationS, maxInFlight }, state.done, share * searchShare);
      latest = { ...measured, intervals };
      return latest;
    };
    const { capacity, scaling, held } = await findCapacity({ slo, maxRate: options.caps.perSecond, budgetS: searchBudgetS, processes, run, signal, now: clock.now });
    const stage: StageResult | null = held ?? latest;
    if (stage === null) throw new UserError('nothing-to-call', 'The search was stopped before it measured anything.', 'Start it again.');
    const warmup = { durationUs: 0, settled: true };
    const beyond = overload && capacity.rate !== null && held !== null && !signal.aborted ? await exceed(generator, slo, capacity.rate, held) : null;
    return { stage, open: held !== null, warmup, capacity, scaling, overload: beyond };
  }

  /** Half as much again as the server sustains, and then what it sustains: does it refuse, slow down or collapse, and recover? */
  async function exceed(generator: Generator, slo: Slo, rate: number, atCapacity: Searched): Promise<LoadResult['overload']> {
    const { maxInFlight } = options;
    say({ stage: 'overload', step: formatRate(1.5 * rate) });
    const beyond = await runStage(generator, { label: 'overload', model: { kind: 'rate', perSecond: 1.5 * rate }, durationS: overloadS, maxInFlight }, 0.75, 0.9);
    if (signal.aborted) return null;
    say({ stage: 'recovery', step: formatRate(rate) });
    const after = await runStage(generator, { label: 'recovery', model: { kind: 'rate', perSecond: 0.9 * rate }, durationS: recoveryS, maxInFlight }, 0.9, 1);
    return judgeOverload({ slo, atCapacity, overload: { ...beyond.measured, intervals: beyond.intervals }, recovery: after.intervals });
  }

  // ── the result ─────────────────────────────────────────────────────────────

  function resultOf(figures: LoadFigures, prepared: PreparedLoad, generator: Generator): LoadResult {
    const { stage, open, warmup, capacity, scaling, overload } = figures;
    const measured = figuresOf(stage, prepared.operations, { open, slo: options.slo });
    return {
      schemaVersion: loadSchemaVersion,
      source: 'mcp-profiler',
      id: run.id,
      startedAt: clock.startedAt.toISOString(),
      status: failure !== null ? 'failed' : context.signal.aborted ? 'cancelled' : 'complete',
      failure: failure === null ? null : toFailure(failure),
      server: factsOf(server, generator, redact),
      options,
      workload: prepared.workload,
      warmup,
      ...measured,
      connections: generator.opened.connections,
      capacity,
      scaling,
      overload,
      series: series.end(),
      findings: [],
      sentences: [],
      skipped: prepared.skipped,
      notices: [...notices, ...strayNotices(stage.strays), ...argumentNotices(measured.operations, prepared.workload)],
    };
  }
}

type Searched = StageResult & { intervals: LoadInterval[] };

/** What was measured: one window, and what a search found besides. */
interface LoadFigures extends Pick<LoadResult, 'warmup' | 'capacity' | 'scaling' | 'overload'> {
  stage: StageResult;
  /** Requests came due whatever the server did. */
  open: boolean;
}

const describeModel = (model: LoadModel): string => {
  switch (model.kind) {
    case 'rate':
      return formatRate(model.perSecond);
    case 'ramp':
      return `${formatRate(model.from)} to ${formatRate(model.to)}`;
    case 'closed':
      return `${formatCount(model.concurrency)} at once`;
    case 'sessions':
      return `${formatCount(model.sessions)} agents`;
  }
};

function factsOf(server: ServerSpec, { opened }: Generator, redact: (text: string) => string): ServerFacts {
  const info = opened.handshake['serverInfo'] as { name?: string; version?: string } | undefined;
  return {
    name: info?.name ?? server.name,
    version: info?.version ?? null,
    protocolVersion: opened.protocolVersion,
    transport: server.transport,
    target: redact(server.transport === 'stdio' ? [server.process.command, ...server.process.args].join(' ') : server.url),
    cwd: server.process?.cwd ?? null,
    toolListTokens: null,
  };
}
