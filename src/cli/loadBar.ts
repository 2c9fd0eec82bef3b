import type { WriteStream } from 'node:tty';
import { formatCount, formatRate, formatUs } from '../model/format.ts';
import type { LoadInterval, LoadProgress, LoadStage } from '../model/load.ts';

const stages: Record<LoadStage, string> = {
  starting: 'Starting the server',
  listing: 'Listing its tools',
  choosing: 'Choosing tools',
  warmup: 'Warming up',
  measure: 'Measuring',
  search: 'Searching the capacity',
  overload: 'Beyond the capacity',
  recovery: 'Watching it recover',
  stopping: 'Stopping the server',
  analysing: 'Analysing',
};
const width = 16;
/** A line every so often where there is no terminal, in shares of the planned time. */
const lineEvery = 0.25;

/** Progress of a load test on stderr: a live bar on a terminal, a few lines elsewhere. */
export function createLoadBar(out: NodeJS.WriteStream) {
  const tty = (out as Partial<WriteStream>).isTTY === true;
  let stage: string | undefined;
  let step = '';
  let told = 0;
  let last: LoadInterval | null = null;

  return {
    show(p: LoadProgress) {
      last = p.interval ?? last;
      if (tty) {
        const filled = Math.round(Math.min(1, p.done) * width);
        out.write(`\r\x1b[K${stages[p.stage]} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${last && p.interval ? figures(last) : p.step}`);
      } else if (stage !== p.stage || step !== p.step || p.done >= told + lineEvery) {
        const isNew = stage !== p.stage || step !== p.step;
        out.write(`${stages[p.stage]}${p.step === '' ? '' : ` (${p.step})`}${!isNew && last ? `: ${figures(last)}` : ''}\n`);
        told = p.done;
      }
      stage = p.stage;
      step = p.step;
    },
    end() {
      if (tty && stage !== undefined) out.write('\r\x1b[K');
    },
  };
}

function figures(i: LoadInterval): string {
  const perSecond = (count: number) => formatRate((count * 1e6) / i.spanUs);
  const failed = Object.values(i.errors).reduce((a, b) => a + b, 0);
  return [perSecond(i.ok), ...(i.responseUs ? [`p50 ${formatUs(i.responseUs.p50)}`] : []), `${formatCount(i.inFlight)} in flight`, ...(failed > 0 ? [`${formatCount(failed)} failed`] : [])].join(' · ');
}
