import workerSource from 'inline:./worker.ts';
import type { FlameContext, FromWorker, FunctionDetail, Opened, Question, ToWorker, View } from './protocol.ts';

/** The page's end of the flame's worker. */
export interface FlameClient {
  open(url: string, context: FlameContext | null): void;
  /** Only the answer to the latest question of each kind comes. */
  ask(question: Question): void;
  close(): void;
}

export interface FlameListener {
  progress(bytes: number, totalBytes: number | null): void;
  opened(opened: Opened, view: View): void;
  view(view: View): void;
  detail(detail: FunctionDetail): void;
  failed(message: string): void;
}

/** Starts the worker from a blob, which is the one way that a webview's content policy leaves. */
export function startFlameWorker(listener: FlameListener): FlameClient {
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const latest: Record<'open' | Question['ask'], number> = { open: 0, view: 0, detail: 0 };
  let lastId = 0;
  const post = (message: ToWorker): void => worker.postMessage(message);

  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    switch (data.type) {
      case 'progress':
        if (data.id === latest.open) listener.progress(data.bytes, data.totalBytes);
        return;
      case 'opened':
        if (data.id === latest.open) listener.opened(data.opened, data.view);
        return;
      case 'view':
        if (data.id === latest.view) listener.view(data.view);
        return;
      case 'detail':
        if (data.id === latest.detail) listener.detail(data.detail);
        return;
      case 'failed':
        if (Object.values(latest).includes(data.id)) listener.failed(data.message);
    }
  };
  worker.onerror = (event) => listener.failed(event.message || 'The worker of the flame could not be started.');

  return {
    open(file, context) {
      const id = (latest.open = ++lastId);
      latest.view = latest.detail = 0;
      // the page fetches: neither a webview's files nor the blobs of a report that was opened from disk are a blob worker's to read
      fetchFile(file).then(
        (data) => {
          if (id === latest.open) post({ type: 'open', id, data, context });
        },
        (error: unknown) => {
          if (id === latest.open) listener.failed(`The profile could not be fetched: ${error instanceof Error ? error.message : String(error)}.`);
        },
      );
    },
    ask(question) {
      latest[question.ask] = ++lastId;
      post({ type: 'ask', id: lastId, question });
    },
    close() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

async function fetchFile(file: string): Promise<Blob> {
  const response = await fetch(file);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.blob();
}
