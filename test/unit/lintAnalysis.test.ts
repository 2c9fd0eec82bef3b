import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { farHops, manyGates, nearHops } from '../../src/analysis/codeFinding.ts';
import type { CodeRule } from '../../src/analysis/codeRule.ts';
import { applyEdits } from '../../src/analysis/edits.ts';
import { perFile } from '../../src/analysis/code/perFile.ts';
import type { Rule } from '../../src/analysis/rule.ts';
import { rules as allRules } from '../../src/analysis/rules/index.ts';
import { suppressionEdit } from '../../src/analysis/suppress.ts';
import { analysisOf, lintWorld, worldRoot } from './support/lintWorld.ts';
import { seeded } from './support/seeded.ts';

/** A rule as simple as can be: every read of a file that a handler reaches. */
function readRule(more: Partial<CodeRule> = {}): Rule {
  return {
    id: 'blocking-call',
    title: 'Reads',
    severity: 'warning',
    docs: '',
    code: {
      languages: ['typescript', 'python'],
      sinks: [{ name: 'fs.readFileSync', language: 'typescript' }, { name: 'time.*', language: 'python' }],
      *check(program) {
        for (const { call } of program.hits('blocking-call')) {
          const { function: index, span } = program.callOf(call);
          const fn = { file: call.file, index };
          const reach = program.reach(fn, 'loop', span.start);
          if (reach) yield { file: call.file, span, function: fn, reach, message: '`readFileSync` blocks.', help: 'Do not.' };
        }
      },
      examples: [],
      ...more,
    },
  };
}

const rules = [readRule()];
const server = (body: string, imports = '') => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { readFileSync } from 'node:fs';
${imports}
const server = new McpServer({ name: 'x', version: '1' });
server.tool('search', {}, async () => {
${body}
});
`;
const at = (path: string) => join(worldRoot, path);

describe('analysis of code', function () {
  this.timeout(60_000);

  it('says how a tool gets to the culprit, hop by hop', async () => {
    const files = {
      'server.ts': server('  return loadIndex();', "import { loadIndex } from './load.js';"),
      'load.ts': "import { readFileSync } from 'fs';\nexport function loadIndex() {\n  return readAll();\n}\nfunction readAll() {\n  return readFileSync('x');\n}\n",
    };
    const { findings, handlers } = await lintWorld({ files, rules });
    assert.deepEqual(handlers.map(({ name, kind, file, line, server }) => [name, kind, file, line, server]), [['search', 'tool', at('server.ts'), 5, 'world']]);
    const [finding, ...others] = findings;
    assert.deepEqual(others, []);
    assert.equal(finding!.message, '`readFileSync` blocks (reached from tool `search` via `loadIndex` → `readAll`).');
    assert.deepEqual(finding!.path.map(({ file, line }) => [file, line]), [[at('server.ts'), 6], [at('load.ts'), 3], [at('load.ts'), 6]]);
    assert.deepEqual([finding!.file, finding!.line, finding!.column, finding!.endLine], [at('load.ts'), 6, 9, 6]);
    assert.deepEqual([finding!.tools, finding!.handlers, finding!.evidence, finding!.severity, finding!.confidence], [['search'], handlers.map((h) => h.id), 'static', 'warning', 'high']);
  });

  it('a culprit in the handler itself is in it', async () => {
    const { findings } = await lintWorld({ files: { 'server.ts': server("  return readFileSync('x');") }, rules });
    assert.deepEqual(findings.map((f) => f.message), ['`readFileSync` blocks (in tool `search`).']);
  });

  it('one finding for a line, and its id stays when other lines change their text', async () => {
    const one = await lintWorld({ files: { 'server.ts': server("  return [readFileSync('x'), readFileSync('y')];") }, rules });
    assert.equal(one.findings.length, 1);
    const other = await lintWorld({ files: { 'server.ts': server("  return [readFileSync('longer'), readFileSync('y')];") }, rules });
    assert.equal(other.findings[0]!.id, one.findings[0]!.id);
  });

  it('says less the farther a handler is away, and from afar that it is not sure', async () => {
    const chain = (calls: number, gates: number, condition = '  if (!process.env.READS) return null;\n') => {
      const functions = Array.from({ length: calls }, (_, i) => `function f${i + 1}() {\n${i < gates ? condition : ''}  return ${i + 1 < calls ? `f${i + 2}()` : "readFileSync('x')"};\n}\n`).join('');
      return { 'server.ts': `${server('  return f1();')}${functions}` };
    };
    const told = async (calls: number, gates = 0, own?: 'hint', harmfulOnce?: true, condition?: string) => {
      const rule = { ...readRule(), ...(harmfulOnce && { harmfulOnce }) };
      rule.code!.check = (program) => [...readRule().code!.check(program)].map((report) => (own ? { ...report, severity: own } : report));
      const { findings: [finding] } = await lintWorld({ files: chain(calls, gates, condition), rules: [rule] });
      return { level: finding ? `${finding.severity} ${finding.confidence}` : 'not told', message: finding?.message ?? '' };
    };
    const level = async (...way: Parameters<typeof told>) => (await told(...way)).level;
    assert.deepEqual(await Promise.all([level(farHops), level(farHops + 1)]), ['warning high', 'information low']);
    const { warning, harmfulOnce, hint } = manyGates;
    assert.deepEqual(await Promise.all([level(4, warning - 1), level(4, warning), level(nearHops + 1, hint)]), ['warning high', 'hint high', 'hint high'], 'functions on the way may leave before');
    assert.deepEqual(await Promise.all([level(4, harmfulOnce - 1, undefined, true), level(4, harmfulOnce, undefined, true)]), ['warning high', 'hint high'], 'a wait without an end');
    const branch = (harmful?: true) => [warning - 1, warning].map((branches) => level(4, branches, undefined, harmful, '  if (process.env.READS)\n'));
    assert.deepEqual(await Promise.all(branch()), ['warning high', 'hint high'], 'calls on the way may be left out');
    assert.equal(await level(4, warning, undefined, undefined, '  if (process.env.READS) log(); else\n'), 'warning high', 'one of them is gone in any case');
    assert.deepEqual(await Promise.all(branch(true)), ['warning high', 'warning high'], 'one time is enough');
    assert.deepEqual(await Promise.all([level(nearHops, hint, 'hint'), level(nearHops + 1, hint - 1, 'hint'), level(nearHops + 1, hint, 'hint')]), ['hint high', 'hint high', 'information high']);
    assert.equal(await level(farHops + 1, 0, 'hint'), 'not told');
    assert.match((await told(farHops + 1)).message, /via `f1` → `f2` → `f3` → … → `f5` → `f6` → `f7`\)\.$/);
  });

  it('settings raise, lower and switch off a rule; what the rule itself says more quietly stays quiet', async () => {
    const files = { 'server.ts': server("  return readFileSync('x');") };
    const levels = async (severity: 'error' | 'hint' | 'off', own?: 'hint') => {
      const rule = readRule();
      rule.code!.check = (program) => [...readRule().code!.check(program)].map((report) => (own ? { ...report, severity: own } : report));
      return (await lintWorld({ files, rules: [rule], settings: { severities: { 'blocking-call': severity } } })).findings.map((f) => f.severity);
    };
    assert.deepEqual(await levels('error'), ['error']);
    assert.deepEqual(await levels('hint'), ['hint']);
    assert.deepEqual(await levels('off'), []);
    assert.deepEqual(await levels('error', 'hint'), ['hint']);
  });

  it('comments suppress a line, with their reason; one that suppresses nothing is told', async () => {
    const text = server(
      [
        "  const a = readFileSync('a'); // mcp-profiler-disable-line blocking-call -- read once",
        '  // mcp-profiler-disable-next-line',
        "  const b = readFileSync('b');",
        '  // mcp-profiler-disable-next-line sync-tool',
        "  return a + b + readFileSync('c');",
      ].join('\n'),
    );
    const report = await lintWorld({ files: { 'server.ts': text }, rules });
    assert.deepEqual(report.findings.map((f) => f.line), [10]);
    assert.deepEqual(report.suppressed.map(({ finding, reason }) => [finding.line, reason]), [[6, 'read once'], [8, null]]);
    assert.deepEqual(report.unusedSuppressions, [{ file: at('server.ts'), line: 9 }]);
  });

  it('a rule that throws is told as our defect, and the others go on', async () => {
    const thrower: Rule = { ...readRule({ check: () => { throw new Error('oops'); } }), id: 'sync-tool' };
    const analysis = await analysisOf({ files: { 'server.ts': server("  return readFileSync('x');") }, rules: [thrower, ...rules] });
    const { findings, defects } = analysis.report();
    assert.equal(findings.length, 1);
    assert.match(defects.join(), /sync-tool: Error: oops/);
  });

  it('what throws outside of a rule is told as our defect, and other projects go on', async () => {
    const breaking = readRule({ check: (program) => [...readRule().code!.check(program)].map((report) => (report.file.includes('bad') ? { ...report, get message(): string { throw new RangeError('oops'); } } : report)) });
    const text = server("  return readFileSync('x');");
    const analysis = await analysisOf({ files: { 'good/server.ts': text, 'bad/server.ts': text }, rules: [breaking] });
    const project = { versions: {}, baseUrl: null, paths: {}, packageImports: null, packageExports: null, pythonRoots: [] };
    analysis.setProjects(['good', 'bad'].map((name) => ({ ...project, name, root: at(name) })));
    const { findings, handlers, defects } = analysis.report();
    assert.deepEqual(findings.map((f) => f.file), [at('good/server.ts')]);
    assert.deepEqual(handlers.map((h) => h.file), [at('good/server.ts')]);
    assert.match(defects.join(), /RangeError: oops/);
  });

  it('fixes that throw are told as our defect, and the finding goes without', async () => {
    const analysis = await analysisOf({ files: { 'server.ts': server("  return readFileSync('x');") }, rules: [readRule({ fixes: () => { throw new Error('oops'); } })] });
    assert.deepEqual(analysis.fixesOf(analysis.report().findings[0]!.id), []);
    assert.match(analysis.report().defects.join(), /oops/);
  });

  it('a fix that leaves a syntax error behind is not offered', async () => {
    const fixing = readRule({
      fixes: ({ file, span }) => [
        { title: 'broken', kind: 'safe', edits: [{ file, start: span.start, end: span.end, text: '((' }] },
        { title: 'fine', kind: 'safe', edits: [{ file, start: span.start, end: span.end, text: 'read()' }] },
      ],
    });
    const { findings } = await lintWorld({ files: { 'server.ts': server("  return readFileSync('x');") }, rules: [fixing] });
    assert.deepEqual(findings[0]!.fixes.map((f) => f.title), ['fine']);
  });

  it('fixes follow the offsets when lines above them change, in files that are open and those that are not', async () => {
    const fixing = readRule({ fixes: ({ file, span }) => [{ title: 'fix', kind: 'safe', edits: [{ file, start: span.start, end: span.end, text: 'x' }] }] });
    const text = server("  return readFileSync('x');");
    const analysis = await analysisOf({ files: { 'server.ts': text }, rules: [fixing] });
    const startOf = () => analysis.fixesOf(analysis.report().findings[0]!.id)[0]!.edits[0]!.start;
    const before = startOf();
    analysis.update(at('server.ts'), text, []);
    assert.equal(startOf(), before);
    analysis.update(at('server.ts'), `// one\n${text}`, [{ start: 0, end: 0, text: '// one\n' }]);
    assert.equal(startOf(), before + 7);
  });

  it('the report is the same object while nothing changes', async () => {
    const analysis = await analysisOf({ files: { 'server.ts': server("  return readFileSync('x');") }, rules });
    assert.equal(analysis.report(), analysis.report());
  });

  it('a file that another one imports from is renamed in, taken away and brought back', async () => {
    const load = "import { readFileSync } from 'fs';\nexport function load() {\n  return readFileSync('x');\n}\n";
    const analysis = await analysisOf({ files: { 'server.ts': server('  return load();', "import { load } from './lib/index.js';"), 'lib/index.ts': "export { load } from './load.js';\n", 'lib/load.ts': load }, rules });
    const count = () => analysis.report().findings.length;
    assert.equal(count(), 1);
    analysis.update(at('lib/load.ts'), load.replace('function load', 'function read'));
    assert.equal(count(), 0);
    analysis.update(at('lib/load.ts'), load);
    assert.equal(count(), 1);
    analysis.remove(at('lib/index.ts'));
    assert.equal(count(), 0);
    analysis.update(at('lib/index.ts'), "export * from './load.js';\n");
    assert.equal(count(), 1);
  });

  it('what follows from all imports follows them: a double that a server comes to use, a script that becomes a page', async () => {
    const main = server('  return search();', "import { search } from './store.js';");
    const double = server("  return readFileSync('x');");
    const analysis = await analysisOf({ files: { 'server.ts': main, 'store.ts': 'export const search = () => 1;\n', 'mocks/server.ts': double }, rules });
    const found = () => analysis.report().findings.map(({ file }) => file);
    assert.deepEqual(found(), []);
    analysis.update(at('store.ts'), "import './mocks/server.js';\nexport const search = () => 1;\n");
    assert.deepEqual(found(), [at('mocks/server.ts')]);
    analysis.update(at('mocks/server.ts'), `document.title = 'x';\ndocument.write('');\n${double}`);
    assert.deepEqual(found(), []);
    analysis.update(at('mocks/server.ts'), double);
    assert.deepEqual(found(), [at('mocks/server.ts')]);
    analysis.update(at('store.ts'), 'export const search = () => 1;\n');
    assert.deepEqual(found(), []);
  });

  const small = {
    'server.ts': server('  return loadIndex();', "import { loadIndex } from './lib/index.js';"),
    'lib/index.ts': "export * from './load.js';\n",
    'lib/load.ts': "import { readFileSync } from 'fs';\nimport { helper } from './helper.js';\nexport function loadIndex() {\n  return helper(() => readFileSync('x'));\n}\n",
    'lib/helper.ts': 'export function helper(f: () => unknown) {\n  return f();\n}\n',
  };
  const sample = join(import.meta.dirname, '../servers/hints');
  const whole = Object.fromEntries(globSync('**/*.{ts,py}', { cwd: sample }).map((name) => [name, readFileSync(join(sample, name), 'utf8')]));
  // who hands over what stands in other files than the call of it
  const handed = {
    'server.ts': "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { setup } from './setup.js';\nimport { load, other } from './lib.js';\nexport const server = new McpServer({ name: 'x', version: '1' });\nsetup(server, load);\nsetup(server, other);\n",
    'setup.ts': "import { register } from './tools.js';\nexport function setup(server: any, f: any) {\n  register({ server, f });\n}\n",
    'tools.ts': "export function register({ server, f }: any) {\n  server.registerTool('a', {}, async (args: any) => {\n    for (const id of args.ids) await f(id);\n  });\n}\n",
    'lib.ts': "import { readFileSync } from 'fs';\nexport const load = async (id: string) => { readFileSync('x'); return fetch(id); };\nexport function other(id: string) {\n  return readFileSync(id);\n}\n",
  };
  for (const [of, files, withRules, rounds] of [['one rule', small, rules, 60], ['all rules', whole, allRules, 60], ['functions that are handed over', handed, allRules, 150]] as const) {
    it(`after any edits the report is that of a fresh analysis of the same texts: ${of}`, async () => {
      const texts: Record<string, string> = { ...files };
      const random = seeded(11);
      const pick = <T>(some: readonly T[]) => some[Math.floor(random() * some.length)]!;
      const analysis = await analysisOf({ files: texts, rules: withRules });
      const snippets = ['helper(', 'f();', '\n', '}', '{ ', "readFileSync('y');", 'export ', 'loadIndex', '"', '`', '// '];
      let changed = 0;
      for (let round = 0; round < rounds; round++) {
        const name = pick(Object.keys(texts));
        const text = texts[name]!;
        const start = Math.floor(random() * text.length);
        const change = random() < 0.5 ? { start, end: start, text: pick(snippets) } : { start, end: Math.min(text.length, start + 1 + Math.floor(random() * 8)), text: '' };
        // every other edit is taken back, so that the code does not only decay
        for (const changes of round % 2 === 0 ? [[change]] : [[change], [{ start, end: start + change.text.length, text: text.slice(start, change.end) }]]) {
          texts[name] = applyEdits(texts[name]!, changes);
          analysis.update(at(name), texts[name], changes);
          const timings = {};
          assert.deepEqual({ ...analysis.report(), timings }, { ...(await analysisOf({ files: texts, rules: withRules })).report(), timings }, `round ${round}, ${name}:\n${texts[name]}`);
        }
        changed += texts[name] === text ? 0 : 1;
      }
      assert.ok(changed > 20);
    });
  }

  it('after an edit only what follows from files that lead elsewhere now is worked out again', async () => {
    const asked: string[] = [];
    const callsIn = perFile((program, file) => {
      asked.push(file);
      return program.files.get(file)!.calls.length;
    });
    const rule = readRule({
      *check(program) {
        for (const file of program.files.keys()) callsIn(program, file);
      },
    });
    const analysis = await analysisOf({ files: small, rules: [rule] });
    const askedAfter = (name: string, text: string) => {
      asked.length = 0;
      analysis.update(at(name), text);
      analysis.report();
      return asked.sort();
    };
    analysis.report();
    assert.equal(asked.length, 4);
    assert.deepEqual(askedAfter('server.ts', small['server.ts']), [at('server.ts')]);
    assert.deepEqual(askedAfter('lib/load.ts', small['lib/load.ts'].replace('loadIndex', 'loadOther')), [at('lib/load.ts'), at('server.ts')]);
  });
});

describe('suppressing a finding', () => {
  const edited = (file: string, text: string, needle: string, reason?: string) => {
    const offset = text.indexOf(needle);
    const before = text.slice(0, offset).split('\n');
    const edit = suppressionEdit({ file, rule: 'blocking-call', line: before.length, column: before.at(-1)!.length }, text, reason);
    return edit && applyEdits(text, [edit]);
  };

  it('puts a comment above, as far in as the line', () => {
    assert.equal(edited('a.ts', 'function f() {\n\treturn x();\n}\n', 'x()', 'small  file'), 'function f() {\n\t// mcp-profiler-disable-next-line blocking-call -- small file\n\treturn x();\n}\n');
    assert.equal(edited('a.py', 'def f():\n    return x()\n', 'x()'), 'def f():\n    # mcp-profiler-disable-next-line blocking-call\n    return x()\n');
    assert.equal(edited('a.ts', 'a;\r\nx();\r\n', 'x()'), 'a;\r\n// mcp-profiler-disable-next-line blocking-call\r\nx();\r\n');
  });
  it('in a template the comment stands before the culprit', () => {
    assert.equal(edited('a.ts', 'const t = `\n  ${x()}\n`;\n', 'x()'), 'const t = `\n  ${/* mcp-profiler-disable-line blocking-call */ x()}\n`;\n');
    assert.equal(edited('a.ts', 'const t = `a ${[\n  x(),\n]}`;\n', 'x()'), 'const t = `a ${[\n  // mcp-profiler-disable-next-line blocking-call\n  x(),\n]}`;\n');
    assert.equal(edited('a.ts', "const r = /`/; const s = '`'; // `\nx();\n", 'x()'), "const r = /`/; const s = '`'; // `\n// mcp-profiler-disable-next-line blocking-call\nx();\n");
  });
  it('in JSX it stands before the culprit', () => {
    assert.equal(edited('a.tsx', 'const t = (\n  <p>\n    {x()}\n  </p>\n);\n', 'x()'), 'const t = (\n  <p>\n    {/* mcp-profiler-disable-line blocking-call */ x()}\n  </p>\n);\n');
  });
  it('in Python it stands behind where it cannot stand above, and nowhere in a string', () => {
    assert.equal(edited('a.py', 'y = 1 + \\\n    x()\n', 'x()'), 'y = 1 + \\\n    x()  # mcp-profiler-disable-line blocking-call\n');
    assert.equal(edited('a.py', 'y = f"""\n{x()}\n"""\n', 'x()'), null);
    assert.equal(edited('a.py', 'y = """\n# not " one\n"""\nx()\n', 'x()'), 'y = """\n# not " one\n"""\n# mcp-profiler-disable-next-line blocking-call\nx()\n');
  });
  it('a finding is gone after it', async () => {
    const text = server("  return `\n${readFileSync('x')}`;");
    const [finding] = (await lintWorld({ files: { 'server.ts': text }, rules })).findings;
    const report = await lintWorld({ files: { 'server.ts': applyEdits(text, [suppressionEdit(finding!, text, 'why not')!]) }, rules });
    assert.deepEqual([report.findings.length, report.suppressed.map((s) => s.reason)], [0, ['why not']]);
  });
});
