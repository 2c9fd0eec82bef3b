// Stands for the engine process in the orphan tests: opens a session on the command it is given, says so, and ends as told.
import { openSession } from '../../../src/inspector/session.ts';
import { startClock } from '../../../src/wire/clock.ts';

const [marker, ending, command, ...args] = process.argv.slice(2);
const cancel = new AbortController();
const session = await openSession(
  { transport: 'stdio', name: 'orphans', secrets: [], process: { command: command!, args, cwd: process.cwd(), env: process.env as Record<string, string> } },
  {
    options: { callsPerTool: 1, concurrency: 1, cpu: false, heap: false, protocol: 'legacy', requestTimeoutMs: 30_000, initializeTimeoutMs: 10_000, bodies: false, budgets: {} },
    stubs: {},
    clock: startClock(),
    observer: { message: () => undefined, request: () => undefined, event: () => undefined },
    signal: cancel.signal,
    marker: marker!,
    redact: (text) => text,
  },
);
process.stdout.write('open\n');
const call = session.callTool(ending === 'finish' ? 'ok' : 'bad', {}, 'measure');
if (ending === 'cancel') setTimeout(() => cancel.abort(new Error('cancelled')), 20);
// `kill`: the test sends SIGKILL; `crash`: nothing is closed
if (ending === 'crash') setTimeout(() => process.exit(70), 20);
else {
  await call;
  await session.close();
}
