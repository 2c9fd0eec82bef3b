import { build } from 'esbuild';
import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { outputDir, root } from './places.ts';
import { resultsVariable } from './reporter.ts';

/** Which files run: `*.test.ts` of test/vscode with trust switched off, or those of test/vscode/untrusted with trust on. */
export type HostSuite = 'trusted' | 'untrusted';

export interface HostFolders {
  /** The module with `run()`. */
  entry: string;
  /** Holds all of the below; remove it afterwards. */
  dir: string;
  /** A fresh copy of the workspace of the tests. */
  workspace: string;
  /** For settings and logs of the editor. */
  data: string;
}

/** Bundles the tests of a suite as CommonJS, as the extension host loads them, and lays out fresh folders. */
export async function prepareHost(suite: HostSuite): Promise<HostFolders> {
  const source = join(root, 'test/vscode', suite === 'trusted' ? '' : suite);
  const dir = mkdtempSync(join(outputDir('host'), `${suite}-`)); // inside the checkout, where `mocha` is found
  const tests = readdirSync(source).filter((name) => name.endsWith('.test.ts'));
  await build({
    entryPoints: [{ in: join(root, 'test/vscode/run.ts'), out: 'run' }, ...tests.map((name) => ({ in: join(source, name), out: name.replace(/\.ts$/, '') }))],
    outdir: join(dir, 'suite'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'warning',
  });
  const workspace = join(dir, 'workspace');
  cpSync(join(root, 'test/vscode/workspace'), workspace, { recursive: true });
  return { dir, entry: join(dir, 'suite/run.cjs'), workspace, data: join(dir, 'data') };
}

/** Variables that the extension host of the tests gets. */
export function hostVariables(results: string): Record<string, string> {
  return { [resultsVariable]: results };
}
