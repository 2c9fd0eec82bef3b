import { lintWorkspace } from '../app/lintWorkspace.ts';
import { ruleInfos } from '../app/rules.ts';
import { UserError } from '../model/errors.ts';
import type { LintReport, LintSettings } from '../model/lint.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { createChecker, parse } from './arguments.ts';
import { failures, isLevel, levels } from './failOn.ts';
import { lintToJson } from './lint/json.ts';
import { lintToSarif } from './lint/sarif.ts';
import { lintText } from './lint/text.ts';
import { createBar } from './progressBar.ts';
import { plural, styleFor } from './text.ts';

const flags = {
  format: { type: 'string', default: 'text' },
  run: { type: 'string' },
  'fail-on': { type: 'string', multiple: true, default: [] as string[] },
  handler: { type: 'string', multiple: true, default: [] as string[] },
  rule: { type: 'string', multiple: true, default: [] as string[] },
} as const;

type Values = ReturnType<typeof parse<typeof flags>>['values'];

const formats: Record<string, (report: LintReport, values: Values) => string> = {
  text: (report, { run }) => lintText(report, { style: styleFor(process.stdout), run: run ?? null }),
  json: (report) => `${JSON.stringify(lintToJson(report), null, 2)}\n`,
  sarif: (report) => `${JSON.stringify(lintToSarif(report, { root: process.cwd(), rules: ruleInfos().filter((r) => r.isStatic), version: packageJson.version }), null, 2)}\n`,
};

/** `mcp-profiler lint [PATH…] [options]` */
export async function lintCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, flags);
  const settings = readSettings(values);
  const paths = positionals.length > 0 ? positionals : ['.'];
  const report = await withBar((onProgress) => lintWorkspace({ paths, settings, ...(values.run === undefined ? {} : { run: values.run }) }, { signal, onProgress }));
  process.stdout.write(formats[values.format]!(report, values));
  if (values.format !== 'text') for (const defect of report.defects) process.stderr.write(`mcp-profiler: a defect of ours, please report it: ${defect}\n`);
  const failed = failures(report.findings, values['fail-on']);
  if (failed.length > 0) process.stderr.write(`mcp-profiler: fails on ${plural(failed.length, 'finding')} (--fail-on ${values['fail-on'].join(', ')})\n`);
  return failed.length > 0 ? 1 : 0;
}

/** Fewer parts of work than this are over before anybody asks: two or three for each file. */
const minParts = 1000;
const barEveryMs = 100;

/** A bar on stderr (a line where that is no terminal) while a large workspace is analysed. */
async function withBar<T>(task: (onProgress: (progress: { done: number; total: number }) => void) => Promise<T>): Promise<T> {
  const bar = createBar(process.stderr);
  let shown = -Infinity;
  try {
    return await task(({ done, total }) => {
      if (total < minParts || performance.now() - shown < barEveryMs) return;
      shown = performance.now();
      bar.show({ stage: 'analysing', done, total, events: [] });
    });
  } finally {
    bar.end();
  }
}

/** @throws UserError `bad-argument` with every problem of the command line. */
function readSettings(values: Values): LintSettings {
  const check = createChecker();
  const known = ruleInfos().filter((r) => r.isStatic).map((r) => r.id as string);
  if (!Object.hasOwn(formats, values.format)) check.problem(`--format is ${Object.keys(formats).join(', ')}, not "${values.format}"`);
  const severities: Record<string, LintSettings['severities'][string]> = {};
  let unknown = false;
  for (const [rule, level] of Object.entries(check.pairs('rule', values.rule))) {
    if (!known.includes(rule)) {
      check.problem(`--rule does not know "${rule}"`);
      unknown = true;
    }
    if (level === 'off' || isLevel(level)) severities[rule] = level;
    else check.problem(`--rule ${rule} takes ${levels.join(', ')} or off, not "${level}"`);
  }
  for (const what of values['fail-on']) {
    if (isLevel(what) || known.includes(what)) continue;
    check.problem(`--fail-on does not know "${what}"`);
    unknown = true;
  }
  if (check.problems.length > 0) throw new UserError('bad-argument', `${check.problems.join('; ')}.`, unknown ? `Rules: ${known.join(', ')}. Levels: ${levels.join(', ')}.` : 'See mcp-profiler help.');
  return { severities, handlers: values.handler };
}
