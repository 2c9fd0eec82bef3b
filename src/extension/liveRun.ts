import type { ProfileProgress } from '../model/engine.ts';

/**
 * Progress carries what is new since the last one. A panel that was hidden meanwhile has lost its memory, so the whole
 * is kept here: `whole` can be sent as one progress to a panel that starts anew.
 */
export function createLiveRun(title: string) {
  let whole: ProfileProgress | null = null;
  return {
    title,
    add(p: ProfileProgress) {
      if (whole === null) {
        whole = structuredClone(p);
        return;
      }
      append(whole.ended.atUs, p.ended.atUs);
      append(whole.ended.latencyUs, p.ended.latencyUs);
      append(whole.ended.tool, p.ended.tool);
      append(whole.ended.outcome, p.ended.outcome);
      append(whole.ended.phase, p.ended.phase);
      append(whole.events, p.events);
      whole = { ...whole, ...p, ended: whole.ended, events: whole.events };
    },
    whole: () => whole,
  };
}
export type LiveRun = ReturnType<typeof createLiveRun>;

function append<T>(to: T[], from: T[]) {
  for (const item of from) to.push(item);
}
