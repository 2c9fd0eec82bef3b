// `node test/driver/inTurn.ts FILE…`: runs each on its own, one after the other, so that no measurement disturbs the next.
import { spawnSync } from 'node:child_process';

let failed = 0;
for (const file of process.argv.slice(2)) {
  console.log(`\n== ${file}`);
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
