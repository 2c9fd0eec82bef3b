// `node test/bench/load/bench.ts [PART…]`: what the load generator can do, and how true its figures are. Prints them,
// and keeps them in results/load-PART.json. Send load to nothing but fixtures that it starts itself.
import { recordResult } from '../record.ts';
import { capacities } from './capacity.ts';
import { arrivals, delays, freezes, memoryOfMillions } from './honesty.ts';
import { stdioRate } from './rate.ts';
import { starved } from './starved.ts';

const parts: Record<string, () => Promise<object>> = { rate: stdioRate, arrivals, freezes, delays, capacity: capacities, starved, memory: memoryOfMillions };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) throw new Error(`No such part: ${unknown.join(', ')}. There are ${Object.keys(parts).join(', ')}.`);

for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const result = await measure();
  console.log(JSON.stringify(result, null, 1));
  recordResult(`load-${name}`, { result });
}
