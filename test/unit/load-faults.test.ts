import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Connection, Reply } from '../../src/load/connection.ts';
import { openHttpConnection } from '../../src/load/httpConnection.ts';
import { openSseConnection } from '../../src/load/sseConnection.ts';
import { openStdioConnection } from '../../src/load/stdioConnection.ts';
import type { UserError } from '../../src/model/errors.ts';
import type { StdioServer } from '../../src/model/server.ts';
import { findMarked } from '../../src/wire/strays.ts';
import { startFaultServer, type FaultServer } from '../servers/faults/http.ts';
import { faults, largeBytes, type Fault } from '../servers/faults/table.ts';
import { callTool, httpSpec, loadOptions, type Kept } from './support/loadConnection.ts';
import { command, root } from './support/session.ts';

/** A timeout where one is expected, and one that would be noticed where none is. */
const shortUs = 300_000;
const longUs = 25_000_000;

describe('load: every fault has its class', function () {
  this.timeout(30_000);

  for (const transport of ['http', 'sse', 'stdio'] as const) {
    describe(transport, () => {
      let server: FaultServer;
      before(async () => void (server = await startFaultServer()));
      after(() => server.close());

      for (const fault of faults.filter((f) => f.over.includes(transport))) {
        it(`${fault.tool}: ${fault.expected ?? 'answered well'}`, async () => {
          const kept = loadOptions();
          const connection = await openOver(transport, server, kept);
          const timesOut = fault.expected?.startsWith('timeout') ?? false;
          const reply = await callTool(connection, fault.tool, timesOut ? shortUs : longUs, fault.tool.startsWith('large'));
          assert.equal(reply.errorClass, fault.expected);
          checkTimes(reply, timesOut);
          assert.deepEqual(kept.strays, fault.stray ? [fault.stray] : []);
          if (fault.tool.startsWith('large')) assert.equal((reply.result as { content: { text: string }[] }).content[0]?.text.length, largeBytes);
          await checkAfterwards(connection, transport, fault, kept);
          await connection.close();
          assert.equal(connection.inFlight, 0);
          assert.deepEqual(await findMarked(kept.options.marker), [], 'processes are left');
        });
      }
    });
  }
});

describe('load: a server that ends', () => {
  it('is told with its last line that was no message, without half a word', async () => {
    const line = `${'so it goes '.repeat(10)}sk-${'a1b2'.repeat(20)}`;
    const spec: StdioServer = { transport: 'stdio', name: 'talks', process: command(process.execPath, '-e', `console.log(${JSON.stringify(line)}); process.exitCode = 3`), secrets: [] };
    await assert.rejects(openStdioConnection(spec, loadOptions().options), ({ hint }: UserError) => /It wrote to stdout: "so it goes .*goes …"/.test(hint) && !hint.includes('sk-'));
  });
});

function openOver(transport: 'http' | 'sse' | 'stdio', server: FaultServer, kept: Kept): Promise<Connection> {
  if (transport === 'http') return openHttpConnection(httpSpec(`${server.origin}/mcp`), kept.options);
  if (transport === 'sse') return openSseConnection(httpSpec(`${server.origin}/sse`, { transport: 'sse' }), kept.options);
  return openStdioConnection({ transport: 'stdio', name: 'faults', process: command(process.execPath, join(root, 'test/servers/faults/stdio.ts')), secrets: [] }, kept.options);
}

/** All but timeouts are seen when they happen, far from the time limit; how soon is measured in test/bench/load/http.ts. */
function checkTimes({ writtenUs, endUs, errorClass }: Reply, timesOut: boolean) {
  assert.ok(writtenUs !== null && writtenUs > 0, 'it was written');
  const tookUs = endUs - writtenUs;
  if (timesOut) assert.ok(tookUs >= shortUs, `given up after ${tookUs} µs`);
  else if (errorClass !== null) assert.ok(tookUs < longUs / 2, `seen after ${tookUs} µs`);
}

/** The connection goes on, unless the fault ended it; what follows half an answer in a stream for all is spoilt. */
async function checkAfterwards(connection: Connection, transport: string, fault: Fault, kept: Kept) {
  assert.equal(connection.lost, fault.lost ?? null);
  assert.equal(kept.losses.length, fault.lost ? 1 : 0);
  if (fault.tool === 'half-an-answer' && transport !== 'http') return;
  assert.equal((await callTool(connection, 'ok', longUs)).errorClass, fault.lost ?? null);
}
