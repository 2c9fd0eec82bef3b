import { join } from 'node:path';
import { runSchemaVersion, type RunRecord } from '../model/run.ts';
import type { MessageRecord, RequestRecord, RunEvent } from '../model/trace.ts';
import { createNdjsonWriter } from './ndjsonWriter.ts';
import { redactValue, type Redact } from './redact.ts';
import { makeRunFolder, recordFile, writeAtomically } from './runFolder.ts';

export { deleteRun, listRuns, readRun, renameRun, type RunEntry } from './catalogue.ts';
export { readEvents, readMessages, readRequests } from './readNdjson.ts';

/** Writes the folder of one run while it goes on. */
export interface RunWriter {
  /** Name of the run folder. */
  readonly id: string;
  /** The run folder, absolute when `outDir` was. */
  readonly dir: string;
  /** These three return at once; lines reach the disk within a second. */
  request(record: RequestRecord): void;
  message(record: MessageRecord): void;
  event(event: RunEvent): void;
  /** Writes a JSON file of the run, e.g. a profile, whole or not at all. */
  writeFile(name: string, data: string): Promise<void>;
  /** Replaces the requests, which after the run carry their CPU time. No `request` may follow. */
  rewriteRequests(records: Iterable<RequestRecord>): Promise<void>;
  /** Writes the rest and the final `run.json`. Rejects when the disk failed on the way. */
  finish(record: RunRecord): Promise<void>;
}

/** Everything that is written passes `redact` here, whatever the callers have redacted before. */
export async function createRun(outDir: string, serverName: string, startedAt: Date, redact: Redact = (text) => text): Promise<RunWriter> {
  const { id, dir } = await makeRunFolder(outDir, redact(serverName), startedAt);
  await writeRecord(startRecord(id, serverName, startedAt));
  const [requests, messages, events] = await Promise.all([createNdjsonWriter(join(dir, 'requests.ndjson')), createNdjsonWriter(join(dir, 'messages.ndjson')), createNdjsonWriter(join(dir, 'events.ndjson'))]);
  let requestsOpen = true;

  return {
    id,
    dir,
    request: (record) => requests.write(toJson(record)),
    message: (record) => messages.write(toJson(record)),
    event: (event) => events.write(toJson(event)),
    writeFile: (name, data) => writeAtomically(join(dir, name), redactJson(data)),
    async rewriteRequests(records) {
      await closeRequests();
      await writeAtomically(join(dir, 'requests.ndjson'), linesOf(records, toJson));
    },
    async finish(record) {
      const closed = await Promise.allSettled([closeRequests(), messages.close(), events.close()]);
      await writeRecord(record);
      const failed = closed.find((c) => c.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };

  async function closeRequests(): Promise<void> {
    if (!requestsOpen) return;
    requestsOpen = false;
    await requests.close();
  }

  /** The facts that a list of runs shows come first: it reads only the beginning. */
  function writeRecord(record: RunRecord): Promise<void> {
    const { schemaVersion, id, title, startedAt, durationUs, status, server, load, ...rest } = redactValue(record, redact);
    return writeAtomically(join(dir, recordFile), `${JSON.stringify({ schemaVersion, id, title, startedAt, durationUs, status, server, load, ...rest }, null, 1)}\n`);
  }

  function toJson(value: object): string {
    return redactJson(JSON.stringify(value));
  }

  /** A secret of digits may hit a number, which must stay one: JSON is redacted string by string. */
  function redactJson(text: string): string {
    return redact(text) === text ? text : JSON.stringify(redactValue<unknown>(JSON.parse(text), redact));
  }
}

async function* linesOf(records: Iterable<RequestRecord>, toJson: (r: RequestRecord) => string): AsyncGenerator<string> {
  let lines = '';
  for (const record of records) {
    lines += `${toJson(record)}\n`;
    if (lines.length < 1_000_000) continue;
    yield lines;
    lines = '';
    // lets timers and sockets have their turn
    await new Promise(setImmediate);
  }
  yield lines;
}

/** What stays behind when the engine is killed: nothing measured yet. */
const startRecord = (id: string, name: string, startedAt: Date): RunRecord => ({
  schemaVersion: runSchemaVersion,
  id,
  title: name,
  startedAt: startedAt.toISOString(),
  durationUs: 0,
  status: 'running',
  server: { name, version: null, protocolVersion: null, transport: 'stdio', target: '', cwd: null, toolListTokens: null },
  failure: null,
  profilerVersion: '',
  runtime: null,
  options: { callsPerTool: 0, concurrency: 0, cpu: false, heap: false, protocol: 'legacy', requestTimeoutMs: 0, initializeTimeoutMs: 0, bodies: false, budgets: {} },
  startupUs: null,
  tools: [],
  methods: [],
  files: { requests: 'requests.ndjson', messages: 'messages.ndjson', events: 'events.ndjson', cpu: [], heap: [] },
  cpu: null,
  hotLines: [],
  blocks: [],
  memory: null,
  findings: [],
  sentences: [],
  skipped: [],
  notices: ['The run did not end: the profiler was stopped before it could write its results.'],
});
