import type { Severity } from '../model/finding.ts';
import { farHops, manyGates } from './codeFinding.ts';
import type { Example } from './codeRule.ts';
import type { Rule } from './rule.ts';

const severities: Record<Severity, string> = { error: 'Error', warning: 'Warning', information: 'Information', hint: 'Hint' };
const languageNames = { typescript: 'TypeScript', javascript: 'JavaScript', python: 'Python' };
const fences = { typescript: 'ts', javascript: 'js', python: 'python' };

/** The page of a rule, Markdown; nothing in it is written anywhere else. */
export function rulePage(rule: Rule): string {
  const parts = [`# ${rule.title}`, `\`${rule.id}\` · ${severities[rule.severity]} at most · ${evidenceOf(rule)}`, rule.docs, farAway(rule), besideServer(rule), ...(rule.code?.examples ?? []).flatMap(exampleParts)];
  if (rule.code) parts.push('## Keep a line quiet', `Where it is meant so, say it in a comment; the editor and \`mcp-profiler lint\` honour it:`, `\`\`\`ts\n// mcp-profiler-disable-next-line ${rule.id} -- the reason\n\`\`\``);
  return `${parts.filter((p) => p !== '').join('\n\n')}\n`;
}

/** Why one that is far from its handler is told more quietly; `''` where that cannot be. */
function farAway({ code, severity, harmfulOnce }: Rule): string {
  if (!code || severity === 'information') return '';
  const conditions = harmfulOnce ? `${manyGates.harmfulOnce} functions that may leave before` : `${manyGates.warning} conditions (branches of which none need be taken, and functions that may leave before)`;
  if (severity === 'hint') return `**Far from the handler.** What is more than ${farHops} calls away is not told.`;
  return `**Far from the handler.** Where ${conditions} lie on the way from the handler, a warning is a hint: whether a call gets there, the code does not say. A warning that is more than ${farHops} calls away is information; a hint is not told there.`;
}

/** What is told more quietly as nobody may run it; `''` for what is only measured. */
const besideServer = ({ code, severity }: Rule): string =>
  code && severity !== 'information' ? '**Beside the server.** Where only a module gets there that no command of the project starts, a draft among its documents (`docs/`), or a name that a dispatching function answers to and no list has, a warning is information; a hint is not told.' : '';

/** How it is found: `seen in the code (TypeScript, JavaScript, Python) and in a run`. */
function evidenceOf(rule: Rule): string {
  const inCode = rule.code ? `in the code (${languagesOf(rule.code.languages)})` : null;
  return `seen ${[inCode, rule.measured ? 'in a run' : null, rule.load ? 'in a load test' : null].filter((e) => e !== null).join(' and ')}`;
}

const languagesOf = (languages: readonly ('typescript' | 'python')[]) => languages.map((l) => (l === 'typescript' ? 'TypeScript, JavaScript' : 'Python')).join(', ');

function exampleParts({ title, language, bad, good, fixed }: Example): string[] {
  const fence = (code: string) => `\`\`\`${fences[language]}\n${code.trim()}\n\`\`\``;
  // the marks are for our tests; a reader wants to know where
  const marked = bad.replace(/(\/\/|#) FINDS[ \t]*$/gm, '$1 ← here');
  return [`## ${title} (${languageNames[language]})`, 'Bad:', fence(marked), ...(fixed === undefined ? [] : ['After the quick fix:', fence(fixed)]), 'Good:', fence(good)];
}

/** The table of all rules for the README, Markdown. */
export function ruleTable(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => {
    const { id, title, severity } = rule;
    const seen = rule.code?.languages.map((l) => (l === 'typescript' ? 'TS, JS' : 'Python')).join(', ') ?? '–';
    return `| \`${id}\` | ${title} | ${severities[severity].toLowerCase()} | ${seen} | ${rule.measured ? 'yes' : rule.load ? 'load test' : '–'} |`;
  });
  return ['| rule | what | at most | in the code | in a run |', '|---|---|---|---|---|', ...rows].join('\n');
}
