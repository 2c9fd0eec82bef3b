import assert from 'node:assert/strict';
import { python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said: what ends, is bounded or happens once

const asyncTool = (body: string, name = 'run') => `@mcp.tool()\nasync def ${name}(name: str, namespace: str) -> str:\n${body}`;

describe('judged: what ends', () => {
  it('a wait with a deadline comes to an end; nobody waits for one that is dropped', async () => {
    const text = (condition: string, call = 'await wait()') => `const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nlet alive = true;\nexport const end = () => { alive = false; };\nasync function wait() { const until = Date.now() + 2000; while (${condition}) await sleep(50); }\n${tool(`${call}; return {};`)}`;
    const bounded = 'alive && Date.now() < until';
    assert.match((await said('busy-wait', text(bounded))).join(), /^hint: /);
    assert.deepEqual(await said('busy-wait', text(bounded, 'void wait()')), []);
    assert.match((await said('busy-wait', text('alive'))).join(), /^warning: /, 'without an end');
  });

  it('a property of an object in another program is no state of this one', async () => {
    const text = (field: string, more = '') => python('import time\nimport win32com.client', `app = win32com.client.Dispatch("Outlook.Application")\n${more}@mcp.tool()\ndef run(name: str) -> str:\n    search = app.AdvancedSearch(name)\n    while search.${field} != 1:\n        time.sleep(0.1)\n    return ""\n`);
    assert.deepEqual(await said('busy-wait', text('SearchState')), []);
    assert.equal((await said('busy-wait', text('state'))).length, 1);
    assert.equal((await said('busy-wait', text('SearchState', 'def done(search):\n    search.SearchState = 1\n'))).length, 1, 'set here');
  });

  it('a decorator that is called a tool and keeps results registers nothing', async () => {
    const layer = (inside: string) => `def cached_tool(ttl=300):\n    def decorator(func):\n        def wrapper(*args, **kwargs):\n            ${inside}\n            return result\n        wrapper.__name__ = func.__name__\n        return wrapper\n    return decorator\n`;
    const text = `from mcp.server import Server\nfrom pathlib import Path\ntry:\n    from layer import cached_tool\nexcept ImportError:\n    def cached_tool(ttl=300):\n        def decorator(func):\n            return func\n        return decorator\nserver = Server("x")\n@server.call_tool()\nasync def call_tool(name, arguments):\n    return await TOOLS[name](arguments)\n@cached_tool(ttl=60)\ndef search(name: str):\n    return [str(p) for p in Path(name).rglob("*")]\n`;
    const kept = 'key = (func.__name__, args)\n            result = cache().get(key)\n            if result is not None:\n                return result\n            result = func(*args, **kwargs)\n            cache().put(key, result)';
    assert.deepEqual(await said('sync-tool', text, { 'layer.py': layer(kept) }), []);
    assert.equal((await said('sync-tool', text, { 'layer.py': layer('register(func)\n            result = func(*args, **kwargs)') })).length, 1, 'who knows');
  });

  it('clients of language models and of a program on this machine, whatever makes their addresses', async () => {
    const text = (base: string) => python('import httpx', asyncTool(`    base = ${base}\n    async with httpx.AsyncClient() as client:\n        answer = await client.get(f"{base}/{name}", timeout=10)\n    return answer.text\n`));
    assert.match((await said('client-per-call', text('"http://localhost:5600/api"'))).join(), /^hint: /);
    assert.match((await said('client-per-call', text('SETTINGS.get("base", "http://localhost:5600/api")'))).join(), /^hint: /);
    assert.match((await said('client-per-call', text('"https://api.example.com"'))).join(), /^warning: /);
    for (const by of ['os.environ.get("BASE", "http://localhost:5600")', 'os.getenv("BASE", default="http://localhost:5600")']) assert.match((await said('client-per-call', text(by).replace('import httpx', 'import httpx, os'))).join(), /^hint: /, by);
    assert.match((await said('client-per-call', text('os.getenv("BASE", "http://localhost:5600")').replace('import httpx', 'import httpx, os\nclient = None\ndef get_client():\n    global client\n    if client is None:\n        client = httpx.AsyncClient()\n    return client'))).join(), /^warning: /, 'beside one that is kept');
    assert.match((await said('client-per-call', text('os.environ.get("BASE", "https://api.example.com")').replace('import httpx', 'import httpx, os'))).join(), /^warning: /);
    assert.match((await said('client-per-call', python('import anthropic', asyncTool('    client = anthropic.AsyncAnthropic()\n    return str(await client.messages.create(model="x", messages=[]))\n')))).join(), /^information: /);
  });

  it('a client that asks for what the caller names finds other hosts each time', async () => {
    const text = (call: string, before = '') => python('import httpx', `API = "https://api.example.com"\nasync def load_page(url):\n    ${before || 'pass'}\n    async with httpx.AsyncClient(timeout=10) as client:\n        async with client.stream("GET", url) as answer:\n            return await answer.aread()\n${asyncTool(`    return ${call}\n`)}`);
    for (const [call, before] of [['await load_page(name)'], ['await load_page(name.strip())'], ['await load_page(name)', 'if "//" not in url: url = "https://" + url']] as const) assert.match((await said('client-per-call', text(call, before))).join(), /^hint: /, `${call} ${before}`);
    for (const call of ['await load_page(f"{API}/{name}")', 'await load_page(API + name)', '[await load_page(name), await load_page(f"https://x.org/{name}")]']) assert.match((await said('client-per-call', text(call))).join(), /^warning: /, call);
    assert.match((await said('client-per-call', text('await load_page(name)').replace('timeout=10', 'base_url=API'))).join(), /^warning: /, 'a base');
    assert.match((await said('client-per-call', text('await load_page(f"{API}/{name}")').replaceAll('load_page', 'download_page'))).join(), /^hint: /, 'a whole file, beside which a handshake is nothing');
    const lowLevel = `from mcp.server import Server\nimport httpx\nserver = Server("x")\n\n@server.call_tool()\nasync def call(name, arguments):\n    if name == "raw":\n        return await load_page(arguments.get("url"))\n    return await load_page("https://x.org/" + arguments.get("id"))\n\nasync def load_page(url):\n    async with httpx.AsyncClient(timeout=10) as client:\n        return await client.get(url)\n`;
    for (const given of ['arguments.get("id")', 'arguments["id"]']) assert.match((await said('client-per-call', lowLevel.replace('"https://x.org/" + arguments.get("id")', given))).join(), /^hint: /, given);
    assert.match((await said('client-per-call', lowLevel)).join(), /^warning: /, 'low level, one host');
  });

  it('what stands behind a client that is asked for first, and kept', async () => {
    const text = (asked: string, inside = 'const token = await exchange(user);') => `import https from 'node:https';\nimport { getCachedClient, cacheClient } from './cache.js';\nasync function exchange(user: string) { return await fetch2('https://x', { agent: new https.Agent({ rejectUnauthorized: false }) }); }\nasync function make(user: string) {\n  const known = getCachedClient(user);\n  ${asked}\n  ${inside}\n  const client = { token: user };\n  cacheClient(client, user);\n  return client;\n}\n${tool('return await make(args.user);')}`;
    const more = { 'cache.ts': 'const kept = new Map();\nexport const getCachedClient = (user: string) => kept.get(user) ?? null;\nexport function cacheClient(client: unknown, user: string) { kept.set(user, client); }\n' };
    for (const rule of ['client-per-call', 'no-connection-reuse']) {
      assert.deepEqual(await said(rule, text('if (known) { return known; }'), more), [], rule);
      assert.equal((await said(rule, text('if (known) log(known);'), more)).length, 1, rule);
      assert.equal((await said(rule, text('if (known) { return known; }', 'make2({ ask: () => exchange(user) });'), more)).length, 1, `${rule}: in each request of the client`);
    }
  });

  it('an agent that a client keeps, which is made the first time only, makes each of its requests connect', async () => {
    const text = "import https from 'node:https';\nimport axios from 'axios';\nlet client: any = null;\nfunction get() { if (!client) client = axios.create({ httpsAgent: new https.Agent({ rejectUnauthorized: false }) }); return client; }\n";
    assert.equal((await said('no-connection-reuse', `${text}${tool("return await get().get('/x');")}`)).length, 1);
  });

  it('a tool that opens a session keeps its browser where the others find it', async () => {
    const text = (name: string, body: string) => `import puppeteer from 'puppeteer';\nconst state: any = {};\nasync function launch(args: any) { ${body} return {}; }\n${tool('return launch(args);', name)}${tool('return state.browser.pages();', 'pages')}`;
    const opens = 'if (state.browser) await state.browser.close(); state.browser = await puppeteer.launch(args);';
    assert.deepEqual(await said('client-per-call', text('puppeteer_launch', opens)), []);
    assert.equal((await said('client-per-call', text('screenshot', opens))).length, 1);
    assert.equal((await said('client-per-call', text('puppeteer_launch', 'const browser = await puppeteer.launch(args); await browser.close();'))).length, 1);
  });

  it('stdout whose write is another one, with a cast', async () => {
    const text = (before: string) => `${before}\nconst original = process.stdout.write.bind(process.stdout);\n${tool("console.log('x'); return {};")}await server.connect(new StdioServerTransport());\n`;
    const put = "function (chunk: any, ...rest: any[]) { return typeof chunk === 'string' && chunk.startsWith('{') ? original(chunk, ...rest) : true; };";
    for (const target of ['(process.stdout.write as any)', '(process.stdout as any).write', 'process.stdout.write']) assert.deepEqual(await said('stdout-pollution', text(`${target} = ${put}`)), [], target);
    assert.equal((await said('stdout-pollution', text(''))).length, 1);
    assert.equal((await said('stdout-pollution', text(`function quietly() { (process.stdout.write as any) = () => true; work(); (process.stdout.write as any) = original; }`))).length, 1, 'for a moment');
  });

  it('a process that is waited for as a task, with a timeout', async () => {
    const text = (wait: string) => python('import asyncio', asyncTool(`    proc = await asyncio.create_subprocess_exec("index", name)\n    task = asyncio.create_task(proc.wait())\n    ${wait}\n    return "done"\n`));
    for (const wait of ['await asyncio.wait_for(asyncio.gather(other, task), timeout=5)', 'await asyncio.wait({task}, timeout=5)']) assert.deepEqual(await said('missing-timeout', text(wait)), [], wait);
    for (const wait of ['await task', 'await asyncio.wait_for(asyncio.gather(other), timeout=5)', 'await asyncio.wait({task})']) assert.equal((await said('missing-timeout', text(wait))).length, 1, wait);
  });

  it('entries of what somebody opens, and folders that were found', async () => {
    const text = (key: string, value: string) => python('from typing import Callable\nhooks = {}', asyncTool(`    if ${key} not in hooks:\n        hooks[${key}] = ${value}\n    return name\n`).replace('name: str', `name: str, ${key}: str`));
    assert.match((await said('unbounded-cache', text('instance_id', '[]'))).join(), /^information: /);
    for (const [key, value] of [['query', 'load(name)'], ['query', '[]']] as const) assert.match((await said('unbounded-cache', text(key, value))).join(), /^hint: /, key);
    const folders = (given: string) => python('import threading\nfrom pathlib import Path\nlocks = {}', `def find(name):\n    for candidate in [name, name.lower()]:\n        path = Path("/profiles") / candidate\n        ${given}\n    return None\n${asyncTool('    folder = find(name)\n    key = str(folder)\n    lock = locks.setdefault(key, load(name))\n    return "x"\n')}`);
    assert.deepEqual(await said('unbounded-cache', folders('if path.is_dir():\n            return path')), []);
    assert.equal((await said('unbounded-cache', folders('return path'))).length, 1);
  });

  it('a client in a field of the one object that there is', async () => {
    const text = (maker: string) => python('from sqlalchemy import create_engine', `class Database:\n    _instance = None\n${maker}    def open(self, url):\n        if self.engine is not None:\n            return\n        self.engine = create_engine(url)\n@mcp.tool()\nasync def run(url: str) -> str:\n    db = Database()\n    db.open(url)\n    return "x"\n`);
    assert.deepEqual(await said('client-per-call', text('    def __new__(cls):\n        if cls._instance is None:\n            cls._instance = super().__new__(cls)\n        return cls._instance\n')), []);
    assert.equal((await said('client-per-call', text('    def __init__(self):\n        self.engine = None\n'))).length, 1);
  });

  it('a client that all to whom it is given back put away, and one that steps in after a failure', async () => {
    const kept = (register: string) => python('import httpx', `class Clusters:\n    def __init__(self):\n        self._clients = {}\n    def register(self, name):\n        client = self._make(name)\n        ${register}\n    def _make(self, name):\n        return self._plain(name)\n    def _plain(self, name):\n        client = httpx.AsyncClient(timeout=5)\n        return client\nclusters = Clusters()\n${asyncTool('    clusters.register(name)\n    return "x"\n', 'add_cluster')}`);
    assert.deepEqual(await said('client-per-call', kept('self._clients[name] = client')), []);
    assert.equal((await said('client-per-call', kept('client.get(name)'))).length, 1);
    const mirror = (call: string) => python('import httpx', `async def from_mirror(name):\n    async with httpx.AsyncClient(timeout=5) as client:\n        return (await client.get("https://mirror.example/" + name)).text\nasync def usual(name):\n    return name\n${asyncTool(call)}`);
    assert.match((await said('client-per-call', mirror('    try:\n        return await usual(name)\n    except RuntimeError:\n        return await from_mirror(name)\n'))).join(), /^hint: /);
    assert.match((await said('client-per-call', mirror('    return await from_mirror(name)\n'))).join(), /^warning: /);
  });

  it('a thread that was told to stop, records that somebody registers', async () => {
    const joined = (before: string) => python('import threading', `class Drone:\n    def __init__(self):\n        self.stop_event = threading.Event()\n        self.thread = threading.Thread(target=work)\n    def stop(self):\n        ${before}\n        self.join_all()\n    def join_all(self):\n        self.thread.join(timeout=5)\ndrone = Drone()\n${asyncTool('    drone.stop()\n    return "x"\n')}`);
    assert.match((await said('blocking-call', joined('self.stop_event.set()'))).join(), /^hint: /, 'by who calls');
    assert.match((await said('blocking-call', joined('pass'))).join(), /^warning: /);
    const thread = (before: string, wait: string) => python('import threading', `class Link:\n    def open(self):\n        self.stop_event = threading.Event()\n        self.thread = threading.Thread(target=print)\n    def close(self):\n        ${before}\n        self.thread.join(${wait})\nlink = Link()\n${asyncTool('    link.open()\n    link.close()\n    return "x"\n')}`);
    for (const [before, wait] of [['self.stop_event.set()', ''], ['self.running = False', 'timeout=5'], ['pass', 'timeout=0.5'], ['pass', '1']] as const) assert.match((await said('blocking-call', thread(before, wait))).join(), /^hint: /, before);
    for (const wait of ['', 'timeout=30']) assert.match((await said('blocking-call', thread('pass', wait))).join(), /^warning: /, wait);
    const records = (name: string, value: string) => python('', `devices = {}\nclass Device:\n    def __init__(self, id, name):\n        self.id = id\n        self.name = name\ndef ${name}(id, name):\n    device = ${value}\n    devices[id] = device\n${asyncTool(`    ${name}(namespace, name)\n    return "x"\n`)}`);
    for (const value of ['Device(id=id, name=name)', '{"id": id, "name": str(name)}']) assert.match((await said('unbounded-cache', records('sync_register_device', value))).join(), /^information: /, value);
    for (const [name, value] of [['look_up', 'Device(id, load(name))'], ['register_device', 'load(name)']] as const) assert.match((await said('unbounded-cache', records(name, value))).join(), /^hint: /, name);
  });

  it('one own folder, what the system keeps in memory, settings that are saved', async () => {
    const list = (what: string) => `import fs from 'node:fs';\nimport { LOG_DIR } from './constant.js';\n${tool(`return { files: ${what} };`)}`;
    assert.match((await said('blocking-call', list('fs.readdirSync(LOG_DIR)'))).join(), /^information: /);
    assert.match((await said('blocking-call', list('fs.readdirSync(LOG_DIR, { recursive: true })'))).join(), /^warning: /);
    const file = (code: string) => python('import yaml', `def save_interests(path, found):\n${code}\n${asyncTool('    save_interests(name, [])\n    return "x"\n')}`);
    assert.deepEqual(await said('blocking-call', file('    with open("/proc/1/cgroup") as f:\n        return f.read()')), []);
    assert.deepEqual(await said('blocking-call', file('    with open("config.yaml") as f:\n        raw = yaml.safe_load(f)\n    with open("config.yaml", "w") as f:\n        yaml.dump(raw, f)')), []);
    assert.match((await said('blocking-call', file('    with open("report.csv", "w") as f:\n        f.write(found)'))).join(), /^hint: /);
  });

  it('moments in a loop whose rounds wait, or that looks for the first of some candidates', async () => {
    const text = (loop: string) => python('import asyncio\nfrom pathlib import Path', asyncTool(`    answer = Path(name)\n    candidates = [namespace]\n    candidates.append(name)\n${loop}    return "x"\n`));
    const waits = '    while True:\n        if answer.exists():\n            answer.unlink()\n            break\n        await asyncio.sleep(0.02)\n';
    assert.ok((await said('blocking-call', text(waits))).every((one) => /^information: .*unlink/.test(one)));
    assert.deepEqual(await said('blocking-call', text('    for candidate in candidates:\n        path = answer / candidate\n        if path.is_dir():\n            return str(path)\n')), []);
    assert.equal((await said('blocking-call', text('    for line in name:\n        if (answer / line).is_dir():\n            namespace += line\n'))).length, 1);
  });

  it('a loop that only sends asks for nothing', async () => {
    const text = (call: string) => `const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nclass Device {\n  async mouseMove(x: number) { return fetch('https://x/move', { method: 'POST', body: String(x) }); }\n}\nconst device = new Device();\n${tool(`let pending = 100; while (pending > 0) {\n${call}\npending--; await sleep(20); } return {};`)}`;
    assert.deepEqual(await said('polling', text('await device.mouseMove(1);')), []);
    assert.equal((await said('polling', text('const status = await device.mouseMove(1); if (status.ok) break;'))).length, 1);
  });

  it('commands over one connection, and what is read the first time only', async () => {
    const imap = (loop: string) => `import { ImapFlow } from 'imapflow';\nconst client = new ImapFlow({ host: 'x', port: 993 });\n${tool(`const found = []; ${loop} return { found };`)}`;
    assert.deepEqual(await said('sequential-await', imap('for (const id of args.ids) { found.push(await client.search({ header: { id } })); }')), []);
    assert.equal((await said('sequential-await', imap('for (const id of args.ids) { found.push(await fetch(`https://x/${id}`)); }'))).length, 1);
    const kept = (guard: string) => `let known: any = null;\nasync function load(names: string[]) { const all = []; for (const name of names) { all.push(await fetch('https://x/' + name)); } return all; }\nasync function get(names: string[]) { ${guard} known = await load(names); return known; }\n${tool('return get(args.names);')}`;
    assert.deepEqual(await said('sequential-await', kept('if (known) return known;')), []);
    assert.equal((await said('sequential-await', kept(''))).length, 1);
  });

  it('one short command without a signal, and tasks of events', async () => {
    const imap = (body: string) => `import { ImapFlow } from 'imapflow';\nconst client = new ImapFlow({ host: 'x', port: 993 });\n${tool(`${body} return {};`)}`;
    for (const body of ['await client.mailboxCreate(args.path);', 'await client.logout(); await client.mailboxCreate(args.path);']) assert.deepEqual(await said('ignored-cancellation', imap(body)), [], body);
    assert.equal((await said('ignored-cancellation', imap('await client.mailboxCreate(args.path); await client.append(args.path, args.text);'))).length, 1);
    const events = (handler: string) => python('import asyncio', `async def handle(event):\n    try:\n        await event.answer()\n    except:\n        pass\n${asyncTool(`    tab.add_handler(${handler})\n    await handle(name)\n`.replace(handler.startsWith('lambda') ? '    await handle(name)\n' : '\0', ''))}`);
    assert.deepEqual(await said('ignored-cancellation', events('lambda event: asyncio.create_task(handle(event))')), []);
    assert.equal((await said('ignored-cancellation', events('None'))).length, 1);
  });

  it('an answer of a few short fields may be indented', async () => {
    const text = (fields: string) => tool(`const { messageId, savedToSent, rows } = await send(args); return { content: [{ type: 'text', text: JSON.stringify({ success: true, ${fields} message: savedToSent ? 'a' : 'b' }, null, 2) }] };`);
    assert.deepEqual(await said('wasteful-serialisation', text('messageId, savedToSent,')), []);
    assert.equal((await said('wasteful-serialisation', text('messageId, rows,'))).length, 1);
  });

  it('what other tools change, whatever comes first in their names, and fields of what came', async () => {
    const text = (names: string[]) => names.map((name) => tool("return fetch('https://x/' + args.id);", name)).join('');
    for (const [read, write] of [['media_search', 'media_delete'], ['get_pr_diff', 'update_pr_branch']] as const) {
      assert.deepEqual(await said('uncached-hot-tool', text([read, write, 'get_weather', 'list_places']).replace(/.*(?:get_weather|list_places).*\n/g, '')), [], read);
      assert.equal((await said('uncached-hot-tool', text([read, 'delete_place']))).length, 1, read);
    }
    const field = (get: string) => python('import yfinance, requests', asyncTool(`    ticker = yfinance.Ticker(name)\n    return ${get}\n`, 'get_company'));
    assert.deepEqual(await said('uncached-hot-tool', field('ticker.info.get("sector")')), []);
    assert.equal((await said('uncached-hot-tool', field('requests.get("https://x/" + name, timeout=5).text'))).length, 1);
  });

  it('a server for each request that has to be, with its definitions outside', async () => {
    const text = (tools: string, comment: string) => `${comment}\nimport express from 'express';\nimport { McpServer as Made } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';\n${tools}\nconst app = express();\napp.post('/mcp', async (req, res) => { const made = new Made({ name: 'x', version: '1' }); for (const one of TOOLS) made.registerTool(one.name, {}, one.run); const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined }); await made.connect(transport); await transport.handleRequest(req, res, req.body); });\n`;
    const [defined, comment] = ["const TOOLS = [{ name: 'a', run: async () => ({}) }];", '// stateless: each request gets a transport, which needs a server of its own'];
    assert.deepEqual(await said('server-per-request', text(defined, comment)), []);
    assert.equal((await said('server-per-request', text(defined, ''))).length, 1);
    assert.equal((await said('server-per-request', text("import { TOOLS } from './tools.js';", comment))).length, 1);
  });
});

describe('judged: what is small, or another one in each call', () => {
  it('lists that look into a database in one file', async () => {
    const list = (imports: string, open: string) => said('slow-list', `from mcp.server import Server\nimport mcp.types as types\n${imports}\nserver = Server("x")\n\n@server.list_tools()\nasync def list_tools():\n    db = ${open}\n    return [types.Tool(name=n, inputSchema={}) for (n,) in db.execute("SELECT name FROM tools")]\n`);
    assert.match((await list('import sqlite3', 'sqlite3.connect("tools.db")')).join(), /^information: /);
    assert.match((await list('import psycopg2', 'psycopg2.connect("host=db").cursor()')).join(), /^warning: /);
  });
  it('a model whose choices are those of this call', async () => {
    const model = (choice: string) => said('compile-in-handler', python('from typing import Literal\nfrom pydantic import create_model', asyncTool(`    labels = [name, namespace]\n    choices = Literal[tuple(labels)]\n    return create_model("Choice", place=(${choice}, ...)).__name__\n`)));
    for (const choice of ['Literal[tuple(labels)]', 'choices']) assert.deepEqual(await model(choice), [], choice);
    assert.match((await model('str')).join(), /^warning: /);
  });
  it('one for each version of an API of each cluster', async () => {
    const kept = (key: string) => said('unbounded-cache', python('import httpx', `_docs: dict = {}\n@mcp.tool()\nasync def run(cluster: str, api_version: str, query: str) -> str:\n    key = ${key}\n    if key not in _docs:\n        async with httpx.AsyncClient() as http:\n            _docs[key] = (await http.get(f"https://k8s.example/{cluster}/{api_version}")).text\n    return _docs[key]\n`));
    assert.deepEqual(await kept('(cluster, api_version)'), []);
    assert.match((await kept('(cluster, query)')).join(), /^hint: /);
  });
  it('one for each of the choices of a type', async () => {
    const kept = (type: string) => said('unbounded-cache', `${type}\nconst kept: Record<string, string> = {};\nasync function load(block: Block) { if (!kept[block]) kept[block] = await (await fetch('https://x/' + block, { signal: AbortSignal.timeout(5000) })).text(); return kept[block]; }\nserver.registerTool('run', { inputSchema: {} }, async ({ block }: any) => ({ content: [{ type: 'text', text: await load(block) }] }));\n`);
    for (const type of ["type Block = 'amp' | 'cab';", "const blocks = ['amp', 'cab'] as const;\ntype Block = (typeof blocks)[number];"]) assert.deepEqual(await kept(type), [], type);
    assert.equal((await kept('type Block = string;')).length, 1);
  });
  it('a client with a timeout that a package wraps, and a help text before the end of the process', async () => {
    const asked = (made: string) => said('missing-timeout', `import axios from 'axios';\nimport { wrapper } from 'axios-cookiejar-support';\nimport type { AxiosInstance } from 'axios';\nclass Api { client: AxiosInstance; constructor() { this.client = ${made}; } get() { return this.client.get('https://x'); } }\nconst api = new Api();\n${tool('return { content: [{ type: "text", text: String(await api.get()) }] };')}`);
    assert.deepEqual(await asked('wrapper(axios.create({ timeout: 5000 }))'), []);
    assert.match((await asked('wrapper(axios.create({ withCredentials: true }))')).join(), /^warning: .*`axios.get`/);
    const main = (end: string) => said('stdout-pollution', `function usage() { console.log('usage'); }\nif (process.argv[2]) { usage(); ${end} }\n${end ? '' : 'usage();\n'}await server.connect(new StdioServerTransport());\n`);
    assert.deepEqual(await main('Deno.exit(0);'), []);
    assert.match((await main('')).join(), /^warning: /);
  });
});
