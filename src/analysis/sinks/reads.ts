import { nameOf, type Call, type Expr } from '../code/summary.ts';
import { ioOf } from './io.ts';

/** Requests that read over HTTP, by the names of `resolve/externals.ts`; one that is told its method reads only where that is GET. */
const requests = {
  typescript: /^(?:(?:fetch|node-fetch|cross-fetch|undici\.(?:fetch|request)|axios|got|ky|ofetch|needle|superagent)(?:\.get)?|(?:undici\.(?:Pool|Client|Agent)\.)request|axios\.request|got\.(?:get|paginate)|https?\.get|https?\.request|mcp-framework\.MCPTool\.fetch)$/,
  python: /^(?:(?:requests(?:\.Session)?|httpx(?:\.(?:Async)?Client)?|aiohttp\.ClientSession|urllib3\.PoolManager|curl_cffi\.requests(?:\.\w+)?)\.(?:get|request)|urllib\.request\.urlopen)$/,
};
/** Those that are asked by these names for anything. */
const plain = /^(?:requests|httpx|aiohttp|urllib3?|http|curl_cffi|https|axios|got|ky|needle|superagent|undici|node-fetch|cross-fetch|fetch|ofetch)\b/;
/** A cache itself, a queue, a browser, a shell, a store of files, what watches machines: what comes from there is not kept again. */
const notToKeep = /redis|valkey|memcache|upstash|kafka|amqp|\bpika|mqtt|nats|playwright|puppeteer|selenium|docker|kubernetes|ssh|imap|smtp|ftp|socket|modelcontextprotocol|^mcp\.|fastmcp\.(?:Client|Context)|openai|anthropic|genai|generative|cohere|groq|ollama|mistral|litellm|replicate|subprocess|child_process|cos-nodejs|minio|datadog|proxmox|discord\.js/i;
const readMethods = /^(?:get|list|search|find|query|retrieve|read|describe|fetch|select|aggregate|count|execute|scalars?|head|lookup)(?![a-z])|^(?:findOne|findMany|findFirst|findUnique|fetchrow|fetchval|fetchall|fetch_all|fetch_one)$/;
/** Methods of databases that write as well as they read. */
const anySql = /^(?:query|execute|fetch\w*|scalars?|get)$/;
const databases = /^(?:pg|mysql2?|postgres|better-sqlite3|sqlite|asyncpg|psycopg2?|aiomysql|pymysql|sqlalchemy|sqlmodel|databases|knex|slonik|aiosqlite|sqlite3|duckdb)\b/;

/** Services that are somebody's database. */
const ownData = /chroma|qdrant|pinecone|weaviate|milvus|elasticsearch|opensearch|meilisearch|typesense|firestore|firebase|supabase|dynamodb|bigquery/i;

export type Read = 'service' | 'database';

/** What a call reads from, if it only reads. `calls` are those of its file. */
export function readOf(external: string | null, call: Call, calls: readonly Call[], language: 'typescript' | 'python'): Read | null {
  if (external === null) return null;
  if (requests[language].test(external)) return isGet(external, call, calls, language) ? 'service' : null;
  if (plain.test(external) || notToKeep.test(external)) return null;
  const method = external.slice(external.lastIndexOf('.') + 1);
  if (!external.includes('.') || !readMethods.test(method)) return null;
  if (databases.test(external)) return !/^(?:aio)?sqlite3?\b|better-sqlite3|duckdb/.test(external) && anySql.test(method) && saysSelect(call.args[0], calls) ? 'database' : null;
  if (method.startsWith('execute')) return null;
  const kind = ioOf(external, language);
  if (kind !== 'network') return kind === 'database' ? 'database' : null;
  return ownData.test(external) ? 'database' : 'service';
}

function isGet(external: string, call: Call, calls: readonly Call[], language: 'typescript' | 'python'): boolean {
  const [first] = call.args;
  if (isLocal(first)) return false;
  // `urlopen(Request(url, data=body))`
  if (external.endsWith('.urlopen') && calls.some((c) => c.function === call.function && nameOf(c.callee) === 'Request' && (c.args.length > 1 || c.keywords.some((k) => k.name === 'data' || (k.name === 'method' && !(k.value.kind === 'literal' && k.value.value === 'GET')))))) return false;
  const options = [...call.args.flatMap((a) => (a.kind === 'object' ? a.properties : [])), ...call.keywords];
  // what sends a body or leaves its method to a variable may do anything
  if (options.some((p) => /^(?:body|data|json|content|form)$/.test(p.name))) return false;
  const method = options.find((p) => p.name === 'method')?.value ?? (/\.request$/.test(external) && language === 'python' ? first : undefined);
  if (method === undefined) return external !== 'axios.request' && !call.args.some((a, i) => i > 0 && a.kind !== 'object');
  return method.kind === 'literal' && typeof method.value === 'string' && method.value.toUpperCase() === 'GET';
}

/** On this machine a request costs little. */
function isLocal(url: Expr | undefined): boolean {
  const start = url?.kind === 'template' ? url.parts[0] : url;
  return start?.kind === 'literal' && typeof start.value === 'string' && /^https?:\/\/(?:localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(start.value);
}

/** Written out, in `text('…')`, or built by `select(…)`. */
function saysSelect(sql: Expr | undefined, calls: readonly Call[]): boolean {
  if (sql?.kind === 'literal') return typeof sql.value === 'string' && /^\s*(?:SELECT|WITH)\b/i.test(sql.value);
  if (sql?.kind === 'template') return saysSelect(sql.parts[0], calls);
  if (sql?.kind !== 'call') return false;
  const { callee, args } = calls[sql.call]!;
  if (callee.kind === 'name') return callee.name === 'select' || (callee.name === 'text' && saysSelect(args[0], calls));
  return callee.kind === 'member' && saysSelect(callee.object, calls);
}
