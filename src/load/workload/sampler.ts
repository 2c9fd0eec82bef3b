import { UserError } from '../../model/errors.ts';
import type { Workload, WorkloadData } from '../../model/workload.ts';
import type { Protocol } from '../../model/run.ts';
import { compileWorkload, type Operation } from './compile.ts';
import { createMix } from './mix.ts';
import { createRandom, type Random } from './random.ts';
import type { CompiledRequest, Sampled } from './request.ts';
import type { Drawing } from './template.ts';

export type { Operation, Sampled };

export interface Sampler {
  /** What is measured apart, those of the mix and of the session's steps together. */
  operations: Operation[];
  /** The next request of the mix. Constant ones are the same object each time. */
  next(): Sampled;
}

/** Which part of a load test this is, where several threads send: rows in sequence and counters are shared out. */
export interface Share {
  /** 0 to `of` - 1. */
  index: number;
  of: number;
}

const alone: Share = { index: 0, of: 1 };

/**
 * Requests of the mix by weight, from plain data, so that it can be made inside a worker thread. The same seed and share
 * give the same requests.
 *
 * @throws UserError `bad-argument` with every template that is wrong, or when the mix is empty.
 */
export function createSampler(workload: Workload, era: Protocol, seed: number, share: Share = alone): Sampler {
  if (workload.mix.length === 0) throw new UserError('bad-argument', 'The workload has no mix.', 'Give it a mix, or run its session: --sessions N.');
  const { operations, mix } = compileWorkload(workload, era);
  const random = createRandom(seed, share.index);
  const prepare = createPreparation(workload.data, share);
  const choose = createMix(workload.mix.map((request) => request.weight));
  const results = new Map<string, unknown>();
  const from: Drawing = { random, rows: {}, count: 0, results };
  return {
    operations,
    next() {
      const request = mix[choose()]!;
      prepare(request, from);
      return request.render(from);
    },
  };
}

/** Gives a request its rows and its number. */
export function createPreparation(data: Record<string, WorkloadData>, share: Share): (request: CompiledRequest, from: Drawing) => void {
  const nextRow = new Map(Object.entries(data).map(([name, set]) => [name, rowsInTurn(set, share)]));
  let count = 1 + share.index - share.of;
  return (request, from) => {
    for (const name of request.data) from.rows[name] = nextRow.get(name)!(from.random);
    if (request.counts) from.count = count += share.of;
  };
}

function rowsInTurn({ rows, order }: WorkloadData, { index, of }: Share): (random: Random) => unknown {
  if (order === 'random') return (random) => rows[random.integer(0, rows.length - 1)];
  let next = index - of;
  return () => rows[(next += of) % rows.length];
}
