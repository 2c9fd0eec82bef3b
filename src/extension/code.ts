import * as vscode from 'vscode';
import { groupBy } from '../model/groupBy.ts';
import type { LintClient } from '../app/lint/client.ts';
import type { LintUpdate } from '../app/lint/protocol.ts';
import type { CodeFinding, HandlerInfo, LintSettings, TextChange } from '../model/lint.ts';
import { createStore, type Disposable } from './disposables.ts';
import { setting, settingChanged, type Host } from './host.ts';
import type { RunList } from './runList.ts';

/** What the sources say, with what the newest runs measured at the same places. */
export interface CodeState {
  handlers: HandlerInfo[];
  findings: CodeFinding[];
  /** Findings that a handler reaches, by its `id`. */
  findingsOf: (handlerId: string) => readonly CodeFinding[];
}

export interface Code extends Disposable {
  /** What is known now; empty before the sources were read. */
  current(): CodeState;
  /** Reads the sources the first time. */
  ready(): Promise<CodeState>;
  /** The finding behind a diagnostic; only of the document's present text, so that its edits fit. */
  findingAt(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): Promise<CodeFinding | undefined>;
  /** Reads everything again. */
  again(): Promise<void>;
  /** The files whose findings are others now; none when only the handlers are. */
  onDidChange: vscode.Event<ReadonlySet<string>>;
}

export const codeLanguages = ['typescript', 'javascript', 'typescriptreact', 'javascriptreact', 'python'];
const isSource = (document: vscode.TextDocument) => document.uri.scheme === 'file' && codeLanguages.includes(document.languageId);

const sourceFiles = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py}';
const projectFiles = '**/{package.json,package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,yarn.lock,tsconfig*.json,jsconfig.json,pyproject.toml,uv.lock,poetry.lock,requirements*.txt}';
/** From the last key to the analysis, ms: shorter than a pause between words. */
const typingPauseMs = 150;
/** Tools write many files at once. */
const diskPauseMs = 500;

/**
 * The static analysis of the workspace, in a worker thread. It begins when a source is open or somebody asks; this thread
 * only hands texts and edits over.
 */
export function createCode(host: Host, runs: RunList): Code {
  const store = createStore();
  const changed = store.add(new vscode.EventEmitter<ReadonlySet<string>>());
  let client: LintClient | null = null;
  let started: Promise<void> | null = null;
  let state = stateOf([], []);
  const byFile = new Map<string, CodeFinding[]>();
  /** Requests go one after the other; the last one's end. */
  let work: Promise<void> = Promise.resolve();
  /** Files outside of the workspace that a run has measured, opened to see its figures. */
  const outside = new Set<string>();
  const known = new Set<string>();
  const edits = new Map<string, TextChange[]>();
  const onDisk = new Set<string>();
  let typing: NodeJS.Timeout | undefined;
  let disk: NodeJS.Timeout | undefined;

  function then(task: (client: LintClient) => Promise<LintUpdate>): Promise<void> {
    work = work
      .then(async () => {
        if (client) await take(await task(client));
      })
      .catch((error: unknown) => {
        host.log.error(error instanceof Error ? error : String(error));
      });
    return work;
  }

  /** Takes over what is others now; what the newest runs say of the same places belongs to it. */
  async function take({ changed: files, handlers, defects }: Pick<LintUpdate, 'changed' | 'handlers' | 'defects'>): Promise<void> {
    for (const defect of defects) host.log.error(defect);
    // most edits change nothing here, and whoever listens draws hundreds of items anew
    if (files.length === 0 && !handlers) return;
    const { confirm } = await import('../app/findings.ts');
    const latest = await runs.latest();
    for (const { file, findings } of files) {
      if (findings.length === 0) byFile.delete(file);
      else byFile.set(file, latest.reduce((joined, { run }) => confirm(joined, run), findings));
    }
    state = stateOf(handlers ?? state.handlers, [...byFile.values()].flat());
    changed.fire(new Set(files.map(({ file }) => file)));
  }
  /** There are other runs now. */
  async function joinAgain(): Promise<void> {
    await work;
    if (!client) return;
    const { handlers, findings } = client.report();
    const files = groupBy(findings, (f) => f.file);
    await take({ changed: [...files].map(([file, own]) => ({ file, findings: own })), handlers, defects: [] });
  }

  function start(): Promise<void> {
    return (started ??= (async () => {
      const { createLintClient } = await import('../app/lint/client.ts');
      client = store.add(createLintClient());
      await open();
      for (const document of vscode.workspace.textDocuments) await takeIn(document);
      await work;
      watch();
    })());
  }
  const open = () =>
    then(async (c) => {
      const update = await c.open([...(vscode.workspace.workspaceFolders ?? []).map((f) => f.uri.fsPath), ...outside], lintSettings());
      const told = new Set(update.changed.map(({ file }) => file));
      // it tells only of files that have findings now
      const clean = [...byFile.keys()].filter((file) => !told.has(file));
      return { ...update, changed: [...update.changed, ...clean.map((file) => ({ file, findings: [] }))] };
    });

  async function takeIn(document: vscode.TextDocument): Promise<void> {
    const file = document.uri.fsPath;
    if (!isSource(document) || known.has(file)) return;
    known.add(file);
    const text = document.getText();
    void then((c) => c.openDocument(file, text));
    if (vscode.workspace.getWorkspaceFolder(document.uri) || !(await isMeasured(file))) return;
    outside.add(file);
    await open();
  }
  async function isMeasured(file: string): Promise<boolean> {
    const { filesOf } = await import('./hints/staleness.ts');
    return (await runs.latest()).some(({ run }) => filesOf(run).has(file));
  }

  function flush(): Promise<void> {
    clearTimeout(typing);
    const now = [...edits];
    edits.clear();
    for (const [file, changes] of now) void then((c) => c.edit(file, changes));
    return work;
  }

  function watch() {
    store.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const file = document.uri.fsPath;
        if (!known.has(file) || contentChanges.length === 0) return;
        const changes = contentChanges.map((c) => ({ start: c.rangeOffset, end: c.rangeOffset + c.rangeLength, text: c.text }));
        edits.set(file, [...(edits.get(file) ?? []), ...changes]);
        clearTimeout(typing);
        typing = setTimeout(() => void flush(), typingPauseMs);
      }),
    );
    store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (!known.delete(uri.fsPath)) return;
        void flush();
        void then((c) => c.closeDocument(uri.fsPath));
      }),
    );
    const touched = ({ scheme, fsPath }: vscode.Uri) => {
      if (scheme !== 'file' || /[\\/](?:node_modules|\.git)[\\/]/.test(fsPath)) return;
      onDisk.add(fsPath);
      clearTimeout(disk);
      disk = setTimeout(() => {
        const files = [...onDisk];
        onDisk.clear();
        void then((c) => c.refresh(files));
      }, diskPauseMs);
    };
    for (const pattern of [sourceFiles, projectFiles]) {
      const watcher = store.add(vscode.workspace.createFileSystemWatcher(pattern));
      store.add(watcher.onDidCreate(touched));
      store.add(watcher.onDidChange(touched));
      store.add(watcher.onDidDelete(touched));
    }
    store.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void open()));
    store.add(vscode.workspace.onDidChangeConfiguration((e) => (settingChanged(e, 'rules') || settingChanged(e, 'handlers')) && void then((c) => c.setSettings(lintSettings()))));
    store.add(runs.onDidChange(() => void joinAgain()));
  }

  store.add(vscode.workspace.onDidOpenTextDocument((document) => void (started ? takeIn(document) : isSource(document) && start())));
  if (vscode.workspace.textDocuments.some(isSource)) void start();

  return {
    current: () => state,
    async ready() {
      await start();
      return state;
    },
    async findingAt(document, diagnostic) {
      await flush();
      const rule = typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
      const finding = state.findings.find((f) => f.file === document.uri.fsPath && f.rule === rule && f.line - 1 === diagnostic.range.start.line);
      return finding && client ? { ...finding, fixes: await client.fixesOf(finding.id) } : finding;
    },
    async again() {
      await start();
      await open();
    },
    onDidChange: changed.event,
    dispose() {
      clearTimeout(typing);
      clearTimeout(disk);
      store.dispose();
    },
  };
}

/** The findings of each handler are looked up once for all: there may be hundreds of both. */
function stateOf(handlers: HandlerInfo[], findings: CodeFinding[]): CodeState {
  let byHandler: Map<string, CodeFinding[]> | null = null;
  const index = () => {
    const map = new Map<string, CodeFinding[]>();
    for (const finding of findings) {
      for (const id of finding.handlers) {
        const own = map.get(id);
        if (own) own.push(finding);
        else map.set(id, [finding]);
      }
    }
    return map;
  };
  return { handlers, findings, findingsOf: (id) => (byHandler ??= index()).get(id) ?? [] };
}

/** Copies: what VS Code gives are proxies, which cannot be sent to a thread. */
const lintSettings = (): LintSettings => ({ severities: { ...setting('rules') }, handlers: [...setting('handlers')] });
