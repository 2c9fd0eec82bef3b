import { UserError } from '../../model/errors.ts';
import type { Workload } from '../../model/workload.ts';
import type { Protocol } from '../../model/run.ts';
import { compileWorkload, type Operation } from './compile.ts';
import { createRandom, type Random } from './random.ts';
import type { Sampled } from './request.ts';
import { createPreparation, type Share } from './sampler.ts';
import { MissingValue, type Drawing } from './template.ts';

export interface Agents {
  /** The same list as the sampler's. */
  operations: Operation[];
  /** Begins a round of an agent. Each agent draws from a stream of its own: the others do not change its values. */
  start(agent: number): AgentRun;
}

/** One round of an agent. */
export interface AgentRun {
  /**
   * The next burst: requests to be sent at once, and how long to think once all are answered. `results` are the
   * `result`s of the burst before, in its order, undefined where a request failed; empty at the start.
   * Null: the round is over, `failed` says how.
   */
  next(results: readonly unknown[]): Burst | null;
  /** Why the round could not go on: a value that a step needs was not there. Null when all is well. */
  readonly failed: string | null;
  /** After the round, before the agent's next. */
  readonly pauseUs: number;
}

export interface Burst {
  requests: (Sampled & {
    /** A later step takes a value from its result. */
    wantsResult: boolean;
  })[];
  /** After the answers, before the next burst; 0 after the last. */
  thinkUs: number;
}

/**
 * Agents that go through the session of the workload: bursts of parallel requests, then steps that depend on their
 * results, with think times from the seed.
 *
 * @throws UserError `bad-argument` with every template that is wrong, or when there is no session.
 */
export function createAgents(workload: Workload, era: Protocol, seed: number, share: Share = { index: 0, of: 1 }): Agents {
  if (workload.session === null) throw new UserError('bad-argument', 'The workload has no session, or one of its tools may not be called.', 'Give it a "session" with "steps", or load its mix at a rate.');
  const { operations, steps } = compileWorkload(workload, era);
  const prepare = createPreparation(workload.data, share);
  const { steps: plan, thinkMs } = workload.session;
  const streams = new Map<number, Random>();
  return { operations, start };

  function start(agent: number): AgentRun {
    const random = streams.get(agent) ?? createRandom(seed, agent * share.of + share.index);
    streams.set(agent, random);
    const results = new Map<string, unknown>();
    const from: Drawing = { random, rows: {}, count: 0, results };
    let at = 0;
    let failed: string | null = null;
    let pauseUs = drawUs(thinkMs, random);

    return {
      next(answers) {
        const before = plan[at - 1];
        for (const [i, { as }] of (before?.requests ?? []).entries()) if (as !== null) results.set(as, answers[i]);
        const step = plan[at];
        if (!step || failed !== null) return null;
        const requests: Burst['requests'] = [];
        try {
          for (const [i, compiled] of steps[at]!.entries()) {
            prepare(compiled, from);
            requests.push({ ...compiled.render(from), wantsResult: step.requests[i]!.as !== null });
          }
        } catch (error) {
          if (!(error instanceof MissingValue)) throw error;
          failed = error.message;
          return null;
        }
        at++;
        const thinkUs = drawUs(step.thinkMs, random);
        if (at < plan.length) return { requests, thinkUs };
        pauseUs += thinkUs;
        return { requests, thinkUs: 0 };
      },
      get failed() {
        return failed;
      },
      get pauseUs() {
        return pauseUs;
      },
    };
  }
}

const drawUs = ({ min, max }: { min: number; max: number }, random: Random) => Math.round(1000 * (min + random.next() * (max - min)));
