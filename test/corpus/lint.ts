/**
 * `npm run corpus -- DIR`: what the rules say about real servers. Writes the table of findings per rule and server, and a
 * sample to be judged by people, to test/corpus/results. The code itself stays where it is. Says also which of
 * mcp-atlassian's blocking tools are found, and fails where these are less than 90 % or mongodb has a blocking call.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { lintWorkspace } from '../../src/app/lintWorkspace.ts';
import type { CodeFinding, LintReport } from '../../src/model/lint.ts';
import { corpusDir, repositories } from './corpus.ts';

interface Sampled {
  id: string;
  server: string;
  rule: string;
  severity: string;
  confidence: string;
  place: string;
  message: string;
  path: string[];
}

const sampleSize = 60;
const results = join(import.meta.dirname, 'results');
const dir = corpusDir(process.argv[2]);
const settings = { severities: {}, handlers: [] };
const table: Record<string, Record<string, Record<string, number>>> = {};
const all: Sampled[] = [];

for (const { name, commit, paths } of repositories) {
  const root = join(dir, name);
  const report = await lintWorkspace({ paths: paths.map((path) => join(root, path)), settings }, { signal: new AbortController().signal, onProgress: () => undefined });
  const counts: Record<string, Record<string, number>> = {};
  for (const finding of report.findings) {
    const byLevel = (counts[finding.rule] ??= {});
    byLevel[finding.severity] = (byLevel[finding.severity] ?? 0) + 1;
    all.push(sampled(name, root, finding));
  }
  table[name] = counts;
  if (name === 'mcp-atlassian') blockingTools(report);
  console.log(`${name} (${commit.slice(0, 7)}): ${report.files} files, ${report.handlers.length} handlers, ${report.findings.length} findings, ${Math.round(report.timings.total)} ms`);
}

printTable();
const inMongodb = table['mongodb-mcp-server']!['blocking-call']?.['warning'] ?? 0;
console.log(`\nmongodb-mcp-server: ${inMongodb} warnings of blocking-call (none is right)`);
if (inMongodb > 0) process.exitCode = 1;
const sample = stratified(all);
writeFileSync(join(results, 'findings.json'), `${JSON.stringify({ commits: Object.fromEntries(repositories.map((r) => [r.name, r.commit])), findings: table }, null, 1)}\n`);
writeFileSync(join(results, 'sample.json'), `${JSON.stringify(sample, null, 1)}\n`);
console.log(`\n${sample.length} findings to be judged are in test/corpus/results/sample.json`);
printVerdicts();

function sampled(server: string, root: string, finding: CodeFinding): Sampled {
  const at = (file: string, line: number) => `${relative(root, file)}:${line}`;
  const place = at(finding.file, finding.line);
  return {
    id: createHash('sha256').update(`${server} ${finding.rule} ${place}`).digest('hex').slice(0, 10),
    server,
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    place,
    message: finding.message,
    path: finding.path.map((frame) => `${frame.functionName} ${at(frame.file, frame.line)}`),
  };
}

/** Of the tools that block the loop, as reading the code says, those that a warning names. Writes what is found beside it. */
function blockingTools({ findings, handlers }: LintReport): void {
  const file = join(results, 'atlassian-recall.json');
  const truth = JSON.parse(readFileSync(file, 'utf8')) as { recall: object | null; tools: Record<string, { blocks: boolean; ownCall: boolean; found: boolean; ownCallFound: boolean }> };
  const warnings = findings.filter((f) => f.rule === 'blocking-call' && f.severity === 'warning').map((f) => f.handlers.map((id) => id.slice(id.lastIndexOf(':') + 1)));
  // in getting the client, which every tool of a side does
  const sides = ['jira_', 'confluence_'].map((prefix) => handlers.filter((h) => h.kind === 'tool' && h.name?.startsWith(prefix)).map((h) => h.name!));
  const isShared = (names: readonly string[]) => sides.some((all) => all.every((name) => names.includes(name)));
  const own = new Set(warnings.filter((names) => !isShared(names)).flat());
  const any = new Set(warnings.flat());
  for (const [name, tool] of Object.entries(truth.tools)) Object.assign(tool, { found: any.has(name), ownCallFound: own.has(name) });
  const tools = Object.values(truth.tools);
  const ofThose = (are: (tool: (typeof tools)[number]) => boolean, have: (tool: (typeof tools)[number]) => boolean) => ({ of: tools.filter(are).length, found: tools.filter((t) => are(t) && have(t)).length });
  const recall = { blocking: ofThose((t) => t.blocks, (t) => t.found), withACallOfTheirOwn: ofThose((t) => t.ownCall, (t) => t.ownCallFound) };
  writeFileSync(file, `${JSON.stringify({ ...truth, recall }, null, 1)}\n`);
  console.log(`  ${recall.blocking.found} of ${recall.blocking.of} tools that block are found, ${recall.withACallOfTheirOwn.found} of ${recall.withACallOfTheirOwn.of} by a call that not all tools make (at least 90 %)`);
  if (Math.min(recall.blocking.found / recall.blocking.of, recall.withACallOfTheirOwn.found / recall.withACallOfTheirOwn.of) < 0.9) process.exitCode = 1;
}

/** The same number of each rule and level as far as there are so many, in an order that nobody chose: that of the hashes. */
function stratified(findings: Sampled[]): Sampled[] {
  const strata = new Map<string, Sampled[]>();
  for (const finding of [...findings].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const key = `${finding.rule} ${finding.severity}`;
    strata.set(key, [...(strata.get(key) ?? []), finding]);
  }
  const sample: Sampled[] = [];
  for (let round = 0; sample.length < Math.min(sampleSize, findings.length); round++) {
    for (const stratum of strata.values()) if (stratum[round] && sample.length < sampleSize) sample.push(stratum[round]!);
  }
  return sample.sort((a, b) => `${a.rule} ${a.place}`.localeCompare(`${b.rule} ${b.place}`));
}

function printTable(): void {
  const rules = [...new Set(Object.values(table).flatMap((counts) => Object.keys(counts)))].sort();
  console.log(`\n${'rule'.padEnd(24)}${repositories.map((r) => r.name.slice(0, 20).padStart(22)).join('')}`);
  for (const rule of rules) {
    const cells = repositories.map(({ name }) => Object.entries(table[name]?.[rule] ?? {}).map(([level, count]) => `${count} ${level}`).join(', '));
    console.log(`${rule.padEnd(24)}${cells.map((cell) => cell.padStart(22)).join('')}`);
  }
}

/** Precision by level, where both readings are there. A finding is right only where both say so. */
function printVerdicts(): void {
  const files = ['verdicts-a.json', 'verdicts-b.json'].map((name) => join(results, name));
  if (!files.every(existsSync)) return;
  const [a, b] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, { right: boolean; why: string }>);
  const judged = sample.filter(({ id }) => a![id] && b![id]);
  const agreed = judged.filter(({ id }) => a![id]!.right === b![id]!.right).length;
  console.log(`\n${judged.length} of ${sample.length} judged twice; the readings agree on ${agreed}`);
  for (const level of ['error', 'warning', 'information', 'hint']) {
    const some = judged.filter((f) => f.severity === level);
    if (some.length === 0) continue;
    const count = (right: (id: string) => boolean) => some.filter(({ id }) => right(id)).length;
    console.log(`${level.padEnd(12)} ${count((id) => a![id]!.right && b![id]!.right)} right by both, ${count((id) => a![id]!.right || b![id]!.right)} by at least one, of ${some.length}`);
  }
}
