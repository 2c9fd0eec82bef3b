// Defects that show one call at a time, and tools without any. A comment `culprit: <rule> <tool>` marks the planted line.
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { different, serve, sleep } from './serve.mjs';

const until = (ms) => {
  const end = performance.now() + ms;
  return () => performance.now() < end;
};

function deriveKeys() {
  for (const more = until(80); more(); ) pbkdf2Sync('secret', 'salt', 20_000, 32, 'sha256'); // culprit: blocking-call derive
  return different();
}

/** Some megabytes that are surely there. */
const largeFile = fileURLToPath(import.meta.resolve('typescript'));

function readAgain() {
  for (const more = until(80); more(); ) readFileSync(largeFile); // culprit: blocking-call read
  return different();
}

function findPrimes() {
  let count = 0;
  const end = performance.now() + 80;
  for (let n = 2; performance.now() < end; n++) {
    let divisor = 2;
    while (n % divisor !== 0) divisor++; // culprit: cpu-bound-handler primes
    if (divisor === n) count++;
  }
  return different(String(count));
}

let catalogue;
const loadCatalogue = () => sleep(900).then(() => 'catalogue');

serve('serial', [
  ['derive', 'Derives keys with a synchronous function.', deriveKeys],
  ['read', 'Reads a large file with a synchronous function.', readAgain],
  ['primes', 'Computes.', findPrimes],
  ['dump', 'Returns 200 kB.', () => different('x'.repeat(200_000))],
  ['lazy', 'Loads its data in the first call.', async () => different(await (catalogue ??= loadCatalogue()))],
  ['upstream', 'Waits for the same answer each time.', () => sleep(60).then(() => 'the same')],
  ['clock', 'Waits for an answer that is always another.', () => sleep(60).then(() => different())],
  ['echo', 'Does next to nothing.', () => 'echo'],
]);
