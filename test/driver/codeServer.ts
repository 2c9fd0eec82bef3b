import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { runCommand, startGroup } from './command.ts';
import { cacheDir, freePort, which } from './places.ts';

/** 4.139.1 is Code 1.139.1. */
const version = '4.139.1';
/** Compiling its native modules takes minutes on a small machine. */
const installTimeoutMs = 15 * 60_000;
const startTimeoutMs = 60_000;

export interface CodeServer {
  /** http://localhost:PORT */
  readonly url: string;
  readonly port: number;
  /** Everything the server printed. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

export interface CodeServerOptions {
  /** Holds settings, extensions and logs of the server. */
  dataDir: string;
  /** Ask before a workspace is trusted, as VS Code does by itself. */
  workspaceTrust: boolean;
  env?: Record<string, string>;
}

/** Starts VS Code's server on a free port of 127.0.0.1; resolves when it answers. */
export async function startCodeServer(serverMain: string, options: CodeServerOptions): Promise<CodeServer> {
  const port = await freePort();
  const log: string[] = [];
  const args = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms', '--disable-telemetry'];
  args.push('--enable-smoke-test-driver', '--server-data-dir', options.dataDir);
  if (!options.workspaceTrust) args.push('--disable-workspace-trust');
  const group = startGroup(process.execPath, [serverMain, ...args], { env: hostEnv(options.env), onLine: (line) => log.push(line) });
  const url = `http://localhost:${port}`;
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(url))) {
    if (!group.isRunning() || Date.now() > deadline) {
      await group.stop();
      throw new Error(`code-server did not start:\n${log.slice(-20).join('\n')}`);
    }
    await new Promise((again) => setTimeout(again, 100));
  }
  return { url, port, log, stop: () => group.stop() };
}

/** Installs an extension into the server's data folder, as `code --install-extension` does. */
export async function installVsix(serverMain: string, dataDir: string, vsix: string): Promise<void> {
  const args = [serverMain, '--server-data-dir', dataDir, '--accept-server-license-terms', '--install-extension', vsix, '--force'];
  const { code, lines } = await runCommand(process.execPath, args, 120_000, { env: hostEnv() });
  if (code !== 0 || !lines.some((line) => line.includes('successfully installed'))) throw new Error(`The VSIX could not be installed:\n${lines.join('\n')}`);
}

/**
 * Path of VS Code's server; installs code-server once per machine.
 * @returns `{ missing }` names what this machine lacks.
 */
export function ensureCodeServer(say: (line: string) => void): Promise<Ensured> {
  return (ensured ??= find(say));
}

type Ensured = { serverMain: string } | { missing: string };
/** Several stages ask; what could not be installed once is not tried again. */
let ensured: Promise<Ensured> | undefined;

async function find(say: (line: string) => void): Promise<Ensured> {
  const target = join(cacheDir(), `code-server-${version}`);
  const serverMain = join(target, 'node_modules/code-server/lib/vscode/out/server-main.js');
  if (isComplete(target)) return { serverMain };
  const missing = await missingTools();
  if (missing.length > 0) return { missing: `code-server cannot be built without ${missing.join(', ')}` };
  const started = Date.now();
  say(`Installing VS Code's server (code-server ${version}, 600 MB, once per machine) into ${target} …`);
  const problem = await install(target, say);
  if (problem) return { missing: `code-server could not be installed: ${problem}` };
  say(`VS Code's server is ready after ${Math.round((Date.now() - started) / 1000)} s.`);
  return { serverMain };
}

/** Written last, inside the folder that is then renamed into place. */
const marker = 'complete';

function isComplete(target: string): boolean {
  return existsSync(join(target, marker)) && readFileSync(join(target, marker), 'utf8').trim() === `${version} ${process.versions.modules}`;
}

/**
 * Installs beside the target and renames, so that a broken-off installation is never taken for a whole one. What was downloaded
 * stays in npm's own cache, and the next attempt goes on from there.
 * @returns what went wrong, or null.
 */
async function install(target: string, say: (line: string) => void): Promise<string | null> {
  removeLeftovers(target);
  const dir = mkdtempSync(`${target}.partial-`);
  const log: string[] = [];
  const heartbeat = setInterval(() => say(`  still installing: ${log.at(-1)?.slice(0, 100) ?? 'downloading'}`), 30_000);
  try {
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, allowScripts: { 'code-server': true }, dependencies: { 'code-server': version } }));
    const npm = await runCommand('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--foreground-scripts'], installTimeoutMs, {
      cwd: dir,
      env: npmEnv(),
      onLine: (line) => log.push(line),
    });
    if (npm.code !== 0) return keepLog(target, npm.timedOut ? [...log, 'timed out'] : log);
    const check = await runCommand(process.execPath, [join(dir, 'node_modules/code-server/lib/vscode/out/server-main.js'), '--version'], 60_000, { env: hostEnv() });
    if (check.code !== 0) return keepLog(target, [...log, ...check.lines]);
    writeFileSync(join(dir, marker), `${version} ${process.versions.modules}\n`);
    rmSync(target, { recursive: true, force: true });
    renameSync(dir, target);
    return null;
  } finally {
    clearInterval(heartbeat);
    rmSync(dir, { recursive: true, force: true });
  }
}

function keepLog(target: string, log: string[]): string {
  writeFileSync(`${target}.log`, log.join('\n'));
  const reason = log.find((line) => /error|timed out/i.test(line) && !/^npm (warn|error (code|path|A complete))/.test(line)) ?? log.at(-1) ?? 'npm failed';
  return `${reason.slice(0, 200)} (all of it: ${target}.log)`;
}

/** Folders of installations that were killed; a living one is younger than an hour. */
function removeLeftovers(target: string): void {
  for (const name of readdirSync(dirname(target))) {
    const path = join(dirname(target), name);
    if (name.startsWith(`${basename(target)}.partial-`) && Date.now() - statSync(path).mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

/** What compiling needs on Linux; the names are Debian's packages. */
async function missingTools(): Promise<string[]> {
  if (process.platform !== 'linux') return ['Linux (elsewhere the desktop build runs the suite: npm run test:vscode -- --desktop)'];
  const programs = { 'g++': 'g++', make: 'make', python3: 'python3', 'pkg-config': 'pkg-config' };
  const missing = Object.entries(programs).filter(([program]) => !which(program)).map(([, name]) => name);
  if (missing.includes('pkg-config')) return missing;
  const libraries = { 'krb5-gssapi': 'libkrb5-dev', 'libsecret-1': 'libsecret-1-dev', x11: 'libx11-dev', xkbfile: 'libxkbfile-dev' };
  for (const [library, name] of Object.entries(libraries)) {
    if ((await runCommand('pkg-config', ['--exists', library], 10_000)).code !== 0) missing.push(name);
  }
  return missing;
}

/** npm must itself run on Node.js 24, and must not take itself for the npm that called us: its user agent names another Node. */
function npmEnv(): Record<string, string | undefined> {
  const inherited = Object.keys(process.env).filter((name) => /^npm_(config_(user_agent|local_prefix|node_gyp|loglevel)|package_|lifecycle_|execpath|node_execpath|command)/.test(name));
  return { ...Object.fromEntries(inherited.map((name) => [name, undefined])), INIT_CWD: undefined, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };
}

/** Without what an editor or npm that called us would have set for its own children. */
function hostEnv(env: Record<string, string> = {}): Record<string, string | undefined> {
  const inherited = Object.keys(process.env).filter((name) => /^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|INIT_CWD$)/.test(name));
  return { ...Object.fromEntries(inherited.map((name) => [name, undefined])), ...env };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/version`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
