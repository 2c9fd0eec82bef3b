// Is the process that is profiled the server's own, whatever started it, and what does the probe add to its start?
// `node test/matrix/rightProcess.ts [pairs]`
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordResult } from '../bench/record.ts';
import { buildBoot, buildServer, callAll, measure, root } from '../servers/truth/measure.ts';
import { cachedPackage } from './cache.ts';

const pairs = Number(process.argv[2] ?? 5);
const boot = await buildBoot();
const server = await buildServer('v1', 'plain');
const typescript = join(root, 'test/servers/truth/v1.ts');
const tsx = join(root, 'node_modules/tsx/dist');
const dir = await mkdtemp(join(tmpdir(), 'launchers-'));
await mkdir(join(dir, 'node_modules/.bin'), { recursive: true });
await writeFile(join(dir, 'package.json'), JSON.stringify({ name: 'launchers', private: true, scripts: { start: `node ${server}` } }));
await writeFile(join(dir, 'truth-server'), `#!/usr/bin/env node\nimport(${JSON.stringify(server)});\n`, { mode: 0o755 });
await symlink(join(dir, 'truth-server'), join(dir, 'node_modules/.bin/truth-server'));
await symlink(join(tsx, 'cli.mjs'), join(dir, 'node_modules/.bin/tsx'));
await writeFile(join(dir, 'start.sh'), `#!/bin/sh\ncd / && node ${server} "$@"\n`, { mode: 0o755 });
const pnpm = cachedPackage('pnpm', '10');

const launchers: Record<string, string[]> = {
  node: ['node', server],
  npx: ['npx', 'truth-server'],
  'npm exec': ['npm', 'exec', '--no', '--', 'truth-server'],
  'npm run': ['npm', 'run', '--silent', 'start', '--'],
  pnpm: ['node', join(pnpm, 'bin/pnpm.cjs'), '--silent', 'run', 'start'],
  tsx: ['node', join(tsx, 'cli.mjs'), typescript],
  'node --import tsx': ['node', '--import', join(tsx, 'esm/index.mjs'), typescript],
  'npx tsx': ['npx', 'tsx', typescript],
  'shell script': [join(dir, 'start.sh')],
};

const rows: object[] = [];
let failed = 0;
try {
  for (const [launcher, command] of Object.entries(launchers)) {
    for (const http of [false, true]) {
      const base = { boot, command, http, cwd: dir };
      const m = await measure({ ...base, exercise: (call) => callAll(['at_once', 'in_two'], 40, 4, call) });
      const [hottest] = m.run?.hotLines ?? [];
      const found = m.reason === null && hottest?.functionName === 'burnAtOnce' && hottest.file.endsWith(join('truth', 'tools.ts'));
      // the fastest start of each kind: a busy machine only ever adds to it
      const fastest = { probed: Infinity, plain: Infinity };
      for (let i = 0; i < pairs; i++) {
        for (const kind of i % 2 === 0 ? (['probed', 'plain'] as const) : (['plain', 'probed'] as const)) {
          const { startupUs } = await measure({ ...base, probed: kind === 'probed', exercise: () => Promise.resolve() });
          fastest[kind] = Math.min(fastest[kind], startupUs! / 1000);
        }
      }
      const addedMs = Math.round(fastest.probed - fastest.plain);
      const ok = found && addedMs <= 150;
      if (!ok) failed++;
      const row = { launcher, transport: http ? 'http' : 'stdio', ok, hottest: hottest && `${hottest.functionName} ${hottest.file.slice(root.length + 1)}:${hottest.line}`, startMs: Math.round(fastest.plain), addedMs };
      rows.push(row);
      console.log(JSON.stringify(row), m.reason ?? '');
    }
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
recordResult('right-process', { pairs, rows });
console.log(`${rows.length - failed} of ${rows.length} within the limits`);
process.exitCode = failed === 0 ? 0 : 1;
