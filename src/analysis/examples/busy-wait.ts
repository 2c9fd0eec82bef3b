import type { Example } from '../codeRule.ts';
export const busyWaitExamples: readonly Example[] = [];
