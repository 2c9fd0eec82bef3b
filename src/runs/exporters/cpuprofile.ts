import type { Exporter } from './index.ts';
import { streamCpuFile } from './cpuSamples.ts';

/** V8's own format, with the vendor field that says which request caused each sample. */
export const exportCpuProfile: Exporter = (run, dir) => streamCpuFile(run, dir);
