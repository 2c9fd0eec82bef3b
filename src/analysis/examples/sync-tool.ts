import type { Example } from '../codeRule.ts';
export const syncToolExamples: readonly Example[] = [];
