/** `npm run docs`: writes what derives from the rules: the table in the README and the setting in package.json. Unit tests hold them together. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleTable } from '../src/analysis/rulePage.ts';
import { rules } from '../src/analysis/rules/index.ts';
import { ruleSettings } from './ruleSettings.ts';

const readme = join(import.meta.dirname, '../README.md');
const section = /(<!-- rules: npm run docs -->\n)[\s\S]*?(\n<!-- end of rules -->)/;
writeFileSync(readme, readFileSync(readme, 'utf8').replace(section, (_, begin: string, end: string) => begin + ruleTable(rules) + end));

const file = join(import.meta.dirname, '../package.json');
const manifest = JSON.parse(readFileSync(file, 'utf8')) as { contributes: { configuration: { properties: Record<string, { properties?: object }> } } };
manifest.contributes.configuration.properties['mcpProfiler.rules']!.properties = ruleSettings(rules);
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
