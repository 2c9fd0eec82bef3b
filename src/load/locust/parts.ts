import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** In the order in which they make up the locustfile. Only the first has imports. */
const parts = ['head', 'histogram', 'requests', 'wire', 'worker', 'master'];

const here = import.meta.dirname;
/** Beside this file, or where the build has put them. */
const folder = basename(here) === 'dist' ? join(here, 'locust') : here;

/** The Python of a locustfile, with `@@PLAN@@` where the plan goes. */
export function locustSource(): string {
  return parts.map((part) => readFileSync(join(folder, `${part}.py`), 'utf8').trim()).join('\n\n\n');
}
