import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './browser.ts';
import { ensureCodeServer } from './codeServer.ts';
import { runCommand } from './command.ts';
import { runHostInCodeServer } from './hostCodeServer.ts';
import type { HostSuite } from './hostBundle.ts';
import { runMocha } from './mochaStage.ts';
import { checkPackage } from './package.ts';
import { outputDir, root, vsixPath } from './places.ts';
import { failed, passed, skipped, type Results } from './results.ts';

export interface Stage {
  name: string;
  what: string;
  /** A stage that must have passed; otherwise this one counts as failed without being run. */
  needs?: string;
  run(): Promise<Results>;
}

const minutes = (n: number): number => n * 60_000;
const inModules = (...parts: string[]): string => join(root, 'node_modules', ...parts);

/** In the order in which they run. */
export const stages: Stage[] = [
  { name: 'build', what: 'everything bundles', run: () => tool('build', ['esbuild.mjs', '--inputs', 'test/output/inputs.json'], minutes(3)) },
  { name: 'types', what: 'TypeScript', run: checkTypes },
  { name: 'lint', what: 'ESLint, with types', run: () => tool('lint', [inModules('eslint/bin/eslint.js'), '.'], minutes(5)) },
  { name: 'unit', what: 'unit tests', run: () => runMocha('unit', testFiles('unit'), minutes(15)) },
  { name: 'package', what: 'the VSIX', needs: 'build', run: checkPackage },
  { name: 'vscode', what: 'in VS Code', needs: 'build', run: () => runHost('trusted') },
  { name: 'trust', what: 'in VS Code, untrusted workspace', needs: 'build', run: () => runHost('untrusted') },
  { name: 'ui', what: 'the packaged extension, as a user has it', needs: 'package', run: runUi },
];

function testFiles(dir: string): string[] {
  return globSync(`test/${dir}/**/*.test.ts`, { cwd: root }).sort();
}

async function checkTypes(): Promise<Results> {
  const projects = [root, join(root, 'webview')];
  const results = [];
  for (const project of projects) results.push(await tool('types', [inModules('typescript/bin/tsc'), '-p', project], minutes(5)));
  return results.find((result) => result.failed.length > 0) ?? passed;
}

/** A Node program that counts as one test. */
async function tool(name: string, args: string[], timeoutMs: number): Promise<Results> {
  const { code, lines, timedOut } = await runCommand(process.execPath, args, timeoutMs, { cwd: root });
  if (code === 0) return passed;
  return failed(name, timedOut ? `timed out after ${timeoutMs / 1000} s` : lines.slice(-200).join('\n'));
}

async function runHost(suite: HostSuite): Promise<Results> {
  if (process.argv.includes('--desktop')) return (await import('./hostDesktop.ts')).runHostOnDesktop(suite);
  return runHostInCodeServer(suite);
}

async function runUi(): Promise<Results> {
  const chromium = findChromium();
  if (!chromium) return skipped('UI tests', 'Chromium');
  const server = await ensureCodeServer((line) => console.log(`  ${line}`));
  if ('missing' in server) return skipped('UI tests', server.missing);
  for (const evidence of globSync('FAILED*', { cwd: outputDir('ui') })) rmSync(join(outputDir('ui'), evidence));
  const env = { MCP_PROFILER_CHROMIUM: chromium, MCP_PROFILER_CODE_SERVER: server.serverMain, MCP_PROFILER_VSIX: vsixPath() };
  return runMocha('ui', testFiles('ui'), minutes(15), env);
}
