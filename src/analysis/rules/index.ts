import type { Rule } from '../rule.ts';
import { blockingCall } from './blocking-call.ts';
import { budgetExceeded } from './budget-exceeded.ts';
import { busyWait } from './busy-wait.ts';
import { clientPerCall } from './client-per-call.ts';
import { coldStart } from './cold-start.ts';
import { compileInHandler } from './compile-in-handler.ts';
import { cpuBoundHandler } from './cpu-bound-handler.ts';
import { duplicateInFlight } from './duplicate-in-flight.ts';
import { ignoredCancellation } from './ignored-cancellation.ts';
import { largeResponse } from './large-response.ts';
import { lockAcrossAwait } from './lock-across-await.ts';
import { missingTimeout } from './missing-timeout.ts';
import { noConnectionReuse } from './no-connection-reuse.ts';
import { overloadCollapse } from './overload-collapse.ts';
import { polling } from './polling.ts';
import { sequentialAwait } from './sequential-await.ts';
import { serialisedCalls } from './serialised-calls.ts';
import { serverPerRequest } from './server-per-request.ts';
import { slowList } from './slow-list.ts';
import { slowStartup } from './slow-startup.ts';
import { stdoutPollution } from './stdout-pollution.ts';
import { syncTool } from './sync-tool.ts';
import { toolDefinitionCost } from './tool-definition-cost.ts';
import { unboundedCache } from './unbounded-cache.ts';
import { unboundedFanOut } from './unbounded-fan-out.ts';
import { uncachedHotTool } from './uncached-hot-tool.ts';
import { wastefulSerialisation } from './wasteful-serialisation.ts';

/** Every rule there is, in the order in which findings of equal weight are listed. */
export const rules: readonly Rule[] = [
  blockingCall,
  syncTool,
  cpuBoundHandler,
  busyWait,
  lockAcrossAwait,
  serialisedCalls,
  clientPerCall,
  noConnectionReuse,
  serverPerRequest,
  uncachedHotTool,
  duplicateInFlight,
  unboundedCache,
  slowList,
  sequentialAwait,
  unboundedFanOut,
  largeResponse,
  wastefulSerialisation,
  toolDefinitionCost,
  missingTimeout,
  ignoredCancellation,
  compileInHandler,
  stdoutPollution,
  polling,
  coldStart,
  slowStartup,
  overloadCollapse,
  budgetExceeded,
];
