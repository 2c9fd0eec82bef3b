import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

const clientPerCall = rules.filter((r) => r.id === 'client-per-call');

/** Whether a client that `code` makes in `client()` is made anew in every call. */
async function isAnew(language: 'typescript' | 'python', code: string): Promise<boolean> {
  const text =
    language === 'python'
      ? `import functools\nimport httpx\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP("once")\n\n${code}\n\n@mcp.tool()\nasync def ask(host: str) -> str:\n    return str(client(host))\n`
      : `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport pg from 'pg';\nimport { z } from 'zod';\n\nconst server = new McpServer({ name: 'once', version: '1.0.0' });\n${code}\nserver.tool('ask', { host: z.string() }, async ({ host }) => ({ content: [{ type: 'text', text: String(client(host)) }] }));\n`;
  const { findings, handlers } = await lintWorld({ files: { [language === 'python' ? 'server.py' : 'server.ts']: text }, rules: clientPerCall });
  assert.equal(handlers.length, 1);
  return findings.length > 0;
}

const kept: Record<'typescript' | 'python', Record<string, string>> = {
  typescript: {
    'if not there': `let pool: pg.Pool | null = null;\nfunction client(_: string) {\n  if (!pool) pool = new pg.Pool();\n  return pool;\n}`,
    'if it is null, in a block': `let pool: pg.Pool | null = null;\nfunction client(_: string) {\n  if (pool === null) {\n    const options = { max: 5 };\n    pool = new pg.Pool(options);\n  }\n  return pool;\n}`,
    'early return': `let pool: pg.Pool | undefined;\nfunction client(_: string) {\n  if (pool) return pool;\n  pool = new pg.Pool();\n  return pool;\n}`,
    'nullish assignment': `let pool: pg.Pool | undefined;\nconst client = (_: string) => (pool ??= new pg.Pool());`,
    'or, with an assignment': `let pool: pg.Pool | undefined;\nconst client = (_: string) => pool || (pool = new pg.Pool());`,
    'a map by key': `const pools = new Map<string, pg.Pool>();\nfunction client(host: string) {\n  let pool = pools.get(host);\n  if (!pool) {\n    pool = new pg.Pool({ host });\n    pools.set(host, pool);\n  }\n  return pool;\n}`,
    'a map that is asked first': `const pools = new Map<string, pg.Pool>();\nfunction client(host: string) {\n  if (!pools.has(host)) pools.set(host, new pg.Pool({ host }));\n  return pools.get(host);\n}`,
    'a map and an early return': `const pools: Record<string, pg.Pool> = {};\nfunction client(host: string) {\n  const known = pools[host];\n  if (known) return known;\n  const made = new pg.Pool({ host });\n  pools[host] = made;\n  return made;\n}`,
    'a static field': `class Pools {\n  private static one: pg.Pool | null = null;\n  static get() {\n    if (!Pools.one) {\n      Pools.one = new pg.Pool();\n    }\n    return Pools.one;\n  }\n}\nconst client = (_: string) => Pools.get();`,
    'a private field': `class Pools {\n  #pool?: pg.Pool;\n  get() {\n    if (this.#pool === undefined) this.#pool = new pg.Pool();\n    return this.#pool;\n  }\n}\nconst pools = new Pools();\nconst client = (_: string) => pools.get();`,
    'a function run once': `declare function once<T>(f: () => T): () => T;\nconst pool = once(() => new pg.Pool());\nconst client = (_: string) => pool();`,
    'else of a question': `let pool: pg.Pool | undefined;\nfunction client(_: string) {\n  if (pool !== undefined) {\n    return pool;\n  } else {\n    pool = new pg.Pool();\n    return pool;\n  }\n}`,
    'made by a helper, kept by its caller': `const make = () => new pg.Pool();\nlet pool: pg.Pool | undefined;\nfunction client(_: string) {\n  pool ??= make();\n  return pool;\n}`,
  },
  python: {
    'if None': `_client = None\n\ndef client(host):\n    global _client\n    if _client is None:\n        _client = httpx.AsyncClient()\n    return _client`,
    'early return': `_client = None\n\ndef client(host):\n    global _client\n    if _client is not None:\n        return _client\n    _client = httpx.AsyncClient()\n    return _client`,
    'a dictionary by key': `_clients = {}\n\ndef client(host):\n    if host not in _clients:\n        _clients[host] = httpx.AsyncClient(base_url=host)\n    return _clients[host]`,
    'try and except': `_clients = {}\n\ndef client(host):\n    try:\n        return _clients[host]\n    except KeyError:\n        _clients[host] = httpx.AsyncClient(base_url=host)\n        return _clients[host]`,
    'walrus': `_clients = {}\n\ndef client(host):\n    if (known := _clients.get(host)) is None:\n        known = _clients[host] = httpx.AsyncClient(base_url=host)\n    return known`,
    lru_cache: `@functools.lru_cache(maxsize=8)\ndef client(host):\n    return httpx.AsyncClient(base_url=host)`,
    cache: `@functools.cache\ndef client(host):\n    return httpx.AsyncClient(base_url=host)`,
    'a field': `class Api:\n    def __init__(self):\n        self._client = None\n\n    def get(self):\n        if not self._client:\n            self._client = httpx.AsyncClient()\n        return self._client\n\napi = Api()\n\ndef client(host):\n    return api.get()`,
    hasattr: `class Api:\n    def get(self):\n        if not hasattr(self, "_client"):\n            self._client = httpx.AsyncClient()\n        return self._client\n\napi = Api()\n\ndef client(host):\n    return api.get()`,
    cached_property: `class Api:\n    @functools.cached_property\n    def http(self):\n        return httpx.AsyncClient()\n\napi = Api()\n\ndef client(host):\n    return api.http`,
    'or': `class Api:\n    _client = None\n\n    def get(self):\n        self._client = self._client or httpx.AsyncClient()\n        return self._client\n\napi = Api()\n\ndef client(host):\n    return api.get()`,
  },
};
const anew: Record<'typescript' | 'python', Record<string, string>> = {
  typescript: {
    'a condition about something else': `const client = (host: string) => {\n  let pool: pg.Pool | undefined;\n  if (host !== '') {\n    pool = new pg.Pool();\n  }\n  return pool;\n};`,
    'a local that is empty': `function client(_: string) {\n  let pool: pg.Pool | undefined;\n  if (!pool) pool = new pg.Pool();\n  return pool;\n}`,
    'a parameter that nobody gives': `function client(_: string, pool?: pg.Pool) {\n  if (!pool) pool = new pg.Pool();\n  return pool;\n}`,
    'set anew each time': `let pool: pg.Pool;\nfunction client(_: string) {\n  pool = new pg.Pool();\n  return pool;\n}`,
    'an early return for another reason': `let last = '';\nfunction client(host: string) {\n  if (host === '') return null;\n  last = host;\n  return new pg.Pool();\n}`,
    'a map of the call': `function client(host: string) {\n  const pools = new Map<string, pg.Pool>();\n  if (!pools.has(host)) pools.set(host, new pg.Pool());\n  return pools.get(host);\n}`,
  },
  python: {
    'a local that is None': `def client(host):\n    made = None\n    if made is None:\n        made = httpx.AsyncClient()\n    return made`,
    'a default that nobody replaces': `def client(host, http=None):\n    if http is None:\n        http = httpx.AsyncClient()\n    return http`,
    'an except for another reason': `def client(host):\n    try:\n        int(host)\n    except ValueError:\n        return httpx.AsyncClient()\n    return None`,
    'set anew each time': `_client = None\n\ndef client(host):\n    global _client\n    _client = httpx.AsyncClient()\n    return _client`,
  },
};

describe('what runs once', () => {
  for (const language of ['typescript', 'python'] as const) {
    for (const [title, code] of Object.entries(kept[language])) it(`${language}: kept: ${title}`, async () => assert.equal(await isAnew(language, code), false));
    for (const [title, code] of Object.entries(anew[language])) it(`${language}: anew: ${title}`, async () => assert.equal(await isAnew(language, code), true));
  }
});
