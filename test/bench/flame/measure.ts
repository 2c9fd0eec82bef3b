import type { Page } from 'playwright-core';

/** What one viewer needed for one file. Times in ms, sizes in bytes. */
export interface Measured {
  readyMs: number;
  /** JavaScript heap and array buffers of the page and its workers, after garbage collection. */
  heapBytes: number | null;
  frames: Frames | null;
}

export interface Frames {
  /** Frames whose pixels changed. */
  count: number;
  /** From the frame's start to the next frame's. */
  intervalMs: Percentiles;
}

export interface Percentiles {
  p50: number;
  p95: number;
  max: number;
}

/** Counts draw calls and frames from now on; goes into every page before its own scripts. */
export function watchFrames(): void {
  const { CanvasRenderingContext2D, WebGLRenderingContext, WebGL2RenderingContext, requestAnimationFrame } = globalThis as unknown as Record<'CanvasRenderingContext2D' | 'WebGLRenderingContext' | 'WebGL2RenderingContext', { prototype: object }> & { requestAnimationFrame: (frame: () => void) => number };
  const state = { drawn: 0, frames: [] as { at: number; drawn: number }[], watching: false };
  Object.assign(globalThis, { flameBench: state });
  const hook = (of: object, name: string): void => {
    const target = of as Record<string, (...args: unknown[]) => unknown>;
    const original = target[name]!;
    target[name] = function (this: unknown, ...args: unknown[]) {
      state.drawn++;
      return original.apply(this, args);
    };
  };
  for (const name of ['putImageData', 'fillRect', 'drawImage', 'fill', 'fillText']) hook(CanvasRenderingContext2D.prototype, name);
  for (const context of [WebGLRenderingContext, WebGL2RenderingContext]) for (const name of ['drawArrays', 'drawElements']) hook(context.prototype, name);
  const frame = (): void => {
    if (state.watching) state.frames.push({ at: performance.now(), drawn: state.drawn });
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

interface BenchState {
  drawn: number;
  frames: { at: number; drawn: number }[];
  watching: boolean;
}

/** Zooms in, pans and zooms out with the wheel, the same steps for every viewer. */
export async function wheelFrames(page: Page, keys: { zoom: string | null; pan: string | null }, at = { x: 700, y: 420 }, steps = 40): Promise<Frames> {
  await page.mouse.move(at.x, at.y);
  await page.evaluate(() => {
    const state = (globalThis as unknown as { flameBench: BenchState }).flameBench;
    state.frames = [];
    state.watching = true;
  });
  for (const [key, dx, dy] of [[keys.zoom, 0, -120], [keys.pan, 90, 0], [keys.zoom, 0, 120]] as const) {
    if (key) await page.keyboard.down(key);
    for (let i = 0; i < steps; i++) await page.mouse.wheel(dx, dy);
    if (key) await page.keyboard.up(key);
  }
  await page.waitForTimeout(300);
  const frames = await page.evaluate(() => {
    const state = (globalThis as unknown as { flameBench: BenchState }).flameBench;
    state.watching = false;
    return state.frames;
  });
  const intervals: number[] = [];
  for (let i = 0; i + 1 < frames.length; i++) if (frames[i + 1]!.drawn > frames[i]!.drawn) intervals.push(frames[i + 1]!.at - frames[i]!.at);
  return { count: intervals.length, intervalMs: percentiles(intervals) };
}

export function percentiles(values: number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? NaN) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** Needs a cross-origin isolated page. Null when the page does not answer in time. */
export async function heapBytes(page: Page): Promise<number | null> {
  const measured = page.evaluate(async () => {
    const { bytes } = await (performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }).measureUserAgentSpecificMemory();
    return bytes;
  });
  return Promise.race([measured, new Promise<null>((done) => setTimeout(() => done(null), 60_000))]);
}
