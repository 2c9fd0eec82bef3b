import { modulesOf, perSummary } from './perFile.ts';
import { importsOf, perImports } from './perImports.ts';
import type { Resolved } from './program.ts';
import type { Call, Expr, FileSummary } from './summary.ts';

/** Folders whose files a web server hands out as they are. */
const assets = /[\\/](?:static|public|wwwroot|www|webroot|htdocs|assets)[\\/](?:.*[\\/])?[^\\/]+\.m?jsx?$/;

/** Files that run in somebody's browser, with what only they import: a page's script, whose loops and timers are none of the server's. */
export const browserFiles = perImports(collect);

function collect(program: Resolved): ReadonlySet<string> {
  const files = [...program.files];
  const found = new Set(files.flatMap(([file, summary]) => (startsPage(summary) || isAsset(program, file, summary) ? [file] : [])));
  if (found.size === 0) return found;
  const importers = new Map<string, string[]>();
  for (const [file, imported] of importsOf(program)) for (const one of imported) importers.set(one, [...(importers.get(one) ?? []), file]);
  // what a server imports is its own, wherever it lies
  const isElsewhere = (file: string) => (importers.get(file) ?? []).some((from) => !found.has(from));
  for (const file of [...found]) if (!startsPage(program.files.get(file)!) && isElsewhere(file)) found.delete(file);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [file, from] of importers) if (!found.has(file) && from.every((f) => found.has(f))) found.add(file);
  }
  return found;
}

/** It asks for the document, the window or their storage as soon as it is loaded: no other program has these. Or it is a component with hooks, but for those that ink shows in a terminal. */
export const startsPage = perSummary(({ language, calls, bindings, imports }: FileSummary): boolean => {
  if (language === 'python') return false;
  if (imports.some(({ module, imported }) => module === 'react' && /^use[A-Z]/.test(imported)) && !imports.some(({ module }) => module === 'ink')) return true;
  const isPage = (expr: Expr): boolean => {
    if (expr.kind === 'name') return /^(?:document|window|localStorage|sessionStorage)$/.test(expr.name) && !bindings.some((b) => b.name === expr.name);
    return expr.kind === 'member' && isPage(expr.object);
  };
  const asksPage = (call: Call) => call.callee.kind === 'member' && isPage(call.callee.object);
  return calls.some((call) => call.function === 0 && !call.optional && asksPage(call));
});

/** A script that comes with nothing from a package: a bundler, or Node, is not what reads it. */
function isAsset(program: Resolved, file: string, summary: FileSummary): boolean {
  if (summary.language === 'python') return false;
  const { root } = program.projectOf(file);
  return assets.test(file.startsWith(root) ? file.slice(root.length) : file) && modulesOf(summary).every((module) => /^[./]|^https?:/.test(module));
}
