import type { ProfileProgress } from '../model/engine.ts';
import type { LoadOptions, LoadProgress } from '../model/load.ts';
import { collectIntervals } from '../model/loadIntervals.ts';
import type { ToPanel } from '../model/panel.ts';

/** A run that goes on, as a panel follows it. Progress carries what is new; a panel that was hidden has lost its memory. */
export interface LiveRun<P> {
  title: string;
  /** Keeps it, and gives what a panel that followed so far is told. */
  add(progress: P): ToPanel;
  /** What a panel that starts anew is told. */
  messages(): ToPanel[];
}

export function createLiveRun(title: string) {
  let whole: ProfileProgress | null = null;
  function add(p: ProfileProgress): ToPanel {
    if (whole === null) {
      whole = structuredClone(p);
    } else {
      append(whole.ended.atUs, p.ended.atUs);
      append(whole.ended.latencyUs, p.ended.latencyUs);
      append(whole.ended.tool, p.ended.tool);
      append(whole.ended.outcome, p.ended.outcome);
      append(whole.ended.phase, p.ended.phase);
      append(whole.events, p.events);
      whole = { ...whole, ...p, ended: whole.ended, events: whole.events };
    }
    return { type: 'progress', progress: p };
  }
  return {
    title,
    add,
    whole: () => whole,
    messages: (): ToPanel[] => [{ type: 'live', title, what: 'profile' }, ...(whole ? [{ type: 'progress' as const, progress: whole }] : [])],
  } satisfies LiveRun<ProfileProgress> & { whole: () => ProfileProgress | null };
}

/** A load test says the same whether it sends ten requests a second or ten thousand; its steps become longer as it goes on. */
export function createLiveLoad(title: string, options: LoadOptions): LiveRun<LoadProgress> {
  const intervals = collectIntervals();
  let last: LoadProgress | null = null;
  return {
    title,
    add(p) {
      if (p.interval) intervals.add(p.interval);
      last = { ...p, ...(p.operations || !last?.operations ? {} : { operations: last.operations }), interval: null };
      return { type: 'loadProgress', progress: p };
    },
    messages: () => [{ type: 'live', title, what: 'load', options, intervals: intervals.list }, ...(last ? [{ type: 'loadProgress' as const, progress: last }] : [])],
  };
}

function append<T>(to: T[], from: T[]) {
  for (const item of from) to.push(item);
}
