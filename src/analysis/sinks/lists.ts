/**
 * Calls that give everything there is, by the names of `resolve/externals.ts`; `bounds` are words which, in a call's own
 * arguments, say that it is not everything. `sql`: a question whose text says it.
 */
export interface ListSource {
  what: string;
  sql?: true;
}

const rows = (what: string, names: readonly string[], sql?: true): Record<string, ListSource> => Object.fromEntries(names.map((name) => [name, sql ? { what, sql } : { what }]));

export const typeScriptLists: Readonly<Record<string, ListSource>> = {
  ...rows('every file of the folder', ['fs.promises.readdir', 'fs.readdir', 'fs.readdirSync', 'glob', 'glob.glob', 'glob.globSync', 'fast-glob', 'globby.globby', 'globby']),
  ...rows('all rows of the query', ['pg.Pool.query', 'pg.Client.query', 'pg.PoolClient.query', 'mysql2/promise.Pool.query', 'mysql2/promise.Pool.execute', 'mysql2/promise.Connection.query', 'mysql2/promise.Connection.execute', 'mysql.Pool.query', 'better-sqlite3.Statement.all', 'better-sqlite3.prepare().all', 'better-sqlite3.Database.prepare().all', 'sqlite3.Database.all', 'sqlite.Database.all', '@libsql/client.execute', 'mssql.Request.query'], true),
  ...rows('all documents of the query', ['mongodb.FindCursor.toArray', 'mongodb.Collection.find().toArray', 'mongodb.Db.collection().find().toArray', 'mongodb.AggregationCursor.toArray', 'mongoose.Model.find']),
  ...rows('all keys', ['ioredis.keys', 'redis.keys', 'redis.createClient().keys']),
};

export const pythonLists: Readonly<Record<string, ListSource>> = {
  ...rows('every file of the folder', ['os.listdir', 'os.walk', 'os.scandir', 'glob.glob', 'pathlib.Path.iterdir', 'pathlib.Path.glob', 'pathlib.Path.rglob']),
  ...rows('all rows of the query', ['sqlite3.Cursor.fetchall', 'sqlite3.Connection.execute().fetchall', 'psycopg2.Cursor.fetchall', 'psycopg.Cursor.fetchall', 'psycopg.AsyncCursor.fetchall', 'asyncpg.Pool.fetch', 'asyncpg.Connection.fetch', 'aiosqlite.Cursor.fetchall', 'aiosqlite.Connection.execute_fetchall', 'pymysql.Cursor.fetchall', 'mysql.connector.Cursor.fetchall', 'duckdb.Connection.fetchall', 'databases.Database.fetch_all'], true),
  ...rows('all documents of the query', ['pymongo.Collection.find', 'pymongo.collection.Collection.find', 'motor.motor_asyncio.AsyncIOMotorCollection.find']),
};

/** Where no table knows the object: members that, on a client or a model, give everything. */
export const listMembers = { typescript: /^(?:findMany|findAll|toArray|fetchAll|getAll|listAll|selectAll|scanAll)$/, python: /^(?:fetchall|fetch_all|scalars|all|to_list|list_all|get_all)$/ };
