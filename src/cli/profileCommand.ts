import { resolve } from 'node:path';
import { defaultOptions } from '../app/options.ts';
import { readProfileWorkload } from '../app/profileWorkload.ts';
import type { Choice } from '../model/engine.ts';
import type { ProfileOptions } from '../model/run.ts';
import { createChecker, parse, splitCommand } from './arguments.ts';
import { failures, knownFailOn } from './failOn.ts';
import { createBar } from './progressBar.ts';
import { printRun, runToJson } from './printRun.ts';
import { checkTarget, readTarget, targetFlags } from './target.ts';

const flags = {
  ...targetFlags,
  tool: { type: 'string', multiple: true, default: [] as string[] },
  args: { type: 'string' },
  workload: { type: 'string' },
  'include-writes': { type: 'boolean', default: false },
  'include-destructive': { type: 'boolean', default: false },
  calls: { type: 'string' },
  concurrency: { type: 'string' },
  timeout: { type: 'string' },
  protocol: { type: 'string', default: 'legacy' },
  'no-cpu': { type: 'boolean', default: false },
  heap: { type: 'boolean', default: false },
  bodies: { type: 'boolean', default: false },
  out: { type: 'string', default: '.mcp-profiler/runs' },
  json: { type: 'boolean', default: false },
  'fail-on': { type: 'string', multiple: true, default: [] as string[] },
} as const;
type Values = ReturnType<typeof parse<typeof flags>>['values'];

/** `mcp-profiler profile TARGET [choice] [options]` */
export async function profileCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { own, command } = splitCommand(args);
  const { values, positionals } = parse(own, flags);
  const { options, choice } = readOptions(values, positionals, command);
  if (values.workload !== undefined) await addWorkload(choice, values.workload);
  const server = await readTarget(values, positionals[0], command);

  const bar = createBar(process.stderr);
  // here, as a load test has no use for its clients
  const { profileServer } = await import('../app/profileServer.ts');
  const { run, runDir } = await profileServer({ server, choice, options, outDir: resolve(values.out) }, { signal, onProgress: (p) => bar.show(p) }).finally(() => bar.end());
  process.stdout.write(values.json ? `${JSON.stringify(runToJson(run, runDir), null, 2)}\n` : printRun(run, runDir, process.stdout));
  if (run.failure) {
    process.stderr.write(`mcp-profiler: ${run.failure.message}\n  ${run.failure.hint}\n`);
    return 3;
  }
  const failed = failures(run.findings, values['fail-on']);
  for (const reason of failed) process.stderr.write(`mcp-profiler: fails on ${reason}\n`);
  return failed.length > 0 ? 1 : 0;
}

/** @throws UserError `bad-argument` with every problem of the command line. */
function readOptions(values: Values, positionals: string[], command: string[]): { options: ProfileOptions; choice: Choice } {
  const check = createChecker();
  checkTarget(check, values, positionals, command);
  if (values.protocol !== 'legacy' && values.protocol !== 'modern') check.problem(`--protocol is legacy or modern, not "${values.protocol}"`);
  for (const what of values['fail-on']) if (!knownFailOn(what)) check.problem(`--fail-on does not know "${what}"`);

  const timeoutMs = check.wholeNumber('timeout', values.timeout, defaultOptions.requestTimeoutMs / 1000, 'seconds') * 1000;
  const options: ProfileOptions = {
    ...defaultOptions,
    callsPerTool: check.wholeNumber('calls', values.calls, defaultOptions.callsPerTool),
    concurrency: check.wholeNumber('concurrency', values.concurrency, defaultOptions.concurrency),
    cpu: !values['no-cpu'],
    heap: values.heap,
    bodies: values.bodies,
    protocol: values.protocol === 'modern' ? 'modern' : 'legacy',
    requestTimeoutMs: timeoutMs,
    initializeTimeoutMs: timeoutMs,
  };

  const choice: Choice = { includeWrites: values['include-writes'], includeDestructive: values['include-destructive'] };
  if (values.tool.length > 0) choice.tools = values.tool;
  if (values.args !== undefined) {
    const given = check.object('--args', values.args);
    const names = values.tool.length > 0 ? values.tool : ['*'];
    choice.args = Object.fromEntries(names.map((name) => [name, given]));
  }
  check.throwIfAny();
  return { options, choice };
}

/** Adds the tools of a workload, which are named by it; what the command line says of arguments goes before. */
async function addWorkload(choice: Choice, file: string): Promise<void> {
  const { tools, args, notes } = await readProfileWorkload(file);
  for (const note of notes) process.stderr.write(`${note}\n`);
  choice.tools = [...(choice.tools ?? []), ...tools];
  choice.args = { ...args, ...choice.args };
}
