// Ends 200 runs by every means and looks for what they left: `node test/matrix/orphans.ts`.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { recordResult } from '../bench/record.ts';

const root = resolve(import.meta.dirname, '../..');
const runs = 200;
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/mocha/bin/mocha.js'), 'test/unit/orphans.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, MCP_PROFILER_ORPHAN_RUNS: String(runs) },
});
// the test fails at the first process that is left
recordResult('orphans', { runs, allEndedWithoutOne: status === 0 });
process.exitCode = status ?? 1;
