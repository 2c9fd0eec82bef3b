import { ownNumbers, retryUs, type Driver, type DriverParts } from './driver.ts';
import { createHistogram, type Histogram } from './histogram.ts';
import type { Reply } from './connection.ts';
import type { AgentRun, Agents } from './workload/agents.ts';

export interface AgentsDriver extends Driver {
  /** Rounds that ended in the stage; `failed` where a request failed or a value was missing. */
  readonly rounds: { completed: number; failed: number; duration: Histogram };
}

interface Agent {
  number: number;
  connection: number;
  run: AgentRun;
  startedUs: number;
  /** When it goes on; Infinity while it waits for answers. */
  wakeUs: number;
  waitingFor: number;
  results: unknown[];
  thinkUs: number;
  failed: boolean;
  ended: (reply: Reply, position: number) => void;
}

/** Agent sessions: a burst of parallel calls, all answers, a pause, the next burst; round after round. */
export function createAgentsDriver(parts: DriverParts, sessions: number, script: Agents): AgentsDriver {
  const { launcher, meter, startUs } = parts;
  const rounds = { completed: 0, failed: 0, duration: createHistogram() };
  let stopped = false;
  const agents = [...ownNumbers(parts.share, sessions)].map(({ connection }, number) => createAgent(number, connection));

  function createAgent(number: number, connection: number): Agent {
    const agent: Agent = {
      number, connection, run: script.start(number), startedUs: startUs, wakeUs: startUs, waitingFor: 0, results: [], thinkUs: 0, failed: false,
      ended: (reply, position) => answered(agent, reply, position),
    };
    return agent;
  }

  function goOn(agent: Agent, dueUs: number, nowUs: number) {
    if (stopped) return;
    const burst = agent.run.next(agent.results);
    if (burst === null) {
      finish(agent, dueUs);
      return;
    }
    agent.wakeUs = Infinity;
    agent.thinkUs = burst.thinkUs;
    agent.results = new Array<unknown>(burst.requests.length).fill(undefined);
    agent.waitingFor = burst.requests.length;
    if (agent.waitingFor === 0) agent.wakeUs = dueUs + Math.max(agent.thinkUs, retryUs);
    for (const [tag, request] of burst.requests.entries()) {
      const sent = launcher.launch(request, { meter, dueUs, connection: agent.connection, bounded: false, wantsResult: request.wantsResult, ended: agent.ended, tag }, nowUs);
      if (!sent) {
        agent.failed = true;
        if (--agent.waitingFor === 0) agent.wakeUs = nowUs + retryUs;
      }
    }
  }

  function answered(agent: Agent, { errorClass, endUs, writtenUs, result }: Reply, position: number) {
    agent.results[position] = result;
    agent.failed ||= errorClass !== null;
    if (--agent.waitingFor > 0) return;
    if (writtenUs === null) agent.wakeUs = endUs + Math.max(agent.thinkUs, retryUs);
    else if (agent.thinkUs > 0) agent.wakeUs = endUs + agent.thinkUs;
    else goOn(agent, endUs, endUs);
  }

  function finish(agent: Agent, endUs: number) {
    if (agent.failed || agent.run.failed !== null) rounds.failed++;
    else {
      rounds.completed++;
      rounds.duration.record(endUs - agent.startedUs);
    }
    // a round that took no time must not be repeated without end
    const least = agent.failed || endUs === agent.startedUs ? retryUs : 0;
    agent.wakeUs = agent.startedUs = endUs + Math.max(agent.run.pauseUs, least);
    agent.run = script.start(agent.number);
    agent.results = [];
    agent.failed = false;
  }

  return {
    rounds,
    everyMs: 1,
    tick(nowUs) {
      if (launcher.lost) stopped = true;
      if (stopped) return;
      // a round that is over may leave its agent due at once
      for (const agent of agents) while (agent.wakeUs <= nowUs) goOn(agent, agent.wakeUs, nowUs);
    },
    stop() {
      stopped = true;
    },
    get over() {
      return stopped;
    },
  };
}
