// How fast the code analysis is: cold per file, from a keystroke to the findings, memory for a thousand files, and the
// ratio to ESLint with typescript-eslint and to ruff on the same files. `node test/bench/lint.ts` prints the figures and
// keeps them in results/lint.json.
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { loadParsers } from '../../src/analysis/code/parse.ts';
import { createAnalysis, type Analysis } from '../../src/analysis/lint.ts';
import { rules } from '../../src/analysis/rules/index.ts';
import { createLintClient } from '../../src/app/lint/client.ts';
import { pythonWithFastmcp } from '../unit/support/python.ts';
import { recordResult } from './record.ts';

interface Source {
  file: string;
  text: string;
}

const root = join(import.meta.dirname, '../..');
const packages = [join(root, 'src'), ...['zod', '@azure/msal-browser', '@azure/msal-node'].map((name) => join(root, 'node_modules', name, 'src'))];
/** One more, so that there are a thousand files. */
const common = join(root, 'node_modules/@azure/msal-common/src');
const round = (value: number) => Math.round(value * 100) / 100;
const at = (values: number[], p: number) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(p * values.length) - 1)]!;

/** What is measured in a process of its own, by its name. */
const alone = { keystrokes, measureMemory };
const [, , part] = process.argv;
if (process.send) {
  process.send(await alone[part as keyof typeof alone]());
  process.disconnect();
} else await main();

async function main(): Promise<void> {
  const typescript = read(packages, '**/*.ts');
  const python = pythonWithFastmcp();
  const fastmcp = python === null ? null : dirname(execFileSync(python, ['-c', 'import fastmcp; print(fastmcp.__file__)'], { encoding: 'utf8' }).trim());
  const pythonFiles = fastmcp === null ? [] : read([fastmcp, join(dirname(fastmcp), 'mcp')], '**/*.py');

  const result: Record<string, object | null> = {};
  const part = (name: string, figures: object | null) => {
    result[name] = figures;
    console.log(name, JSON.stringify(figures));
  };
  part('typescript', await cold(typescript));
  part('python', pythonFiles.length > 0 ? await cold(pythonFiles) : null);
  part('keystroke', await apart('keystrokes'));
  part('memory', await apart('measureMemory'));
  part('ruff', python === null || fastmcp === null ? null : besideRuff(python, pythonFiles));
  part('eslint', besideEslint(typescript));
  recordResult('lint', result);
}

function read(folders: string[], pattern: string): Source[] {
  return folders.flatMap((cwd) =>
    globSync(pattern, { cwd, exclude: (name) => /(^|\/)(tests?|node_modules)$|\.test\.ts$|\.d\.ts$/.test(name) })
      .filter((name) => !name.endsWith('.d.ts'))
      .map((name) => ({ file: join(cwd, name), text: readFileSync(join(cwd, name), 'utf8') })),
  );
}

/** Each package is a project, as in a repository of several; so is the server that is typed into. */
async function fresh(): Promise<Analysis> {
  const parsers = await loadParsers((name) => readFileSync(join(root, `node_modules/@vscode/tree-sitter-wasm/wasm/${name}.wasm`)));
  const analysis = createAnalysis({ parsers, rules, settings: { severities: {}, handlers: [] } });
  const project = { versions: {}, baseUrl: null, paths: {}, packageImports: null, packageExports: null, pythonRoots: ['/'] };
  analysis.setProjects(['/', '/bench', ...packages, common].map((folder) => ({ ...project, root: folder, name: folder })));
  return analysis;
}

/** Everything once, in a process that has just begun: parsing, summaries, calls, rules. A handler makes sure that there is something to reach. */
async function cold(sources: Source[]) {
  const analysis = await fresh();
  const started = performance.now();
  for (const { file, text } of sources) analysis.update(file, text);
  const read = performance.now();
  const report = analysis.report();
  const done = performance.now();
  if (report.defects.length > 0) throw new Error(report.defects.join('\n'));
  const bytes = sources.reduce((sum, { text }) => sum + text.length, 0);
  return {
    files: sources.length,
    meanKb: round(bytes / sources.length / 1000),
    handlers: report.handlers.length,
    msPerFile: round((done - started) / sources.length),
    parseMsPerFile: round((read - started) / sources.length),
    resolveAndRulesMsPerFile: round((done - read) / sources.length),
    msPer100Kb: round(((done - started) / bytes) * 100_000),
  };
}

/** A server of 200 tools in one file of 80 kB, in a workspace of a few hundred files; typed into anywhere. */
async function keystrokes() {
  const analysis = await fresh();
  for (const { file, text } of read(packages, '**/*.ts')) analysis.update(file, text);
  const file = '/bench/server.ts';
  let text = largeServer(80_000);
  analysis.update(file, text, []);
  const before = analysis.report();
  const times: number[] = [];
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  for (let i = 0; i < 300; i++) {
    const start = random(text.length);
    const [end, inserted] = i % 3 === 2 ? [Math.min(text.length, start + 1), ''] : [start, 'x(;"a\n'[random(6)]!];
    const started = performance.now();
    const next = text.slice(0, start) + inserted + text.slice(end);
    analysis.update(file, next, [{ start, end, text: inserted }]);
    analysis.report();
    times.push(performance.now() - started);
    // taken back at once, as the mistake that most of these are
    analysis.update(file, text, [{ start, end: start + inserted.length, text: text.slice(start, end) }]);
    analysis.report();
  }
  text = largeServer(80_000);
  analysis.update(file, text, [{ start: 0, end: text.length, text }]);
  const after = analysis.report();
  if (JSON.stringify(after.findings) !== JSON.stringify(before.findings)) throw new Error('the findings after all edits were taken back are others than before');
  return { kb: round(text.length / 1000), files: after.files, findingsInFile: after.findings.filter((f) => f.file === file).length, edits: times.length, p50Ms: round(at(times, 0.5)), p95Ms: round(at(times, 0.95)), maxMs: round(Math.max(...times)) };
}

function largeServer(length: number): string {
  const head = `import { readFileSync } from 'node:fs';\nimport { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\nimport { z } from 'zod';\n\nconst server = new McpServer({ name: 'large', version: '1.0.0' });\n`;
  const tool = (i: number) => `
function load${i}(path: string): Record<string, string> {
  const text = ${i % 20 === 0 ? 'readFileSync(path, \'utf8\')' : 'path.repeat(2)'};
  const entries = text.split('\\n').map((line) => line.split('='));
  return Object.fromEntries(entries.filter((entry) => entry.length === 2));
}

server.registerTool('tool_${i}', { description: 'Looks up ${i}', inputSchema: { path: z.string(), key: z.string() } }, async ({ path, key }) => {
  const table = load${i}(path);
  if (!(key in table)) return { content: [{ type: 'text', text: \`no \${key}\` }], isError: true };
  return { content: [{ type: 'text', text: table[key] ?? '' }] };
});
`;
  let text = head;
  for (let i = 0; text.length + 700 < length; i++) text += tool(i);
  return `${text}\nawait server.connect(new StdioServerTransport());\n`;
}

/** In a process of its own, with a young generation as the analysis' worker has it: three of these spaces. */
function apart(name: keyof typeof alone): Promise<object> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [name], { execArgv: ['--max-semi-space-size=8'] });
    child.on('message', resolve);
    child.on('error', reject);
    child.on('exit', (code) => code !== 0 && reject(new Error(`${name} ended with ${code}`)));
  });
}

/** What a thousand files add to a process whose worker has loaded the parsers: while it reads them, and when it rests. */
async function measureMemory() {
  const sources = read([...packages, common], '**/*.ts').slice(0, 1000);
  const folder = mkdtempSync(join(tmpdir(), 'mcp-profiler-bench-'));
  const client = createLintClient();
  try {
    const open = async (name: string) => {
      await client.open([join(folder, name)], { severities: {}, handlers: [] });
      return process.memoryUsage.rss();
    };
    mkdirSync(join(folder, 'none'));
    for (const { file, text } of sources) {
      const copy = join(folder, 'all', file.slice(root.length).replace('node_modules', 'packages'));
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, text);
    }
    const before = await open('none');
    const read = await open('all');
    const { files } = client.report();
    // longer than it waits before it gives memory back
    await setTimeout(5000);
    const resting = process.memoryUsage.rss();
    const mb = (bytes: number) => round(bytes / 1e6);
    return { files, sourceMb: mb(sources.reduce((sum, { text }) => sum + text.length, 0)), addedRssMb: mb(resting - before), addedRssWhenReadMb: mb(read - before) };
  } finally {
    client.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** ESLint with typescript-eslint's rules that need types, and without, on our own sources. Each is a whole process, as is ours. */
function besideEslint(typescript: Source[]) {
  const own = typescript.filter(({ file }) => file.startsWith(join(root, 'src')));
  const folder = mkdtempSync(join(tmpdir(), 'mcp-profiler-bench-'));
  try {
    cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
    cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const config = (preset: string, options: string) => `import tseslint from 'typescript-eslint';\nexport default tseslint.config(...tseslint.configs.${preset}, { languageOptions: { parserOptions: { ${options} } } });\n`;
    const run = (args: string[]) => {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 });
      if (status !== 0 && status !== 1) throw new Error(stderr);
      return performance.now() - started;
    };
    const eslint = [join(root, 'node_modules/eslint/bin/eslint.js'), '-c', 'bench.config.mjs', 'src'];
    writeFileSync(join(folder, 'bench.config.mjs'), config('recommendedTypeChecked', "project: ['./tsconfig.json']"));
    const withTypes = run(eslint);
    writeFileSync(join(folder, 'bench.config.mjs'), config('recommended', ''));
    const withoutTypes = run(eslint);
    const ours = Math.min(...[1, 2, 3].map(() => run([join(root, 'dist/cli.cjs'), 'lint', 'src', '--format', 'json'])));
    return { files: own.length, oursMs: round(ours), eslintWithTypesMs: round(withTypes), eslintMs: round(withoutTypes), timesFasterThanWithTypes: round(withTypes / ours), timesFasterThanWithout: round(withoutTypes / ours) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** ruff's ASYNC rules on the same Python files: it is native code, and follows no call. */
function besideRuff(python: string, files: Source[]) {
  const ruff = join(dirname(python), process.platform === 'win32' ? 'ruff.exe' : 'ruff');
  if (!existsSync(ruff)) execFileSync(python, ['-m', 'pip', '--quiet', 'install', 'ruff'], { timeout: 120_000 });
  const folder = mkdtempSync(join(tmpdir(), 'mcp-profiler-bench-'));
  try {
    for (const { file, text } of files) {
      // without the names of its folders above: what lies in a virtual environment is none of the author's code
      const copy = join(folder, 'code', file.slice(file.lastIndexOf('site-packages') + 'site-packages'.length));
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, text);
    }
    const run = (command: string, args: string[]) => {
      const started = performance.now();
      const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 });
      if (status !== 0 && status !== 1) throw new Error(stderr);
      return performance.now() - started;
    };
    const three = (measure: () => number) => Math.min(measure(), measure(), measure());
    const { files: analysed } = JSON.parse(execFileSync(process.execPath, [join(root, 'dist/cli.cjs'), 'lint', 'code', '--format', 'json'], { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 })) as { files: number };
    if (analysed !== files.length) throw new Error(`${analysed} of ${files.length} files were analysed`);
    const ruffMs = three(() => run(ruff, ['check', '--no-cache', '--isolated', '--select', 'ASYNC', '-q', 'code']));
    const oursMs = three(() => run(process.execPath, [join(root, 'dist/cli.cjs'), 'lint', 'code', '--format', 'json']));
    return { files: files.length, oursMs: round(oursMs), ruffMs: round(ruffMs), timesSlowerThanRuff: round(oursMs / ruffMs) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
