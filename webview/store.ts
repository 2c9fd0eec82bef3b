import type { Link, TabId } from '../src/model/finding.ts';
import type { ProfileProgress } from '../src/model/engine.ts';
import type { LoadInterval, LoadOptions, LoadProgress } from '../src/model/load.ts';
import type { LoadResult } from '../src/model/loadResult.ts';
import { collectIntervals, type Intervals } from '../src/model/loadIntervals.ts';
import type { PanelContent, PanelState as SavedState } from '../src/model/panel.ts';
import type { RunRecord } from '../src/model/run.ts';
import type { Theme } from './theme.ts';
import { readTheme } from './theme.ts';
import { toolColours } from './colours.ts';
import { startDataWorker, type DataClient } from './data/client.ts';
import type { Span } from './data/statistics.ts';
import { post, readState, writeState } from './host.ts';

/** What the user has chosen; all tabs share it, and it survives a reload. */
export interface Selection {
  tab: TabId;
  /** Names; empty for all. */
  tools: string[];
  /** Brushed span of the run, microseconds. */
  span: Span | null;
  request: number | null;
  /** Finding that was followed. */
  finding: string | null;
  sort: { column: string; descending: boolean };
  /** Text filters, by tab. */
  filters: Record<string, string>;
}

export interface Live {
  title: string;
  stage: ProfileProgress['stage'];
  done: number;
  total: number;
  /** End of the latest request, microseconds. */
  nowUs: number;
  errors: number;
}

/** A load test that goes on. */
export interface LiveLoad {
  title: string;
  options: LoadOptions;
  /** The newest; null before the first. */
  progress: Omit<LoadProgress, 'interval'> | null;
  intervals: Intervals;
  /** Since the start. */
  totals: { due: number; ok: number; failed: number; notSent: number };
}

export interface PanelState {
  content: PanelContent | null;
  live: Live | null;
  liveLoad: LiveLoad | null;
  /** Goes up with every drawing of `liveLoad`, which is changed in place. */
  liveVersion: number;
  /** Of the run that is shown, if it was a load test. */
  load: LoadResult | null;
  selection: Selection;
  theme: Theme;
  /** Goes up whenever the worker knows more. */
  dataVersion: number;
  ready: { requests: boolean; messages: boolean };
  reading: { what: string; ratio: number } | null;
  problem: string | null;
  /** Link that was followed last, for the tab it leads to; `count` tells two equal ones apart. */
  followed: { link: Link; count: number } | null;
}

const nothingSelected: Selection = { tab: 'overview', tools: [], span: null, request: null, finding: null, sort: { column: 'p95', descending: true }, filters: {} };

export type Store = ReturnType<typeof createStore>;

/** The one state of the panel. Every change goes through it; listeners hear of it once per microtask. */
export function createStore() {
  const saved = readState() as { key?: string; view?: { id: string; selection: Selection } } | undefined;
  let key = saved?.key;
  const state: PanelState = {
    content: null, live: null, liveLoad: null, liveVersion: 0, load: null, selection: { ...nothingSelected, ...saved?.view?.selection }, theme: readTheme(), dataVersion: 0,
    ready: { requests: false, messages: false }, reading: null, problem: null, followed: null,
  };
  const listeners = new Set<() => void>();
  let announced = false;
  let drawing = false;
  /** Made once per theme and run: it is asked for every mark of a picture. */
  let colours: { theme: Theme; content: PanelContent | null; live: number; of: (name: string) => string } | null = null;
  const data: DataClient = startDataWorker((message) => {
    switch (message.type) {
      case 'reading':
        update({ reading: { what: message.what, ratio: message.ratio } });
        return;
      case 'changed':
        update({ dataVersion: state.dataVersion + 1, ready: message.ready, ...(message.ready.messages || state.live ? { reading: null } : {}) });
        return;
      case 'failed':
        post({ type: 'log', level: 'error', message: message.message });
        update({ problem: message.message, reading: null });
    }
  });

  function update(change: Partial<PanelState>) {
    Object.assign(state, change);
    if (announced) return;
    announced = true;
    queueMicrotask(() => {
      announced = false;
      for (const listener of listeners) listener();
    });
  }

  function select(change: Partial<Selection>) {
    update({ selection: { ...state.selection, ...change } });
    keep();
  }

  function keep() {
    writeState({ ...(key === undefined ? {} : { key }), view: { id: store.run?.id ?? '', selection: state.selection } } satisfies SavedState);
  }

  const store = {
    state: state as Readonly<PanelState>,
    data,
    update,
    select,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get run(): RunRecord | null {
      return state.content?.kind === 'run' ? state.content.run : null;
    },
    /** The colour of a tool; of anything else, grey. */
    colour(name: string): string {
      if (colours === null || colours.theme !== state.theme || colours.content !== state.content || colours.live !== store.liveTools.length) {
        const tools = store.run?.tools.map((t) => t.name) ?? store.liveTools;
        colours = { theme: state.theme, content: state.content, live: store.liveTools.length, of: toolColours(tools, state.theme.kind, state.theme.muted) };
      }
      return colours.of(name);
    },
    /** Tools seen while a run goes on, in the order of their first answer. */
    liveTools: [] as string[],
    toggleTool(name: string, only = false) {
      const { tools } = state.selection;
      if (only) select({ tools: tools.length === 1 && tools[0] === name ? [] : [name] });
      else select({ tools: tools.includes(name) ? tools.filter((t) => t !== name) : [...tools, name] });
    },
    /** Goes where a figure can be seen. */
    follow(link: Link) {
      if (link.to === 'source') {
        post({ type: 'openSource', file: link.file, line: link.line });
        return;
      }
      update({ followed: { link, count: (state.followed?.count ?? 0) + 1 } });
      select({ tab: link.tab, ...(link.tool === undefined ? {} : { tools: [link.tool] }), ...(link.request === undefined ? {} : { request: link.request }) });
    },
    async show(content: PanelContent, at?: Link, newKey?: string) {
      key = newKey;
      const sameRun = content.kind === 'run' && (saved?.view?.id === content.run.id || store.run?.id === content.run.id);
      update({ content, live: null, liveLoad: null, load: null, dataVersion: 0, ready: { requests: false, messages: false }, reading: content.kind === 'run' ? { what: content.run.files.load === undefined ? 'requests' : 'the result', ratio: 0 } : null, problem: null, followed: null });
      if (content.kind === 'profile') {
        select({ ...nothingSelected, tab: 'flame' });
        return;
      }
      select(sameRun ? {} : { ...nothingSelected, filters: {} });
      if (at) store.follow(at);
      await load(content.run, content.urls);
    },
    live(title: string) {
      store.liveTools.length = 0;
      data.post({ type: 'live' });
      update({ content: null, load: null, liveLoad: null, live: { title, stage: 'starting', done: 0, total: 0, nowUs: 0, errors: 0 }, dataVersion: 0, ready: { requests: true, messages: false }, reading: null, problem: null });
      select({ ...nothingSelected, tab: 'latency' });
    },
    liveLoad({ title, options, intervals }: { title: string; options: LoadOptions; intervals: readonly LoadInterval[] }) {
      const liveLoad: LiveLoad = { title, options, progress: null, intervals: collectIntervals(), totals: { due: 0, ok: 0, failed: 0, notSent: 0 } };
      for (const interval of intervals) addInterval(liveLoad, interval);
      update({ content: null, load: null, live: null, liveLoad, reading: null, problem: null });
      select({ ...nothingSelected, tab: 'load' });
    },
    /** Keeps it at once; what is seen changes at most once per frame. */
    loadProgress({ interval, ...progress }: LoadProgress) {
      const { liveLoad } = state;
      if (!liveLoad) return;
      liveLoad.progress = { ...progress, ...(progress.operations || !liveLoad.progress?.operations ? {} : { operations: liveLoad.progress.operations }) };
      if (interval) addInterval(liveLoad, interval);
      if (drawing) return;
      drawing = true;
      requestAnimationFrame(() => {
        drawing = false;
        update({ liveVersion: state.liveVersion + 1 });
      });
    },
    progress(progress: ProfileProgress) {
      if (!state.live) return;
      const { ended } = progress;
      for (const tool of [...(progress.tools ?? []), ...ended.tool]) if (!store.liveTools.includes(tool)) store.liveTools.push(tool);
      data.post({ type: 'append', progress });
      update({
        live: {
          ...state.live, stage: progress.stage, done: progress.done, total: progress.total,
          nowUs: ended.atUs.reduce((a, b) => Math.max(a, b), state.live.nowUs),
          errors: state.live.errors + ended.outcome.filter((o) => o !== 'ok').length,
        },
      });
    },
  };

  async function load(run: RunRecord, urls: Record<string, string>) {
    if (run.files.load !== undefined) {
      const file = await fetchFile(urls[run.files.load]);
      const result = file && (JSON.parse(await file.text()) as LoadResult);
      // another run may have been opened meanwhile
      if (store.run === run) update({ load: result, reading: null });
      return;
    }
    const [requests, events, messages] = await Promise.all([run.files.requests, run.files.events, run.files.messages].map((name) => fetchFile(urls[name])));
    data.post({ type: 'load', tools: run.tools.map((t) => t.name), requests: requests!, events: events!, messages: messages!, timeoutUs: run.options.requestTimeoutMs * 1000 });
  }

  async function fetchFile(url: string | undefined): Promise<Blob | null> {
    if (url === undefined) return null;
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`status ${response.status}`);
      return await response.blob();
    } catch (error) {
      const message = `A file of the run could not be read: ${error instanceof Error ? error.message : String(error)}`;
      post({ type: 'log', level: 'error', message });
      update({ problem: message });
      return null;
    }
  }

  return store;
}

function addInterval({ intervals, totals }: LiveLoad, interval: LoadInterval): void {
  intervals.add(interval);
  totals.due += interval.due;
  totals.ok += interval.ok;
  totals.notSent += interval.notSent;
  for (const [name, count] of Object.entries(interval.errors)) if (name !== 'not_sent') totals.failed += count;
}
