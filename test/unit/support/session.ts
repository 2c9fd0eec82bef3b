import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientStubs } from '../../../src/model/engine.ts';
import type { UserError } from '../../../src/model/errors.ts';
import type { ProfileOptions } from '../../../src/model/run.ts';
import type { ProcessSpec, ServerSpec } from '../../../src/model/server.ts';
import type { MessageRecord, RequestRecord, RunEvent } from '../../../src/model/trace.ts';
import { openSession, type Session, type SessionOptions } from '../../../src/inspector/session.ts';
import { startClock } from '../../../src/wire/clock.ts';
import { findMarked } from '../../../src/wire/strays.ts';

export const root = join(import.meta.dirname, '../../..');

export interface Opened {
  session: Session;
  marker: string;
  requests: RequestRecord[];
  messages: MessageRecord[];
  events: RunEvent[];
}

export interface Opening {
  options?: Partial<ProfileOptions>;
  stubs?: ClientStubs;
  signal?: AbortSignal;
  redact?: (text: string) => string;
  clock?: SessionOptions['clock'];
}

/** Opens a session with short timeouts and keeps all that it reports. */
export async function open(spec: ServerSpec, o: Opening = {}): Promise<Opened> {
  const kept = collect();
  const session = await openSession(spec, { ...sessionOptions(o), marker: kept.marker, observer: kept.observer });
  return { session, ...kept };
}

/** Opens a session that must fail, and proves that no process is left. */
export async function openFails(spec: ServerSpec, o: Opening = {}): Promise<{ error: UserError; requests: RequestRecord[]; events: RunEvent[] }> {
  const kept = collect();
  const error: unknown = await openSession(spec, { ...sessionOptions(o), marker: kept.marker, observer: kept.observer }).then(
    async (session) => {
      await session.close();
      assert.fail('the session was opened');
    },
    (e: unknown) => e,
  );
  assert.deepEqual(await findMarked(kept.marker), [], 'processes are left');
  return { error: error as UserError, requests: kept.requests, events: kept.events };
}

export async function closeAndCheck({ session, marker }: Opened): Promise<void> {
  await session.close();
  assert.deepEqual(await findMarked(marker), [], 'processes are left');
}

function collect() {
  const requests: RequestRecord[] = [];
  const messages: MessageRecord[] = [];
  const events: RunEvent[] = [];
  const observer = { request: (r: RequestRecord) => requests.push(r), message: (m: MessageRecord) => messages.push(m), event: (e: RunEvent) => events.push(e) };
  return { marker: `test-${randomUUID()}`, requests, messages, events, observer };
}

function sessionOptions(o: Opening): Omit<SessionOptions, 'marker' | 'observer'> {
  return {
    options: { callsPerTool: 1, concurrency: 1, cpu: false, heap: false, protocol: 'legacy', requestTimeoutMs: 600, initializeTimeoutMs: 5000, bodies: false, budgets: {}, ...o.options },
    stubs: o.stubs ?? {},
    clock: o.clock ?? startClock(),
    signal: o.signal ?? new AbortController().signal,
    redact: o.redact ?? ((text) => text),
  };
}

export const command = (...line: string[]): ProcessSpec => ({ command: line[0]!, args: line.slice(1), cwd: root, env: { ...(process.env as Record<string, string>) } });

export const stdio = (...line: string[]): ServerSpec => ({ transport: 'stdio', name: 'under test', process: command(...line), secrets: [] });

export const hostile = (mode: string, ...args: string[]): ServerSpec => stdio(process.execPath, join(root, 'test/servers/hostile/server.mjs'), mode, ...args);

/** Starts a server over HTTP that prints its port; stop it when done. */
export async function listening(...line: string[]): Promise<{ port: number; child: ChildProcess; stderr: () => string; stop: () => Promise<void> }> {
  const child = spawn(line[0]!, line.slice(1), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PORT: '' } });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { port: Number(first.toString()), child, stderr: () => said, stop };
}

/** Waits for a condition that something else brings about. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const until = Date.now() + ms; Date.now() < until; ) {
    if (await condition()) return;
    await sleep(20);
  }
  assert.fail(`did not happen: ${what}`);
}
