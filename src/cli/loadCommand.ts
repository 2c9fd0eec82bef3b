import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defaultLoadOptions } from '../app/loadOptions.ts';
import { writeLocustfile } from '../app/writeLocustfile.ts';
import { readSlo, readWorkloadFile } from '../app/loadInputs.ts';
import { runLoad } from '../app/runLoad.ts';
import type { Choice } from '../model/engine.ts';
import type { LoadModel, LoadOptions, LoadRequest } from '../model/load.ts';
import { createChecker, parse, splitCommand } from './arguments.ts';
import { failures, knownFailOn } from './failOn.ts';
import { createLoadBar } from './loadBar.ts';
import { loadToJson, printLoad } from './printLoad.ts';
import { shorten } from './text.ts';
import { checkTarget, readTarget, targetFlags } from './target.ts';

const flags = {
  ...targetFlags,
  tool: { type: 'string', multiple: true, default: [] as string[] },
  args: { type: 'string' },
  workload: { type: 'string' },
  'include-writes': { type: 'boolean', default: false },
  'include-destructive': { type: 'boolean', default: false },
  rate: { type: 'string' },
  ramp: { type: 'string' },
  concurrency: { type: 'string' },
  think: { type: 'string' },
  sessions: { type: 'string' },
  'find-capacity': { type: 'boolean', default: false },
  overload: { type: 'boolean', default: false },
  duration: { type: 'string' },
  warmup: { type: 'string' },
  slo: { type: 'string' },
  processes: { type: 'string' },
  'mcp-sessions': { type: 'string' },
  sockets: { type: 'string' },
  'max-in-flight': { type: 'string' },
  'max-rate': { type: 'string' },
  'max-duration': { type: 'string' },
  'max-processes': { type: 'string' },
  timeout: { type: 'string' },
  protocol: { type: 'string', default: 'legacy' },
  seed: { type: 'string' },
  'no-probe': { type: 'boolean', default: false },
  locust: { type: 'string' },
  'allow-remote': { type: 'string', multiple: true, default: [] as string[] },
  out: { type: 'string', default: '.mcp-profiler/runs' },
  json: { type: 'boolean', default: false },
  'fail-on': { type: 'string', multiple: true, default: [] as string[] },
} as const;
type Values = ReturnType<typeof parse<typeof flags>>['values'];
type Checker = ReturnType<typeof createChecker>;

/** `mcp-profiler load TARGET [choice] MODEL [options]` */
export async function loadCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { own, command } = splitCommand(args);
  const { values, positionals } = parse(own, flags);
  const { options, choice } = readOptions(values, positionals, command);
  const workload = values.workload === undefined ? null : await readWorkloadFile(resolve(values.workload));
  const server = await readTarget(values, positionals[0], command);

  const request: LoadRequest = { server, workload, choice, options, outDir: resolve(values.out), allowRemote: values['allow-remote'] };
  if (values.locust !== undefined) return exportToLocust(request, resolve(values.locust), signal);

  const bar = createLoadBar(process.stderr);
  const { result, runDir } = await runLoad(request, { signal, onProgress: (p) => bar.show(p) }).finally(() => bar.end());
  process.stdout.write(values.json ? `${JSON.stringify(loadToJson(result, runDir), null, 2)}\n` : printLoad(result, runDir, process.stdout));
  if (result.failure) {
    process.stderr.write(`mcp-profiler: ${result.failure.message}\n  ${result.failure.hint}\n`);
    return 3;
  }
  const failed = failures(result.findings, values['fail-on']);
  // a verdict that could not be had is none that passes
  if (values['fail-on'].includes('budget') && result.slo?.met !== true && result.slo !== null) failed.push(`the objective ${result.slo.text}: ${result.slo.why}`);
  for (const reason of failed) process.stderr.write(`mcp-profiler: fails on ${reason}\n`);
  return failed.length > 0 ? 1 : 0;
}

/** Writes the test down for machines that run it together, instead of running it here. */
async function exportToLocust(request: LoadRequest, file: string, signal: AbortSignal): Promise<number> {
  await writeFile(file, await writeLocustfile(request, signal));
  process.stdout.write(`${shorten(file)}\n  On one machine:     locust -f ${shorten(file)} --headless --master --expect-workers 2 --mcp-result result.json\n  On each of others:  locust -f ${shorten(file)} --worker --master-host HOST\n  Then, to see it:    mcp-profiler import result.json\n`);
  return 0;
}

/** @throws UserError `bad-argument` with every problem of the command line. */
function readOptions(values: Values, positionals: string[], command: string[]): { options: LoadOptions; choice: Choice } {
  const check = createChecker();
  checkTarget(check, values, positionals, command);
  if (values.protocol !== 'legacy' && values.protocol !== 'modern') check.problem(`--protocol is legacy or modern, not "${values.protocol}"`);
  for (const what of values['fail-on']) if (!knownFailOn(what)) check.problem(`--fail-on does not know "${what}"`);
  const model = readModel(check, values);
  const d = defaultLoadOptions;
  const timeoutMs = check.wholeNumber('timeout', values.timeout, d.requestTimeoutMs / 1000, 'seconds') * 1000;
  const perSecond = values['max-rate'] === undefined ? d.caps.perSecond : rateOf(check, 'max-rate', values['max-rate']);
  const choice: Choice = { includeWrites: values['include-writes'], includeDestructive: values['include-destructive'] };
  if (values.tool.length > 0) choice.tools = values.tool;
  if (values.workload !== undefined && (values.tool.length > 0 || values.args !== undefined)) check.problem('--workload says what is called: leave out --tool and --args');
  if (values.args !== undefined) {
    const given = check.object('--args', values.args);
    choice.args = Object.fromEntries((values.tool.length > 0 ? values.tool : ['*']).map((name) => [name, given]));
  }
  const options: LoadOptions = {
    ...d,
    goal: values['find-capacity'] ? 'capacity' : 'measure',
    model: model ?? d.model,
    durationS: check.wholeNumber('duration', values.duration, d.durationS, 'seconds'),
    warmupS: check.wholeNumber('warmup', values.warmup, d.warmupS, 'seconds'),
    slo: values.slo === undefined ? (values['find-capacity'] ? readSlo('p99<100ms,errors<1%') : null) : readSlo(values.slo),
    overload: values.overload,
    processes: check.wholeNumber('processes', values.processes, d.processes),
    sessions: check.wholeNumber('mcp-sessions', values['mcp-sessions'], d.sessions),
    sockets: check.wholeNumber('sockets', values.sockets, d.sockets),
    maxInFlight: check.wholeNumber('max-in-flight', values['max-in-flight'], d.maxInFlight),
    requestTimeoutMs: timeoutMs,
    initializeTimeoutMs: timeoutMs,
    protocol: values.protocol === 'modern' ? 'modern' : 'legacy',
    probe: !values['no-probe'],
    seed: check.wholeNumber('seed', values.seed, d.seed),
    caps: {
      perSecond,
      durationS: check.wholeNumber('max-duration', values['max-duration'], d.caps.durationS, 'seconds'),
      processes: check.wholeNumber('max-processes', values['max-processes'], d.caps.processes),
    },
  };
  if (values.overload && !values['find-capacity']) check.problem('--overload goes with --find-capacity: it needs the capacity to exceed');
  check.throwIfAny();
  return { options, choice };
}

/** Exactly one says what the load is; null when none or several do, which is told. */
function readModel(check: Checker, values: Values): LoadModel | null {
  const named = (['rate', 'ramp', 'concurrency', 'sessions', 'find-capacity'] as const).filter((flag) => values[flag] !== undefined && values[flag] !== false);
  const all = '--rate N/s, --ramp A:B, --concurrency N, --sessions N or --find-capacity';
  if (named.length !== 1) check.problem(named.length === 0 ? `say what the load is: ${all}` : `one of ${all}, not ${named.map((n) => `--${n}`).join(' and ')}`);
  if (values.think !== undefined && values.concurrency === undefined) check.problem('--think goes with --concurrency; other models have their own pace');
  const models: LoadModel[] = [];
  if (values.rate !== undefined) models.push({ kind: 'rate', perSecond: rateOf(check, 'rate', values.rate) });
  if (values.ramp !== undefined) {
    const [from, to, ...more] = values.ramp.split(':');
    if (from === undefined || to === undefined || more.length > 0) check.problem(`--ramp takes two rates A:B, e.g. 50:500, not "${values.ramp}"`);
    else models.push({ kind: 'ramp', from: rateOf(check, 'ramp', from), to: rateOf(check, 'ramp', to) });
  }
  if (values.concurrency !== undefined) models.push({ kind: 'closed', concurrency: check.wholeNumber('concurrency', values.concurrency, 1), thinkMs: check.wholeNumber('think', values.think, 0, 'milliseconds') });
  if (values.sessions !== undefined) models.push({ kind: 'sessions', sessions: check.wholeNumber('sessions', values.sessions, 1) });
  return models[0] ?? null;
}

/** `200`, `200/s`, `0.5/s`, `90/m`; calls per second. */
function rateOf(check: Checker, flag: string, text: string): number {
  const found = /^(\d+(?:\.\d+)?)(?:\/(s|m|min))?$/.exec(text.trim());
  if (!found) {
    check.problem(`--${flag} takes a rate such as 200/s, not "${text}"`);
    return 1;
  }
  return Number(found[1]) / (found[2] === undefined || found[2] === 's' ? 1 : 60);
}
