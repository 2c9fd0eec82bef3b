// A thread of the generator: it has some connections, and sends on them what a stage asks for.
import { parentPort } from 'node:worker_threads';
import { toFailure, type UserError } from '../model/errors.ts';
import { joinClock, type Clock } from '../wire/clock.ts';
import { createAgentsDriver, type AgentsDriver } from './agents.ts';
import { createClosedDriver } from './closed.ts';
import type { Connection, ConnectionOptions, Outgoing } from './connection.ts';
import type { Driver, DriverParts } from './driver.ts';
import { createLauncher, type Launcher, type Sendable } from './launcher.ts';
import { createMeter, type Meter } from './meter.ts';
import { createOpenDriver } from './open.ts';
import { createOpener, type Opener } from './openConnection.ts';
import { readHandshake } from './handshake.ts';
import { runStage, type RunningStage } from './runStage.ts';
import { createSchedule } from './schedule.ts';
import type { Stage, ThreadResult } from './stage.ts';
import type { FromThread, ThreadOpened, ThreadOpening, ToThread } from './threadProtocol.ts';
import { createAgents, type Agents } from './workload/agents.ts';
import { createSampler, type Operation, type Sampler } from './workload/sampler.ts';

/** Servers that start at the same time: more only make each other wait. */
const openedAtOnce = 4;

interface Opened {
  opening: ThreadOpening;
  clock: Clock;
  /** In the order of `share.mine`. */
  connections: Connection[];
  share: { mine: number[]; of: number };
  limits: { timeoutUs: number; maxInFlight: number };
  launcher: Launcher;
  opener: Opener;
}

interface Loaded {
  operations: Operation[];
  /** Null where the workload has only a session. */
  sampler: Sampler | null;
  agents: Agents | null;
}

let opened: Opened | null = null;
let loaded: Loaded | null = null;
let meter: Meter | null = null;
/** The stage before, where its load goes on. */
let held: RunningStage | null = null;
let abort = new AbortController();
const closing = new AbortController();

const tell = (message: FromThread) => parentPort!.postMessage(message);

parentPort!.on('message', (message: ToThread) => {
  if (message.type === 'abort') {
    abort.abort(message.reason);
    return;
  }
  answer(message).then(tell, (error: unknown) => tell({ type: 'failed', id: message.id, failure: toFailure(error) }));
});

async function answer(message: Exclude<ToThread, { type: 'abort' }>): Promise<FromThread> {
  const { id } = message;
  switch (message.type) {
    case 'open':
      return { type: 'done', id, value: await open(message.open) };
    case 'request':
      return { type: 'answer', id, ...(await request(message.method, message.params)) };
    case 'load':
      return { type: 'done', id, value: load(message.workload, message.share) };
    case 'run':
      return { type: 'done', id, value: await run(message.stage, message.startUs, message.maxInFlight) };
    case 'release':
      await release(message.numbers);
      return { type: 'done', id, value: null };
    case 'close':
      closing.abort();
      abort.abort('cancelled');
      held?.release(0);
      await Promise.all((opened?.connections ?? []).map((c) => c.close()));
      await opened?.opener.close();
      return { type: 'done', id, value: null };
  }
}

async function open(opening: ThreadOpening): Promise<ThreadOpened> {
  const { options, numbers, of } = opening;
  const clock = joinClock(opening.zeroUs);
  const connections: Connection[] = [];
  const limits = { timeoutUs: options.requestTimeoutMs * 1000, maxInFlight: options.maxInFlight };
  const sockets = Math.max(1, Math.floor((options.sockets * numbers.length) / of));
  const opener = await createOpener(opening.server, sockets);
  opened = { opening, clock, connections, opener, share: { mine: [...numbers], of }, limits, launcher: createLauncher({ connections, clock, limits }) };
  const stop = new AbortController();
  abort.signal.addEventListener('abort', () => stop.abort(abort.signal.reason), { once: true });
  const settings = (number: number): ConnectionOptions => ({
    clock,
    protocol: options.protocol,
    initializeTimeoutMs: options.initializeTimeoutMs,
    maxSockets: sockets,
    marker: `${opening.marker}-${number}`,
    signal: stop.signal,
    onStray: (errorClass) => meter?.stray(errorClass),
    onLost: lost,
  });
  const queue = [...numbers.entries()];
  const inTurn = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) connections[next[0]] = await opener.open(settings(next[1]));
  };
  const turns = Array.from({ length: Math.min(openedAtOnce, numbers.length) }, inTurn);
  try {
    await Promise.all(turns);
  } catch (error) {
    queue.length = 0;
    stop.abort(error);
    // of those that were opening at the same time, none stays
    await Promise.allSettled(turns);
    await Promise.all(connections.map((c) => c.close()));
    await opener.close();
    throw error;
  }
  abort = new AbortController();
  const [first] = connections;
  const { protocolVersion } = readHandshake(options.protocol, first!.handshake, opening.server.name);
  return { handshake: first!.handshake, protocolVersion, pids: connections.map((c) => c.pid), sockets: opener.sockets };
}

function lost(why: UserError) {
  if (closing.signal.aborted) return;
  tell({ type: 'lost', failure: toFailure(why), all: opened?.launcher.lost ?? true });
}

function request(method: string, params: Record<string, unknown>): Promise<{ result: unknown; errorClass: string | null }> {
  const { connections, limits } = opened!;
  const via = connections.find((c) => c.lost === null) ?? connections[0]!;
  const outgoing: Outgoing = { method, params: JSON.stringify(params), name: nameOf(params), timeoutUs: limits.timeoutUs, wantsResult: true };
  return new Promise((resolve) => via.send(outgoing, ({ result, errorClass }) => resolve({ result, errorClass })));
}

function nameOf({ name, uri }: Record<string, unknown>): string | null {
  if (typeof name === 'string') return name;
  return typeof uri === 'string' ? uri : null;
}

function load(workload: Parameters<typeof createSampler>[0], share: { index: number; of: number }): Operation[] {
  const { protocol, seed } = opened!.opening.options;
  const sampler = workload.mix.length > 0 ? createSampler(workload, protocol, seed, share) : null;
  const agents = workload.session ? createAgents(workload, protocol, seed, share) : null;
  loaded = { sampler, agents, operations: (sampler ?? agents)?.operations ?? [] };
  return loaded.operations;
}

async function run(stage: Stage, startUs: number, maxInFlight: number): Promise<ThreadResult> {
  const { launcher, clock, opener, share, limits } = opened!;
  const durationUs = stage.durationS * 1e6;
  limits.maxInFlight = maxInFlight;
  abort = new AbortController();
  meter = createMeter({ operations: loaded!.operations.length, startUs, endUs: startUs + durationUs });
  try {
    const driver = createDriver(stage, { launcher, meter, startUs, share });
    const holdUs = stage.drainS === 0 && isOpen(stage) ? (stage.holdS ?? 0) * 1e6 : 0;
    const drainUs = stage.drainS === undefined ? limits.timeoutUs + 1e6 : stage.drainS * 1e6;
    const before = held;
    const running = runStage({
      driver, meter, launcher, clock, startUs, durationUs, drainUs, holdUs, signal: abort.signal,
      onBegin: () => before?.release(startUs),
      onInterval: (interval) => tell({ type: 'interval', interval }),
    });
    held = holdUs > 0 ? running : null;
    const result = await running.result;
    return { ...result, agents: roundsOf(driver), sockets: opener.sockets };
  } finally {
    meter = null;
  }
}

const isOpen = ({ model }: Stage) => model.kind === 'rate' || model.kind === 'ramp';

function createDriver({ model, durationS, holdS = 0 }: Stage, parts: DriverParts): Driver | AgentsDriver {
  if (model.kind === 'sessions') return createAgentsDriver(parts, model.sessions, loaded!.agents!);
  const sampler = loaded!.sampler!;
  const next = (): Sendable => sampler.next();
  if (model.kind === 'closed') return createClosedDriver(parts, { concurrency: model.concurrency, thinkUs: model.thinkMs * 1000 }, next);
  return createOpenDriver(parts, createSchedule(model, durationS, holdS), next);
}

function roundsOf(driver: Driver | AgentsDriver): ThreadResult['agents'] {
  if (!('rounds' in driver)) return null;
  const { completed, failed, duration } = driver.rounds;
  return { completed, failed, duration: duration.toSparse() };
}

/** Between stages: these connections are opened by another thread. */
async function release(numbers: number[]): Promise<void> {
  const { connections, share } = opened!;
  const leaving = share.mine.map((number, i) => ({ number, connection: connections[i]! })).filter(({ number }) => numbers.includes(number));
  const staying = share.mine.map((number, i) => ({ number, connection: connections[i]! })).filter(({ number }) => !numbers.includes(number));
  connections.splice(0, connections.length, ...staying.map((s) => s.connection));
  share.mine.splice(0, share.mine.length, ...staying.map((s) => s.number));
  await Promise.all(leaving.map(({ connection }) => connection.close()));
}
