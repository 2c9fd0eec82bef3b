import { callsForProfile, type ProfileCalls } from '../load/workload/forProfile.ts';
import { readWorkloadFile } from '../load/workload/read.ts';

/** What a profile calls of a workload file. @throws UserError when it cannot be read, or calls no tool. */
export async function readProfileWorkload(file: string): Promise<ProfileCalls> {
  return callsForProfile(await readWorkloadFile(file));
}
