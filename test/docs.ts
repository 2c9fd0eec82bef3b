/** `npm run docs`: writes the table of rules into the README. A unit test holds the two together. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleTable } from '../src/analysis/rulePage.ts';
import { rules } from '../src/analysis/rules/index.ts';

const readme = join(import.meta.dirname, '../README.md');
const section = /(<!-- rules: npm run docs -->\n)[\s\S]*?(\n<!-- end of rules -->)/;

writeFileSync(readme, readFileSync(readme, 'utf8').replace(section, (_, begin: string, end: string) => begin + ruleTable(rules) + end));
