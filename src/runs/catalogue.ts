import { lstat, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import { runSchemaVersion, type LoadSummary, type RunRecord } from '../model/run.ts';
import { recordFile, writeAtomically } from './runFolder.ts';

/** A run as a list shows it. */
export interface RunEntry extends Pick<RunRecord, 'id' | 'title' | 'startedAt' | 'durationUs' | 'status'> {
  dir: string;
  serverName: string;
  /** Null for a profile. */
  load: LoadSummary | null;
}

/** `run.json` begins with the facts of a list, however much it holds. */
const headBytes = 16_384;
const filesAtOnce = 32;

/** The runs in a folder, newest first. Folders that hold no readable run are passed over. */
export async function listRuns(outDir: string): Promise<RunEntry[]> {
  const names = await readdir(outDir, { withFileTypes: true }).catch(() => []);
  const dirs = names.filter((entry) => entry.isDirectory()).map((entry) => join(outDir, entry.name));
  const found: RunEntry[] = [];
  const next = dirs.values();
  const worker = async () => {
    for (const dir of next) {
      const entry = await readEntry(dir);
      if (entry) found.push(entry);
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, worker));
  return found.sort((a, b) => compare(b.startedAt, a.startedAt) || compare(b.id, a.id));
}

/**
 * The record of a run.
 * @throws UserError `run-not-found`, or `bad-config` for a record that this version cannot read.
 */
export async function readRun(dir: string): Promise<RunRecord> {
  const path = join(dir, recordFile);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UserError('run-not-found', `${dir} is no run folder: ${recordFile} cannot be read.`, 'Give a folder that "mcp-profiler profile" has written, by default below .mcp-profiler/runs.', { cause: error });
  }
  let record: Partial<RunRecord> | null;
  try {
    record = JSON.parse(text) as Partial<RunRecord> | null;
  } catch (error) {
    throw new UserError('bad-config', `${path} is no JSON.`, 'The file was changed or damaged: profile the server again.', { cause: error });
  }
  if (record?.schemaVersion !== runSchemaVersion) {
    throw new UserError('bad-config', `${path} has schema version ${String(record?.schemaVersion)}; this MCP Profiler reads ${runSchemaVersion}.`, 'Open it with the version that wrote it, or profile the server again.');
  }
  if (typeof record.id !== 'string' || !Array.isArray(record.tools) || typeof record.files !== 'object') {
    throw new UserError('bad-config', `${path} is not the record of a run.`, 'The file was changed or damaged: profile the server again.');
  }
  return record as RunRecord;
}

/** Gives a run another title; its folder keeps its name. */
export async function renameRun(dir: string, title: string): Promise<void> {
  const record = await readRun(dir);
  await writeAtomically(join(dir, recordFile), `${JSON.stringify({ ...record, title }, null, 1)}\n`);
}

/**
 * Deletes a run folder with all it holds. Nothing else is ever deleted: the folder must carry the name that its record
 * has, and hold no folders.
 */
export async function deleteRun(dir: string): Promise<void> {
  const entry = await readEntry(dir);
  const refuse = (why: string) => new UserError('run-not-found', `${dir} was not deleted: ${why}.`, 'Delete the folder by hand if it is one of yours.');
  if (!entry) throw refuse('it is no run folder');
  if (entry.id !== basename(resolve(dir))) throw refuse(`its record belongs to the run "${entry.id}"`);
  if (!(await lstat(dir)).isDirectory()) throw refuse('it is a link');
  if ((await readdir(dir, { withFileTypes: true })).some((e) => e.isDirectory())) throw refuse('it holds other folders');
  await rm(dir, { recursive: true });
}

async function readEntry(dir: string): Promise<RunEntry | null> {
  const path = join(dir, recordFile);
  const record = parseHead(await readHead(path)) ?? parseHead(await readFile(path, 'utf8').catch(() => ''));
  const { id, title, startedAt, durationUs, status, server, load } = record ?? {};
  if (typeof id !== 'string' || typeof startedAt !== 'string' || typeof status !== 'string') return null;
  return { dir, id, title: title ?? id, startedAt, durationUs: durationUs ?? 0, status, serverName: server?.name ?? id, load: load ?? null };
}

/**
 * What is whole of a record that may be cut off, or null. We write one member per line, indented by one, so the cut is
 * made before the last line that begins a member: hundreds of runs are listed in the editor's own process, where a
 * parser in JavaScript takes too long.
 */
function parseHead(head: string): Partial<RunRecord> | null {
  for (const text of [head, `${head.slice(0, Math.max(0, head.lastIndexOf(',\n "')))}}`]) {
    try {
      return JSON.parse(text) as Partial<RunRecord> | null;
    } catch {
      continue; // cut off, or laid out in another way, or no JSON at all
    }
  }
  return null;
}

async function readHead(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return ''; // no run: the caller passes it over
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
