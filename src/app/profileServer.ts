import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Choice, ProfileProgress, ProfileRequest, ToolOffer } from '../model/engine.ts';
import { toFailure, UserError } from '../model/errors.ts';
import { formatUs } from '../model/format.ts';
import type { RunRecord } from '../model/run.ts';
import type { MessageRecord, Phase, RequestRecord, RunEvent } from '../model/trace.ts';
import { createProbe, type Probe } from '../inspector/probe.ts';
import { openSession, type Session } from '../inspector/session.ts';
import { createRedactor, redactValue } from '../runs/redact.ts';
import { createRun, deleteRun } from '../runs/store.ts';
import { startClock } from '../wire/clock.ts';
import { callTools, warmUp } from './callTools.ts';
import { selectTools, type Selection } from './choose.ts';
import { offerOf } from './offers.ts';
import { checkOptions } from './options.ts';
import { bootPath } from './paths.ts';
import { createProgress } from './progress.ts';
import { recordRun, type HeapReplay, type Measured } from './recordRun.ts';

/** V8's default; a tenth of it costs 13-19% of the main thread. */
const samplingIntervalUs = 1000;
/** Serial calls per tool while its allocations are sampled. */
const heapCallsPerTool = 50;
const worthNamingUs = 1_000_000;

export interface ProfileContext {
  /** Aborting ends the run early and keeps what was measured. */
  signal: AbortSignal;
  onProgress: (progress: ProfileProgress) => void;
  /** Asked once the tools are listed; null backs out. Without it `request.choice` decides. */
  choose?: (tools: ToolOffer[]) => Promise<Choice | null>;
}

export interface ProfileOutcome {
  run: RunRecord;
  runDir: string;
}

/**
 * Starts the server (or connects to it), calls its tools, and leaves a run folder with what was measured.
 *
 * A server that dies on the way gives a run with status `failed` and what was measured until then; a cancelled one a
 * shorter run. Its whole process tree has ended when the promise settles.
 *
 * @throws UserError when the request is wrong, the server cannot be started, or nothing may be called; its `runDir`
 * holds the messages that were exchanged.
 */
export async function profileServer(request: ProfileRequest, context: ProfileContext): Promise<ProfileOutcome> {
  const { server, options } = request;
  checkOptions(options);
  const clock = startClock();
  const redact = createRedactor(server.secrets);
  const run = await createRun(request.outDir, server.name, clock.startedAt, redact);
  const progress = createProgress(run.dir, context.onProgress);
  const measured: Measured = { requests: [], events: [], tools: [], skipped: [], notices: [], heap: [], session: null, attached: null, probe: null, calls: [] };
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);

  const observer = {
    message: (m: MessageRecord) => run.message(m),
    request: (r: RequestRecord) => {
      measured.requests.push(r);
      run.request(r);
      progress.request(r);
    },
    event: (e: RunEvent) => {
      const safe = redactValue(e, redact);
      measured.events.push(safe);
      run.event(safe);
      progress.event(safe);
    },
  };

  if (!server.process) measured.notices.push('Only the URL of this server is known: timings only. Give the command that starts it as well to measure its CPU and memory.');

  const probeDir = await mkdtemp(join(tmpdir(), 'mcp-profiler-'));
  let probe: Probe | null = null;
  let session: Session | null = null;
  let failure: Error | null = null;
  try {
    progress.stage('starting');
    probe =
      server.process && (options.cpu || options.heap)
        ? await createProbe({ dir: probeDir, bootPath, clock, cpu: options.cpu, samplingIntervalUs, signal, onEvent: observer.event, command: server.process.command })
        : null;
    session = await openSession(server, {
      options,
      stubs: request.stubs ?? {},
      clock,
      observer,
      // not what ends when the server is lost: requests that this interrupts failed, nobody cancelled them
      signal: context.signal,
      marker: randomUUID(),
      redact,
      ...(probe ? { processEnv: (env: Record<string, string>) => probe!.env(env) } : {}),
    });
    measured.session = session;
    void session.lost.then((error) => ended.abort(error));
    measured.attached = probe ? await probe.attached() : null;

    progress.stage('listing');
    measured.tools = await session.listTools();
    progress.listed(measured.tools.map((t) => t.name));
    const selection = await choose(measured.tools.map(offerOf), request.choice, context, () => progress.stage('choosing'));
    measured.skipped = selection.skipped;
    measured.calls = selection.calls;
    await exercise(session, probe, selection, measured);
  } catch (error) {
    // an abort surfaces here as whatever the interrupted step threw; the signals know the reason
    if (!signal.aborted) failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    // what is lost from here on is lost because we end it
    if (ended.signal.aborted && !context.signal.aborted) failure ??= ended.signal.reason as UserError;
    if (context.signal.aborted) measured.notices.push(...openCalls(measured.requests, clock.now()));
    progress.stage('stopping');
    measured.probe = probe ? await probe.stop() : null;
    await session?.close();
    await rm(probeDir, { recursive: true, force: true });
  }

  progress.stage('analysing');
  const record = await recordRun(run, measured, {
    request,
    clock,
    redact,
    status: failure !== null ? 'failed' : context.signal.aborted ? 'cancelled' : 'complete',
    failure: failure === null ? null : toFailure(failure),
  });
  progress.close();
  if (failure !== null && measured.calls.length === 0) {
    // nobody wants the folder of a run that called nothing because nothing was chosen
    if (failure instanceof UserError && failure.exitCode === 2) await deleteRun(run.dir);
    else if (failure instanceof UserError) failure.runDir = run.dir;
    throw failure;
  }
  return { run: record, runDir: run.dir };

  async function exercise(session: Session, probe: Probe | null, selection: Selection, measured: Measured) {
    const plan = { calls: selection.calls, callsPerTool: options.callsPerTool, concurrency: options.concurrency };
    const replays = options.heap && probe ? selection.calls.length * heapCallsPerTool : 0;
    const call = async (tool: string, args: Record<string, unknown>, phase: Phase = 'measure') => {
      const record = await session.callTool(tool, args, phase);
      progress.called();
      return record;
    };
    const phase = (name: Phase, tool?: string) => observer.event({ kind: 'phase', atUs: clock.now(), phase: name, ...(tool ? { tool } : {}) });

    progress.stage('calling', selection.calls.length * (options.callsPerTool + 1) + replays);
    phase('warmup');
    await warmUp(selection.calls, call, signal);
    phase('measure');
    for (const tool of await callTools(plan, call, signal)) {
      measured.notices.push(`"${tool}" timed out three times in a row and was not called any further.`);
    }
    if (!options.heap || !probe) return;
    progress.stage('memory');
    for (const { tool, args } of selection.calls) {
      if (signal.aborted) return;
      phase('memory', tool);
      measured.heap.push(await replayForHeap(probe, tool, () => call(tool, args, 'memory')));
    }
  }

  /** Allocation samples carry no request, so each tool is called alone while they are taken. */
  async function replayForHeap(probe: Probe, tool: string, call: () => Promise<RequestRecord>): Promise<HeapReplay> {
    await probe.startHeap();
    let calls = 0;
    while (calls < heapCallsPerTool && !signal.aborted) {
      const { outcome } = await call();
      if (outcome === 'timeout') break;
      calls++;
    }
    return { tool, calls, profile: await probe.stopHeap() };
  }
}

/** Whoever stops a run may do so because a tool does not answer. A call that was open for less may just have been made. */
function openCalls(requests: readonly RequestRecord[], stoppedUs: number): string[] {
  const open = requests.filter((r) => r.method === 'tools/call' && r.outcome === 'cancelled' && stoppedUs - r.queuedUs >= worthNamingUs);
  return open.map((r) => `"${r.target}" had not answered for ${formatUs(stoppedUs - r.queuedUs)} when the run was stopped.`);
}

async function choose(offers: ToolOffer[], choice: Choice, context: ProfileContext, asking: () => void): Promise<Selection> {
  if (!context.choose) return selectTools(offers, choice);
  asking();
  const chosen = await context.choose(offers);
  if (chosen === null) throw new UserError('nothing-to-call', 'No tools were chosen.', 'Run the command again and choose at least one.');
  return selectTools(offers, chosen);
}
