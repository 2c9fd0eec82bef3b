import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, type Finished } from './command.ts';
import { root, vsixPath } from './places.ts';
import { failed, passed, type Results } from './results.ts';

const maxBytes = 3_000_000;
/** Without these a feature is missing that no test of the checkout would miss. */
const needed = ['dist/extension.cjs', 'dist/cli.cjs', 'dist/reaper.cjs', 'dist/lintWorker.cjs', 'dist/grammars/tree-sitter.wasm', 'dist/grammars/tree-sitter-python.wasm', 'dist/probe/boot.cjs', 'dist/webview/main.js', 'dist/sample-server.mjs', 'LICENSE', 'README.md'];
const allowedLicences = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'MPL-2.0', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense']);

/** Packages the extension and checks what is in it: size, no dependency beside the bundles, licences of what they hold. */
export async function checkPackage(): Promise<Results> {
  const vsix = vsixPath();
  rmSync(vsix, { force: true });
  const packaged = await vsce('package', '--no-dependencies', '--out', vsix);
  if (packaged.code !== 0 || !existsSync(vsix)) return failed('package', packaged.lines.join('\n'));
  const { lines: files } = await vsce('ls', '--no-dependencies');
  const bytes = statSync(vsix).size;
  const packages = bundledPackages();
  console.log(`  ${vsix}: ${(bytes / 1e6).toFixed(2)} MB; ${packages.length} packages bundled`);
  const problems = [...sizeProblems(bytes), ...contentProblems(files), ...manifestProblems(), ...packages.flatMap(licenceProblems)];
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

/** Folders of the packages whose files are in a bundle, as the build noted them. */
function bundledPackages(): string[] {
  const inputs = readJson(join(root, 'test/output/inputs.json')) as string[];
  const folders = inputs.map((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
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
