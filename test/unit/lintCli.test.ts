import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import type { lintToJson } from '../../src/cli/lint/json.ts';
import type { lintToSarif } from '../../src/cli/lint/sarif.ts';
import type { LintReport } from '../../src/model/lint.ts';
import { play } from './analysisWorld.ts';

/** As it is shipped: bundled it starts in a tenth of the time. */
const main = join(import.meta.dirname, '../../dist/cli.cjs');

const files = {
  'package.json': '{ "name": "shop" }',
  'src/server.ts': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { loadIndex } from './load index.js';

const server = new McpServer({ name: 'shop', version: '1.0.0' });
server.tool('search', {}, async () => ({ content: [{ type: 'text', text: String(loadIndex()) }] }));
server.tool('count', {}, async () => ({ content: [{ type: 'text', text: String(loadIndex()) }] }));
await server.connect(new StdioServerTransport());
`,
  'src/load index.ts': `import { readFileSync } from 'node:fs';

export function loadIndex(): number {
  return readAll();
}
function readAll(): number {
  return readFileSync('index.json', 'utf8').length;
}
export function once(): number {
  return readFileSync('once.json', 'utf8').length;
}
export function quiet(): number {
  // mcp-profiler-disable-next-line blocking-call -- small
  return readFileSync('small.json', 'utf8').length;
}
`,
};

describe('mcp-profiler lint', function () {
  this.timeout(60_000);
  let folder: string;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, [main, 'lint', ...args], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
    });
  const json = async (...args: string[]) => JSON.parse((await run('--format', 'json', ...args)).stdout) as ReturnType<typeof lintToJson>;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'mcp lint-')));
    for (const [path, text] of Object.entries(files)) write(path, text);
    write('src/server.ts', files['src/server.ts'].replace(/loadIndex\(\)(?=\) \}\] \}\)\);\nawait)/, 'quiet()').replace('{ loadIndex }', '{ loadIndex, quiet }'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('prints the answer first, then findings by file, within 80 columns, and what to do next', async () => {
    const { code, stdout, stderr } = await run('.');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^2 tools in 1 file \(2 source files analysed\); 1 finding: 1 warning\.\n/);
    assert.match(stdout, /\nsrc\/load index\.ts\n {2}7:10 {2}warning {2}`readFileSync`[\s\S]*\(reached from tool\s+`search` via `loadIndex` →\s+`readAll`\)\.\s+blocking-call\n/);
    assert.match(stdout, /by src\/server\.ts:6 → src\/load index\.ts:4 → 7\n/);
    assert.match(stdout, /1 finding suppressed by comments/);
    assert.match(stdout, /mcp-profiler profile TARGET/);
    assert.deepEqual(stdout.split('\n').filter((line) => line.length > 80), []);
    assert.doesNotMatch(stdout, /\u001b/, 'no colours where there is no terminal');
    assert.equal(stderr, '');
  });

  it('--format json is one document as documented', async () => {
    const report = await json();
    assert.equal(report.files, 2);
    assert.deepEqual(report.handlers.map(({ name, kind, file, line, language }) => ({ name, kind, file, line, language })), [
      { name: 'search', kind: 'tool', file: join(folder, 'src/server.ts'), line: 6, language: 'typescript' },
      { name: 'count', kind: 'tool', file: join(folder, 'src/server.ts'), line: 7, language: 'typescript' },
    ]);
    const [finding] = report.findings;
    const at = (file: string, line: number, name: string) => ({ file: join(folder, file), line, name });
    assert.deepEqual([finding!.rule, finding!.severity, finding!.confidence, finding!.file, finding!.line, finding!.endLine, finding!.handlers], ['blocking-call', 'warning', 'high', join(folder, 'src/load index.ts'), 7, 7, ['search']]);
    assert.deepEqual(finding!.path, [at('src/server.ts', 6, 'search'), at('src/load index.ts', 4, 'loadIndex'), at('src/load index.ts', 7, 'readAll')]);
    assert.ok(finding!.fix === null || Array.isArray(finding!.fix.edits));
    assert.deepEqual(report.suppressed.map((s) => [s.line, s.reason]), [[14, 'small']]);
    assert.equal(typeof report.timings.total, 'number');
  });

  it('--format sarif is valid by the schema of SARIF 2.1.0', async () => {
    const { stdout } = await run('--format', 'sarif');
    const log = JSON.parse(stdout) as ReturnType<typeof lintToSarif>;
    assert.deepEqual(sarifProblems(log), []);
    const { results, tool } = log.runs[0]!;
    assert.deepEqual(results.map((r) => [r.ruleId, r.level, r.suppressions?.[0]?.justification]), [['blocking-call', 'warning', undefined], ['blocking-call', 'note', 'small']], 'one file that is always the same is a hint, a note in SARIF');
    assert.equal(tool.driver.rules[results[0]!.ruleIndex]!.id, 'blocking-call');
    assert.deepEqual(results[0]!.locations[0]!.physicalLocation, { artifactLocation: { uri: 'src/load%20index.ts', uriBaseId: '%SRCROOT%' }, region: { startLine: 7, startColumn: 10, endLine: 7, endColumn: 44 } });
    assert.deepEqual(results[0]!.codeFlows![0]!.threadFlows[0]!.locations.map((l) => l.location.message.text), ['search', 'loadIndex', 'readAll']);
  });

  it('fixes, skipped files and files elsewhere are valid SARIF too', async () => {
    const { lintToSarif } = await import('../../src/cli/lint/sarif.ts');
    const { ruleInfos } = await import('../../src/app/rules.ts');
    const report = await json();
    const finding = { ...(report.findings[0]! as unknown as LintReport['findings'][number]), path: [], fixes: [{ title: 'Fix', kind: 'safe' as const, explain: 'Why.', edits: [{ file: '/elsewhere/a b.ts', start: 3, end: 5, text: 'x' }] }] };
    const log = lintToSarif({ files: 1, handlers: [], findings: [{ ...finding, file: '/elsewhere/a b.ts' }], timings: report.timings, skipped: [{ file: join(folder, 'x.ts'), reason: 'is not text' }], suppressed: [], unusedSuppressions: [], defects: ['oops'] }, { root: folder, rules: ruleInfos(), version: '1.0.0' });
    assert.deepEqual(sarifProblems(log), []);
    assert.ok(sarifProblems({ ...log, version: '9' }).length > 0, 'the schema can say no');
  });

  it('--rule, --handler and --fail-on are honoured', async () => {
    assert.equal((await json('--rule', 'blocking-call=off')).findings.length, 0);
    assert.equal((await json('--rule', 'blocking-call=error')).findings[0]!.severity, 'error');
    assert.deepEqual(await Promise.all([['error'], ['warning'], ['hint'], ['blocking-call'], ['sync-tool']].map(async ([what]) => (await run('--fail-on', what!)).code)), [0, 1, 1, 1, 0]);
    assert.match((await run('--fail-on', 'warning')).stderr, /fails on 1 finding \(--fail-on warning\)/);
    write('own/server.ts', 'import { registerThing } from "somewhere";\nregisterThing("mine", async () => 1);\n');
    assert.deepEqual((await json('own')).handlers, []);
    assert.match((await run('own')).stdout, /No MCP handler was found[\s\S]*--handler NAME/);
    assert.deepEqual((await json('own', '--handler', 'registerThing')).handlers.map((h) => h.name), ['mine']);
  });

  it('--run joins: what the run saw too is confirmed, with its cost, and comes first', async () => {
    const { run: record } = play({ tools: [{ name: 'search' }] });
    const measured = { id: 'x', rule: 'blocking-call', severity: 'warning', evidence: 'measured', tools: ['search'], message: '`readFileSync` blocks.', help: '', savedUsPerCall: 62_000, file: join(folder, 'src/load index.ts'), line: 7, endLine: 7, figures: [{ label: 'blocked per call', value: 62_000, unit: 'us' }], path: [] };
    write('.mcp-profiler/runs/one/run.json', JSON.stringify({ ...record, findings: [measured] }));
    const { findings } = await json('--run', '.mcp-profiler/runs/one', 'src');
    assert.deepEqual([findings[0]!.evidence, findings[0]!.savedUsPerCall], ['confirmed', 62_000]);
    assert.match(findings[0]!.message, /Measured: blocked per call 62 ms\.$/);
    assert.match((await run('--run', '.mcp-profiler/runs/one', 'src')).stdout, /The\s+run\s+confirms\s+1 of them[\s\S]*warning confirmed/);
  });

  it('wrong use is exit code 2, says all that is wrong and what is known', async () => {
    const cases: [string[], RegExp][] = [
      [['nowhere'], /There is no file or folder nowhere/],
      [['--format', 'xml', '--rule', 'nosuch=off', '--fail-on', 'budget'], /--format is text, json, sarif, not "xml"; --rule does not know "nosuch"; --fail-on does not know "budget"[\s\S]*blocking-call/],
      [['--rule', 'blocking-call=loud'], /takes error, warning, information, hint or off, not "loud"/],
      [['--rule', 'blocking-call'], /NAME=VALUE/],
      [['--run', 'nowhere'], /nowhere/],
      [['package.json'], /package\.json/],
      [['--nosuch'], /--nosuch/],
    ];
    for (const [args, says] of cases) {
      const { code, stderr, stdout } = await run(...args);
      assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, says);
      assert.equal(stdout, '');
    }
  });

  it('a folder without sources is said to be one', async () => {
    mkdirSync(join(folder, 'empty'));
    const { code, stdout } = await run('empty');
    assert.equal(code, 0);
    assert.match(stdout, /^There is no TypeScript, JavaScript or Python source to analyse\./);
  });
});

/** By the schema of the standard, as Microsoft's matchers ship it. */
function sarifProblems(log: unknown): string[] {
  const schema = JSON.parse(readFileSync(join(dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json')), 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<string, unknown>;
  // it is of an older draft, which differs only in how a schema names itself
  delete schema['$schema'];
  delete schema['id'];
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false }).compile(schema);
  return validate(log) ? [] : validate.errors!.map((e) => `${e.instancePath} ${e.message ?? ''}`);
}
