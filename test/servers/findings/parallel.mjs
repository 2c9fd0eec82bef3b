// Defects that show when calls overlap, and tools without any.
import { different, serve, sleep } from './serve.mjs';

let last = Promise.resolve();

/** A lock around the whole handler. */
const locked = (work) => (last = last.then(work));

serve('parallel', [
  ['query', 'One connection for all calls.', () => locked(() => sleep(100)).then(() => different())],
  ['side_by_side', 'Waits as long, but not for others.', () => sleep(100).then(() => different())],
]);
