import assert from 'node:assert/strict';
import type { Rule } from '../../src/analysis/rule.ts';
import { blockingCall } from '../../src/analysis/rules/blocking-call.ts';
import { busyWait } from '../../src/analysis/rules/busy-wait.ts';
import { lockAcrossAwait } from '../../src/analysis/rules/lock-across-await.ts';
import { syncTool } from '../../src/analysis/rules/sync-tool.ts';
import { lintWorld } from './support/lintWorld.ts';

// Each line that is found has its level behind it: `// warning`, `# hint`.

const script = (code: string, body: string) => `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
${code}
const server = new McpServer({ name: 'x', version: '1' });
server.tool('t', { path: z.string() }, async (args: { path: string }) => {
${body}
});
`;
const python = (code: string, body: string, head = 'async def') => `from mcp.server.fastmcp import FastMCP
${code}
mcp = FastMCP("x")

@mcp.tool()
${head} t(path, pool, session):
${body}
`;

async function check(rule: Rule, file: string, text: string, versions: Record<string, string> = { mcp: '1.9.0' }) {
  const { findings } = await lintWorld({ files: { [file]: text.replaceAll(/ (?:\/\/|#) (?:warning|hint|information)$/gm, '') }, rules: [rule], versions });
  const marked = text.split('\n').flatMap((line, i) => (/ (?:\/\/|#) (warning|hint|information)$/.exec(line)?.slice(1) ?? []).map((level) => `${i + 1} ${level}`));
  assert.deepEqual(findings.map((f) => `${f.line} ${f.severity}`), marked, findings.map((f) => `${f.line}: ${f.message}`).join('\n'));
}

const inScripts: [title: string, rule: Rule, code: string, body: string][] = [
  ['of a line with several calls the gravest counts', blockingCall, "import fs from 'fs';", '  return fs.existsSync(args.path) ? fs.readFileSync(args.path) : null; // warning'],
  ['files of the system', blockingCall, "import fs from 'fs';", "  return [fs.readdirSync('/proc/meminfo'), fs.readdirSync(`/sys/${args.path}`)]; // information"],
  ['a database in the process', blockingCall, "import Database from 'better-sqlite3';\nconst db = new Database('x');", "  return db.prepare('SELECT 1').all(); // information"],
  ['the first time only', blockingCall, "import fs from 'fs';\nlet text: string | undefined;\nfunction load() {\n  return fs.readFileSync('a', 'utf8'); // information\n}", '  text ??= load();\n  return text;'],
  ['the first time only, behind a return', blockingCall, "import fs from 'fs';\nclass C {\n  text: string | null = null;\n  get() {\n    if (this.text !== null) return this.text;\n    this.text = fs.readFileSync('a', 'utf8'); // information\n    return this.text;\n  }\n}\nconst c = new C();", '  return c.get();'],
  ['once for each key is often', blockingCall, "import { execSync } from 'child_process';\nconst texts = new Map<string, string>();", "  if (!texts.has(args.path)) texts.set(args.path, String(execSync(`make ${args.path}`))); // warning\n  return texts.get(args.path);"],
  ['a local variable is new each time', blockingCall, "import { execSync } from 'child_process';", "  let text = '';\n  if (!text) text = String(execSync(`make ${args.path}`)); // warning\n  return text;"],
  ['for debugging', blockingCall, "import fs from 'fs';\nfunction note(text: string) {\n  if (process.env.NODE_ENV !== 'development') return;\n  fs.writeFileSync('log', text); // hint\n}", "  note('a');\n  if (process.env.DEBUG) fs.writeFileSync('log', 'b'); // information"],
  ['shelljs with a callback', blockingCall, "import shell from 'shelljs';", "  shell.exec('a', () => {});\n  shell.exec('a', { async: true });\n  shell.exec('a'); // warning"],
  ['a loop that works', busyWait, 'const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nconst state = { stop: false };\nasync function beat() {\n  await fetch("https://x.example");\n}', '  while (!state.stop) {\n    await beat();\n    await sleep(50);\n  }'],
  ['a loop that waits for time', busyWait, 'const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));', '  const end = Date.now() + 50;\n  while (Date.now() < end) await sleep(5);'],
  ['what nobody changes', busyWait, 'const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));', '  const limit = 3;\n  for (let i = 0; i < 5; i++) {\n    if (limit > 5) break;\n    await sleep(5);\n  }'],
  ['a limit of active calls', busyWait, 'const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nlet active = 0;', '  while (active >= 5) await sleep(5); // warning\n  active++;\n  active--;'],
  ['a mutex after other work', lockAcrossAwait, "import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();", '  await fetch(args.path);\n  return mutex.runExclusive(() => 1);'],
  ['a limit of one, a limit of more', lockAcrossAwait, "import pLimit from 'p-limit';\nconst one = pLimit(1);\nconst many = pLimit(4);", '  return one(() => many(() => fetch(args.path))); // warning'],
];

const inPython: [title: string, rule: Rule, code: string, body: string, head?: string, versions?: Record<string, string>][] = [
  ['a pool that is left with work in it', blockingCall, 'import time\nfrom concurrent.futures import ThreadPoolExecutor\ndef work(n):\n    return n', '    with ThreadPoolExecutor() as mine: # warning\n        futures = {mine.submit(work, n): n for n in path}\n        answers = []\n        for future, n in futures.items():\n            answers.append(future.result())\n    with ThreadPoolExecutor() as mine:\n        more = [mine.submit(work, n) for n in path]\n        answers += [one.result() for one in more] # warning\n    return answers'],
  ['a pool whose work is awaited, or that has none', blockingCall, 'import asyncio\nfrom concurrent.futures import ThreadPoolExecutor\ndef work(n):\n    return n', '    loop = asyncio.get_running_loop()\n    with ThreadPoolExecutor() as mine:\n        await asyncio.gather(*[loop.run_in_executor(mine, work, n) for n in path])\n    with ThreadPoolExecutor() as mine:\n        await asyncio.wrap_future(mine.submit(work, path))\n    kept = ThreadPoolExecutor()\n    return kept.submit(work, path)'],
  ['what is awaited is no such function', blockingCall, 'import redis', '    return await redis.Redis().get(path)'],
  ['a def on the loop is another rule', blockingCall, 'import requests', '    return requests.get(path)', 'def'],
  ['to the end of a log', blockingCall, '', '    with open("log", "a") as f: # information\n        f.write(path)'],
  ['what returns at once', blockingCall, 'import time, queue\nq = queue.Queue()', '    time.sleep(0)\n    q.get(block=False)\n    return q.get() # warning'],
  ['data in memory', blockingCall, 'import io, pandas', '    pandas.read_csv(io.StringIO(path))\n    return pandas.read_csv(path) # warning'],
  ['members that ask nobody', blockingCall, 'from atlassian import Jira\njira = Jira(url="x")', '    url = jira.resource_url("issue")\n    jira._session.headers.update({})\n    return jira.get_issue(path).get("key") # warning'],
  ['presigned in the process', blockingCall, 'import boto3\ns3 = boto3.client("s3")', '    s3.generate_presigned_url("get_object")\n    return s3.get_object(Key=path) # warning'],
  ['kept for ever, kept for each argument', blockingCall, 'import functools, os\n@functools.cache\ndef settings():\n    return list(os.walk("a")) # information\n@functools.lru_cache\ndef read(p):\n    return list(os.walk(p)) # warning', '    return settings() + read(path)'],
  ['psutil with and without an interval', blockingCall, 'import psutil', '    psutil.cpu_percent()\n    return psutil.cpu_percent(interval=1) # warning'],
  ['handed to a thread', blockingCall, 'import asyncio, requests', '    return await asyncio.to_thread(lambda: requests.get(path))'],
  ['only looks whether a file is there', syncTool, 'import os', '    return os.path.exists(path)', 'def'],
  ['reads a file', syncTool, '', '    return open(path).read()', 'def', { mcp: '2.0.0' }],
  ['an upstream is asked in each round', busyWait, 'import asyncio, httpx\nhttp = httpx.Client()\nclass Job:\n    def done(self):\n        return http.get("x").text == "done"\njob = Job()', '    while not job.done():\n        await asyncio.sleep(1)'],
  ['an event that is polled', busyWait, 'import asyncio, threading\nready = threading.Event()', '    while not ready.is_set(): # warning\n        await asyncio.sleep(1)'],
  ['work in each round', busyWait, 'import asyncio\nstop = False\ndef work(): print(1)\ndef end():\n    global stop\n    stop = True', '    while not stop:\n        x = work()\n        await asyncio.sleep(1)'],
  ['a lock of asyncio; one that is let go; one in a function within', lockAcrossAwait, 'import asyncio, threading\na = asyncio.Lock()\nb = threading.Lock()', '    async with a:\n        await asyncio.sleep(0)\n    with b:\n        async def later():\n            await asyncio.sleep(0)\n    await later()'],
  ['what is entered and is no lock', lockAcrossAwait, 'import asyncio\nfrom contextlib import suppress', '    with suppress(ValueError), open(path) as f:\n        await asyncio.sleep(0)'],
  ['a semaphore of threads', lockAcrossAwait, 'import asyncio, threading\nslots = threading.Semaphore(2)', '    with slots: # warning\n        await asyncio.sleep(0)'],
  ['acquired without waiting', lockAcrossAwait, 'import asyncio, threading\nlock = threading.Lock()', '    if lock.acquire(blocking=False):\n        await asyncio.sleep(0)\n        lock.release()'],
];

describe('rules on what blocks', () => {
  for (const [title, rule, code, body] of inScripts) it(`${rule.id}: ${title}`, () => check(rule, 'server.ts', script(code, body)));
  for (const [title, rule, code, body, head, versions] of inPython) it(`${rule.id} in Python: ${title}`, () => check(rule, 'server.py', python(code, body, head), versions));
});
