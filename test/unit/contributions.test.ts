import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultLoadOptions } from '../../src/app/loadOptions.ts';
import { defaultOptions } from '../../src/app/options.ts';
import { rules } from '../../src/analysis/rules/index.ts';
import { ruleSettings } from '../ruleSettings.ts';
import { commands, contexts, items, panelType, section, settings, views, walkthrough } from '../../src/extension/contributions.ts';

interface Manifest {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string }[];
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; contents: string; when?: string }[];
    menus: Record<string, { command: string; when: string }[]>;
    configuration: { properties: Record<string, { default?: unknown; type: string }> };
    walkthroughs: { id: string; steps: { description: string; media: { markdown: string }; completionEvents: string[] }[] }[];
  };
}

const root = resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;
const ids: string[] = Object.values(commands);

describe('contributions', () => {
  it('commands are those of package.json', () => {
    assert.deepEqual(contributes.commands.map((c) => c.command).sort(), [...ids].sort());
    for (const c of contributes.commands) assert.equal(c.category, 'MCP Profiler', c.command);
  });

  it('every command is registered by one feature', () => {
    const files = readdirSync(join(root, 'src/extension'), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
    const sources = files.map((f) => readFileSync(join(root, 'src/extension', f), 'utf8')).join('\n');
    for (const key of Object.keys(commands)) assert.match(sources, new RegExp(`registerCommand\\([^)]*commands\\.${key}\\b`), `${key} is registered nowhere`);
  });

  it('views, container and panel are those of package.json', () => {
    assert.deepEqual(contributes.viewsContainers.activitybar.map((c) => c.id), [views.container]);
    assert.deepEqual(contributes.views[views.container]!.map((v) => v.id), [views.servers, views.tools, views.runs]);
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${panelType}`));
    assert.deepEqual([...new Set(contributes.viewsWelcome.map((w) => w.view))], [views.servers, views.tools, views.runs]);
    assert.equal(contributes.walkthroughs[0]!.id, walkthrough);
  });

  it('settings are those of package.json, each with a default', () => {
    assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), settings.map((s) => `${section}.${s}`).sort());
    for (const [name, property] of Object.entries(contributes.configuration.properties)) assert.notEqual(property.default, undefined, name);
    for (const name of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) assert.ok(name in contributes.configuration.properties, name);
  });

  it('offers a severity for every rule that reads code', () => {
    const { properties } = contributes.configuration.properties[`${section}.rules`] as { properties?: unknown };
    assert.deepEqual(properties, ruleSettings(rules), 'npm run docs writes it');
  });

  it('defaults are those of the terminal', () => {
    const value = (key: string) => contributes.configuration.properties[`${section}.${key}`]!.default;
    assert.deepEqual(
      {
        callsPerTool: value('callsPerTool'),
        concurrency: value('concurrency'),
        cpu: value('cpu'),
        heap: value('heap'),
        protocol: value('protocol'),
        requestTimeoutMs: (value('requestTimeout') as number) * 1000,
        initializeTimeoutMs: (value('initializeTimeout') as number) * 1000,
        bodies: value('keepBodies'),
        budgets: value('budgets'),
      },
      defaultOptions,
    );
    assert.deepEqual({ perSecond: value('load.maxRate'), durationS: value('load.maxDuration'), processes: value('load.maxProcesses') }, defaultLoadOptions.caps);
  });

  it('menus, welcome texts and the walkthrough name things that exist', () => {
    for (const entry of Object.values(contributes.menus).flat()) assert.ok(ids.includes(entry.command), entry.command);
    const texts = [...contributes.viewsWelcome.map((w) => w.contents), ...contributes.walkthroughs[0]!.steps.flatMap((s) => [s.description, ...s.completionEvents.map((e) => e.replace('onCommand', 'command'))])];
    for (const [, id] of texts.join('\n').matchAll(/command:(mcpProfiler[\w.]+)/g)) assert.ok(ids.includes(id!), id);
    for (const step of contributes.walkthroughs[0]!.steps) assert.ok(readFileSync(join(root, step.media.markdown), 'utf8').length > 50);

    const known: string[] = [...Object.values(contexts), ...Object.values(items), ...Object.values(views)];
    const clauses = [...Object.values(contributes.menus).flat().map((m) => m.when), ...contributes.viewsWelcome.map((w) => w.when ?? '')];
    for (const [, id] of clauses.join('\n').matchAll(/\b(mcpProfiler\.\w+)/g)) assert.ok(known.includes(id!), id);
  });
});
