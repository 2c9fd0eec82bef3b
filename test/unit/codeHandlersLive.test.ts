import assert from 'node:assert/strict';
import { join } from 'node:path';
import { compare, type LiveServer } from './support/liveHandlers.ts';
import { pythonWithFastmcp } from './support/python.ts';
import { root } from './support/session.ts';
import { skip } from '../driver/skip.ts';

const official = (name: string, ...args: string[]): LiveServer => {
  const dist = join(root, `node_modules/@modelcontextprotocol/server-${name}/dist`);
  return { name: `server-${name}`, sources: [dist], command: [process.execPath, join(dist, 'index.js'), ...args] };
};
const own = (name: string, file: string, ...others: string[]): LiveServer => ({ name, sources: [file, ...others].map((f) => join(root, 'test/servers', f)), root, command: [process.execPath, join(root, 'test/servers', file)] });

const servers: [LiveServer, number][] = [
  [official('everything', 'stdio'), 19],
  [official('filesystem', root), 14],
  [official('memory'), 9],
  [official('sequential-thinking'), 1],
  [own('SDK v2', 'delays/v2.mjs'), 4],
  [own('a table, registered in a loop', 'trouble/server.mjs'), 4],
  [own('a function around the registration, in another file', 'findings/duplicates.mjs', 'findings/serve.mjs'), 1],
];

/** Everything that a running server lists is found in its source, and nothing else; more servers in test/matrix/handlers.ts. */
describe('handlers: the tools that running servers list', function () {
  this.timeout(60_000);
  for (const [server, least] of servers) {
    it(server.name, async () => {
      const { tools, prompts } = await compare(server);
      assert.ok(tools.listed.length >= least, `only ${tools.listed.length} are listed`);
      assert.deepEqual({ missed: tools.missed, extra: tools.extra }, { missed: [], extra: [] });
      assert.deepEqual({ missed: prompts.missed, extra: prompts.extra }, { missed: [], extra: [] });
    });
  }

  it('Python, fastmcp', async function () {
    this.timeout(360_000);
    const python = pythonWithFastmcp();
    if (python === null) return skip(this, 'python');
    const folder = join(root, 'test/servers/registrations');
    const found = await compare({ name: 'fastmcp', sources: [join(folder, 'products.py'), join(folder, 'parts.py')], root: folder, command: [python, join(folder, 'products.py')] });
    assert.ok(found.tools.listed.length === 9, found.tools.listed.join());
    for (const kind of ['tools', 'prompts', 'resources'] as const) assert.deepEqual([kind, found[kind].missed, found[kind].extra], [kind, [], []]);
  });
});
