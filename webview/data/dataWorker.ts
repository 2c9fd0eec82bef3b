import { createRunData } from './runData.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** The worker's end: one run at a time; a later `load` replaces it. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as Scope;

const nothing = { tools: [], requests: null, events: null, messages: null, timeoutUs: 30e6 };
let data = createRunData(nothing);

scope.onmessage = ({ data: message }) => {
  handle(message).catch((error: unknown) => {
    scope.postMessage({ type: 'failed', id: message.type === 'ask' ? message.id : null, message: error instanceof Error ? error.message : String(error) });
  });
};

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'load':
      return load(message);
    case 'live':
      data = createRunData(nothing);
      return;
    case 'append':
      data.append(message.progress);
      scope.postMessage({ type: 'changed', ready: { requests: true, messages: false }, bad: 0 });
      return;
    case 'ask': {
      const answer = await data.answer(message.question);
      scope.postMessage({ type: 'answer', id: message.id, answer }, message.question.kind === 'timeline' ? buffersOf(answer) : []);
      return;
    }
  }
}

async function load(files: Extract<ToWorker, { type: 'load' }>): Promise<void> {
  const mine = (data = createRunData(files));
  let last = 0;
  const progress = (what: string, ratio: number) => {
    if (mine !== data || Date.now() - last < 100) return;
    last = Date.now();
    scope.postMessage({ type: 'reading', what, ratio });
  };
  const bad = await mine.load(progress);
  if (mine !== data) return;
  scope.postMessage({ type: 'changed', ready: { requests: true, messages: false }, bad });
  const badMessages = await mine.loadMessages(progress);
  if (mine === data) scope.postMessage({ type: 'changed', ready: { requests: true, messages: true }, bad: bad + badMessages });
}

/** The buffers of the typed arrays in a plain object, for transfer. */
function buffersOf(value: unknown): Transferable[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.values(value).flatMap(buffersOf);
}
