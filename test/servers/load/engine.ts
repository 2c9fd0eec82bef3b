// An engine in the middle of a load test: tells its processes, and goes on until it is killed.
import { openLoad, toolMix } from '../../unit/support/loadGenerator.ts';

const { generator, run, marker } = await openLoad(toolMix({ tool: 'noop', arguments: {} }), { processes: 3 });
const running = run({ model: { kind: 'rate', perSecond: 200 }, durationS: 60 });
console.log(JSON.stringify({ pids: generator.opened.pids, marker }));
await running;
