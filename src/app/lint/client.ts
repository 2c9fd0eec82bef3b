import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { applyChanges } from '../../analysis/edits.ts';
import type { CodeFinding, Fix, HandlerInfo, LintReport, LintSettings, TextChange } from '../../model/lint.ts';
import type { FromWorker, LintRequest, LintUpdate, Progress, ToWorker } from './protocol.ts';

/**
 * The static analysis in a worker thread. Every call answers with what it changed; `report` is all that is known now.
 * A file on which the worker spends longer than `limitMs` is left out: the worker is started again and goes on without.
 * However large the workspace, it may take as long as it goes on from one file or step to the next.
 */
export interface LintClient {
  /** Analyses files and folders, as the disk and the open documents have them; forgets what else was analysed before. */
  open(paths: readonly string[], settings: LintSettings, options?: { withFixes: boolean }): Promise<LintUpdate>;
  setSettings(settings: LintSettings): Promise<LintUpdate>;
  openDocument(file: string, text: string): Promise<LintUpdate>;
  /** `changes` in the order in which they were made, each in terms of the text after those before it. */
  edit(file: string, changes: readonly TextChange[]): Promise<LintUpdate>;
  closeDocument(file: string): Promise<LintUpdate>;
  /** Files were made, changed or removed on disk, sources and manifests alike. */
  refresh(files: readonly string[]): Promise<LintUpdate>;
  /** Of a finding as it was last told, by its id; the preferred one first. Findings come without, unless `open` said otherwise. */
  fixesOf(findingId: string): Promise<Fix[]>;
  report(): LintReport;
  dispose(): void;
}

export interface LintClientOptions {
  onProgress?: (progress: Progress) => void;
  /** Longest time for one file; a step that concerns all of them has a little more for each. Default 10 s. */
  limitMs?: number;
  /** Another worker, for tests. */
  worker?: string | URL;
}

const here = import.meta.dirname;
const ownWorker = basename(here) === 'dist' ? join(here, 'lintWorker.cjs') : join(here, 'worker.ts');
/** Files take milliseconds, on a busy machine some hundred. */
const defaultLimitMs = 10_000;
/** What a step that concerns all files (finding handlers, one rule) may take longer for each; it needs about half a millisecond. */
const perFileMs = 10;
/** A worker that starts loads all of its code first; on a machine with other work that took more than the limit for a file. */
const startFactor = 6;
/** A second restart in which no file is to blame means that it will not get better. */
const maxBlameless = 2;

/** For a thousand files V8 lets garbage grow by a hundred megabytes more without this; the analysis is no slower with it. */
const youngMb = 24;

interface Waiting {
  /** With the answer; null where the worker was started again meanwhile. */
  resolve: (answer: Extract<FromWorker, { type: 'answer' | 'fixes' }> | null) => void;
  reject: (error: Error) => void;
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

export function createLintClient({ onProgress, limitMs = defaultLimitMs, worker: script = ownWorker }: LintClientOptions = {}): LintClient {
  const state = createState();
  const waiting = new Map<number, Waiting>();
  const skip = new Map<string, string>();
  /** Open documents as the worker was told of them: one that is started again must know them. */
  const documents = new Map<string, string>();
  let opened: Extract<LintRequest, { do: 'open' }> | null = null;
  let worker: Worker | null = null;
  let timer: NodeJS.Timeout | undefined;
  let workingOn: string | null = null;
  /** The worker has told of something. */
  let isUp = false;
  /** Files that the step under way has to do with. */
  let fileCount = 0;
  let blameless = 0;
  let lastId = 0;
  let disposed = false;

  function start(): Worker {
    const started = new Worker(script, { resourceLimits: { maxYoungGenerationSizeMb: youngMb } });
    isUp = false;
    // it never keeps a process alive that has nothing else to do; a request that is waited for does, by its timer
    started.unref();
    started.on('message', (message: FromWorker) => {
      if (worker === started) receive(message);
    });
    // An error may be told before what the worker said last, of the file it was at; by its exit all of that has come.
    let failure = '';
    started.on('error', (error: unknown) => (failure = error instanceof Error ? error.message : String(error)));
    started.on('exit', (code) => {
      if (worker === started) again(`makes the analysis fail (${failure || `exit code ${code}`})`);
    });
    return started;
  }
  function receive(message: FromWorker) {
    clearTimeout(timer);
    isUp = true;
    if (message.type === 'working') {
      workingOn = message.on;
      fileCount = message.files;
      if (message.progress) onProgress?.(message.progress);
    } else {
      const { resolve, reject } = waiting.get(message.id)!;
      waiting.delete(message.id);
      workingOn = null;
      blameless = 0;
      if (message.type === 'answer') state.take(message.update);
      if (message.type === 'failed') reject(Object.assign(new Error(message.message), { stack: message.stack }));
      else resolve(message);
    }
    if (waiting.size > 0) watch();
  }
  function watch() {
    clearTimeout(timer);
    const ms = !isUp ? limitMs * startFactor : workingOn === null ? limitMs + fileCount * perFileMs : limitMs;
    timer = setTimeout(() => again(`took longer than ${ms / 1000} s`), ms);
  }
  /** Starts the worker once more, without the file that it was at, and answers all that wait with the whole state. */
  function again(reason: string) {
    clearTimeout(timer);
    stop();
    if (workingOn !== null) skip.set(workingOn, reason);
    else blameless++;
    const orphans = [...waiting.values()];
    waiting.clear();
    if (!opened || blameless >= maxBlameless) {
      for (const { reject } of orphans) reject(new Error(`No single file is to blame, but the whole ${reason}.`));
      return;
    }
    workingOn = null;
    state.clear();
    send(reopened(opened)).then(
      () => orphans.forEach((o) => o.resolve(null)),
      (error: unknown) => orphans.forEach((o) => o.reject(error as Error)),
    );
  }
  const reopened = (request: Extract<LintRequest, { do: 'open' }>): LintRequest => ({ ...request, documents: [...documents].map(([file, text]) => ({ file, text })), skip: [...skip].map(([file, reason]) => ({ file, reason })) });

  function ask(request: WithoutId<ToWorker>): Promise<Parameters<Waiting['resolve']>[0]> {
    if (disposed) return Promise.reject(new Error('The analysis was closed.'));
    worker ??= start();
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker!.postMessage({ id, ...request });
      if (waiting.size === 1) watch();
    });
  }
  async function send(request: LintRequest): Promise<LintUpdate> {
    const answer = await ask(request);
    return answer?.type === 'answer' ? answer.update : state.update();
  }
  function stop() {
    void worker?.terminate();
    worker = null;
  }

  return {
    open(paths, settings, { withFixes } = { withFixes: false }) {
      opened = { do: 'open', paths: [...paths], settings, documents: [], skip: [], withFixes };
      skip.clear();
      state.clear();
      return send(reopened(opened));
    },
    setSettings(settings) {
      if (opened) opened = { ...opened, settings };
      return send({ do: 'settings', settings });
    },
    openDocument(file, text) {
      documents.set(file, text);
      return send({ do: 'openDocument', file, text });
    },
    edit(file, changes) {
      const text = documents.get(file);
      if (text !== undefined) documents.set(file, applyChanges(text, changes));
      return send({ do: 'edit', file, changes: [...changes] });
    },
    closeDocument(file) {
      documents.delete(file);
      return send({ do: 'closeDocument', file });
    },
    refresh: (files) => send({ do: 'refresh', files: [...files] }),
    async fixesOf(finding) {
      const answer = await ask({ do: 'fixes', finding });
      return answer?.type === 'fixes' ? answer.fixes : [];
    },
    report: () => state.report(),
    dispose() {
      disposed = true;
      clearTimeout(timer);
      stop();
      for (const { reject } of waiting.values()) reject(new Error('The analysis was closed.'));
      waiting.clear();
    },
  };
}

/** What all updates together say. */
function createState() {
  const findings = new Map<string, CodeFinding[]>();
  let handlers: HandlerInfo[] = [];
  let last: LintUpdate | null = null;
  return {
    clear() {
      findings.clear();
      handlers = [];
      last = null;
    },
    take(update: LintUpdate) {
      for (const { file, findings: own } of update.changed) {
        if (own.length === 0) findings.delete(file);
        else findings.set(file, own);
      }
      handlers = update.handlers ?? handlers;
      last = update;
    },
    /** What was told last. */
    update(): LintUpdate {
      if (!last) throw new Error('nothing is open yet');
      return last;
    },
    report(): LintReport {
      if (!last) throw new Error('nothing is open yet');
      const { files, skipped, suppressed, unusedSuppressions, defects, timings } = last;
      const byFile = [...findings].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => own);
      return { files, handlers, findings: byFile, skipped, suppressed, unusedSuppressions, defects, timings };
    },
  };
}
