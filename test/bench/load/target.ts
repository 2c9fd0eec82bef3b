import { join } from 'node:path';
import { defaultLoadOptions } from '../../../src/app/loadOptions.ts';
import { openGenerator, type Generator } from '../../../src/load/generator.ts';
import type { StageResult } from '../../../src/load/stage.ts';
import type { LoadModel, LoadOptions } from '../../../src/model/load.ts';
import { startClock, type Clock } from '../../../src/wire/clock.ts';

const root = join(import.meta.dirname, '../../..');
export const fixture = (name: string): string => join(root, 'test/servers/load', name);

export interface Target {
  generator: Generator;
  clock: Clock;
  run: (model: LoadModel, durationS: number, more?: { maxInFlight?: number; drainS?: number }) => Promise<StageResult>;
  /** The server's own log since it was asked last, on the run's clock, in the order of the answers. */
  log: () => Promise<{ arrivedUs: number; answeredUs: number }[]>;
}

/** Opens a fixture over stdio, with one operation as its workload; all ends with it. */
export async function withTarget<T>(args: string[], use: (target: Target) => Promise<T>, o: { tool?: string; arguments?: Record<string, unknown>; options?: Partial<LoadOptions> } = {}): Promise<T> {
  const clock = startClock();
  const process_ = { command: process.execPath, args, cwd: root, env: { ...(process.env as Record<string, string>) } };
  const generator = await openGenerator(
    { server: { transport: 'stdio', name: 'bench', process: process_, secrets: [] }, options: { ...defaultLoadOptions, ...o.options }, marker: `bench-${process.pid}-${performance.now()}`, env: {}, clock },
    new AbortController().signal,
  );
  try {
    await generator.load({ mix: [{ tool: o.tool ?? 'work', weight: 1, arguments: o.arguments ?? {} }], session: null, data: {}, dir: null, generated: false });
    return await use({
      generator,
      clock,
      run: (model, durationS, more = {}) => generator.run({ label: 'measure', model, durationS, maxInFlight: 10_000, ...more }, new AbortController().signal, () => undefined),
      async log() {
        const result = (await generator.request('tools/call', { name: 'log', arguments: {} })) as { content: { text: string }[] };
        return readLog(result.content[0]!.text).map(({ arrivedUs, answeredUs }) => ({ arrivedUs: arrivedUs - clock.zeroUs, answeredUs: answeredUs - clock.zeroUs }));
      },
    });
  } finally {
    await generator.close();
  }
}

/** What the tool `log` of logged.mjs says. */
export function readLog(base64: string): { arrivedUs: number; answeredUs: number }[] {
  const bytes = Buffer.from(base64, 'base64');
  const pairs = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return Array.from({ length: pairs.length / 2 }, (_, i) => ({ arrivedUs: pairs[2 * i]!, answeredUs: pairs[2 * i + 1]! }));
}

export const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** Nearest rank. */
export function percentile(values: number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
}
