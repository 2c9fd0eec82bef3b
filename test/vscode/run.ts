/** What VS Code calls inside the extension host (`extensionTestsPath`). Bundled as CommonJS beside the test files. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { default as MochaClass } from 'mocha';
import Reporter from '../driver/reporter.ts';

// `require` of an ES module differs between Node versions: some put the class itself there, some the namespace
const loaded = createRequire(__filename)('mocha') as { default?: typeof MochaClass } & typeof MochaClass;
const Mocha = loaded.default ?? loaded;

export async function run(): Promise<void> {
  const mocha = new Mocha({ timeout: 60_000, forbidOnly: true, reporter: Reporter as unknown as MochaClass.ReporterConstructor });
  for (const name of readdirSync(__dirname).sort()) if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
