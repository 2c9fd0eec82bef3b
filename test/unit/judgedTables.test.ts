import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read findings of real servers said: libraries and small shapes that were not known

async function said(rule: string, files: Record<string, string>, versions: Record<string, string> = {}): Promise<string[]> {
  const { findings } = await lintWorld({ files, versions, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => `${f.line} ${f.severity}: ${f.message}`);
}

describe('judged: libraries', () => {
  it('litemcp speaks stdio unless it is told otherwise; where tests send the console is not where the server does', async () => {
    const server = (options: string) => `import { LiteMCP } from 'litemcp';\nconst server = new LiteMCP('x', '1.0.0');\nserver.addTool({ name: 'run', execute: async () => {\n  console.log('run');\n  return 1;\n} });\nconsole.log('starting');\nawait server.start(${options});\n`;
    const redirects = 'const was = { ...console };\nglobal.console = { ...was, log: jest.fn() };\n';
    const lines = async (options: string, others: Record<string, string> = {}) => (await said('stdout-pollution', { 'server.ts': server(options), ...others })).map((s) => s.split(' ')[0]);
    assert.deepEqual(await lines(''), ['4', '7']);
    for (const file of ['jest.setup.ts', 'vitest-setup.ts', 'setupTests.js', 'tests/console.ts']) assert.deepEqual(await lines('', { [file]: redirects }), ['4', '7'], file);
    assert.deepEqual(await lines('', { 'console.ts': redirects }), []);
    assert.deepEqual(await lines("{ transportType: 'sse', sse: { endpoint: '/sse', port: 1 } }"), []);
  });
});
