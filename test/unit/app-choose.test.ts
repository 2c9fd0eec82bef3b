import assert from 'node:assert/strict';
import { selectTools } from '../../src/app/choose.ts';
import type { ToolOffer } from '../../src/model/engine.ts';
import { UserError } from '../../src/model/errors.ts';

const offer = (name: string, kind: 'read' | 'write' | 'destructive'): ToolOffer => ({
  name,
  title: null,
  description: null,
  readOnly: kind === 'read',
  destructive: kind === 'destructive',
  inputSchema: {},
  sampleArgs: { from: 'schema' },
});
const offers = [offer('list', 'read'), offer('save', 'write'), offer('wipe', 'destructive')];
const called = (...args: Parameters<typeof selectTools>) => selectTools(...args).calls.map((c) => c.tool);
const refuses = (code: string, hint: RegExp) => (error: unknown) => error instanceof UserError && error.code === code && hint.test(error.hint);

describe('which tools may be called', () => {
  it('unasked: those marked read-only, and the others are said to be skipped', () => {
    const { calls, skipped } = selectTools(offers, {});
    assert.deepEqual(calls.map((c) => c.tool), ['list']);
    assert.deepEqual(skipped.map((s) => s.tool), ['save', 'wipe']);
    assert.match(skipped[0]!.reason, /--include-writes/);
    assert.match(skipped[1]!.reason, /--include-destructive/);
  });

  it('a name is consent unless the tool is destructive', () => {
    assert.deepEqual(called(offers, { tools: ['save'] }), ['save']);
    assert.throws(() => selectTools(offers, { tools: ['wipe'] }), refuses('nothing-to-call', /wipe \(destructive\)/));
    assert.deepEqual(called(offers, { tools: ['wipe'], includeDestructive: true }), ['wipe']);
  });

  it('writes and destructive tools need their own yes', () => {
    assert.deepEqual(called(offers, { includeWrites: true }), ['list', 'save']);
    assert.deepEqual(called(offers, { includeWrites: true, includeDestructive: true }), ['list', 'save', 'wipe']);
  });

  it('arguments: those given for the tool, else for all, else generated', () => {
    const args = { '*': { all: 1 }, list: { own: 1 } };
    assert.deepEqual(selectTools(offers, { tools: ['list', 'save'], args }).calls.map((c) => [c.args, c.generated]), [[{ own: 1 }, false], [{ all: 1 }, false]]);
    assert.deepEqual(selectTools(offers, {}).calls[0], { tool: 'list', args: { from: 'schema' }, generated: true });
  });

  it('names what it does not know and what there is', () => {
    assert.throws(() => selectTools(offers, { tools: ['lst'] }), refuses('unknown-tool', /list, save, wipe/));
    assert.throws(() => selectTools(offers, { args: { lst: {} } }), refuses('unknown-tool', /list/));
    assert.throws(() => selectTools([offer('save', 'write')], {}), refuses('nothing-to-call', /--tool/));
    assert.throws(() => selectTools([], {}), refuses('nothing-to-call', /registers its tools/));
  });
});
