import { join, resolve } from 'node:path';
import type { Project } from '../../../src/analysis/code/program.ts';
import { createAnalysis, type Analysis, type AnalysisReport } from '../../../src/analysis/lint.ts';
import type { Rule } from '../../../src/analysis/rule.ts';
import type { LintSettings } from '../../../src/model/lint.ts';
import { testParsers } from './parsers.ts';

/** Where files of a test's workspace lie; none of it is on disk. */
export const worldRoot = resolve('/world');

export interface World {
  /** Path below the root to text. */
  files: Record<string, string>;
  versions?: Readonly<Record<string, string>>;
  /** Default: all. */
  rules?: readonly Rule[];
  settings?: Partial<LintSettings>;
  project?: Partial<Project>;
}

/** An analysis with the files of a world in it. */
export async function analysisOf({ files, versions = {}, rules, settings = {}, project = {} }: World): Promise<Analysis> {
  const chosen = rules ?? (await import('../../../src/analysis/rules/index.ts')).rules;
  const analysis = createAnalysis({ parsers: await testParsers(), rules: chosen, settings: { severities: {}, handlers: [], ...settings } });
  analysis.setProjects([
    { root: worldRoot, name: 'world', versions, baseUrl: null, paths: {}, packageImports: null, packageExports: null, pythonRoots: [worldRoot, join(worldRoot, 'src')], ...project },
  ]);
  for (const [path, text] of Object.entries(files)) if (/\.([cm]?[jt]sx?|py)$/.test(path)) analysis.update(join(worldRoot, path), text);
  return analysis;
}

/** What the whole pipeline says about a world, with fixes. Our own defects make it throw. */
export async function lintWorld(world: World): Promise<AnalysisReport> {
  const analysis = await analysisOf(world);
  const report = analysis.report();
  if (report.defects.length > 0) throw new Error(report.defects.join('\n'));
  return { ...report, findings: report.findings.map((f) => ({ ...f, fixes: analysis.fixesOf(f.id) })) };
}
