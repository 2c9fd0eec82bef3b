// `npm test [-- STAGE…]`: runs every stage, also after one has failed, and ends with `N passed, N failed, N skipped`.
import { allowedSkips } from './driver/allowedSkips.ts';
import { failed, type Results, type Skip } from './driver/results.ts';
import { stages, type Stage } from './driver/stages.ts';

if (!process.version.startsWith('v24.')) throw new Error(`Node.js 24 is needed and this is ${process.version}; use npm test, which sees to that.`);

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) throw new Error(`No such stage: ${unknown.join(', ')}. There are ${stages.map(({ name }) => name).join(', ')}.`);

const outcomes = new Map<string, Results>();
const started = Date.now();
for (const stage of chosen()) {
  console.log(`\n== ${stage.name}: ${stage.what}`);
  const stageStarted = Date.now();
  const results = await runStage(stage);
  outcomes.set(stage.name, results);
  const { length: failures } = results.failed;
  console.log(`== ${stage.name}: ${results.passed} passed, ${failures} failed, ${results.skipped.length} skipped in ${seconds(stageStarted)} s`);
}
summarise([...outcomes.values()]);

/** The stages asked for, with those they need; all when none is named. */
function chosen(): Stage[] {
  const wanted = new Set(names);
  for (const stage of [...stages].reverse()) if (wanted.has(stage.name) && stage.needs) wanted.add(stage.needs);
  return stages.filter(({ name }) => wanted.size === 0 || wanted.has(name));
}

async function runStage(stage: Stage): Promise<Results> {
  const needed = stage.needs && outcomes.get(stage.needs);
  if (needed && needed.failed.length > 0) return report(failed(stage.name, `not run, because ${stage.needs} failed`));
  try {
    return report(await stage.run());
  } catch (error) {
    return report(failed(stage.name, error instanceof Error ? (error.stack ?? error.message) : String(error)));
  }
}

/** Failures and skips of stages that have no lines of their own. */
function report(results: Results): Results {
  if (results.passed + results.failed.length + results.skipped.length === 1) {
    for (const { title, message } of results.failed) console.log(`  FAILED ${title}\n${message.replace(/^/gm, '    ')}`);
    for (const { title, reason } of results.skipped) console.log(`  skipped ${title} (${reason})`);
  }
  return results;
}

function summarise(all: Results[]): void {
  const failures = all.flatMap((results) => results.failed.map(({ title }) => title));
  const skips = all.flatMap((results) => results.skipped);
  const forbidden = process.env['CI'] ? skips.filter((skip) => !isAllowed(skip)) : [];
  failures.push(...forbidden.map(({ title }) => `${title}: skipped, which test/driver/allowedSkips.ts does not allow`));
  console.log(`\nAll stages took ${seconds(started)} s.`);
  if (skips.length > 0) console.log(`Skipped:\n${skips.map(({ title, reason }) => `  ${title} (${reason})`).join('\n')}`);
  if (failures.length > 0) console.log(`Failed:\n${failures.map((title) => `  ${title}`).join('\n')}`);
  const passedCount = all.reduce((sum, results) => sum + results.passed, 0);
  console.log(`${passedCount} passed, ${failures.length} failed, ${skips.length - forbidden.length} skipped`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

function isAllowed(skip: Skip): boolean {
  return allowedSkips.some(({ title, platforms }) => title.test(skip.title) && platforms.includes(process.platform));
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
