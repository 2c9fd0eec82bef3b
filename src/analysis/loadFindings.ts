import type { Finding } from '../model/finding.ts';
import type { LoadResult } from '../model/loadResult.ts';
import { rules } from './rules/index.ts';

/** What a load test shows, as findings. */
export const findInLoad = (result: LoadResult): Finding[] => rules.flatMap((rule) => rule.load?.(result) ?? []).map(({ finding }) => finding);
