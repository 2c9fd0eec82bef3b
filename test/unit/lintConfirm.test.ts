import assert from 'node:assert/strict';
import { confirm } from '../../src/analysis/confirm.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { CodeFinding } from '../../src/model/lint.ts';
import type { HotLine, RunRecord } from '../../src/model/run.ts';
import { play } from './analysisWorld.ts';

const file = '/srv/index.ts';

const finding = (more: Partial<CodeFinding> = {}): CodeFinding => ({
  id: 'static', rule: 'blocking-call', severity: 'warning', evidence: 'static', confidence: 'medium', tools: ['search'], message: '`readFileSync` blocks (reached from tool `search` via `load`).', help: 'Do not.',
  savedUsPerCall: null, file, line: 12, column: 2, endLine: 13, endColumn: 3, figures: [], path: [{ functionName: 'search', file, line: 3 }, { functionName: 'Index.load', file, line: 12 }], handlers: ['h'], fixes: [], ...more,
});
const measured = (more: Partial<Finding> = {}): Finding => ({
  id: 'measured', rule: 'blocking-call', severity: 'warning', evidence: 'measured', tools: ['search'], message: '`readFileSync` in `load` blocks the event loop for 62 ms per call.', help: '', savedUsPerCall: 62_000, file, line: 12, endLine: 12,
  figures: [{ label: 'blocked per call', value: 62_000, unit: 'us' }, { label: 'share of search', value: 0.41, unit: 'ratio' }, { label: 'calls', value: 20, unit: 'count' }], path: [{ functionName: 'load', file, line: 10 }], ...more,
});
const hotLine = (more: Partial<HotLine> = {}): HotLine => ({ file, line: 13, functionName: 'load', callee: 'readFileSync', selfUs: 40_000, tool: 'search', fileHash: null, own: true, ...more });
const runWith = (more: Partial<RunRecord>): RunRecord => ({ ...play({ tools: [{ name: 'search' }], calls: 20 }).run, findings: [], hotLines: [], ...more });

const joined = (f: CodeFinding, more: Partial<RunRecord>) => confirm([f], runWith(more))[0]!;

describe('joining the code with a run', () => {
  it('the same rule at the same line is confirmed, with the measured cost', () => {
    const both = joined(finding(), { findings: [measured()] });
    assert.deepEqual([both.evidence, both.confidence, both.savedUsPerCall, both.figures.length], ['confirmed', 'high', 62_000, 3]);
    assert.equal(both.message, '`readFileSync` blocks (reached from tool `search` via `load`). Measured: blocked per call 62 ms, share of search 41%.');
    assert.equal(both.id, 'static');
  });
  it('so is the same API in the same function, where a profile knows only the function', () => {
    assert.equal(joined(finding(), { findings: [measured({ line: 10 })] }).evidence, 'confirmed');
    assert.equal(joined(finding(), { findings: [measured({ line: 10, message: '`execSync` in `load` blocks.' })] }).evidence, 'static');
    assert.equal(joined(finding(), { findings: [measured({ line: 10, path: [{ functionName: 'other', file, line: 10 }] })] }).evidence, 'static');
  });
  it('another rule, file or line is no proof', () => {
    for (const other of [{ rule: 'cpu-bound-handler' as const }, { file: '/srv/other.ts' }, { line: 99, path: [] }]) assert.equal(joined(finding(), { findings: [measured(other)] }).evidence, 'static', JSON.stringify(other));
  });
  it('what a run has no place for is joined by its tool', () => {
    const cache = finding({ rule: 'uncached-hot-tool' });
    const found = (tools: string[]) => joined(cache, { findings: [measured({ rule: 'uncached-hot-tool', file: null, line: null, tools })] }).evidence;
    assert.deepEqual([found(['search']), found(['other'])], ['confirmed', 'static']);
  });
  it('lines that were no messages prove a print of their tool, and those of no call one of the start-up', () => {
    const print = (tools: string[]) => finding({ rule: 'stdout-pollution', tools });
    const lines = (tools: string[]) => measured({ rule: 'stdout-pollution', file: null, line: null, tools });
    assert.equal(joined(print(['search']), { findings: [lines(['search'])] }).evidence, 'confirmed');
    assert.equal(joined(print(['search']), { findings: [lines(['other']), lines([])] }).evidence, 'static');
    assert.equal(joined(print([]), { findings: [lines([])] }).evidence, 'confirmed');
    assert.equal(joined(print([]), { findings: [lines(['search'])] }).evidence, 'static');
  });
  it('time that samples show at the line, in that API, is proof too, per call of its tools', () => {
    const both = joined(finding(), { hotLines: [hotLine()] });
    assert.match(both.message, /Measured: 2 ms of the main thread per call\.$/);
    assert.deepEqual([both.evidence, both.savedUsPerCall], ['confirmed', 2_000]);
    for (const other of [{ callee: 'stringify' }, { callee: null }, { line: 14 }, { file: '/srv/x.ts' }]) assert.equal(joined(finding(), { hotLines: [hotLine(other)] }).evidence, 'static', JSON.stringify(other));
    assert.equal(joined(finding({ rule: 'missing-timeout' }), { hotLines: [hotLine()] }).evidence, 'static', 'time on the main thread says nothing about a missing limit');
  });
  it('takes the graver severity, puts confirmed ones first by what they save, and leaves the rest in order', () => {
    const rows = [finding({ id: 'a', line: 1 }), finding({ id: 'b', line: 2, severity: 'hint' }), finding({ id: 'c', line: 3 }), finding({ id: 'd', line: 4 })];
    const all = confirm(rows, runWith({ findings: [measured({ line: 2, path: [] }), measured({ line: 4, path: [], savedUsPerCall: 90_000 })] }));
    assert.deepEqual(all.map((f) => f.id), ['d', 'b', 'a', 'c']);
    assert.equal(all[1]!.severity, 'warning');
  });
});
