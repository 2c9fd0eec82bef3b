/**
 * What waits for something outside of the process, by the names of `resolve/externals.ts`: a package or module stands for
 * everything in it, the longest name counts, `null` takes out what only prepares or looks at what is there.
 * `single` is one connection, on which one thing happens at a time, or where order matters (a transaction, a page, a stream).
 */
export type IoKind = 'network' | 'database' | 'file' | 'process' | 'single' | null;

const typescript: Readonly<Record<string, IoKind>> = {
  ...rows('network', [
    'fetch', 'axios', 'got', 'ky', 'needle', 'superagent', 'request', 'request-promise', 'request-promise-native', 'undici', 'node-fetch', 'cross-fetch', 'isomorphic-fetch', 'phin', 'ofetch', 'wretch',
    'http.get', 'http.request', 'https.get', 'https.request', 'dns.promises', 'dns', 'openai', '@anthropic-ai/sdk', '@google/generative-ai', '@google/genai', 'cohere-ai', 'groq-sdk', 'ollama', '@mistralai/mistralai',
    'octokit', '@octokit/rest', '@octokit/core', '@octokit/graphql', '@octokit/request', '@gitbeaker/rest', '@gitbeaker/node', 'googleapis', '@googleapis/drive', '@google-cloud/storage', '@google-cloud/bigquery', '@slack/web-api', '@slack/bolt',
    '@notionhq/client', '@linear/sdk', 'jira.js', 'jira-client', 'stripe', 'twilio', '@sendgrid/mail', 'nodemailer', 'discord.js', 'telegraf', 'airtable', '@hubspot/api-client', 'jsforce', 'cos-nodejs-sdk-v5', 'asana', '@datadog/datadog-api-client', 'contentful', 'contentful-management',
    '@supabase/supabase-js', 'firebase', 'firebase-admin', '@elastic/elasticsearch', '@opensearch-project/opensearch', 'algoliasearch', 'typesense', 'meilisearch', '@qdrant/js-client-rest', '@pinecone-database/pinecone', 'chromadb', 'weaviate-ts-client', '@dynatrace-sdk',
    'openapi-fetch()', 'openapi-fetch.Client', 'openapi-client-axios', 'make-fetch-happen', 'graphql-request', '@apollo/client', '@urql/core', 'ethers', 'viem', 'web3', '@solana/web3.js', '@kubernetes/client-node', 'dockerode', 'ssh2', 'ssh2-promise', 'node-ssh', 'imapflow', 'rss-parser', 'open-graph-scraper', '@tavily/core', '@mendable/firecrawl-js', 'exa-js',
    '@modelcontextprotocol/sdk.Client', '@modelcontextprotocol/client.Client', 'kafkajs', 'amqplib', 'minio', 'jsdom.JSDOM.fromURL', '@aws-sdk', 'aws-sdk', '@azure', 'cheerio.fromURL', '@atproto/api', 'twitter-api-v2', 'spotify-web-api-node', '@shopify/shopify-api',
  ]),
  ...rows('database', ['pg.Pool', 'mysql.Pool', 'mysql2/promise', 'mysql2', 'mongodb', 'mongoose', 'ioredis', 'redis', '@redis/client', '@upstash/redis', '@prisma/client', 'knex', 'knex()', 'knex()()', 'sequelize', 'typeorm', 'neo4j-driver', 'cassandra-driver', 'mssql', 'oracledb', 'nano', 'drizzle-orm', '@libsql/client', '@neondatabase/serverless', 'postgres', 'postgres()', 'slonik', '@vercel/postgres', '@clickhouse/client', 'snowflake-sdk', 'influx', '@influxdata/influxdb-client', 'kysely', '@mikro-orm/core', 'arangojs', 'couchbase', '@planetscale/database', 'node-jt400.pool()']),
  ...rows('single', [
    'node-jt400.connect()', 'pg.Client', 'pg.PoolClient', 'mysql.Connection', 'mysql2/promise.Connection', 'mysql2/promise.PoolConnection', 'mysql2.Connection', 'sqlite', 'sqlite3', 'better-sqlite3', 'mongodb.ClientSession', 'typeorm.QueryRunner', 'knex.Transaction', 'neo4j-driver.Session', 'duckdb',
    'puppeteer', 'puppeteer-core', 'playwright', 'playwright-core', '@playwright/test', 'selenium-webdriver', 'ftp', 'basic-ftp', 'net', 'ws', 'imap', 'serialport', 'readline', 'readline.promises', 'stream.promises',
    'fs.promises.appendFile', 'fs.promises.FileHandle', 'http.ServerResponse',
  ]),
  ...rows('file', ['fs.promises', 'fs-extra', 'graceful-fs', 'glob', 'fast-glob', 'globby', 'tinyglobby', 'graceful-fs.promises', 'rimraf', 'mkdirp', 'sharp', 'exceljs', 'pdf-parse', 'mammoth', 'unzipper']),
  ...rows('process', ['child_process.exec', 'child_process.execFile', 'child_process.spawn', 'child_process.fork', 'util.promisify(child_process.exec)', 'util.promisify(child_process.execFile)', 'execa', 'zx', 'simple-git', 'cross-spawn', 'nano-spawn', 'tinyexec']),
  ...rows(null, ['axios.create', 'axios.isAxiosError', 'axios.isCancel', 'axios.CancelToken', 'axios.interceptors', 'axios.defaults', 'got.extend', 'ky.create', 'ky.extend', 'undici.Agent', 'undici.setGlobalDispatcher', 'mongodb.ObjectId', 'mongoose.Schema', 'mongoose.Types', 'mongodb.MongoClient.db', 'mongodb.Db.collection', 'mongoose.model', '@kubernetes/client-node.KubeConfig', 'drizzle-orm.eq', 'drizzle-orm.and', 'knex.raw', 'dns.lookup.name', 'cos-nodejs-sdk-v5.util', 'cos-nodejs-sdk-v5.getObjectUrl', 'cos-nodejs-sdk-v5.getAuth', '@datadog/datadog-api-client.client', 'mysql.createPool', 'mysql2.createPool', 'mysql2/promise.createPool', 'google-auth-library.GoogleAuth.getClient', 'googleapis.google.auth.GoogleAuth.getClient']),
};

const python: Readonly<Record<string, IoKind>> = {
  ...rows('network', [
    'requests', 'httpx', 'aiohttp', 'urllib.request', 'urllib3', 'http.client', 'openai', 'anthropic', 'google.generativeai', 'google.genai', 'google.cloud', 'googleapiclient', 'cohere', 'groq', 'ollama', 'mistralai', 'litellm', 'github', 'gitlab', 'atlassian', 'jira', 'slack_sdk', 'notion_client', 'stripe', 'twilio', 'boto3', 'botocore', 'aioboto3', 'aiobotocore', 'azure',
    'elasticsearch', 'opensearchpy', 'qdrant_client', 'pinecone', 'weaviate', 'chromadb', 'meilisearch', 'supabase', 'firebase_admin', 'kubernetes', 'kubernetes_asyncio', 'docker', 'aiodocker', 'praw', 'asyncpraw', 'tweepy', 'yfinance', 'feedparser.parse', 'wikipedia', 'arxiv', 'duckduckgo_search', 'tavily', 'firecrawl', 'gql', 'web3', 'websockets', 'smtplib', 'aiosmtplib', 'imaplib', 'paramiko', 'asyncssh', 'curl_cffi', 'cloudscraper', 'tldextract', 'grpc', 'aiokafka', 'mcp.ClientSession', 'fastmcp.Client', 'pyppeteer.connect', 'socket.create_connection', 'asyncio.open_connection', 'telethon', 'discord', 'spotipy', 'zeep', 'ldap3', 'simple_salesforce', 'claude_agent_sdk.query', 'claude_code_sdk.query', 'hvac', 'consul', 'aiodns', 'dns.resolver', 'dns.asyncresolver',
    'pagerduty', 'pdpyras', 'wandb.Api', 'hcloud', 'box_sdk_gen.BoxClient', 'box_ai_agents_toolkit', 'huggingface_hub', 'mlflow', 'shodan', 'zulip', 'googlemaps', 'finnhub', 'fredapi', 'woocommerce', 'meraki', 'databricks.sdk', 'hubspot', 'serpapi', 'geopy', 'Bio.Entrez', 'polygon', 'jenkins',
    'garminconnect', 'pyzotero.zotero.Zotero', 'dropbox.Dropbox', 'phue.Bridge', 'minio', 'proxmoxer', 'yandex_tracker_client', 'tableauserverclient.Server', 'unstructured_client.UnstructuredClient', 'datadog_api_client.v1.api', 'datadog_api_client.v2.api', 'asana', 'plexapi', 'caldav', 'gspread.authorize()', 'gspread.service_account()', 'gspread.oauth()', 'akshare', 'winrm.Session',
  ]),
  ...rows('database', ['asyncpg.Pool', 'asyncpg.create_pool', 'psycopg_pool', 'pymongo', 'motor', 'redis', 'aioredis', 'databases', 'neo4j', 'cassandra', 'tortoise', 'beanie', 'peewee_async', 'clickhouse_connect', 'snowflake', 'influxdb_client', 'edgedb', 'couchbase', 'aiomysql.Pool', 'aiopg.Pool', 'valkey', 'surrealdb', 'prisma', 'arango']),
  ...rows('single', ['asyncpg.Connection', 'asyncpg.connect', 'psycopg', 'psycopg2', 'aiomysql', 'aiopg', 'sqlite3', 'aiosqlite', 'mysql', 'pymysql', 'MySQLdb', 'sqlalchemy', 'sqlmodel', 'duckdb', 'pyodbc', 'oracledb', 'playwright', 'pyppeteer', 'selenium', 'asyncio.StreamReader', 'asyncio.StreamWriter', 'ftplib', 'telnetlib', 'serial', 'aiofiles.open().write', 'redis.client.Pipeline']),
  ...rows('file', ['aiofiles', 'aiopath', 'anyio.open_file', 'anyio.Path', 'aiofile', 'open', 'shutil', 'pathlib.Path.read_text', 'pathlib.Path.read_bytes', 'pathlib.Path.write_text', 'pathlib.Path.write_bytes']),
  ...rows('process', ['subprocess', 'asyncio.create_subprocess_exec', 'asyncio.create_subprocess_shell', 'asyncio.subprocess', 'anyio.run_process', 'anyio.open_process', 'trio.run_process', 'git', 'ffmpeg.run', 'ffmpeg.probe', 'os.system', 'os.popen', 'sh']),
  ...rows(null, ['httpx.Timeout', 'httpx.Limits', 'httpx.URL', 'httpx.Response', 'httpx.AsyncClient', 'httpx.Client', 'git.Repo', 'httpx.Auth', 'httpx.BasicAuth', 'httpx.AsyncHTTPTransport', 'aiohttp.ClientTimeout', 'aiohttp.TCPConnector', 'aiohttp.ClientSession', 'aiohttp.BasicAuth', 'aiohttp.FormData', 'requests.Session', 'requests.Response', 'requests.adapters', 'requests.auth', 'requests.exceptions', 'requests.utils', 'urllib.request.Request', 'urllib3.util', 'urllib3.disable_warnings', 'openai.OpenAI', 'openai.AsyncOpenAI', 'anthropic.Anthropic', 'anthropic.AsyncAnthropic', 'google.cloud.storage.Client', 'boto3.client', 'boto3.resource', 'boto3.Session', 'pymongo.MongoClient', 'redis.Redis', 'redis.asyncio.Redis', 'redis.from_url', 'garminconnect.Garmin', 'minio.Minio', 'proxmoxer.ProxmoxAPI', 'yandex_tracker_client.TrackerClient', 'caldav.DAVClient', 'asana.Configuration', 'asana.ApiClient', 'subprocess.Popen.poll', 'subprocess.list2cmdline']),
};

function rows(kind: IoKind, names: readonly string[]): Record<string, IoKind> {
  return Object.fromEntries(names.map((name) => [name, kind]));
}

/** `google.drive({ version, auth })` makes a client, `google.options()` sets defaults: what they give asks, they do not. */
export const onlyMakes = (external: string | null): boolean => external !== null && /^(?:googleapis\.google|@googleapis\/[\w-]+)\.\w+$|^(?:aioboto3|aiobotocore|boto3)\b.*\.(?:client|create_client|get_session|resource)$/.test(external);

/** Making one of these is no I/O though using it is. */
const classes = new Set(Object.entries(python).flatMap(([name, kind]) => (kind === null ? [name] : [])));
/** Members that read what is there already, on whatever. */
const inMemory = /\.(is[A-Z]\w*|json|text|raise_for_status|toString|on|once|off|emit|bind|then|catch|finally|get_logger|format|encode|decode|removeListener|add_argument|startsWith|endsWith|includes|split|trim|toLowerCase|toUpperCase|slice|substring|indexOf|localeCompare|map|forEach|flatMap|reduce|concat|push|setCredentials|getSignedUrl|getPublicUrl|generate_(?:presigned|signed)_\w+)$/;
/** Tags that put a query together (`gql`…``), handles of what is asked later, where nothing comes behind them, and what turns values into others (`parseEther`). */
const onlyPrepares = /^(?:graphql-request|@apollo\/client|@urql\/core|kysely|slonik|@mikro-orm\/core)\.(?:gql|sql)(?:\.\w+(?:\(\))?)?$|^drizzle-orm(?:\/(?:pg|mysql|sqlite|gel|singlestore)-core)?\.[a-z]\w*(?:\.|\(|$)|^@pinecone-database\/pinecone\b.*\.(?:[iI]ndex|namespace)$|^(?:firebase(?:-admin)?|@google-cloud\/(?:firestore|storage))\b.*\.(?:get)?(?:[fF]irestore|[sS]torage|[aA]uth|[dD]atabase|collection|collectionGroup|doc|bucket|file|ref|batch|query|where|orderBy|limit|startAfter)$|^(?:firebase(?:-admin)?|@google-cloud\/firestore)\b.*\.(?:FieldValue|FieldPath|Timestamp|GeoPoint|Filter|AggregateField)\b|^neo4j-driver\.(?:int|isInt|toNumber|inSafeRange|types|temporal|spatial)\b|^nodemailer\/lib\/mail-composer\b|^viem(?:\/(?:accounts|chains|ens|utils))?\.\w+$|^ethers\.(?:utils\.)?[a-z]\w*$|^web3\b.*\.utils\./;
const known = { typescript: new Map<string, IoKind>(), python: new Map<string, IoKind>() };

/** What kind of I/O a call of something external is, null for none. */
export function ioOf(external: string | null, language: 'typescript' | 'python'): IoKind {
  if (external === null) return null;
  let kind = known[language].get(external);
  if (kind === undefined) known[language].set(external, (kind = lookUp(external, language)));
  return kind;
}

function lookUp(external: string, language: 'typescript' | 'python'): IoKind {
  if (inMemory.test(external) || (language === 'typescript' && onlyPrepares.test(external)) || /\.(?:headers|params|searchParams|config|options|interceptors|defaults|cookies|extensions)\./.test(external)) return null;
  const table = language === 'python' ? python : typescript;
  for (let end = external.length; end > 0; end = Math.max(...['.', '/', '('].map((mark) => external.lastIndexOf(mark, end - 1)))) {
    const name = external.slice(0, end);
    if (!Object.hasOwn(table, name)) continue;
    // `httpx.AsyncClient` makes a client, `httpx.AsyncClient.get` asks somebody
    if (table[name] === null && classes.has(name) && end < external.length) continue;
    const rest = external.slice(end);
    // what it gives asks again: `guild.channels.fetch()` of a guild that was fetched
    if (name === 'discord.js') return asksDiscord.test(rest) ? table[name]! : null;
    return isAnswer(rest) ? null : table[name]!;
  }
  return null;
}

const asksDiscord = /^(?!.*\.cache\.(?!get\(\)|find\(\)|first\(\))).*\.(?:fetch\w*|send|edit|delete|create|reply|react|ban|unban|kick|pin|unpin|crosspost|bulkDelete|startThread|login|deferReply|editReply|followUp)$/;
/** `axios.get().data.items.map` works on what came; `boto3.client().scan` asks. */
const isAnswer = (rest: string) => /^\(\)\.|^(?:\.\w+)*\.(?:get|post|put|patch|delete|head|options|request|fetch|send|urlopen)\(\)/.test(rest);
