import assert from 'node:assert/strict';
import { createMemory, targetKey, type Target } from '../../src/extension/memory.ts';
import type { Host } from '../../src/extension/host.ts';

const secret = 'sk-planted-4711';

function fakeHost() {
  const state = new Map<string, unknown>();
  const secrets = new Map<string, string>();
  const context = {
    storageUri: undefined,
    workspaceState: {
      get: (key: string) => state.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void state.set(key, value)),
    },
    secrets: {
      get: (key: string) => Promise.resolve(secrets.get(key)),
      store: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
      delete: (key: string) => Promise.resolve(void secrets.delete(key)),
    },
  };
  return { host: { context } as unknown as Host, state, secrets };
}

const targets: Target[] = [
  { kind: 'sample' },
  { kind: 'configured', id: 'cursor/x' },
  { kind: 'command', command: 'node', args: ['s.js', '--key', secret], cwd: '/w' },
  { kind: 'url', url: `https://me:${secret}@host/mcp` },
];

describe('what is remembered of runs', () => {
  it('gives every kind of target back', async () => {
    const memory = createMemory(fakeHost().host);
    for (const [i, target] of targets.entries()) await memory.keepRun(`/runs/${i}`, target);
    for (const [i, target] of targets.entries()) assert.deepEqual(await memory.targetOf(`/runs/${i}`), target);
    assert.equal(await memory.targetOf('/runs/of-the-terminal'), null);
  });

  it('gives the choice of tools back, per target', async () => {
    const memory = createMemory(fakeHost().host);
    const choice = { tools: ['a', 'b'], confirmed: ['b'], args: { a: { token: secret } } };
    await memory.keepChoice(targets[0]!, choice);
    assert.deepEqual(await memory.choice(targets[0]!), choice);
    assert.equal(await memory.choice(targets[1]!), null);
    await memory.keepChoice(targets[0]!, { ...choice, args: {} });
    assert.deepEqual((await memory.choice(targets[0]!))?.args, {});
  });

  it('keeps what may be secret in the secret storage only', async () => {
    const { host, state, secrets } = fakeHost();
    const memory = createMemory(host);
    for (const [i, target] of targets.entries()) {
      await memory.keepRun(`/runs/${i}`, target);
      await memory.keepChoice(target, { tools: ['a'], confirmed: [], args: { a: { token: secret } } });
      assert.ok(!targetKey(target).includes(secret));
    }
    assert.ok(!JSON.stringify([...state]).includes(secret));
    assert.ok(JSON.stringify([...secrets]).includes(secret), 'the test plants nothing');
  });
});
