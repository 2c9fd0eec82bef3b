/**
 * Calls that give everything there is, by the names of `resolve/externals.ts`; `bounds` are words which, in a call's own
 * arguments, say that it is not everything. `sql`: a question whose text says it.
 */
export interface ListSource {
  what: string;
  sql?: true;
  /** It gives all of it whatever the tool is called. */
  always?: true;
}

const rows = (what: string, names: readonly string[], sql?: true): Record<string, ListSource> => Object.fromEntries(names.map((name) => [name, sql ? { what, sql } : { what }]));

export const typeScriptLists: Readonly<Record<string, ListSource>> = {
  ...rows('every file of the folder', ['fs.promises.readdir', 'fs.readdir', 'fs.readdirSync', 'glob', 'glob.glob', 'glob.globSync', 'fast-glob', 'globby.globby', 'globby']),
  ...rows('all rows of the query', ['pg.Pool.query', 'pg.Client.query', 'pg.PoolClient.query', 'mysql2/promise.Pool.query', 'mysql2/promise.Pool.execute', 'mysql2/promise.Connection.query', 'mysql2/promise.Connection.execute', 'mysql.Pool.query', 'better-sqlite3.Statement.all', 'better-sqlite3.prepare().all', 'better-sqlite3.Database.prepare().all', 'sqlite3.Database.all', 'sqlite.Database.all', '@libsql/client.execute', 'mssql.Request.query'], true),
  ...rows('all documents of the query', ['mongodb.FindCursor.toArray', 'mongodb.Collection.find().toArray', 'mongodb.Db.collection().find().toArray', 'mongodb.AggregationCursor.toArray', 'mongoose.Model.find']),
  ...rows('all rows of the query', ['knex()().select', 'knex()().where().select', 'knex().select().from', 'knex().from().select']),
  ...rows('the whole file', ['fs.promises.readFile', 'fs.readFileSync']),
  ...rows('all keys', ['ioredis.keys', 'redis.keys', 'redis.createClient().keys']),
};

export const pythonLists: Readonly<Record<string, ListSource>> = {
  ...rows('every file of the folder', ['os.listdir', 'os.walk', 'os.scandir', 'glob.glob', 'pathlib.Path.iterdir', 'pathlib.Path.glob', 'pathlib.Path.rglob']),
  ...rows('all rows of the query', ['sqlite3.Cursor.fetchall', 'sqlite3.Connection.execute().fetchall', 'psycopg2.Cursor.fetchall', 'psycopg.Cursor.fetchall', 'psycopg.AsyncCursor.fetchall', 'asyncpg.Pool.fetch', 'asyncpg.Connection.fetch', 'aiosqlite.Cursor.fetchall', 'aiosqlite.Connection.execute_fetchall', 'pymysql.Cursor.fetchall', 'mysql.connector.Cursor.fetchall', 'duckdb.Connection.fetchall', 'databases.Database.fetch_all'], true),
  ...rows('all documents of the query', ['pymongo.Collection.find', 'pymongo.collection.Collection.find', 'motor.motor_asyncio.AsyncIOMotorCollection.find']),
  ...rows('the whole file', ['pathlib.Path.read_text', 'open().read', 'open().readlines', 'aiofiles.open().read']),
  ...Object.fromEntries(['to_json', 'to_dict', 'to_csv', 'to_string', 'to_markdown', 'to_html'].map((m): [string, ListSource] => [`pandas.DataFrame.${m}`, { what: 'the whole table', always: true }])),
};

/** Where no table knows the object: members that, on a client or a model, give everything. */
/** AWS: a client's members in Python, commands in JavaScript. */
export const awsLists = /^(?:scan|query|list_(?:objects|objects_v2|functions|users|roles|secrets|parameters)|describe_(?:instances|log_streams|log_groups))$/;
export const awsCommands = /\.(?:Scan|Query|List\w+|Describe(?:Instances|LogStreams|LogGroups))Command$/;

/** Where the object is known only as something of a package: Mongo's collections are members of whatever name; and questions that are built, up to where they are awaited. */
export const listPatterns = { typescript: /^mongodb\..*\.(?:toArray)$|^knex\(\)\(\)(?!.*\.(?:first|limit|count\w*|sum\w*|avg\w*|min|max|insert|update|upsert|del|delete|increment|decrement|truncate|columnInfo|returning|groupBy|then|stream)\b)(?:\.\w+\(\))*\.\w+$|^@supabase\/supabase-js\.(?:SupabaseClient|createClient\(\))\.from\(\)\.select(?!.*\.(?:limit|range|single|maybeSingle|csv|explain|then)\b)(?:\(\)\.\w+)*$/, python: /^(?:pymongo|motor)\..*\.(?:find|aggregate|to_list)$|^sqlalchemy\..*\.(?:all|fetchall|scalars)$|^sqlmodel\..*\.all$/ };

export const listMembers = { typescript: /^(?:findMany|findAll|toArray|fetchAll|getAll|listAll|selectAll|scanAll)$/, python: /^(?:fetchall|fetch_all|scalars|all|to_list|list_all|get_all)$/ };
