/**
 * `node test/corpus/resolution.ts [--misses] DIR…`: our call targets against those of TypeScript's own checker, for every
 * call of the TypeScript and JavaScript files of each folder. Counted are the calls that the checker leads to a function
 * with a body in the folder; what it cannot resolve (packages are not installed there) says nothing. Given all TypeScript
 * servers of the corpus, it writes what it counted to test/corpus/results.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { walk } from '../../src/app/lint/walk.ts';
import { readProjects } from '../../src/app/lint/projects.ts';
import { linesIn } from '../../src/analysis/code/lines.ts';
import { loadParsers } from '../../src/analysis/code/parse.ts';
import { createProjects } from '../../src/analysis/code/projects.ts';
import { createResolver } from '../../src/analysis/code/resolve/index.ts';
import type { FileSummary } from '../../src/analysis/code/summary.ts';
import type { Expr } from '../../src/analysis/code/summary.ts';
import { summariseTypeScript } from '../../src/analysis/code/typescript/index.ts';
import { repositories } from './corpus.ts';

/** How many calls the checker leads to a function with a body, and what we said of them. */
interface Tally {
  counted: number;
  right: number;
  wrong: number;
  missed: number;
  answered: number;
  bodiless: number;
  bodilessRight: number;
  bodilessWrong: number;
  noOpinion: number;
}

const showMisses = process.argv.includes('--misses');
const parsers = await loadParsers((name) => readFile(join(import.meta.dirname, `../../node_modules/@vscode/tree-sitter-wasm/wasm/${name}.wasm`)));
const tallies = new Map(process.argv.slice(2).filter((a) => !a.startsWith('--')).map((dir) => [resolve(dir), compare(resolve(dir))]));
record(tallies);

function compare(root: string): Tally {
  const { files: found, manifests } = walk([root]);
  const names = found.filter((f) => /\.[cm]?[jt]sx?$/.test(f));
  const files = new Map<string, FileSummary>();
  for (const file of names) {
    const source = parsers.parse(file, readFileSync(file, 'utf8'));
    if (!source) continue;
    files.set(file, summariseTypeScript(source, new Map()));
    source.dispose();
  }
  const projects = readProjects([root], manifests);
  const projectOf = createProjects(projects);
  const resolver = createResolver({ files, projectOf });
  const began = performance.now();
  for (const [file, { calls }] of files) for (let index = 0; index < calls.length; index++) resolver.target({ file, index });
  const ms = performance.now() - began;

  const paths: Record<string, string[]> = {};
  for (const p of projects) {
    Object.assign(paths, p.paths);
    paths[p.name] ??= [join(p.root, 'src/index.ts'), join(p.root, 'index.ts')];
  }
  const program = ts.createProgram([...files.keys()], {
    allowJs: true, checkJs: false, noEmit: true, strict: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    esModuleInterop: true, allowImportingTsExtensions: true, resolveJsonModule: true, skipLibCheck: true, jsx: ts.JsxEmit.Preserve, experimentalDecorators: true, paths, types: [],
  });
  const checker = program.getTypeChecker();
  const tally: Tally = { counted: 0, right: 0, wrong: 0, missed: 0, bodiless: 0, bodilessRight: 0, bodilessWrong: 0, answered: 0, noOpinion: 0 };
  const missed = new Map<string, string[]>();
  const note = (category: string, place: string) => missed.set(category, [...(missed.get(category) ?? []), place]);

  for (const [file, summary] of files) {
    const source = program.getSourceFile(file);
    if (!source) continue;
    const bySpan = new Map(summary.calls.map((call, index) => [`${call.span.start} ${call.span.end}`, index]));
    const visit = (node: ts.Node): void => {
      ts.forEachChild(node, visit);
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
      const truth = declarationOf(node);
      const index = bySpan.get(`${node.getStart(source)} ${node.getEnd()}`);
      const place = `${relative(root, file)}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${node.getText(source).slice(0, 90).replace(/\s+/g, ' ')}`;
      const ours = index === undefined ? null : resolver.target({ file, index }).declared;
      if (truth === 'unknown') {
        if (ours) tally.noOpinion++;
        return;
      }
      const theirs = truth && refOf(truth);
      if (truth === null || theirs === null) {
        if (!ours) return;
        // a type-only signature says no function: the value behind it may be known all the same
        if (truth && !isOutside(truth)) {
          tally.noOpinion++;
          return;
        }
        tally.answered++;
        tally.wrong++;
        note('WRONG: the checker leads outside', `${place} → ${nameOf(ours)}`);
        return;
      }
      const body = !files.get(theirs.file)!.functions[theirs.index]!.abstract;
      const same = ours !== null && ours.file === theirs.file && ours.index === theirs.index;
      if (!body) {
        tally.bodiless++;
        if (same || (ours && files.get(ours.file)!.functions[ours.index]!.name === files.get(theirs.file)!.functions[theirs.index]!.name)) tally.bodilessRight++;
        else if (ours) {
          tally.bodilessWrong++;
          note('WRONG: declared without a body', `${place} → ${nameOf(ours)} not ${nameOf(theirs)}`);
        } else note('declared without a body', `${place} ← ${nameOf(theirs)}`);
        return;
      }
      tally.counted++;
      if (ours) tally.answered++;
      if (same) tally.right++;
      else if (ours) {
        tally.wrong++;
        note('WRONG', `${place} → ${nameOf(ours)} not ${nameOf(theirs)}`);
      } else {
        tally.missed++;
        note(index === undefined ? 'no such call in the summary' : shapeOf(summary, summary.calls[index]!.callee), `${place} ← ${nameOf(theirs)}`);
      }
    };
    visit(source);
  }

  const percent = (a: number, b: number) => `${((100 * a) / Math.max(b, 1)).toFixed(2)} % (${a}/${b})`;
  console.log(`\n${root}: ${files.size} files, ${[...files.values()].reduce((n, f) => n + f.calls.length, 0)} calls resolved in ${Math.round(ms)} ms`);
  console.log(`recall ${percent(tally.right, tally.counted)}, precision ${percent(tally.right, tally.answered)}`);
  console.log(`declared without a body: ${percent(tally.bodilessRight, tally.bodiless)} found, ${tally.bodilessWrong} wrong; answers on which the checker has no opinion: ${tally.noOpinion}`);
  for (const [category, places] of [...missed].sort((a, b) => b[1].length - a[1].length)) {
    console.log(`  ${String(places.length).padStart(5)} ${category}`);
    if (showMisses) for (const place of places.slice(0, category.startsWith('WRONG') ? 200 : 40)) console.log(`          ${place}`);
  }
  return tally;

  /** The declaration of whom a call calls: null for what has none, `unknown` where the checker cannot tell. */
  function declarationOf(node: ts.CallExpression | ts.NewExpression): ts.SignatureDeclaration | 'unknown' | null {
    const signature = checker.getResolvedSignature(node);
    const declaration = signature?.getDeclaration();
    if (!declaration) return 'unknown';
    if (isBodied(declaration)) return declaration;
    const symbol = (declaration as { symbol?: ts.Symbol }).symbol;
    const bodied = symbol?.declarations?.find((d) => isBodied(d as ts.SignatureDeclaration));
    return (bodied as ts.SignatureDeclaration | undefined) ?? declaration;
  }

  function isOutside(declaration: ts.Node): boolean {
    return !files.has(declaration.getSourceFile().fileName);
  }

  function refOf(declaration: ts.SignatureDeclaration): { file: string; index: number } | null {
    const source = declaration.getSourceFile();
    const summary = files.get(source.fileName);
    if (!summary) return null;
    const start = declaration.getStart(source);
    const end = declaration.getEnd();
    const candidates = summary.functions.flatMap((f, index) => (index > 0 && f.span.start >= start && (f.span.end === end || f.span.end === end - 1) ? [index] : []));
    // of functions that end together the outermost; the name tells a declaration from what is inside of it
    const index = candidates.sort((a, b) => summary.functions[a]!.span.start - summary.functions[b]!.span.start)[0];
    return index === undefined || (!isBodied(declaration) && !summary.functions[index]!.abstract) ? null : { file: source.fileName, index };
  }

  function nameOf({ file, index }: { file: string; index: number }): string {
    const summary = files.get(file)!;
    const fn = summary.functions[index]!;
    return `${relative(root, file)}:${linesIn(readFileSync(file, 'utf8'))(fn.span).line} ${fn.class === null ? '' : `${summary.classes[fn.class]!.name}.`}${fn.name}`;
  }
}

/** Writes the counts where every TypeScript server of the corpus was compared. */
function record(tallies: Map<string, Tally>): void {
  const compared = repositories.flatMap(({ name, commit, paths }) => paths.flatMap((path) => {
    const found = [...tallies].find(([dir]) => dir.endsWith(join(sep, name, path)));
    return found ? [{ name, path, commit, ...rates(found[1]), ...found[1] }] : [];
  }));
  if (compared.length < repositories.length - 1) return; // one of them is Python alone
  const sum = (of: 'counted' | 'right' | 'wrong' | 'missed' | 'answered') => compared.reduce((n, c) => n + c[of], 0);
  const total = { counted: sum('counted'), right: sum('right'), wrong: sum('wrong'), missed: sum('missed'), answered: sum('answered') };
  writeFileSync(join(import.meta.dirname, 'results/resolution.json'), `${JSON.stringify({ typescript: ts.version, total: { ...rates(total), ...total }, repositories: compared }, null, 1)}\n`);
}

/** Of the calls that the checker leads to a body, the share that we lead there; of our answers, the share that is right. Percent. */
function rates({ right, counted, answered }: Pick<Tally, 'right' | 'counted' | 'answered'>): { recall: number; precision: number } {
  const percent = (of: number) => Math.round((10_000 * right) / Math.max(of, 1)) / 100;
  return { recall: percent(counted), precision: percent(answered) };
}

function isBodied(d: ts.SignatureDeclaration): boolean {
  return 'body' in d && d.body !== undefined;
}

/** What a callee looks like, down to the root of its chain. */
function shapeOf(summary: FileSummary, e: Expr): string {
  switch (e.kind) {
    case 'name': {
      const kinds = [...new Set(summary.bindings.filter((b) => b.name === e.name).map((b) => b.kind))];
      return kinds.join('|') || 'undeclared name';
    }
    case 'member':
      return `${shapeOf(summary, e.object)}.x`;
    case 'call':
      return `${shapeOf(summary, summary.calls[e.call]!.callee)}()`;
    case 'await':
      return `await ${shapeOf(summary, e.of)}`;
    case 'element':
      return `${shapeOf(summary, e.of)}[]`;
    default:
      return e.kind;
  }
}
