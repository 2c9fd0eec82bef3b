import type { Fix } from '../../model/lint.ts';
import { argumentNodes, callNode } from '../callSyntax.ts';
import type { CodeReport } from '../codeRule.ts';
import type { CallRef, Program } from '../code/program.ts';
import type { SourceFile } from '../code/syntax.ts';
import { typeScriptImport } from '../typeScriptImport.ts';

const atOnce = 5;

/** `Promise.all(xs.map(f))` becomes `pMap(xs, f, { concurrency: 5 })`. */
export function fanOutFixes(report: CodeReport, source: SourceFile, program: Program): Fix[] {
  const { map } = report.data as { map: CallRef | null };
  if (!map || source.language === 'python' || map.file !== source.file) return [];
  const all = callNode(source, report.span);
  const mapped = callNode(source, program.callOf(map).span);
  const over = mapped?.childForFieldName('function')?.childForFieldName('object');
  const [work] = (mapped && argumentNodes(mapped)) ?? [];
  if (!all || !over || !work || all.childForFieldName('function')?.text !== 'Promise.all' || argumentNodes(all)?.[0]?.startIndex !== mapped?.startIndex) return [];
  const text = `pMap(${over.text}, ${work.text}, { concurrency: ${atOnce} })`;
  return [
    {
      title: `Run ${atOnce} at a time with \`p-map\``,
      kind: 'scaffold',
      edits: [{ file: source.file, start: all.startIndex, end: all.endIndex, text }, ...typeScriptImport(source, program, 'pMap', 'p-map')],
      explain: `Needs the package \`p-map\`. Results keep their order. Five is a start: see what the other side bears.`,
    },
  ];
}
