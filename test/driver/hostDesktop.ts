import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { hostVariables, prepareHost, type HostSuite } from './hostBundle.ts';
import { readResults, resultsFile } from './mochaStage.ts';
import { root } from './places.ts';
import type { Results } from './results.ts';

/** Runs a suite inside the desktop build of VS Code, which is downloaded. Needs a display (on Linux: xvfb-run). */
export async function runHostOnDesktop(suite: HostSuite, version = 'stable'): Promise<Results> {
  const { dir, entry, workspace } = await prepareHost(suite);
  const data = mkdtempSync(join(tmpdir(), 'mcp-')); // short: VS Code puts a socket there, whose path may have 103 characters on macOS
  const results = resultsFile(`host-${suite}`);
  const quiet = ['--disable-updates', '--skip-welcome', '--skip-release-notes', '--disable-telemetry', '--user-data-dir', data];
  let how = 'exit code 0';
  try {
    await runTests({
      version,
      extensionDevelopmentPath: root,
      extensionTestsPath: entry,
      extensionTestsEnv: hostVariables(results),
      launchArgs: [workspace, ...quiet, ...(suite === 'trusted' ? ['--disable-workspace-trust'] : [])],
    });
  } catch (error) {
    how = error instanceof Error ? error.message : String(error);
  } finally {
    for (const folder of [dir, data]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return readResults(`VS Code ${version} on the desktop, ${suite} workspace`, results, how === 'exit code 0', how);
}
