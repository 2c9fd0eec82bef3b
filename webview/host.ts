import type { FromPanel } from '../src/model/panel.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** Where the page runs: in an editor, or alone as a report. The API may be acquired once only. */
const api: VsCodeApi | null = typeof acquireVsCodeApi === 'function' ? acquireVsCodeApi() : null;

export const inEditor = api !== null;

/** To the extension; nothing listens in a report. */
export function post(message: FromPanel): void {
  api?.postMessage(message);
}

export const readState = (): unknown => api?.getState();

/** Survives a reload of the editor. */
export const writeState = (state: unknown): void => api?.setState(state);
