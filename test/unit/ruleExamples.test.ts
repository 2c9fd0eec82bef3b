import assert from 'node:assert/strict';
import { join } from 'node:path';
import ts from 'typescript';
import type { CodeRule, Example } from '../../src/analysis/codeRule.ts';
import { grammarOf } from '../../src/analysis/code/grammarOf.ts';
import { applyEdits } from '../../src/analysis/edits.ts';
import type { Rule } from '../../src/analysis/rule.ts';
import { rules } from '../../src/analysis/rules/index.ts';
import type { CodeFinding } from '../../src/model/lint.ts';
import { lintWorld, worldRoot } from './support/lintWorld.ts';
import { testParsers } from './support/parsers.ts';

// one rule: mocha test/unit/ruleExamples.test.ts --grep blocking-call

const fileNames = { typescript: 'server.ts', javascript: 'server.js', python: 'server.py' };
const mark = /[ \t]*(?:\/\/|#) FINDS[ \t]*$/;
/** A fix that makes work for another one must come to an end. */
const maxRounds = 50;

const unmarked = (text: string) => text.split('\n').map((line) => line.replace(mark, '')).join('\n');
const markedLines = (text: string) => text.split('\n').flatMap((line, i) => (mark.test(line) ? [i + 1] : []));

describe('examples of the rules', function () {
  this.timeout(60_000);

  for (const rule of rules) {
    if (!rule.code) continue;
    const { languages, examples } = rule.code;

    it(`${rule.id}: has examples in each of its languages`, () => {
      const family = ({ language }: Example) => (language === 'python' ? 'python' : 'typescript');
      assert.deepEqual(languages.filter((l) => !examples.some((e) => family(e) === l && markedLines(e.bad).length > 0)), []);
    });
    examples.forEach((example) => {
      describe(`${rule.id}: ${example.title} (${example.language})`, () => exampleTests(rule, rule.code!, example));
    });
  }
});

function exampleTests(rule: Rule, code: CodeRule, example: Example) {
  const name = fileNames[example.language];
  const findingsIn = async (text: string): Promise<CodeFinding[]> => {
    const { findings } = await lintWorld({ files: { [name]: text }, rules: [rule], ...(example.versions ? { versions: example.versions } : {}) });
    return findings.filter((f) => f.rule === rule.id);
  };

  it('finds exactly the marked lines of the bad one', async () => {
    const findings = await findingsIn(unmarked(example.bad));
    assert.deepEqual(findings.map((f) => f.line), markedLines(example.bad), findings.map((f) => `${f.line}: ${f.message}`).join('\n'));
  });
  it('finds nothing in the good one', async () => {
    assert.deepEqual((await findingsIn(example.good)).map((f) => `${f.line}: ${f.message}`), []);
  });
  it('is code without syntax errors', async () => {
    for (const text of [unmarked(example.bad), example.good, example.fixed ?? '']) assert.deepEqual(await syntaxErrors(name, text), []);
  });
  if (!code.fixes) return;
  it('is mended by its safe fixes to the letter', async () => {
    let text = unmarked(example.bad);
    let applied = 0;
    for (; applied < maxRounds; applied++) {
      const fix = (await findingsIn(text)).flatMap((f) => f.fixes).find((f) => f.kind === 'safe');
      if (!fix) break;
      const next = applyEdits(text, fix.edits.filter((e) => e.file === join(worldRoot, name)));
      assert.notEqual(next, text, `"${fix.title}" changes nothing`);
      text = next;
      assert.deepEqual(await syntaxErrors(name, text), [], `"${fix.title}" leaves\n${text}`);
    }
    assert.ok(applied < maxRounds, 'the fixes come to an end');
    if (example.fixed === undefined) assert.equal(applied, 0, 'a safe fix is offered, but the example does not say what it gives');
    else assert.equal(text, example.fixed);
  });
}

/** By both parsers: ours, and TypeScript's for its languages. */
async function syntaxErrors(name: string, text: string): Promise<string[]> {
  const source = (await testParsers()).parse(name, text)!;
  const errors = source.tree.rootNode.hasError ? [`${grammarOf(name)!} does not parse:\n${text}`] : [];
  source.dispose();
  if (name.endsWith('.py')) return errors;
  const { diagnostics = [] } = ts.transpileModule(text, { fileName: name, reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext } });
  return [...errors, ...diagnostics.map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'))];
}
