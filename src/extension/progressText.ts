import type { ProfileProgress } from '../model/engine.ts';
import { formatCount, formatRate } from '../model/format.ts';
import type { LoadProgress, LoadStage } from '../model/load.ts';

/** What a notification says while a profile goes on. */
export function profileText({ stage, done, total, events }: ProfileProgress): string {
  switch (stage) {
    case 'starting': {
      const invalid = events.find((e) => e.kind === 'invalid');
      return invalid ? `waiting for an answer; so far the server wrote “${invalid.text.slice(0, 60)}”, which is no MCP message` : 'starting the server…';
    }
    case 'listing':
      return 'listing its tools…';
    case 'choosing':
      return 'waiting for your choice of tools…';
    case 'calling':
      return `${formatCount(done)} of ${formatCount(total)} calls. Cancel stops and keeps the results.`;
    case 'memory':
      return `recording allocations, ${formatCount(done)} of ${formatCount(total)} calls`;
    case 'stopping':
      return 'ending the server…';
    case 'analysing':
      return 'working out the answer…';
  }
}

const loadStages: Record<LoadStage, string> = {
  starting: 'starting the server…', listing: 'listing its tools…', choosing: 'waiting for your choice of tools…', warmup: 'warming up', measure: 'measuring', search: 'searching for the capacity', overload: 'overloading on purpose', recovery: 'watching it recover',
  stopping: 'ending the server…', analysing: 'working out the answer…',
};

/** The same of a load test. */
export function loadText({ stage, step, interval }: LoadProgress): string {
  const going = stage === 'warmup' || stage === 'measure' || stage === 'search' || stage === 'overload' || stage === 'recovery';
  if (!going) return loadStages[stage];
  const achieved = interval && interval.spanUs > 0 ? `, ${formatRate(interval.ok / (interval.spanUs / 1e6))} answered` : '';
  return `${loadStages[stage]}${step === '' ? '' : `, ${step}`}${achieved}. Cancel stops and keeps the results.`;
}
