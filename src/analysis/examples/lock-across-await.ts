import type { Example } from '../codeRule.ts';
export const lockAcrossAwaitExamples: readonly Example[] = [];
