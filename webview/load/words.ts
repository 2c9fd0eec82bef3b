import type { LoadModel, LoadOptions, LoadStage } from '../../src/model/load.ts';
import type { Capacity, Overload } from '../../src/model/loadResult.ts';
import { formatCount, formatRate, formatUs } from '../../src/model/format.ts';

/** Names of what goes on, of classes and of verdicts, for people. */
export const stages: Record<LoadStage, string> = {
  starting: 'Starting the server', listing: 'Listing its tools', choosing: 'Waiting for your choice of tools', warmup: 'Warming up', measure: 'Measuring',
  search: 'Searching for the capacity', overload: 'Overloading on purpose', recovery: 'Watching it recover', stopping: 'Stopping the server', analysing: 'Analysing',
};

/** In a band of a chart; null where the stage is what the chart is about. */
export const bandLabels: Partial<Record<LoadStage, string>> = { warmup: 'warm-up', overload: 'overload', recovery: 'recovery' };

export const closedLoop = 'closed: the tail is understated';

/** A caller that waits for its answer sends nothing while the server stands still: what would have waited is not seen. */
export const closedLoopWhy = 'Each caller waits for its answer before it sends again, so a slow server is asked less. Under an arrival rate that does not wait, the tail would be longer.';

export const isClosed = ({ goal, model }: LoadOptions): boolean => goal === 'measure' && (model.kind === 'closed' || model.kind === 'sessions');

export function modelText({ goal, model, durationS, slo }: LoadOptions): string {
  if (goal === 'capacity') return `search for the highest rate that holds ${slo?.text ?? 'without errors'}`;
  return `${rateText(model)} for ${formatCount(durationS)} s`;
}

function rateText(model: LoadModel): string {
  switch (model.kind) {
    case 'rate':
      return formatRate(model.perSecond);
    case 'ramp':
      return `from ${formatRate(model.from)} to ${formatRate(model.to)}`;
    case 'closed':
      return `${formatCount(model.concurrency)} in flight${model.thinkMs > 0 ? `, ${formatUs(model.thinkMs * 1000)} between calls` : ''}`;
    case 'sessions':
      return model.sessions === 1 ? 'one agent session' : `${formatCount(model.sessions)} agent sessions`;
  }
}

export const limitNames: Record<Capacity['limitedBy'], string> = {
  'server-cpu': 'the CPU of the server', 'event-loop': 'the event loop of the server', 'serialised-calls': 'calls that wait for one another', memory: 'the memory of the server', generator: 'our own load generator', cap: 'the cap of this test',
  errors: 'errors', unknown: 'not known',
};

export const overloadNames: Record<Overload['verdict'], string> = {
  rejected: 'Rejects what is too much', slowed: 'Slows down', collapsed: 'Collapses', held: 'Holds', unknown: 'Not known',
};
