import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { callLine } from '../analysis/callLine.ts';
import { findMeasured } from '../analysis/measured.ts';
import { writeSentences } from '../analysis/sentences.ts';
import type { Probe, ProbeResult } from '../inspector/probe.ts';
import type { ListedTool, Session } from '../inspector/session.ts';
import type { ProfileRequest } from '../model/engine.ts';
import type { Failure } from '../model/errors.ts';
import type { HeapProfile } from '../model/profile.ts';
import { runSchemaVersion, type HeapFile, type HotLine, type MemorySummary, type RunRecord, type ServerFacts } from '../model/run.ts';
import type { RequestRecord, RunEvent } from '../model/trace.ts';
import { allocationSites } from '../profile/allocations.ts';
import { attributeRun } from '../profile/attribute.ts';
import { summariseMethods, summariseTools } from '../profile/tools.ts';
import type { RunWriter } from '../runs/store.ts';
import type { Clock } from '../wire/clock.ts';
import type { Selection } from './choose.ts';

/** What a session left behind, as far as it came. */
export interface Measured {
  requests: RequestRecord[];
  events: RunEvent[];
  tools: ListedTool[];
  calls: Selection['calls'];
  skipped: Selection['skipped'];
  notices: string[];
  heap: HeapReplay[];
  session: Session | null;
  attached: Awaited<ReturnType<Probe['attached']>> | null;
  probe: ProbeResult | null;
}

export interface HeapReplay {
  tool: string;
  calls: number;
  profile: HeapProfile | null;
}

interface Ending {
  request: ProfileRequest;
  clock: Clock;
  redact: (text: string) => string;
  status: RunRecord['status'];
  failure: Failure | null;
}

/** Joins trace and samples, judges them, and completes the run folder. */
export async function recordRun(run: RunWriter, measured: Measured, ending: Ending): Promise<RunRecord> {
  const { requests, events, attached } = measured;
  const startup = requests.find((r) => r.phase === 'setup' && r.parsedUs !== null);
  const attributed = measured.probe?.profile
    ? attributeRun({ ...measured.probe, profile: measured.probe.profile, requests, startupEndUs: startup?.parsedUs ?? 0, concurrency: ending.request.options.concurrency })
    : null;

  for (const r of requests) {
    const cost = attributed?.perRequest.get(r.request);
    if (cost) Object.assign(r, cost);
  }
  for (const b of attributed?.blocks ?? []) {
    const event: RunEvent = { kind: 'block', atUs: b.atUs, durationUs: b.durationUs, request: b.request, tool: b.tool };
    events.push(event);
    run.event(event);
  }

  const files: RunRecord['files'] = { requests: 'requests.ndjson', messages: 'messages.ndjson', events: 'events.ndjson', cpu: [], heap: [] };
  if (attributed && measured.probe) {
    const file = `cpu-${measured.probe.pid}-${measured.probe.tid}.cpuprofile`;
    await run.writeFile(file, JSON.stringify(attributed.profile));
    files.cpu.push({ file, pid: measured.probe.pid, tid: measured.probe.tid });
  }
  const sites: MemorySummary['sites'] = [];
  for (const [i, replay] of measured.heap.entries()) {
    if (!replay.profile || replay.calls === 0) continue;
    const file: HeapFile = { file: `heap-${measured.probe?.pid ?? 0}-${i}.heapprofile`, pid: measured.probe?.pid ?? 0, tool: replay.tool, calls: replay.calls };
    await run.writeFile(file.file, JSON.stringify(replay.profile));
    files.heap.push(file);
    sites.push(...allocationSites(replay.profile, replay.calls, replay.tool));
  }

  const sources = await readSources([...sites, ...(attributed?.hotLines ?? []), ...(attributed?.blocks ?? []).flatMap((b) => b.stack)].map((place) => place.file));
  const generated = new Set(measured.calls.filter((c) => c.generated && Object.keys(c.args).length > 0).map((c) => c.tool));
  const record: RunRecord = {
    schemaVersion: runSchemaVersion,
    id: run.id,
    title: ending.request.server.name,
    startedAt: ending.clock.startedAt.toISOString(),
    durationUs: ending.clock.now(),
    status: ending.status,
    failure: ending.failure && { ...ending.failure, message: ending.redact(ending.failure.message), hint: ending.redact(ending.failure.hint) },
    profilerVersion: packageJson.version,
    server: measured.session?.facts ?? unknownServer(ending),
    runtime: attached?.runtime ?? null,
    options: ending.request.options,
    startupUs: measured.session?.startupUs ?? null,
    tools: summariseTools(
      measured.tools.filter((t) => measured.calls.some((c) => c.tool === t.name)),
      requests,
      attributed && { cpuByTool: attributed.cpuByTool, blocks: attributed.blocks },
      measured.heap.map(({ tool, calls, profile }) => ({ tool, calls, bytes: profile ? totalBytes(profile) : null })),
    ),
    methods: summariseMethods(requests),
    files,
    cpu: attributed?.cpu ?? null,
    hotLines: (attributed?.hotLines ?? []).map((h) => ({ ...atItsCall(h, sources), fileHash: sources.get(h.file)?.hash ?? null })),
    blocks: attributed?.blocks.slice(0, 200) ?? [],
    memory: summariseMemory(events, sites.map((s) => atItsCall(s, sources))),
    findings: [],
    sentences: [],
    skipped: measured.skipped,
    notices: [...measured.notices, ...(measured.session?.notices ?? []), ...(measured.probe?.notices ?? []), ...(attached?.reason ? [attached.reason] : []), ...argumentNotices(requests, generated)],
    ...(measured.session && measured.session.strayLines.length > 0 && { strayLines: [...measured.session.strayLines] }),
  };
  const sourceOf = (file: string) => sources.get(file)?.text ?? null;
  record.findings = findMeasured(record, requests, sourceOf);
  record.sentences = writeSentences(record, requests, sourceOf);
  if (attributed) await run.rewriteRequests(requests);
  await run.finish(record);
  return record;
}

const unknownServer = ({ request: { server, options }, redact }: Ending): ServerFacts => ({
  name: server.name,
  version: null,
  protocolVersion: options.protocol === 'modern' ? '2026-07-28' : null,
  transport: server.transport,
  target: redact(server.transport === 'stdio' ? [server.process.command, ...server.process.args].join(' ') : server.url),
  cwd: server.process?.cwd ?? null,
  toolListTokens: null,
});

/** Generated arguments that a tool mostly refuses measure its refusal: say so. */
function argumentNotices(requests: RequestRecord[], generated: ReadonlySet<string>): string[] {
  const notices: string[] = [];
  for (const tool of generated) {
    const calls = requests.filter((r) => r.target === tool && r.phase === 'measure');
    const refused = calls.filter((r) => r.outcome === 'toolError' || r.outcome === 'rpcError').length;
    if (refused * 5 > calls.length) {
      notices.push(`Arguments for "${tool}" were generated and ${Math.round((refused / calls.length) * 100)}% of its calls returned an error: give it real ones.`);
    }
  }
  return notices;
}

function summariseMemory(events: RunEvent[], sites: MemorySummary['sites']): MemorySummary | null {
  const memory = events.filter((e) => e.kind === 'memory');
  if (memory.length === 0) return null;
  const gc = events.filter((e) => e.kind === 'gc').map((e) => e.durationUs);
  const range = (values: number[]) => ({ first: values[0]!, last: values.at(-1)!, max: values.reduce((a, b) => Math.max(a, b)) });
  return {
    rssBytes: range(memory.map((e) => e.rssBytes)),
    heapUsedBytes: range(memory.map((e) => e.heapUsedBytes)),
    gc: { count: gc.length, totalUs: gc.reduce((a, b) => a + b, 0), maxUs: gc.reduce((a, b) => Math.max(a, b), 0) },
    sites,
  };
}

function totalBytes(profile: HeapProfile): number {
  let bytes = 0;
  const left = [profile.head];
  for (let node = left.pop(); node; node = left.pop()) {
    bytes += node.selfSize;
    left.push(...node.children);
  }
  return bytes;
}

interface Source {
  text: string;
  /** SHA-1 of the file as it is now. */
  hash: string;
}

/** The files that are on this machine; others are `node:` internals, evaluated code or paths of another one. */
async function readSources(files: string[]): Promise<Map<string, Source>> {
  const sources = new Map<string, Source>();
  for (const file of new Set(files)) {
    if (!isAbsolute(file)) continue;
    try {
      const bytes = await readFile(file);
      sources.set(file, { text: bytes.toString('utf8'), hash: createHash('sha1').update(bytes).digest('hex') });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
  return sources;
}

/** A profile knows where a function begins; the source tells the line on which it makes the call. */
function atItsCall<T extends Pick<HotLine, 'file' | 'line' | 'callee'>>(place: T, sources: ReadonlyMap<string, Source>): T {
  return place.callee === null ? place : { ...place, line: callLine(sources.get(place.file)?.text ?? null, place.line, place.callee) };
}
