import type { Example } from '../codeRule.ts';
export const blockingCallExamples: readonly Example[] = [];
