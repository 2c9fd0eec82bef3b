import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { defaultOptions } from '../app/options.ts';
import { profileServer } from '../app/profileServer.ts';
import { commandTarget, findServers, resolveNamed, urlTarget } from '../app/servers.ts';
import type { Choice } from '../model/engine.ts';
import { UserError } from '../model/errors.ts';
import type { ProfileOptions } from '../model/run.ts';
import type { InputDefinition, ServerSpec } from '../model/server.ts';
import { createChecker, parse, splitCommand } from './arguments.ts';
import { failures, knownFailOn } from './failOn.ts';
import { createBar } from './progressBar.ts';
import { printRun, runToJson } from './printRun.ts';

const flags = {
  url: { type: 'string' },
  sse: { type: 'boolean', default: false },
  header: { type: 'string', multiple: true, default: [] as string[] },
  input: { type: 'string', multiple: true, default: [] as string[] },
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
  const server = await readTarget(values, positionals[0], command);

  const bar = createBar(process.stderr);
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
  if (positionals.length > 1) check.problem(`one target at a time, not ${positionals.map((p) => `"${p}"`).join(' and ')}; a command goes after --`);
  if (positionals.length === 1 && (values.url !== undefined || command.length > 0)) check.problem('give a name, a URL or a command, not two of them');
  if (positionals.length === 0 && values.url === undefined && command.length === 0) check.problem('no target: give the name of a configured server, --url URL, or -- COMMAND');
  if (values.protocol !== 'legacy' && values.protocol !== 'modern') check.problem(`--protocol is legacy or modern, not "${values.protocol}"`);
  for (const what of values['fail-on']) if (!knownFailOn(what)) check.problem(`--fail-on does not know "${what}"`);

  const timeoutMs = check.wholeNumber('timeout', values.timeout, defaultOptions.requestTimeoutMs / 1000) * 1000;
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
  if (values.workload !== undefined) {
    const workload = check.object(`the workload ${values.workload}`, readText(values.workload));
    choice.args = Object.fromEntries(Object.entries(workload).map(([tool, given]) => [tool, check.object(`the arguments of "${tool}" in the workload`, JSON.stringify(given))]));
    choice.tools = [...(choice.tools ?? []), ...Object.keys(choice.args)];
  }
  if (values.args !== undefined) {
    const given = check.object('--args', values.args);
    const names = values.tool.length > 0 ? values.tool : ['*'];
    choice.args = { ...choice.args, ...Object.fromEntries(names.map((name) => [name, given])) };
  }
  check.throwIfAny();
  return { options, choice };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError('bad-argument', `The workload ${file} cannot be read: ${(error as Error).message}.`, 'Give the path of a JSON file.', { cause: error });
  }
}

async function readTarget(values: Values, name: string | undefined, command: string[]): Promise<ServerSpec> {
  const check = createChecker();
  const headers = check.pairs('header', values.header);
  const inputs = check.pairs('input', values.input);
  check.throwIfAny();
  if (values.url !== undefined) return urlTarget({ url: values.url, transport: values.sse ? 'sse' : 'http', headers, command }, process.cwd());
  if (name === undefined) return commandTarget(command, process.cwd());

  const { servers, problems } = await findServers(process.cwd());
  for (const p of problems) process.stderr.write(`${p.file}:${p.line + 1}:${p.column + 1}: ${p.message}\n`);
  const matches = servers.filter((s) => s.name === name || s.id === name);
  if (matches.length === 0) {
    throw new UserError('unknown-server', `No server named "${name}" is configured here.`, servers.length > 0 ? `There are: ${servers.map((s) => s.name).join(', ')}.` : 'Profile a command instead: mcp-profiler profile -- node server.js');
  }
  // the first source wins, as in the list; an id names another
  return resolveNamed(matches[0]!, process.cwd(), (input) => askInput(input, inputs));
}

/** A value from the command line, else asked for on a terminal; never stored. */
async function askInput(input: InputDefinition, given: Record<string, string>): Promise<string | undefined> {
  if (given[input.id] !== undefined) return given[input.id];
  if (!process.stdin.isTTY) return input.default;
  const choices = input.options ? ` (${input.options.join(', ')})` : '';
  process.stderr.write(`${input.description ?? input.id}${choices}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: input.password ? silent : process.stderr, terminal: true });
  try {
    return (await prompt.question('')) || input.default;
  } finally {
    prompt.close();
    if (input.password) process.stderr.write('\n');
  }
}
