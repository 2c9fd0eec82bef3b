import { ioOf } from './io.ts';

/** What a list should not wait for, as a message says it. */
export type ListIo = 'the network' | 'a database' | 'the disk' | 'a child process';

const ofKind = { network: 'the network', database: 'a database', file: 'the disk', process: 'a child process', single: null } as const;

/** Synchronous and other forms that the table of asynchronous I/O does not have. */
const more: Readonly<Record<'typescript' | 'python', readonly (readonly [RegExp, ListIo])[]>> = {
  typescript: [
    [/^(?:fs|fs-extra|graceful-fs)\.(?:readFileSync|readdirSync|readFile|readdir|opendir|opendirSync|createReadStream|glob|globSync|readJson|readJSON|readJsonSync)$/, 'the disk'],
    [/^(?:glob|fast-glob|globby|tinyglobby)(?:\.\w+)?$/, 'the disk'],
    [/^Bun\.file\(\)\.(?:text|json)$/, 'the disk'],
    [/^child_process\.(?:execSync|execFileSync|spawnSync|exec|execFile|spawn)$/, 'a child process'],
    [/^(?:better-sqlite3|sqlite\.DatabaseSync|bun:sqlite\.Database)(?:\.(?:exec|pragma)|\.(?:prepare|query)\(\)(?:\.\w+\(\))*\.(?:all|get|iterate|values)|\.Statement\.(?:all|get|iterate|values))$/, 'a database'],
    [/^sqlite\.StatementSync\.(?:all|get|iterate)$|^(?:sqlite|sqlite3)(?:\.\w+)*\.(?:all|get|each)$/, 'a database'],
    [/^(?:pg\.(?:Client|PoolClient)|mysql2?(?:\/promise)?\.(?:Connection|PoolConnection))\.(?:query|execute)$/, 'a database'],
  ],
  python: [
    [/^(?:open|os\.(?:listdir|walk|scandir)|glob\.(?:glob|iglob))$/, 'the disk'],
    [/^(?:pathlib\.)?Path\.(?:read_text|read_bytes|open|iterdir|glob|rglob|walk)$/, 'the disk'],
    [/^(?:sqlite3|aiosqlite|psycopg2?|asyncpg|pymysql|aiomysql|mysql\.connector|duckdb|sqlalchemy|sqlmodel|pyodbc|oracledb)\b.*\.(?:execute|executemany|fetch|fetchrow|fetchval|fetchall|fetchone|scalars|scalar|exec|sql|query)$/, 'a database'],
    [/^subprocess\.(?:run|check_output|check_call|call|Popen)$|^os\.(?:popen|system)$/, 'a child process'],
  ],
};

/** Calls of I/O libraries that only prepare something, or go on with what is there. */
const prepares =
  /\.(?:create|extend|set_option|close|aclose|disconnect|end|destroy|getcwd|unref|kill|on|once|db|collection|map|filter|forEach|flatMap|reduce|some|every|sort|slice|join|keys|values|entries|push|includes|split|trim|communicate|wait|poll|terminate|send_signal|a?read|readline|fetchall|fetchone|fetchmany|commit|rollback|cursor|decode|strip|splitlines|replace|items|append)$/;

/** One folder or one file: quick as long as it is local and small. */
export function isQuick(external: string, options: string): boolean {
  return /(?:readdir|readdirSync|opendir|opendirSync|listdir|scandir|iterdir|readFile|readFileSync|read_text|read_bytes|^open|\.open|\.glob)$/.test(external) && !/recursive|\*\*/.test(options);
}

/** One look or change of the disk, microseconds; what is read may be larger. */
const instant = /\.(?:access|chmod|chown|exists|lstat|mkdir|readlink|realpath|rename|rm|rmdir|stat|touch|unlink|utimes)(?:Sync)?$/;

/** What a client of boto3 gives is a dictionary, but for its paginators. */
const answerOfAws = /^boto3\.(?:(?:session\.)?Session\.)?client\(\)\.(?!get_(?:paginator|waiter)\b)\w+\(\)\./;

/** What a call of something external waits for; null for what does not. */
export function listIoOf(external: string | null, language: 'typescript' | 'python'): ListIo | null {
  if (external === null || prepares.test(external) || answerOfAws.test(external) || (/^(?:fs|fs-extra|os|pathlib)\./.test(external) && instant.test(external))) return null;
  for (const [pattern, io] of more[language]) if (pattern.test(external)) return io;
  const kind = ioOf(external, language);
  return kind === null ? null : ofKind[kind];
}
