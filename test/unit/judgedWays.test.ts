import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';

// what people who read warnings about real servers said: ways that a call does not take, and what does not matter on them

const head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport fs from 'node:fs';\n";
const server = "const server = new McpServer({ name: 'x', version: '1' });\n";
const tool = (body: string, name = 'run') => `server.registerTool('${name}', { inputSchema: {} }, async (args) => { ${body} });\n`;
const python = (imports: string, body: string) => `from mcp.server.fastmcp import FastMCP\n${imports}\nmcp = FastMCP("x")\n${body}`;
const asyncTool = (body: string) => `@mcp.tool()\nasync def run(name: str) -> str:\n${body.replace(/^/gm, '    ')}\n`;

async function levels(files: Record<string, string>, rule: string, versions: Record<string, string> = {}): Promise<string[]> {
  const { findings } = await lintWorld({ files, versions, rules: rules.filter((r) => r.id === rule) });
  return findings.map((f) => f.severity);
}

describe('judged: ways that leave the event loop', () => {
  it('run_in_executor of a loop that somebody may hand over', async () => {
    const of = (call: string) =>
      levels({ 'server.py': python('import time', `def slow(n):\n    time.sleep(n)\n\nasync def apart(n, *, loop=None):\n    try:\n        import asyncio\n        if loop is None:\n            loop = asyncio.get_running_loop()\n        return await ${call}\n    except Exception:\n        return None\n\n${asyncTool('return await apart(2)')}`) }, 'blocking-call');
    assert.deepEqual(await of('loop.run_in_executor(\n            None,\n            lambda: slow(\n                n),\n        )'), []);
    assert.deepEqual(await of('loop.run_in_executor(None, slow, n)'), []);
    assert.deepEqual(await of('loop.run_now(lambda: slow(n))'), ['warning']);
  });
});

describe('ways that leave the event loop with their arguments', () => {
  const joined = 'async def joined(operation):\n    return await asyncio.shield(asyncio.create_task(asyncio.to_thread(operation)))\n\n';
  const of = (call: string) => levels({ 'server.py': python('import asyncio, time\nfrom functools import partial', `def slow(n, then=None):\n    time.sleep(n)\n\n${joined}${asyncTool(call)}`) }, 'blocking-call');
  it('a partial function that is handed to a thread, through a helper as well', async () => {
    for (const call of ['await asyncio.to_thread(partial(slow, 2))', 'await joined(partial(slow, 2))', 'work = partial(slow, n=2)\nawait asyncio.get_running_loop().run_in_executor(None, work)']) assert.deepEqual(await of(call), [], call);
  });
  it('a function that is handed on to a runner that is handed over, too', async () => {
    const given = (how: string) => levels({ 'server.py': `from mcp.server.fastmcp import FastMCP\nimport time\ndef slow(n):\n    time.sleep(n)\nasync def ask(run, function, *args):\n    return str(${how}(function, *args))\ndef register(mcp: FastMCP, runner):\n    @mcp.tool()\n    async def wait(n: int) -> str:\n        return await ask(runner, slow, n)\n` }, 'blocking-call');
    assert.deepEqual([await given('await run'), await given('run')], [[], ['warning']]);
  });
  it('not one that is called, or handed to what calls it', async () => {
    for (const call of ['partial(slow, 2)()', 'list(map(partial(slow), [1, 2]))']) assert.deepEqual(await of(call), ['warning'], call);
  });
});

describe('judged: members of clients that wait for nothing', () => {
  it('what sets parameters, headers or a listener, or puts an address together', async () => {
    const of = (imports: string, client: string, call: string) => levels({ 'server.py': python(imports, `client = ${client}\n@mcp.tool()\ndef run(name: str) -> str:\n    return client.${call}\n`) }, 'sync-tool', { mcp: '1.9.0' });
    const zotero = (call: string) => of('from pyzotero import zotero', 'zotero.Zotero("1", "user", "key")', call);
    const bot = (call: string) => of('import telebot', 'telebot.TeleBot("token")', call);
    for (const local of ['add_parameters(limit=5)', 'close()', 'set_api_key(name)']) assert.deepEqual(await zotero(local), [], local);
    for (const remote of ['items()', 'add_tags(name)', 'create_items([name])']) assert.deepEqual(await zotero(remote), ['warning'], remote);
    assert.deepEqual(await bot('add_message_handler(name)'), []);
    assert.deepEqual(await bot('set_webhook(name)'), ['warning']);
  });
});

describe('judged: what blocks for a moment', () => {
  const rule = 'blocking-call';
  const script = (body: string) => levels({ 'server.ts': `${head}import { execSync, execFileSync } from 'node:child_process';\n${server}${body}` }, rule);

  it('settings, by a name in camel case too', async () => {
    const named = (name: string) => script(`function ${name}(at: string) { return fs.readFileSync(at); }\n${tool(`return { text: ${name}(args.path) };`)}`);
    for (const settings of ['loadComplianceConfig', 'readUserSettings', 'getApiKey']) assert.deepEqual(await named(settings), ['information'], settings);
    for (const data of ['loadMonkey', 'readConfigured', 'loadConfigs']) assert.deepEqual(await named(data), ['warning'], data);
  });

  it('the names in one folder', async () => {
    const of = (args: string) => script(tool(`return { names: fs.readdirSync(${args}) };`));
    for (const few of ["'/home'", "'/srv/notes'", 'args.folder']) assert.deepEqual(await of(few), ['information'], few);
    assert.deepEqual(await of("'/home', { recursive: true }"), ['warning']);
    assert.deepEqual(await script(`function walk(folder: string) { for (const one of fs.readdirSync(folder)) walk(folder + one); }\n${tool("walk('/srv'); return {};")}`), ['warning'], 'from folder to folder');
  });

  it('a command that reads some small files of this machine', async () => {
    const of = (call: string) => script(tool(`return { out: String(${call}) };`));
    for (const quick of ["execSync('git config --get remote.origin.url', { cwd: args.folder })", "execFileSync('git', ['rev-parse', '--show-toplevel'])", "execFileSync('git', ['-C', args.folder, 'rev-parse', '--show-toplevel'])", "execSync('which git')", "execSync('git log -1 --format=%cd')", "execFileSync('git', ['log', '-n', '1'])"]) assert.deepEqual(await of(quick), ['hint'], quick);
    for (const slow of ["execSync('git log')", "execSync('git log -n 20')", "execSync('which git; git fetch')", "execSync(args.command)", "execSync('npm --version')"]) assert.deepEqual(await of(slow), ['warning'], slow);
    const python_ = (args: string) => levels({ 'server.py': python('import subprocess', asyncTool(`return subprocess.run(${args}).stdout`)) }, rule);
    assert.deepEqual([await python_('["git", "rev-parse", "HEAD"], cwd=name'), await python_('["git", "status"], cwd=name')], [['hint'], ['warning']]);
  });
});

describe('judged: clients that are not made in every call', () => {
  const rule = 'client-per-call';

  it('behind a cache that is asked under a lock, or in a try', async () => {
    const of = (asked: string, store = 'self._cache[key] = (answer, time.time() + 300)') =>
      levels({ 'server.py': python('import asyncio, time, httpx', `class Keys:\n    def __init__(self):\n        self._cache = {}\n        self._lock = asyncio.Lock()\n\n    async def check(self, key):\n${asked}\n        answer = await self._ask(key)\n        ${store}\n        return answer\n\n    async def _ask(self, key):\n        async with httpx.AsyncClient(timeout=5) as client:\n            return (await client.post("https://x.org", json={})).text\n\nkeys = Keys()\n${asyncTool('return await keys.check(name)')}`) }, rule);
    const lock = '        async with self._lock:\n            cached = self._cache.get(key)\n            if cached is not None:\n                answer, expires = cached\n                if time.time() < expires:\n                    return answer\n                del self._cache[key]';
    assert.deepEqual(await of(lock), []);
    assert.deepEqual(await of('        try:\n            cached = self._cache.get(key)\n            if cached is not None:\n                return cached[0]\n        except ValueError:\n            pass'), []);
    assert.deepEqual(await of(lock, 'pass'), ['warning']);
    assert.deepEqual(await of('        pass'), ['warning']);
  });

  it('a driver that is put where the other tools find it', async () => {
    const of = (after: string) => levels({ 'server.ts': `${head}import { Builder } from 'selenium-webdriver';\n${server}const state = { drivers: new Map(), seen: new Map() };\n${tool(`const driver = await new Builder().forBrowser('chrome').build(); ${after} return {};`, 'start_browser')}` }, rule);
    assert.deepEqual(await of("state.drivers.set('a', driver);"), []);
    assert.deepEqual(await of("await driver.get('https://x.org');"), ['warning']);
  });

  it('what it opens is shared by path, or told to whom it connects only later', async () => {
    const chroma = (maker: string) => levels({ 'server.py': python('import chromadb', asyncTool(`client = chromadb.${maker}\nreturn client.get_collection("a").count()`)) }, rule);
    assert.deepEqual([await chroma('PersistentClient(path="db")'), await chroma('HttpClient(host="db")')], [['hint'], ['warning']]);
    const imap = (host: string) => levels({ 'server.py': python('import paramiko', asyncTool(`client = paramiko.SSHClient()\nclient.connect(${host})\nreturn client.exec_command("ls")`)) }, rule);
    assert.deepEqual([await imap('name'), await imap('"db.local"')], [['hint'], ['warning']]);
  });
});

describe('judged: what grows slowly', () => {
  const of = (body: string, before = '') => levels({ 'server.py': python('import time, re\nfrom collections import deque', `${before}\nseen = {}\n${asyncTool(body)}`) }, 'unbounded-cache');

  it('times and counts that somebody hands over', async () => {
    const monitor = (type: string, value: string) => of(`monitor.record("get", ${value})\nreturn name`, `class Monitor:\n    def __init__(self):\n        self.times = {}\n\n    def record(self, operation: str, took: ${type}) -> None:\n        if operation not in self.times:\n            self.times[operation] = []\n        self.times[operation].append(took)\n\nmonitor = Monitor()`);
    assert.deepEqual([await monitor('float', '1.5'), await monitor('int | None', '1'), await monitor('str', 'name')], [['information'], ['information'], ['hint']]);
  });

  it('windows of times that are trimmed, whoever they are of', async () => {
    const window = (trim: string) => of(`return allow(name)`, `def allow(key):\n    q = seen.get(key)\n    if q is None:\n        q = deque()\n        seen[key] = q\n    ${trim}\n    q.append(time.monotonic())\n    return len(q) < 9`);
    assert.deepEqual([await window('while q and q[0] < time.monotonic() - 60:\n        q.popleft()'), await window('q.sort()')], [['information'], ['hint']]);
  });

  it('one for each thing that was found', async () => {
    const managers = (raise: string) => of(`key = key_of(name)\nif key not in seen:\n    seen[key] = Manager(name)\nreturn name`, `class Manager:\n    def __init__(self, device):\n        self.device = device\n\nclass Inventory:\n    def __init__(self):\n        self.devices = {}\n\n    def resolve(self, title):\n        device = self.devices.get(title)\n        ${raise}\n        return device\n\ninventory = Inventory()\n\ndef key_of(title):\n    return inventory.resolve(title).title.casefold()`);
    assert.deepEqual([await managers('if device is None:\n            raise DeviceNotFoundError(title)'), await managers('print(device)')], [['information'], ['hint']]);
  });

  it('a small record that nothing of the call is in, and a pattern that a function makes', async () => {
    const record = (fields: string) => of('seen.setdefault(name, State())\nreturn name', `from dataclasses import dataclass\n\n@dataclass\nclass State:\n    ${fields}`);
    assert.deepEqual([await record('dirty: bool = False\n    since: int | None = None'), await record('dirty: bool = False\n    results: list = None'), await record('names = []')], [['information'], ['hint'], ['hint']]);
    const pattern = (made: string) => of('if name not in seen:\n    seen[name] = made(name)\nreturn name', `def made(text):\n    ${made}`);
    assert.deepEqual([await pattern('return re.compile(text)'), await pattern('return text.upper()')], [['information'], ['hint']]);
  });
});

describe('judged: many at once', () => {
  const of = (worker: string, before = '') => levels({ 'server.ts': `${head}${server}async function onDisk(path) { return fs.promises.readFile(path, 'utf8'); }\n${before}server.registerTool('run', { inputSchema: { paths: z.array(z.string()) } }, async ({ paths }) => ({ texts: await Promise.all(paths.map(async (p) => ${worker})) }));\n` }, 'unbounded-fan-out');
  const either = 'async function load(path, options) { const { isUrl } = options ?? {}; return isUrl ? (await fetch(path)).text() : onDisk(path); }\n';

  it('files of this machine; requests that these ways make are some', async () => {
    assert.deepEqual(await of('onDisk(p)'), ['hint']);
    assert.deepEqual(await of('(await fetch(p)).text()'), ['warning']);
    assert.deepEqual(await of('load(p)', either), ['hint']);
    assert.deepEqual(await of('load(p, { isUrl: true })', either), ['warning']);
    const told = "async function send(what) { await fetch('https://x.org/count', { body: what }); }\nasync function load(path) { void send(path); return onDisk(path); }\n";
    assert.deepEqual([await of('load(p)', told), await of('load(p)', told.replace('void', 'await'))], [['hint'], ['warning']]);
  });
});

describe('judged: what hardly runs, and what nothing runs', () => {
  it('a schema that is made after a failure', async () => {
    const of = (body: string) => levels({ 'server.ts': `${head}import { type } from 'arktype';\nfunction told(error) { return type({ message: 'string' }).allows(error) ? error.message : 'unknown'; }\n${server}${tool(body)}` }, 'compile-in-handler');
    assert.deepEqual(await of("try { return { text: await fs.promises.readFile(args.path, 'utf8') }; } catch (error) { return { text: told(error) }; }"), ['hint']);
    assert.deepEqual(await of('if (!args.path) throw new Error(told(args)); return {};'), ['hint']);
    assert.deepEqual(await of('return { text: told(args) };'), ['warning']);
  });

  it('servers in a folder of what is archived, unless something imports them', async () => {
    const rule = 'blocking-call';
    const archived = python('import time', asyncTool('time.sleep(2)'));
    const others = { 'pyproject.toml': '', 'server.py': python('', asyncTool('return name')) };
    for (const folder of ['Archive', 'archived', 'src/deprecated', 'attic', 'obsolete']) assert.deepEqual(await levels({ ...others, [`${folder}/old.py`]: archived }, rule), [], folder);
    for (const folder of ['tools/archive', 'archivist', 'legacy']) assert.deepEqual(await levels({ ...others, [`${folder}/old.py`]: archived }, rule), ['warning'], folder);
    assert.deepEqual(await levels({ ...others, 'archive/__init__.py': '', 'archive/old.py': archived, 'main.py': 'from archive.old import mcp\nmcp.run()\n' }, rule), ['warning']);
    for (const file of ['server.original.py', 'server.bak.py', 'server_old.py']) assert.deepEqual(await levels({ ...others, [file]: archived }, rule), [], file);
    for (const file of ['years_old.py', 'original.py']) assert.deepEqual(await levels({ ...others, [file]: archived }, rule), ['warning'], file);
  });
});

describe('judged: what is known where a call comes in', () => {
  it('what a decorator was called with that stands around the tool', async () => {
    const decorator = 'def validated(strict=False):\n    def decorator(fn):\n        async def wrapper(*args, **kwargs):\n            if strict:\n                time.sleep(2)\n            return await fn(*args, **kwargs)\n        return wrapper\n    return decorator\n\n';
    const of = (put: string) => levels({ 'server.py': python('import time', `${decorator}@mcp.tool()\n${put}\nasync def run(name: str) -> str:\n    return name\n`) }, 'blocking-call');
    assert.deepEqual([await of('@validated()'), await of('@validated(strict=False)')], [[], []]);
    assert.deepEqual([await of('@validated(True)'), await of('@validated(strict=flag())'), await of('@validated()\n@validated(strict=True)')], [['warning'], ['warning'], ['warning']]);
  });

  it('parameters whose type leaves nothing out', async () => {
    const wait = (type: string) => `async def ask(n, timeout=None):\n    if timeout is None:\n        time.sleep(2)\n    return n\n\n@mcp.tool()\nasync def run(n: str, ${type}) -> str:\n    return await ask(n, timeout=timeout)\n`;
    const of = (type: string) => levels({ 'server.py': python('import time\nfrom typing import Optional', wait(type)) }, 'blocking-call');
    assert.deepEqual([await of('timeout: int'), await of('timeout: float = 30')], [[], []]);
    const rest = '@mcp.tool()\nasync def run(n: str, *parts: str, **more: int) -> str:\n    if parts is None or more is None:\n        time.sleep(2)\n    return n\n';
    assert.deepEqual(await levels({ 'server.py': python('import time', rest) }, 'blocking-call'), ['warning'], 'of what is collected nothing is known');
    for (const type of ['timeout', 'timeout: Optional[int]', 'timeout: int = None', 'timeout: int | None = 30']) assert.deepEqual(await of(type), ['warning'], type);
  });

  it('fields of a model of pydantic that it was made with', async () => {
    const of = (made: string, then = '', model = 'class Request(BaseModel):\n    name: str\n    deep: bool = False\n') => levels({ 'server.py': python('import time\nfrom pydantic import BaseModel', `${model}\nasync def look(request):\n    if request.deep:\n        time.sleep(2)\n    return request.name\n\n${asyncTool(`request = Request(${made})\n${then}return await look(request)`)}`) }, 'blocking-call');
    assert.deepEqual(await of('name=name, deep=False'), []);
    assert.deepEqual([await of('name=name, deep=True'), await of('name=name'), await of('name=name, deep=flag()')], [['warning'], ['warning'], ['warning']]);
    assert.deepEqual(await of('name=name, deep=False', 'request.deep = name == "all"\n'), ['warning'], 'set later');
    assert.deepEqual(await of('name=name, deep=False', '', 'class Request:\n    def __init__(self, name, deep):\n        self.name = name\n        self.deep = deep or bool(name)\n'), ['warning'], 'no model');
  });

  it('what a context manager is entered with', async () => {
    const manager = (decorator: string) => `${decorator}\ndef parent(create=False):\n    if create:\n        time.sleep(2)\n    yield 1\n\n`;
    const of = (call: string, decorator = '@contextmanager') => levels({ 'server.py': python('import time\nfrom contextlib import contextmanager\nfrom other import changed', `${manager(decorator)}${asyncTool(`with ${call} as one:\n    return str(one)`)}`) }, 'blocking-call');
    assert.deepEqual([await of('parent()'), await of('parent(create=True)'), await of('parent()', '@changed')], [[], ['warning'], ['warning']]);
  });
});
