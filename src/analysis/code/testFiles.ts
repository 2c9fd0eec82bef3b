import { importsOf, perImports } from './perImports.ts';
import type { Resolved } from './program.ts';

const testName = /(^|[\\/])(__tests__|__mocks__)[\\/]|[.-](test|spec)\.[cm]?[jt]sx?$|(^|[\\/])((jest|vitest|mocha)[.-]?setup|setup[.-]?([tT]ests?|[jJ]est|[vV]itest|[mM]ocha))\b[^\\/]*\.[cm]?[jt]sx?$|(^|[\\/])(test_[^\\/]*|[^\\/]*_test|conftest)\.py$/;
/** A tool about tests, as Python names it (`tools/test_runs.py`), where no folder of tests is around. */
const toolOfTests = /^(?!.*(?:^|[\\/])(?:__tests__|tests?)[\\/]).*[\\/](?:tools|handlers|commands|resources|prompts)[\\/]test_[^\\/]*\.py$/;

/** A file of tests: it registers nothing that a client could call, and its doubles run in no server. */
export const isTest = (file: string): boolean => testName.test(file) && !toolOfTests.test(file);

/** Folders of what stands in for something in tests, and of what is kept though nothing uses it any more. Below a folder of tools the name says what these are for. */
const doubles = /(?:^|(?<!(?:tools|handlers|commands|resources|prompts))[\\/])(?:tests?|mocks?|fixtures?|__fixtures__|stubs?|fakes?|doubles|e2e|testing|harness|testutils?|archived?|deprecated|obsolete|attic|(?:unit|integration|e2e|test)[-_][\w-]+|[\w-]+[-_](?:tests?|mocks?|fixtures))[\\/]|[._-]mocks?\.\w+$/i;

/** What was kept of another file: `index.original.ts`; where the other one is there as well, also `server_old.py`. */
const kept = /^(.*)([._-])(?:original|orig|old|bak|backup|superseded)(\.\w+)$/i;

/** Files in such folders, and such files, that nothing outside of them imports: no client of a server gets there. Judged below the folder that all files share, so that one can open a folder of tests by itself. */
export const testDoubles = perImports((program): ReadonlySet<string> => {
  const files = [...program.files.keys()];
  const root = commonFolder(files);
  const left = new Set(files.filter((file) => isTest(file) || isKept(program, file) || doubles.test(file.slice(root.length)) || isOtherTree(files, file)));
  const used = left.size === 0 ? [] : files.filter((file) => !left.has(file));
  for (const file of used) {
    for (const imported of importsOf(program).get(file)!) if (left.delete(imported)) used.push(imported);
  }
  return left;
});

/** What was kept of a whole tree, beside the one that is built: `src_new/`, `src-backup/`. */
const otherTree = /^(.*[\\/])?(src|lib|app|server)[-_](?:new|old|bak|backup|orig|copy)(?:[-_](?:orig(?:inal)?|old|copy|\d+))*([\\/])/i;

function isOtherTree(files: readonly string[], file: string): boolean {
  const [, before = '', name, separator] = otherTree.exec(file) ?? [];
  return name !== undefined && files.some((one) => one.startsWith(`${before}${name}${separator!}`));
}

function isKept(program: Resolved, file: string): boolean {
  const [, stem, separator, extension] = kept.exec(file) ?? [];
  return stem !== undefined && (separator === '.' || program.files.has(`${stem}${extension!}`));
}

function commonFolder(files: readonly string[]): string {
  let common = files[0]?.replace(/[^\\/]*$/, '') ?? '';
  for (const file of files) while (!file.startsWith(common)) common = common.replace(/[^\\/]*[\\/]$/, '');
  return common;
}
