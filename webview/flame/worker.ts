import { detailOf } from './model/detail.ts';
import { loadProfile } from './model/load.ts';
import type { Profile } from './model/load.ts';
import { layOut } from './model/views.ts';
import { createProfileReader, ProfileError } from './parse/profileReader.ts';
import type { FlameContext, FromWorker, Opened, Question, ToWorker, View } from './protocol.ts';

// The flame's worker: reads and lays out; the page only draws.

let profile: Profile | null = null;
/** The file that was asked for last; an older one that is still read is dropped. */
let current = 0;

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

self.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  const work = data.type === 'open' ? open(data.id, data.data, data.context) : Promise.resolve().then(() => answer(data.id, data.question));
  work.catch((error: unknown) => post({ type: 'failed', id: data.id, message: error instanceof Error ? (error instanceof ProfileError ? error.message : `${error.name}: ${error.message}`) : String(error) }));
};

async function open(id: number, data: Blob, context: FlameContext | null): Promise<void> {
  current = id;
  profile = null;
  const loaded = await read(id, data);
  if (!loaded || current !== id) return;
  profile = loaded;
  const view = layOut(loaded, { mode: 'time', filter: {}, context, focus: -1 });
  post({ type: 'opened', id, opened: opened(loaded), view }, arraysOf(view));
}

/** Null when another file was asked for meanwhile. */
async function read(id: number, data: Blob): Promise<Profile | null> {
  const reader = createProfileReader();
  const body = data.stream().getReader();
  let bytes = 0;
  let told = 0;
  for (let part = await body.read(); !part.done; part = await body.read()) {
    if (current !== id) {
      await body.cancel();
      return null;
    }
    reader.push(part.value);
    bytes += part.value.length;
    if (bytes - told > PROGRESS_BYTES) post({ type: 'progress', id, bytes: (told = bytes), totalBytes: data.size });
  }
  return loadProfile(reader.finish());
}

/** How often progress is told. */
const PROGRESS_BYTES = 2 << 20;

function opened({ frames, tree, node, at, startUs, attribution, notices }: Profile): Opened {
  return {
    frames, samples: node.length, nodes: tree.parent.length - 1, durationUs: at.at(-1)!, notices,
    startUs: attribution ? startUs + attribution.clockOffsetUs : 0,
    tools: attribution?.tools ?? [], requests: attribution?.requests ?? new Int32Array(0), toolOfRequest: attribution?.toolOfRequest ?? new Int32Array(0),
  };
}

function answer(id: number, question: Question): void {
  if (!profile) return;
  if (question.ask === 'detail') {
    post({ type: 'detail', id, detail: detailOf(profile, question.frame) });
    return;
  }
  const view = layOut(profile, question);
  post({ type: 'view', id, view }, arraysOf(view));
}

/** Everything of a view that can change hands instead of being copied. */
function arraysOf(view: View): Transferable[] {
  const arrays = [view.selfUs, view.functionTotalUs, view.origins, ...view.layers.flatMap((l) => [l.node, l.at, l.tree.parent, l.tree.frame, l.tree.depth, l.tree.end, l.mip.items, l.mip.start, ...(l.group ? [l.group] : [])])];
  return [...new Set(arrays.map((a) => a.buffer as ArrayBuffer))];
}
