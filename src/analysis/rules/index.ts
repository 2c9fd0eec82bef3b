import type { Rule } from '../rule.ts';
import { blockingCall } from './blocking-call.ts';
import { coldStart } from './cold-start.ts';
import { cpuBoundHandler } from './cpu-bound-handler.ts';
import { largeResponse } from './large-response.ts';
import { slowStartup } from './slow-startup.ts';

/** Every rule there is, in the order in which findings of equal weight are listed. */
export const rules: readonly Rule[] = [blockingCall, cpuBoundHandler, largeResponse, coldStart, slowStartup];
