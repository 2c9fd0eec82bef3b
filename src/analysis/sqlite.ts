import type { Severity } from '../model/finding.ts';
import { perFile } from './code/perFile.ts';
import type { CallRef, Program } from './code/program.ts';
import type { Call } from './code/summary.ts';
import { isOnce } from './smallFiles.ts';

/** It goes through a table: no row, part or end is said, or it is searched for a text. */
const scans = /^\s*SELECT\b(?!\s*(?:COUNT|MIN|MAX)\s*\(|[^]*\b(?:WHERE|LIMIT|MATCH)\b)|\bLIKE\b|^\s*(?:VACUUM|REINDEX|ANALYZE)\b/i;

/**
 * SQLite in this process (and DuckDB) finds or changes rows in some microseconds, and goes through a table in milliseconds as a rule; many
 * statements, and going through it again and again, may take long. What opens the file, and hands on what has been found, takes no time.
 */
export function ofSqlite(program: Program, { file }: CallRef, call: Call, external: string): Severity | null {
  const [, module, member] = /^(pysqlite3|sqlite3|duckdb)\.(?:.*\.)?(\w+)$/.exec(external) ?? [];
  if (member === undefined) return /^(?:sqlalchemy|sqlmodel)\b/.test(external) && knowsOnlySqlite(program, file) ? 'hint' : null;
  if (member === 'connect' || member === 'commit' || member === 'fetchone') return 'information';
  if (member === 'executemany') return null;
  const { callee } = call;
  const made = member === 'execute' || member === 'executescript' ? call : callee.kind === 'member' && callee.object.kind === 'call' ? program.callOf({ file, index: callee.object.call }) : null;
  const text = made ? writtenIn(program.textOf(file).slice(made.nameSpan.end, made.span.end)) : '';
  // tables that are there already
  if (/^\s*CREATE\s/i.test(text) && !/\b(?:SELECT|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b/i.test(text)) return 'information';
  if (member === 'executescript' && text !== '') return null;
  // DuckDB is there for what goes through everything: only what is written out and asks for little is quick
  if (module === 'duckdb') return text === '' || scans.test(text) ? null : 'hint';
  return scans.test(text) && !isOnce(program, file, call) ? null : 'hint';
}

/** The statement that arguments begin with, in one text or several that stand side by side; nothing where it comes from elsewhere. */
const writtenIn = (args: string) => /^\(\s*[fr]{0,2}["'`]+([^]*)/i.exec(args)?.[1] ?? '';

/** Of the databases that a file names by their address. */
const addressesIn = perFile((program, file) => {
  const text = program.textOf(file);
  return { sqlite: /\bsqlite(?:\+\w+)?:\/\//.test(text), others: /\b(?:postgres(?:ql)?|mysql|mariadb|mssql|oracle|snowflake|redshift|cockroachdb)(?:\+\w+)?:\/\//.test(text) };
});

/** Of all databases that a project names by their address there is SQLite alone. */
function knowsOnlySqlite(program: Program, file: string): boolean {
  const { root } = program.projectOf(file);
  const known = [...program.files.keys()].filter((one) => program.projectOf(one).root === root).map((one) => addressesIn(program, one));
  return known.some(({ sqlite }) => sqlite) && !known.some(({ others }) => others);
}
