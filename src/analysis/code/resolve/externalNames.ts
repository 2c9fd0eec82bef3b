/** Modules of Node with variants in a folder of their own. */
export const withPromises = new Set(['fs', 'dns', 'timers', 'stream', 'readline', 'path']);

/** Packages whose subpaths are only parts of one thing. */
export const collapsed = ['@modelcontextprotocol/sdk', '@modelcontextprotocol/server', '@modelcontextprotocol/client', '@modelcontextprotocol/core', 'zod', 'ajv', 'lodash', 'lodash-es', 'date-fns', 'rxjs', 'undici', 'ioredis', 'openai', '@anthropic-ai/sdk', 'axios', 'got', 'googleapis', 'puppeteer', 'playwright', 'cheerio', 'uuid', 'express', 'winston', 'pino'];

/** `from to` in each row. */
const table = (rows: string): ReadonlyMap<string, string> =>
  new Map(
    rows
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/) as [string, string]),
  );

/** Further names of things; the right side is the one that tables of sinks use. */
export const aliases: Record<'javascript' | 'python', ReadonlyMap<string, string>> = {
  javascript: table(`
    buffer.Buffer Buffer
    buffer.Blob Blob
    url.URL URL
    url.URLSearchParams URLSearchParams
    timers.setTimeout setTimeout
    timers.setInterval setInterval
    timers.setImmediate setImmediate
    timers.clearTimeout clearTimeout
    timers.clearInterval clearInterval
    perf_hooks.performance performance
    util.TextEncoder TextEncoder
    util.TextDecoder TextDecoder
    process.process process
    console.console console
    events.EventEmitter events
    stream.default stream
    crypto.webcrypto crypto
    sys util
    constants os.constants
    path.path path
    zod.z zod
    zod.Zod zod
    ajv.Ajv ajv
    ajv.Ajv2020 ajv
    ajv.Ajv2019 ajv
    ajv.AjvJTD ajv
    axios.Axios axios
    axios.AxiosInstance axios
    axios.AxiosStatic axios
    got.got got
    got.Got got
    ioredis.Redis ioredis
    ioredis.RedisType ioredis
    openai.OpenAI openai
    openai.OpenAIApi openai
    @anthropic-ai/sdk.Anthropic @anthropic-ai/sdk
    @anthropic-ai/sdk.default @anthropic-ai/sdk
    better-sqlite3.Database better-sqlite3
    better-sqlite3.default better-sqlite3
    sqlite3.default sqlite3
    stripe.Stripe stripe
    knex.knex knex
    knex.Knex knex()
    node-fetch.fetch node-fetch
    cross-fetch.fetch cross-fetch
    isomorphic-fetch fetch
    node-cache.NodeCache node-cache
    lru-cache.LRUCache lru-cache
    lru-cache.LRU lru-cache
    quick-lru.QuickLRU quick-lru
    piscina.Piscina piscina
    tinypool.Tinypool tinypool
    p-limit.pLimit p-limit
    pino.pino pino
    express.express express
    fastify.fastify fastify
    fastify.Fastify fastify
    eventsource.EventSource eventsource
    ws.WebSocket ws
    execa.default execa.execa
    cheerio.default cheerio
    dotenv.default dotenv
    mongoose.mongoose mongoose
    puppeteer.puppeteer puppeteer
    sharp.sharp sharp
    fs-extra.promises fs.promises
    pg.default pg
    pg.native pg
    @octokit/rest.default @octokit/rest
    NodeJS.Process process
    worker_threads.default worker_threads
    node:test test
  `),
  python: table(`
    requests.api.get requests.get
    requests.api.post requests.post
    requests.api.put requests.put
    requests.api.patch requests.patch
    requests.api.delete requests.delete
    requests.api.head requests.head
    requests.api.request requests.request
    requests.sessions.Session requests.Session
    requests.sessions.session requests.session
    requests.models.Response requests.Response
    httpx._client.Client httpx.Client
    httpx._client.AsyncClient httpx.AsyncClient
    httpx._api.get httpx.get
    aiohttp.client.ClientSession aiohttp.ClientSession
    aiohttp.client.ClientTimeout aiohttp.ClientTimeout
    posixpath os.path
    ntpath os.path
    psycopg2.extensions.connection psycopg2.connection
    psycopg2.extensions.cursor psycopg2.cursor
    sqlalchemy.engine.create_engine sqlalchemy.create_engine
    sqlalchemy.engine.Engine sqlalchemy.Engine
    sqlalchemy.engine.base.Engine sqlalchemy.Engine
    sqlalchemy.engine.Connection sqlalchemy.Connection
    sqlalchemy.engine.base.Connection sqlalchemy.Connection
    sqlalchemy.orm.session.Session sqlalchemy.orm.Session
    sqlalchemy.orm.session.sessionmaker sqlalchemy.orm.sessionmaker
    sqlalchemy.ext.asyncio.engine.AsyncEngine sqlalchemy.ext.asyncio.AsyncEngine
    chromadb.PersistentClient chromadb.Client
    chromadb.EphemeralClient chromadb.Client
    chromadb.ClientAPI chromadb.Client
    chromadb.api.ClientAPI chromadb.Client
    redis.client.Redis redis.Redis
    redis.StrictRedis redis.Redis
    redis.client.StrictRedis redis.Redis
    redis.asyncio.client.Redis redis.asyncio.Redis
    redis.asyncio.StrictRedis redis.asyncio.Redis
    aioredis.Redis redis.asyncio.Redis
    aioredis.from_url redis.asyncio.from_url
    redis.connection.ConnectionPool redis.ConnectionPool
    pymongo.mongo_client.MongoClient pymongo.MongoClient
    pymongo.synchronous.mongo_client.MongoClient pymongo.MongoClient
    pymongo.asynchronous.mongo_client.AsyncMongoClient pymongo.AsyncMongoClient
    concurrent.futures.thread.ThreadPoolExecutor concurrent.futures.ThreadPoolExecutor
    concurrent.futures.process.ProcessPoolExecutor concurrent.futures.ProcessPoolExecutor
    concurrent.futures._base.Future concurrent.futures.Future
    multiprocessing.pool.Pool multiprocessing.Pool
    multiprocessing.dummy.Pool multiprocessing.pool.ThreadPool
    multiprocessing.context.Process multiprocessing.Process
    asyncio.tasks.gather asyncio.gather
    asyncio.tasks.sleep asyncio.sleep
    asyncio.threads.to_thread asyncio.to_thread
    asyncio.events.AbstractEventLoop asyncio.AbstractEventLoop
    asyncio.subprocess.create_subprocess_exec asyncio.create_subprocess_exec
    asyncio.locks.Lock asyncio.Lock
    fastapi.concurrency.run_in_threadpool starlette.concurrency.run_in_threadpool
    io.open open
    builtins.open open
    builtins.print print
    builtins.input input
    codecs.open open
    typing_extensions.TypedDict typing.TypedDict
    pathlib.PosixPath pathlib.Path
    pathlib.WindowsPath pathlib.Path
    pathlib.Path.parent pathlib.Path
    anthropic.Client anthropic.Anthropic
    openai.Client openai.OpenAI
    openai.AsyncClient openai.AsyncOpenAI
    boto3.session.Session boto3.Session
    git.repo.Repo git.Repo
    git.repo.base.Repo git.Repo
    mcp.FastMCP mcp.server.fastmcp.FastMCP
    mcp.server.FastMCP mcp.server.fastmcp.FastMCP
    mcp.server.fastmcp.server.FastMCP mcp.server.fastmcp.FastMCP
    mcp.server.fastmcp.server.Context mcp.server.fastmcp.Context
    mcp.server.lowlevel.Server mcp.server.Server
    mcp.server.lowlevel.server.Server mcp.server.Server
    mcp.server.mcpserver.MCPServer mcp.server.MCPServer
    mcp.MCPServer mcp.server.MCPServer
    fastmcp.server.FastMCP fastmcp.FastMCP
    fastmcp.server.server.FastMCP fastmcp.FastMCP
    fastmcp.server.context.Context fastmcp.Context
    fastmcp.server.Context fastmcp.Context
    bs4.element.Tag bs4.Tag
    mysql.connector.connection.MySQLConnection mysql.connector.MySQLConnection
    mysql.connector.connection_cext.CMySQLConnection mysql.connector.MySQLConnection
    jsonschema.validators.Draft7Validator jsonschema.Draft7Validator
    jsonschema.validators.Draft202012Validator jsonschema.Draft202012Validator
    jsonschema.validators.validate jsonschema.validate
    pandas.io.parsers.read_csv pandas.read_csv
    urllib3.poolmanager.PoolManager urllib3.PoolManager
  `),
};
