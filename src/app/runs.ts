/** What can be done with runs that were kept. */
export { deleteRun, listRuns, readRequests, readRun, renameRun, type RunEntry } from '../runs/store.ts';
export { exportFormats, exportRun } from './exportRun.ts';
