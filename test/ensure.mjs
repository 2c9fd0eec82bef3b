// `node test/ensure.mjs SCRIPT [args…]`: installs what is missing, then runs SCRIPT on the Node.js 24 of the development dependencies.
// Runs before anything is installed, on Node.js 20 or later: no dependencies, no TypeScript.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';

function fail(message) {
  console.error(message);
  process.exit(1);
}

function packages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** Every package of the lock file stands in node_modules in the locked version. npm writes its record last, so half an installation has none. */
function installed() {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const present = packages(record);
  return Object.entries(packages(join(root, 'package-lock.json'))).every(
    ([path, entry]) => path === '' || entry.optional || entry.link || present[path]?.version === entry.version,
  );
}

function install() {
  console.log('Installing the development dependencies (npm ci)…');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: windows });
  if (result.error) fail(`npm could not be started: ${result.error.message}. It comes with Node.js.`);
  if (result.status !== 0) fail('npm ci failed; its messages are above. Mend what they name and run this again.');
}

/** The binary of the npm package `node`; its install script puts it there. */
function node24() {
  const candidates = ['node.exe', 'node'].map((name) => join(modules, 'node', 'bin', name));
  const works = [...candidates, process.execPath].find(
    (path) => existsSync(path) && /^v24\./.test(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? ''),
  );
  return works ?? fail('Node.js 24 is missing: the install script of the package `node` did not run. Allow it (`npm rebuild node`) or use Node.js 24 yourself.');
}

const [script, ...args] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node.js 20 or later is needed; this is ${process.version}.`);
if (!script) fail('usage: node test/ensure.mjs SCRIPT [arguments…]');
if (!installed()) install();
const node = node24();
const path = [dirname(node), join(modules, '.bin'), process.env.PATH].join(delimiter);
const child = spawn(node, [script, ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } });
// The terminal sends ^C to both; the child decides how to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
child.on('exit', (code, signal) => (process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)));
