import type { Rule } from '../rule.ts';
import { blockingCall } from './blocking-call.ts';
import { budgetExceeded } from './budget-exceeded.ts';
import { coldStart } from './cold-start.ts';
import { cpuBoundHandler } from './cpu-bound-handler.ts';
import { duplicateInFlight } from './duplicate-in-flight.ts';
import { largeResponse } from './large-response.ts';
import { serialisedCalls } from './serialised-calls.ts';
import { slowStartup } from './slow-startup.ts';
import { toolDefinitionCost } from './tool-definition-cost.ts';
import { uncachedHotTool } from './uncached-hot-tool.ts';

/** Every rule there is, in the order in which findings of equal weight are listed. */
export const rules: readonly Rule[] = [
  blockingCall,
  cpuBoundHandler,
  serialisedCalls,
  uncachedHotTool,
  duplicateInFlight,
  largeResponse,
  toolDefinitionCost,
  coldStart,
  slowStartup,
  budgetExceeded,
];
