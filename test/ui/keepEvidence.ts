import type { Context } from 'mocha';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputDir } from '../driver/places.ts';
import type { Workbench } from './workbench.ts';

/** For `afterEach`: of a test that failed, keeps a screenshot and all that was logged in test/output/ui. */
export async function keepEvidence(context: Context, workbench: Workbench | undefined): Promise<void> {
  const test = context.currentTest;
  if (!workbench || test?.state !== 'failed') return;
  const name = `FAILED ${test.fullTitle()}`.replace(/[^\w.-]+/g, '-').slice(0, 100);
  writeFileSync(join(outputDir('ui'), `${name}.log`), workbench.log().join('\n'));
  await workbench.screenshot(name);
}
