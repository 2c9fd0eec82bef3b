import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openGenerator, type Generator, type GeneratorSpec } from '../../../src/load/generator.ts';
import type { RawInterval, Stage, StageResult } from '../../../src/load/stage.ts';
import type { LoadOptions } from '../../../src/model/load.ts';
import type { Workload } from '../../../src/model/workload.ts';
import type { ServerSpec, StdioServer } from '../../../src/model/server.ts';
import { startClock } from '../../../src/wire/clock.ts';

const root = join(import.meta.dirname, '../../..');

export const loadServer: StdioServer = {
  transport: 'stdio',
  name: 'load',
  process: { command: process.execPath, args: [join(root, 'test/servers/load/server.mjs')], cwd: root, env: { PATH: process.env['PATH'] ?? '' } },
  secrets: [],
};

export const loadOptions: LoadOptions = {
  goal: 'measure', model: { kind: 'rate', perSecond: 100 }, durationS: 1, warmupS: 0, slo: null, overload: false, processes: 1, sessions: 1, sockets: 8,
  maxInFlight: 1000, caps: { perSecond: 1e6, durationS: 3600, processes: 64 }, requestTimeoutMs: 5000, initializeTimeoutMs: 10_000, protocol: 'legacy', probe: false, seed: 1,
};

export const toolMix = (...tools: { tool: string; arguments: Record<string, unknown>; weight?: number }[]): Workload => ({
  mix: tools.map((t) => ({ weight: 1, ...t })), session: null, data: {}, dir: null, generated: false,
});

export interface OpenedLoad {
  generator: Generator;
  marker: string;
  run: (stage: Partial<Stage>, signal?: AbortSignal) => Promise<{ result: StageResult; intervals: RawInterval[] }>;
  /** What the first server process knows about itself. */
  truth: () => Promise<{ counts: Record<string, number>; notes: string[]; cancelled: number[]; times: number[] }>;
}

/** A generator on the fixture server. */
export async function openLoad(workload: Workload, options: Partial<LoadOptions> = {}, server: ServerSpec = loadServer, more: Partial<GeneratorSpec> = {}): Promise<OpenedLoad> {
  const marker = `load-${randomUUID()}`;
  const generator = await openGenerator({ server, options: { ...loadOptions, ...options }, marker, env: {}, clock: startClock(), ...more }, new AbortController().signal);
  await generator.load(workload);
  return {
    generator,
    marker,
    async run(stage, signal = new AbortController().signal) {
      const intervals: RawInterval[] = [];
      const result = await generator.run({ label: 'measure', model: { kind: 'rate', perSecond: 100 }, durationS: 1, maxInFlight: 1000, ...stage }, signal, (i) => intervals.push(i));
      return { result, intervals };
    },
    async truth() {
      const { content } = (await generator.request('tools/call', { name: 'truth', arguments: {} })) as { content: [{ text: string }] };
      return JSON.parse(content[0].text) as Awaited<ReturnType<OpenedLoad['truth']>>;
    },
  };
}
