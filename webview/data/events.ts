import type { RunEvent } from '../../src/model/trace.ts';

/** Events of a run, by what draws them. Times in microseconds. */
export interface EventColumns {
  memory: { atUs: number; rssBytes: number; heapUsedBytes: number; heapTotalBytes: number; externalBytes: number }[];
  gc: { atUs: number; durationUs: number; type: string }[];
  loop: { atUs: number; delayP50Us: number; delayMaxUs: number; utilization: number }[];
  blocks: { atUs: number; durationUs: number; request: number | null; tool: string | null }[];
  phases: { atUs: number; phase: string; tool: string | null }[];
  /** Log, progress, stderr, what is no message, and exit as lines of text. */
  lines: { atUs: number; kind: string; text: string }[];
}

/** A flood of lines is no use to a reader, and memory. */
const maxLines = 20_000;

export const noEvents = (): EventColumns => ({ memory: [], gc: [], loop: [], blocks: [], phases: [], lines: [] });

/** In order of time: the pictures rely on it, the file does not promise it. */
export function sortEvents(events: EventColumns): void {
  for (const list of Object.values(events) as { atUs: number }[][]) list.sort((a, b) => a.atUs - b.atUs);
}

export function addEvent(to: EventColumns, e: RunEvent): void {
  const line = (text: string) => {
    if (to.lines.length < maxLines) to.lines.push({ atUs: e.atUs, kind: e.kind, text });
  };
  switch (e.kind) {
    case 'memory':
      to.memory.push(e);
      return;
    case 'gc':
      to.gc.push(e);
      return;
    case 'loop':
      to.loop.push(e);
      return;
    case 'block':
      to.blocks.push(e);
      return;
    case 'phase':
      to.phases.push({ atUs: e.atUs, phase: e.phase, tool: e.tool ?? null });
      return;
    case 'log':
      line(`${e.level}${e.logger === null ? '' : ` ${e.logger}`}: ${e.text}`);
      return;
    case 'progress':
      line(`${e.progress}${e.total === null ? '' : ` of ${e.total}`}${e.message === null ? '' : `: ${e.message}`}`);
      return;
    case 'stderr':
    case 'invalid':
      line(e.text);
      return;
    case 'exit':
      line(`the server ended (${e.signal ?? `code ${e.code ?? 'unknown'}`})`);
      return;
  }
}
