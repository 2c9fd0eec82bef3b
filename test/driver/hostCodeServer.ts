import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deferred } from './deferred.ts';
import { findChromium, launchChromium } from './browser.ts';
import { ensureCodeServer, startCodeServer } from './codeServer.ts';
import { hostVariables, prepareHost, type HostSuite } from './hostBundle.ts';
import { readResults, resultsFile } from './mochaStage.ts';
import { outputDir, root } from './places.ts';
import { skipped, type Results } from './results.ts';

/** A machine with other work takes twice as long as an idle one. */
const timeoutMs = 8 * 60_000;

/** Runs a suite inside VS Code's extension host, through code-server and a headless Chromium. */
export async function runHostInCodeServer(suite: HostSuite): Promise<Results> {
  const title = `VS Code host, ${suite} workspace`;
  const chromium = findChromium();
  if (!chromium) return skipped(title, 'Chromium');
  const server = await ensureCodeServer((line) => console.log(`  ${line}`));
  if ('missing' in server) return skipped(title, server.missing);

  const { dir, entry, workspace, data } = await prepareHost(suite);
  const results = resultsFile(`host-${suite}`);
  const code = await startCodeServer(server.serverMain, { dataDir: data, workspaceTrust: suite === 'untrusted', env: hostVariables(results) });
  const pageLog: string[] = [];
  const browser = await launchChromium(chromium).catch(async (error: unknown) => {
    await code.stop();
    throw error;
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => pageLog.push(`pageerror ${error.stack ?? error.message}`));
    const exit = deferred<string>();
    const timer = setTimeout(() => exit.resolve(`timed out after ${timeoutMs / 1000} s`), timeoutMs);
    page.on('crash', () => exit.resolve('the page crashed'));
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
      // what our reporter prints is indented; `%c INFO` and a colour stand before it
      const text = String(args.at(-1));
      pageLog.push(`${type} ${text}`);
      if (type === 'info' && /^ {2}\S/.test(text)) console.log(text);
    });
    await page.exposeFunction('codeAutomationExit', (exitCode: number) => exit.resolve(`exit code ${exitCode}`));
    const remote = (path: string): string => `vscode-remote://localhost:${code.port}${path}`;
    const payload = JSON.stringify([['extensionDevelopmentPath', remote(root)], ['extensionTestsPath', remote(entry)]]);
    await page.goto(`${code.url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`);
    const how = await exit.promise;
    clearTimeout(timer);
    return readResults(title, results, how === 'exit code 0', `${how}\n${pageLog.filter((line) => /^(page)?error /.test(line)).slice(-20).join('\n')}`);
  } finally {
    await browser.close();
    await code.stop();
    const logs = { 'page.log': pageLog, 'server.log': code.log, 'host.log': [hostLog(data)] };
    for (const [name, lines] of Object.entries(logs)) writeFileSync(join(outputDir('host', suite), name), lines.join('\n'));
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What the extension host itself logged. */
function hostLog(data: string): string {
  return globSync('data/logs/*/exthost*/remoteexthost.log', { cwd: data }).map((file) => readFileSync(join(data, file), 'utf8')).join('\n');
}
