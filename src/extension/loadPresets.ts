import { defaultLoadOptions } from '../app/loadOptions.ts';
import { formatCount, formatRate } from '../model/format.ts';
import type { LoadModel, LoadOptions, Slo } from '../model/load.ts';
import type { LoadSummary, ToolSummary } from '../model/run.ts';

export const presets = [
  { id: 'quick', icon: 'zap', label: 'Quick', description: 'a first impression in 15 s', detail: '8 calls in flight, each caller waits for its answer' },
  { id: 'steady', icon: 'dashboard', label: 'Steady Rate', description: 'how it feels at a rate that does not wait', detail: 'Calls come due at a constant rate; asks for the rate and how long' },
  { id: 'ramp', icon: 'graph-line', label: 'Ramp', description: 'where it begins to give way', detail: 'The rate grows evenly over a minute; asks from where to where' },
  { id: 'capacity', icon: 'search', label: 'Find Capacity', description: 'the highest rate that holds an objective', detail: 'Doubles, bisects, confirms twice, then overloads it once; takes up to two minutes' },
  { id: 'agents', icon: 'robot', label: 'Agent Sessions', description: 'bursts, dependent steps, think time', detail: 'So many agents at once go through the session of a workload file' },
] as const;

export type PresetId = (typeof presets)[number]['id'];

export const defaultSlo = 'p99<100ms,errors<1%';
export const steadySeconds = 30;
export const rampSeconds = 60;

/** What the questions of a preset gave. */
export type PresetAnswer =
  | { preset: 'quick' }
  | { preset: 'steady'; perSecond: number; durationS: number }
  | { preset: 'ramp'; from: number; to: number }
  | { preset: 'capacity'; slo: Slo }
  | { preset: 'agents'; sessions: number };

/** `base`: the defaults with what the settings change. */
export function optionsOfPreset(answer: PresetAnswer, base: LoadOptions): LoadOptions {
  const measure = (model: LoadModel, durationS: number): LoadOptions => ({ ...base, model, durationS: Math.min(durationS, base.caps.durationS) });
  switch (answer.preset) {
    case 'quick':
      return { ...base, durationS: Math.min(defaultLoadOptions.durationS, base.caps.durationS) };
    case 'steady':
      return measure({ kind: 'rate', perSecond: answer.perSecond }, answer.durationS);
    case 'ramp':
      return measure({ kind: 'ramp', from: answer.from, to: answer.to }, rampSeconds);
    case 'capacity':
      return { ...base, goal: 'capacity', slo: answer.slo, overload: true };
    case 'agents':
      return measure({ kind: 'sessions', sessions: answer.sessions }, steadySeconds);
  }
}

/** Why a typed rate cannot be used; undefined when it can. */
export function rateProblem(text: string, cap: number): string | undefined {
  const rate = Number(text);
  if (text.trim() === '' || !(rate > 0)) return 'A rate above 0 is needed, in calls per second.';
  if (rate > cap) return `${formatRate(rate)} is over the cap of ${formatRate(cap)}, which guards against slips. Raise it on purpose with the setting mcpProfiler.load.maxRate.`;
  return undefined;
}

export function secondsProblem(text: string, cap: number): string | undefined {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isInteger(seconds) || seconds < 1) return 'A whole number of seconds is needed.';
  if (seconds > cap) return `${formatCount(seconds)} s is over the cap of ${formatCount(cap)} s, which guards against slips. Raise it on purpose with the setting mcpProfiler.load.maxDuration.`;
  return undefined;
}

export function agentsProblem(text: string): string | undefined {
  const count = Number(text);
  return text.trim() !== '' && Number.isInteger(count) && count >= 1 && count <= 10_000 ? undefined : 'A whole number from 1 to 10,000 is needed.';
}

/** With nothing measured yet. */
const firstRate = 10;
/** Of what the server is known to take: a steady rate is to be one that it can live with. */
const share = 0.7;
/** Of the rate at which one call after the other would keep it busy. */
const shareOfProfile = 0.5;

/**
 * A rate that the last run suggests: below the capacity or the rate that a load test reached, or half of what one call
 * after the other would make. Two digits, never over the cap.
 */
export function suggestRate(last: { load: LoadSummary | null; tools: Pick<ToolSummary, 'calls' | 'latencyUs'>[] } | null, cap: number): number {
  return Math.min(cap, twoDigits(suggestion(last) ?? firstRate));
}

function suggestion(last: Parameters<typeof suggestRate>[0]): number | null {
  if (last === null) return null;
  if (last.load) {
    const known = last.load.capacity ?? last.load.achieved;
    return known === null || known <= 0 ? null : share * known;
  }
  const measured = last.tools.filter((t) => t.calls > 0 && t.latencyUs.mean !== null && t.latencyUs.mean > 0);
  const meanUs = measured.reduce((sum, t) => sum + (t.latencyUs.mean ?? 0), 0) / measured.length;
  return measured.length === 0 ? null : shareOfProfile * (1e6 / meanUs);
}

/** 1,386 becomes 1,300; what is under one call a second becomes one. */
function twoDigits(rate: number): number {
  if (rate < 10) return Math.max(1, Math.floor(rate));
  const step = 10 ** (Math.floor(Math.log10(rate)) - 1);
  return Math.floor(rate / step) * step;
}
