import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { outputDir, root } from './places.ts';
import { resultsVariable } from './reporter.ts';
import { failed, type Results } from './results.ts';

/** How long a suite that is through may take to end: mocha waits for what its tests left open. */
const lingerMs = 15_000;

/** Runs mocha on test files in a process of its own, and prints as it goes. */
export async function runMocha(name: string, files: string[], timeoutMs: number, env: Record<string, string> = {}): Promise<Results> {
  const file = resultsFile(name);
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  const { code, lines, timedOut } = await runCommand(process.execPath, [mocha, '--reporter', join(root, 'test/driver/reporter.ts'), ...grep(), ...files], timeoutMs, {
    cwd: root,
    env: { ...env, [resultsVariable]: file },
    onLine: (line) => console.log(line),
    giveUp: () => existsSync(file) && Date.now() - statSync(file).mtimeMs > lingerMs,
  });
  if (timedOut && existsSync(file)) {
    const results = readResults(name, file, true, '');
    results.failed.push({ title: `${name}: a test left a process or handle open that kept the suite from ending`, message: '' });
    return results;
  }
  const problem = timedOut ? `timed out after ${timeoutMs / 1000} s` : `ended with code ${code}\n${lines.slice(-30).join('\n')}`;
  return readResults(name, file, code === 0, problem);
}

/** `npm run test:ui -- --grep=TEXT` runs only the tests whose titles hold TEXT. */
function grep(): string[] {
  return process.argv.filter((argument) => argument.startsWith('--grep='));
}

/** Where the results of a suite will be; what an earlier run left is removed. */
export function resultsFile(name: string): string {
  const file = join(outputDir('results'), `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/** The results of a suite that has ended; a suite that broke off is a failure, whatever it had written. */
export function readResults(name: string, file: string, endedWell: boolean, problem: string): Results {
  if (!existsSync(file)) return failed(`${name}: the suite`, problem);
  const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
  if (!endedWell && results.failed.length === 0) results.failed.push({ title: `${name}: the suite`, message: problem });
  return results;
}
