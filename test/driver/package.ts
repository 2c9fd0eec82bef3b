import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, type Finished } from './command.ts';
import { root, vsixPath } from './places.ts';
import { failed, passed, type Results } from './results.ts';

const maxBytes = 3_000_000;
/** Without these a feature is missing that no test of the checkout would miss. */
const needed = ['dist/extension.cjs', 'dist/onDemand.cjs', 'dist/cli.cjs', 'dist/undici.cjs', 'dist/ws.cjs', 'dist/mcpClient.cjs', 'dist/reaper.cjs', 'dist/lintWorker.cjs', 'dist/loadThread.cjs', 'dist/grammars/tree-sitter.wasm', 'dist/grammars/tree-sitter-python.wasm', 'dist/probe/boot.cjs', 'dist/rules/blocking-call.md', 'dist/webview/main.js', 'dist/sample-server.mjs', 'LICENSE', 'README.md'];
const activationBundle = 'dist/extension.cjs';
/** A fifth more than it has. */
const maxActivationBytes = 330_000;
/** What only few sessions use, or another thread or process. */
const heavy = /^src\/(analysis\/(rules|examples|sinks|fixes)|load|inspector|profile|wire|probe)\/|^package\.json$|tree-sitter/;
const allowedLicences = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'MPL-2.0', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense']);

/** The files that went into each bundle, as the build noted them. */
type Inputs = Record<string, string[]>;

/** Packages the extension and checks what is in it: size, no dependency beside the bundles, licences of what they hold. */
export async function checkPackage(): Promise<Results> {
  const vsix = vsixPath();
  rmSync(vsix, { force: true });
  const packaged = await vsce('package', '--no-dependencies', '--out', vsix);
  if (packaged.code !== 0 || !existsSync(vsix)) return failed('package', packaged.lines.join('\n'));
  const { lines: files } = await vsce('ls', '--no-dependencies');
  const bytes = statSync(vsix).size;
  const inputs = readJson(join(root, 'test/output/inputs.json')) as Inputs;
  const packages = bundledPackages(inputs);
  console.log(`  ${vsix}: ${(bytes / 1e6).toFixed(2)} MB; ${packages.length} packages bundled`);
  const problems = [...sizeProblems(bytes), ...contentProblems(files), ...manifestProblems(), ...activationProblems(inputs[activationBundle] ?? []), ...packages.flatMap(licenceProblems)];
  return problems.length === 0 ? passed : failed('package', problems.join('\n'));
}

function sizeProblems(bytes: number): string[] {
  return bytes <= maxBytes ? [] : [`The VSIX has ${bytes} bytes; ${maxBytes} are allowed.`];
}

/** Everything is bundled, so nothing can be installed, or compiled, on the user's machine. */
function contentProblems(files: string[]): string[] {
  const missing = needed.filter((file) => !files.includes(file)).map((file) => `${file} is not in the VSIX.`);
  return files.some((file) => file.includes('node_modules')) ? [...missing, 'The VSIX holds node_modules.'] : missing;
}

function vsce(...args: string[]): Promise<Finished> {
  return runCommand(process.execPath, [join(root, 'node_modules/@vscode/vsce/vsce'), ...args], 120_000, { cwd: root });
}

function manifestProblems(): string[] {
  const { dependencies = {}, scripts = {} } = readJson(join(root, 'package.json')) as { dependencies?: object; scripts?: Record<string, string> };
  const problems = Object.keys(dependencies).map((name) => `${name} is a dependency; everything is bundled, so it belongs to devDependencies.`);
  for (const name of ['preinstall', 'install', 'postinstall']) if (scripts[name]) problems.push(`package.json has a ${name} script.`);
  return problems;
}

/** V8 reads all of the file before it runs the first line, and every member of `vscode` is copied for each `require`. */
function activationProblems(inputs: string[]): string[] {
  const text = readFileSync(join(root, activationBundle), 'utf8');
  const bytes = Buffer.byteLength(text);
  const requires = text.split('require("vscode")').length - 1;
  const found = inputs.filter((input) => heavy.test(input));
  const problems: string[] = [];
  if (found.length > 0) problems.push(`${activationBundle}, which VS Code reads at every activation, holds ${found.slice(0, 5).join(', ')} (${found.length} in all). Import them through src/extension/onDemand.ts, where they are used.`);
  if (inputs.length === 0) problems.push(`The build has noted nothing of ${activationBundle}.`);
  if (bytes > maxActivationBytes) problems.push(`${activationBundle} has ${bytes} bytes; ${maxActivationBytes} are allowed. What is not needed at once belongs to src/extension/onDemand.ts.`);
  if (requires !== 1) problems.push(`${activationBundle} requires "vscode" ${requires} times; see the plugin of that name in esbuild.mjs.`);
  return problems;
}

/** Folders of the packages whose files are in a bundle. */
function bundledPackages(inputs: Inputs): string[] {
  const folders = Object.values(inputs).flat().map((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

function licenceProblems(folder: string): string[] {
  const { license } = readJson(join(root, folder, 'package.json')) as { license?: string };
  const names = (license ?? 'none').replace(/[()]/g, '').split(/ OR /);
  return names.some((name) => allowedLicences.has(name)) ? [] : [`${folder} has the licence ${license ?? 'none'}, which is not on the list of test/driver/package.ts.`];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
