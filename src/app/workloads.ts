/** Workload files. */
export { callsForProfile, type ProfileCalls } from '../load/workload/forProfile.ts';
export { readWorkloadFile } from '../load/workload/read.ts';
export { workloadFromRequests, workloadSchemaUrl } from '../load/workload/save.ts';
