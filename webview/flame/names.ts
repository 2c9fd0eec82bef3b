import { Origin, pathOf } from './model/frames.ts';
import type { FrameTable } from './model/frames.ts';

/** What a function is called in the picture. */
export function namesOf(frames: FrameTable): string[] {
  return Array.from(frames.name, (name) => frames.strings[name]! || '(anonymous)');
}

/** `src/index.ts:42`: the file as short as it stays clear, and the line as editors count. */
export function placeOf(frames: FrameTable, frame: number): string {
  const url = frames.strings[frames.url[frame]!]!;
  if (url === '') return '';
  const path = pathOf(url);
  const inside = path.lastIndexOf('/node_modules/');
  const short = inside >= 0 ? path.slice(inside + '/node_modules/'.length) : path.split('/').slice(-3).join('/');
  const line = frames.line[frame]!;
  return line >= 0 ? `${short}:${line + 1}` : short;
}

/** The file and 1-based line to open; null where there is no file. */
export function sourceOf(frames: FrameTable, frame: number): { file: string; line: number } | null {
  const url = frames.strings[frames.url[frame]!]!;
  if (url === '' || /^(node|internal|native|wasm|https?|evalmachine|data|webpack):/.test(url)) return null;
  return { file: pathOf(url), line: Math.max(1, frames.line[frame]! + 1) };
}

export const originLabels: Record<Origin, string> = {
  [Origin.own]: 'own code',
  [Origin.dependency]: 'dependency',
  [Origin.internal]: 'Node or built in',
  [Origin.system]: 'the engine',
};
