/**
 * # How things outside the workspace are called
 *
 * Every thing of a package, of Node, of a browser or of Python has ONE name, however it was imported. Rules write these
 * names in their tables of sinks (`Target.external`, `Value.name`).
 *
 * | written in the source | name |
 * |---|---|
 * | `import fs from 'node:fs'`, `* as fs`, `require('fs')`; `fs.readFileSync()` | `fs.readFileSync` |
 * | `import { readFileSync as r } from 'fs'`; `r()` | `fs.readFileSync` |
 * | `fs/promises`, `fs.promises`, `import { promises } from 'fs'`; `.readFile()` | `fs.promises.readFile` (so `dns.promises`, `timers.promises`, `stream.promises`, `readline.promises`, `path.posix`) |
 * | default export, and the namespace: `axios.get()`, `axios(…)` | `axios.get`, `axios` (the default export IS the package's name) |
 * | `new Ajv()` of a default export; `ajv.compile()` | class `ajv`, its instance `ajv`, `ajv.compile` |
 * | `new Pool()` of pg; `pool.query()` | `pg.Pool`; `pg.Pool.query` (a member of an instance is written like one of the class) |
 * | a named export that is the default one too: `{ Ajv }`, `{ z }`, `{ Redis }` of ioredis, `{ OpenAI }` of npm's openai | `ajv`, `zod`, `ioredis`, `openai` |
 * | a subpath: `mysql2/promise`, `drizzle-orm/node-postgres` | with its slash: `mysql2/promise.createPool`, `drizzle-orm/node-postgres.drizzle` |
 * | any subpath of the MCP SDK (`@modelcontextprotocol/sdk/server/mcp.js`) | `@modelcontextprotocol/sdk.McpServer` (v2: `@modelcontextprotocol/server.McpServer`) |
 * | what a call gives, where no table knows: `const app = express()`; `app.get()` | value `express()` (an instance), `express().get` |
 * | what a table knows: `axios.create().get()`, `sqlite3.connect().cursor().execute()`, `await pool.connect()` | `axios.get`, `sqlite3.Cursor.execute`, `pg.PoolClient` |
 * | awaiting changes nothing: `(await fetch(u)).json()` | `Response.json` |
 * | `promisify(exec)` of child_process; calling it | `util.promisify(child_process.exec)` |
 * | globals: `console.log`, `globalThis.fetch`, `window.fetch`, `process.stdout.write` (`import process from 'process'` too) | `console.log`, `fetch`, `fetch`, `process.stdout.write` |
 * | what JavaScript itself gives: `new Map().get()`, `'a'.split()`, `[].map()` | `Map.get`, `String.split`, `Array.map` |
 * | Python: `from time import sleep`, `import time as t` | `time.sleep` (dotted as Python has it: `google.cloud.storage.Client`, `urllib.request.urlopen`, `os.path.exists`) |
 * | Python: `requests.session()`, `with httpx.Client() as c: c.get()` | `requests.Session.get`, `httpx.Client.get` |
 * | Python: a class that is exported from above: `from mcp.server import FastMCP`, `requests.sessions.Session` | where its users mostly take it from: `mcp.server.fastmcp.FastMCP`, `requests.Session` |
 * | Python built-ins: `print()`, `open(p).read()`, `Path(p).open().read()`, `', '.join()`, `{}.get()` | `print`, `open().read`, `open().read`, `str.join`, `dict.get` |
 * | Python: `boto3.client('s3').get_object()` | `boto3.client().get_object` |
 * | `functools.partial(time.sleep, 1)`, `f.bind(x)` | the function itself: `time.sleep` |
 * | `class C(requests.Session)`; `self.get()` that C does not define | `requests.Session.get` |
 *
 * JavaScript and Python share the names' space: `redis.Redis` is Python's, `redis.createClient` Node's; a sink says its language.
 */
import { aliases, collapsed, withPromises } from './externalNames.ts';
import { globalObjects } from './globalNames.ts';
import { external, type Known } from './values.ts';

type Tongue = 'javascript' | 'python';

/** The one name of a thing that has several. */
export const canonical = (language: Tongue, name: string): string => aliases[language].get(name) ?? name;

/** A package or module of Node as it is named here: `node:fs/promises` is `fs.promises`. */
export function moduleName(specifier: string): string {
  // npm's names are lower case; on a file system that does not tell, `@modelContextProtocol` is found as well
  const plain = specifier.replace(/^node:/, '').replace(/^npm:(@?[^@]+).*$/, '$1').replace(/\/$/, '').replace(/^@modelcontextprotocol\//i, (scope) => scope.toLowerCase());
  const node = /^(\w+)\/(promises|posix|win32)$/.exec(plain);
  if (node && withPromises.has(node[1]!)) return `${node[1]}.${node[2]}`;
  return collapsed.find((name) => plain.startsWith(`${name}/`)) ?? plain;
}

/** Longer chains are builders whose name says nothing any more. */
const maxName = 160;

/** The name of a member of something outside. */
function externalMember(python: boolean, name: string, instance: boolean, member: string): string {
  if (python) return short(canonical('python', `${name}.${member}`));
  if (globalObjects.has(name) && !instance) return canonical('javascript', member);
  if (instance && promiseMembers.has(member)) return `Promise.${member}`;
  if (member === 'default' || (member === 'prototype' && !instance)) return name;
  return short(canonical('javascript', `${name}.${member}`));
}

/** The same, as values: there are few, and each is asked for by many calls. */
export function createExternalMembers(): (python: boolean, name: string, instance: boolean, member: string) => Known {
  const known = Array.from({ length: 4 }, () => new Map<string, Map<string, Known>>());
  return (python, name, instance, member) => {
    const byName = known[(python ? 2 : 0) + (instance ? 1 : 0)]!;
    let members = byName.get(name);
    if (!members) byName.set(name, (members = new Map<string, Known>()));
    let found = members.get(member);
    if (!found) members.set(member, (found = external(externalMember(python, name, instance, member))));
    return found;
  };
}

const promiseMembers = new Set(['then', 'catch', 'finally']);
const short = (name: string) => (name.length > maxName ? '…' : name);
