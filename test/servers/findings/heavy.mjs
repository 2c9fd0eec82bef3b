// Slow to start, with a definition that fills the context.
import { different, serve, sleep } from './serve.mjs';

function buildIndex() {
  let size = 0;
  const end = performance.now() + 2_400;
  while (performance.now() < end) {
    for (let i = 0; i < 10_000; i++) size += i % 7; // culprit: slow-startup
  }
  return size;
}

const size = buildIndex();

serve('heavy', [['about', `Tells the size of the index. ${'An example of what may be asked, at length. '.repeat(700)}`, () => sleep(5).then(() => different(String(size)))]]);
