import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';
import { python, saidOf as said } from './support/saidOf.ts';

// what people who read findings of real servers said: which module is started, what becomes of a client, what is waited for

const asyncTool = (body: string) => `@mcp.tool()\nasync def run(name: str) -> str:\n${body}`;
const levelsOf = async (rule: string, text: string) => (await said(rule, text)).map((one) => /^\w+/.exec(one)![0]);

describe('judged: modules that nobody starts', () => {
  const server = python('import time', `${asyncTool('    time.sleep(2)\n    return name\n')}def main():\n    mcp.run()\nif __name__ == "__main__":\n    main()\n`);
  const levels = async (named: string[], modules = ['srv.server'], more: Record<string, string> = {}) => {
    const { findings } = await lintWorld({ files: { 'srv/__init__.py': '', 'srv/server.py': server, 'srv/server_two.py': server, ...more }, rules: rules.filter(({ id }) => id === 'blocking-call'), project: { commands: { modules, named: new Set(named) } } });
    return Object.fromEntries(findings.map((f) => [f.file.split(/[\\/]/).at(-1)!, f.severity]));
  };

  it('beside the one that the commands of the project start', async () => {
    assert.deepEqual(await levels([]), { 'server.py': 'warning', 'server_two.py': 'information' });
    assert.deepEqual(await levels(['server_two']), { 'server.py': 'warning', 'server_two.py': 'warning' }, 'somebody says how to start it');
    assert.deepEqual(await levels([], ['srv.server', 'srv.server_two']), { 'server.py': 'warning', 'server_two.py': 'warning' });
    assert.deepEqual(await levels([], ['srv.cli'], { 'srv/cli.py': 'print("no server")\n' }), { 'server.py': 'warning', 'server_two.py': 'warning' }, 'the commands start no server');
    assert.deepEqual(await levels([], ['srv.server'], { 'srv/server.py': `import importlib, sys\n${server}importlib.import_module(sys.argv[1])\n` }), { 'server.py': 'warning', 'server_two.py': 'warning' }, 'modules are loaded by name');
  });
});

describe('judged: what becomes of a client', () => {
  const client = (body: string, before = '') => levelsOf('client-per-call', python('import os\nfrom dataclasses import dataclass, field\nimport httpx', `${before}\n${asyncTool(body)}`));
  const block = (inside: string) => `    async with httpx.AsyncClient(timeout=5) as client:\n${inside}        return ""\n`;

  it('several requests of a call share it, there or in what it is handed to', async () => {
    const get = '        await client.get("https://api.example/a")\n';
    assert.deepEqual(await client(block(get)), ['warning']);
    assert.deepEqual(await client(block(get + get)), ['hint']);
    assert.deepEqual(await client(block(`        if name:\n    ${get}        else:\n    ${get}`)), ['warning'], 'one or the other');
    const page = 'async def page(number, session=None):\n    return await session.get(f"https://api.example/{number}")\n';
    assert.deepEqual(await client(block('        await page(1, session=client)\n'), page), ['warning']);
    assert.deepEqual(await client(block('        for number in range(9):\n            await page(number, session=client)\n'), page), ['hint']);
    assert.deepEqual(await client(block('        for attempt in range(3):\n            await page(1, session=client)\n'), page), ['warning'], 'tried again');
  });

  it('a language model of one, another service of the next with the same name', async () => {
    const post = (url: string) => `    async with httpx.AsyncClient(timeout=5) as client:\n        await client.post("${url}")\n`;
    assert.deepEqual(await client(`${post('https://api.anthropic.com/v1/messages')}${post('https://api.example/a')}    return ""\n`), ['information', 'warning']);
  });

  it('a minute or more by the settings, an address that ends without a slash', async () => {
    const settings = (seconds: string) => `@dataclass\nclass Settings:\n    timeout: float = field(default_factory=lambda: float(os.getenv("TIMEOUT", "${seconds}")))\nsettings = Settings()\nclass Api:\n    def __init__(self):\n        self.timeout = settings.timeout\n    async def ask(self):\n        async with httpx.AsyncClient() as client:\n            return await client.get("https://api.example/a", timeout=self.timeout)\napi = Api()\n`;
    assert.deepEqual([await client('    return (await api.ask()).text\n', settings('180')), await client('    return (await api.ask()).text\n', settings('30'))], [['hint'], ['warning']]);
    const api = (url: string) => `class Api:\n    def __init__(self, base):\n        self.base = base.rstrip("/")\n    async def ask(self):\n        async with httpx.AsyncClient(timeout=5) as client:\n            return await client.get(f"{self.base}/a")\napi = Api(os.environ.get("API_URL", "${url}"))\n`;
    assert.deepEqual([await client('    return (await api.ask()).text\n', api('http://localhost:80')), await client('    return (await api.ask()).text\n', api('https://api.example'))], [['hint'], ['warning']]);
  });
});

describe('judged: what is waited for', () => {
  const blocks = (imports: string, body: string) => levelsOf('blocking-call', python(imports, asyncTool(`${body}    return ""\n`)));

  it('a socket without a connection, a process that has ended', async () => {
    const socket = (kind: string) => blocks('import socket', `    s = socket.socket(socket.AF_INET, socket.${kind})\n    s.connect((name, 80))\n`);
    assert.deepEqual([await socket('SOCK_DGRAM'), await socket('SOCK_STREAM')], [[], ['warning']]);
    const process = (before: string) => blocks('import subprocess', `    p = subprocess.Popen([name])\n${before}    p.communicate()\n`);
    assert.deepEqual([await process('    p.kill()\n'), await process('')], [[], ['warning']]);
  });
});

describe('judged: what is said at the start', () => {
  const levels = async (body: string) => {
    const files = { 'server.py': `import asyncio\nfrom mcp.server import Server\nfrom mcp.server.stdio import stdio_server\napp = Server("x")\n@app.call_tool()\nasync def call(name, arguments):\n    return []\n${body}asyncio.run(main())\n` };
    const { findings } = await lintWorld({ files, versions: { mcp: '1.9.0' }, rules: rules.filter(({ id }) => id === 'stdout-pollution') });
    return findings.map((f) => f.severity);
  };

  it('when it has failed and goes no further, or a package is not there', async () => {
    const run = `async def main():\n    async with stdio_server() as (a, b):\n        try:\n            await app.run(a, b, None)\n        except Exception:\n            print("failed")\n            raise\n`;
    assert.deepEqual(await levels(run), ['hint']);
    const load = levels(`try:\n    import extra\nexcept ImportError:\n    print("no extra")\nasync def main():\n    async with stdio_server() as (a, b):\n        await app.run(a, b, None)\n`);
    assert.deepEqual(await load, ['hint']);
  });
});

describe('judged: loops, lists and stores', () => {
  it('a pause that is made of the answer, a loop for whoever calls', async () => {
    const poll = (pause: string, doc = 'Asks.') => levelsOf('polling', python('import asyncio\nimport httpx\nclient = httpx.AsyncClient(timeout=5)', asyncTool(`    """${doc}"""\n    while True:\n        answer = (await client.get("https://api.example/job")).json()\n        if answer.get("status") == "done":\n            return "done"\n        await asyncio.sleep(${pause})\n`)));
    assert.deepEqual([await poll('min(max((answer.get("after") or 500) / 1000, 0.3), 2.0)'), await poll('min(max(500 / 1000, 0.3), 2.0)')], [[], ['hint']]);
    assert.deepEqual([await poll('2', 'A background job that we poll transparently, so that the agent makes one call.'), await poll('2', 'We poll the job.')], [[], ['hint']]);
  });

  it('cookies of the own browser', async () => {
    const poll = (what: string) => levelsOf('polling', python('import asyncio\nfrom playwright.async_api import async_playwright\nimport httpx\nclient = httpx.AsyncClient(timeout=5)', asyncTool(`    while True:\n        found = await ${what}\n        if found.get("status"):\n            return "done"\n        await asyncio.sleep(1)\n`)));
    assert.deepEqual([await poll('client.cookies()'), await poll('client.get("https://api.example/job")')], [[], ['hint']]);
  });

  it('a code that somebody scans', async () => {
    const wait = (what: string) => levelsOf('busy-wait', python('import asyncio\nfrom state import device', asyncTool(`    for _ in range(60):\n        if device.${what}:\n            break\n        await asyncio.sleep(0.7)\n    return ""\n`)));
    assert.deepEqual([await wait('qr'), await wait('is_paired'), await wait('rows')], [['hint'], ['hint'], ['warning']]);
  });

  it('pages of one browser', async () => {
    const browse = (body: string) => levelsOf('client-per-call', python('from playwright.async_api import async_playwright', asyncTool(`    async with async_playwright() as pw:\n        browser = await pw.chromium.launch()\n${body}        return ""\n`)));
    assert.deepEqual(await browse('        page = await browser.new_page()\n        await page.goto(name)\n'), ['warning']);
    assert.deepEqual(await browse('        for url in name.split():\n            page = await browser.new_page()\n            await page.goto(url)\n'), ['hint']);
    assert.deepEqual(await browse('        async def one(url):\n            page = await browser.new_page()\n            await page.goto(url)\n        await one(name)\n'), ['hint']);
  });

  it('a list that writes what is missing, or reads a policy', async () => {
    const lists = async (body: string) => {
      const { findings } = await lintWorld({ files: { 'server.py': `from pathlib import Path\nfrom mcp.server import Server\napp = Server("x")\nfolder = Path.home()\n@app.list_tools()\nasync def tools():\n${body}    return []\n` }, rules: rules.filter(({ id }) => id === 'slow-list') });
      return findings.map((f) => f.severity);
    };
    const write = (condition: string) => lists(`    out = folder / "tools.json"\n    old = folder / "old.json"\n    if ${condition}:\n        out.write_text("x")\n`);
    assert.deepEqual([await write('not out.exists()'), await write('old.exists() and not out.exists()')], [[], []]);
    assert.deepEqual([await write('old.exists() or not out.exists()'), await write('old.exists()')], [['warning'], ['warning']]);
    assert.deepEqual([await lists('    (folder / "policy.json").read_text()\n'), await lists('    (folder / "tools.json").read_text()\n')], [['hint'], ['warning']]);
  });

  it('what has no entry in another store', async () => {
    const store = (look: string) => levelsOf('unbounded-cache', python('', `class Api:\n    def __init__(self):\n        self.operations = {}\n        self.schemas = {}\n    def schema(self, path, text):\n${look}        self.schemas[path] = {"text": text}\n        return text\napi = Api()\n${asyncTool('    return api.schema(name, name * 2)\n')}`));
    assert.deepEqual(await store('        op = self.operations.get(path)\n        if not op:\n            return None\n'), ['information']);
    assert.deepEqual(await store('        op = self.operations[path]\n        if op is None:\n            raise KeyError(path)\n'), ['information']);
    assert.deepEqual(await store('        op = self.schemas.get(path)\n        if not op:\n            return None\n'), ['hint'], 'the same');
    assert.deepEqual(await store('        op = self.operations.get(path)\n        if not op:\n            op = {}\n'), ['hint'], 'nobody leaves');
  });

  it('a status by the first sentence', async () => {
    const read = (doc: string) => levelsOf('uncached-hot-tool', python('import httpx\nclient = httpx.AsyncClient(timeout=5)', `@mcp.tool()\nasync def get_dyndns(name: str) -> str:\n    """${doc}"""\n    return (await client.get(f"https://api.example/{name}")).text\n`));
    assert.deepEqual([await read('Get the status of a name.'), await read('Get a name.\\n\\n    The status is not in it.')], [[], ['hint']]);
  });
});

describe('judged: examples, commands and what comes from a cache', () => {
  it('a server in a folder of examples beside another', async () => {
    const slow = python('import time', asyncTool('    time.sleep(2)\n    return name\n'));
    const fine = python('', asyncTool('    return name\n'));
    const levels = async (files: Record<string, string>) => (await lintWorld({ files, rules: rules.filter(({ id }) => id === 'blocking-call' || id === 'missing-timeout') })).findings.map((f) => f.severity);
    assert.deepEqual(await levels({ 'server.py': fine, 'examples/servers/git.py': slow }), ['information']);
    assert.deepEqual(await levels({ 'examples/one.py': fine, 'examples/two.py': slow }), ['warning'], 'nothing but examples');
    assert.deepEqual(await levels({ 'server.py': slow, 'examples/one.py': fine }), ['warning']);
    const version = python('import subprocess', asyncTool('    subprocess.run(["git", "--version"])\n    return name\n'));
    assert.deepEqual([(await levels({ 'server.py': version })).sort(), await levels({ 'server.py': fine, 'example/one.py': version })], [['hint', 'warning'], ['information']], 'a hint is none');
  });

  it('a command that gets more words later', async () => {
    const run = (more: string) => levelsOf('missing-timeout', python('import subprocess', asyncTool(`    cmd = ["curl", "-s"${more}]\n    if name:\n        cmd += ["--connect-timeout", "5"]\n    cmd += [name]\n    subprocess.run(cmd)\n    return ""\n`)));
    assert.deepEqual([await run(', "--max-time", "60"'), await run('')], [[], ['warning']]);
  });

  it('what the second question finds where the first has put it', async () => {
    const colors = (look: string) => levelsOf('sequential-await', python('import httpx\nclient = httpx.AsyncClient(timeout=5)', `_cache = {}\nasync def known(kind):\n${look}    res = await client.get(f"https://api.example/{kind}")\n    _cache[kind] = res\n    return res\nasync def color(name):\n    return name in await known("all")\n${asyncTool('    one = await color(name)\n    other = await color("red")\n    return f"{one} {other}"\n')}`));
    assert.deepEqual(await colors('    cached = _cache.get(kind)\n    if cached is not None:\n        return cached\n'), []);
    assert.deepEqual(await colors(''), ['hint']);
  });

  it('locks, and a function that throws for what is not there', async () => {
    const locks = (made: string) => levelsOf('unbounded-cache', python('import asyncio', `locks = {}\n${asyncTool(`    lock = locks.get(name)\n    if lock is None:\n        lock = ${made}\n        locks[name] = lock\n    return str(lock)\n`)}`));
    assert.deepEqual([await locks('asyncio.Lock()'), await locks('ask(name)')], [['information'], ['hint']]);
    const kept = (body: string) => levelsOf('unbounded-cache', python('from functools import cache', `@cache\ndef load(path: str):\n${body}    return read(path)\n${asyncTool('    return load(name)\n')}`));
    assert.deepEqual([await kept('    if path not in installed():\n        raise KeyError(path)\n'), await kept('')], [['information'], ['hint']]);
  });

  it('a connection that is being made, and one that is made again', async () => {
    const wait = (state: string) => levelsOf('busy-wait', python('import asyncio\nfrom states import State, connection', asyncTool(`    while connection.state == State.${state}:\n        await asyncio.sleep(0.1)\n    return ""\n`)));
    assert.deepEqual([await wait('CONNECTING'), await wait('BUSY')], [['hint'], ['warning']]);
  });

  it('texts of the package, and a tool that only sees whether the service is there', async () => {
    const read = (path: string) => levelsOf('blocking-call', python('import importlib.resources\nfrom pathlib import Path', asyncTool(`    return (${path}).read_text()\n`)));
    assert.deepEqual([await read('importlib.resources.files("srv.sql").joinpath(name)'), await read('Path.home() / name')], [['information'], ['hint']]);
    const load = (folder: string, calls: string) => levelsOf('blocking-call', python('from pathlib import Path', `${folder}\ndef load(name):\n    path = FOLDER / name\n    return path.read_text()\n${asyncTool(`    return ${calls}\n`)}`));
    const beside = 'FOLDER = Path(__file__).parent / "guides"';
    assert.deepEqual([await load(beside, 'load("a.md") + load("b.md")'), await load(`${beside}\nif not FOLDER.is_dir():\n    FOLDER = Path(__file__).parent.parent / "guides"`, 'load("a.md")')], [['information'], ['information']]);
    assert.deepEqual([await load(beside, 'load("a.md") + load(name)'), await load(`${beside}\nif not FOLDER.is_dir():\n    FOLDER = Path.home()`, 'load("a.md")')], [['hint'], ['hint']]);
    const status = (tool: string) => levelsOf('client-per-call', python('import httpx', `@mcp.tool()\nasync def ${tool}() -> str:\n    async with httpx.AsyncClient(timeout=5) as client:\n        return (await client.get("https://api.example/")).text\n`));
    assert.deepEqual([await status('get_status'), await status('get_order_status')], [['hint'], ['warning']]);
  });
});

describe('judged: threads, limits and what ends by itself', () => {
  it('a function of a table that is called in one that a thread is given', async () => {
    const server = (how: string) => ({ 'server.py': `import asyncio\nimport time\nfrom mcp.server import Server\nserver = Server("x")\ndef slow(arguments):\n    time.sleep(2)\n    return []\nTOOLS = {"slow": slow}\n@server.call_tool()\nasync def call_tool(name, arguments):\n    handler = TOOLS.get(name)\n    def run():\n        return handler(arguments)\n    return await ${how}\n` });
    const levels = async (how: string) => (await lintWorld({ files: server(how), rules: rules.filter(({ id }) => id === 'blocking-call') })).findings.map((f) => f.severity);
    assert.deepEqual([await levels('asyncio.wait_for(asyncio.to_thread(run), timeout=90)'), await levels('asyncio.wait_for(later(run()), timeout=90)')], [[], ['warning']]);
  });

  it('a log that is full at some length', async () => {
    const log = (condition: string) => levelsOf('unbounded-cache', python('', `LOG = []\nLOG_LIMIT = 500\n${asyncTool(`    if ${condition}:\n        LOG.append({"text": name})\n    return name\n`)}`));
    assert.deepEqual([await log('len(LOG) < LOG_LIMIT'), await log('len(name) < LOG_LIMIT')], [[], ['hint']]);
  });

  it('what the system says, what is handed over, what is installed', async () => {
    const run = (command: string) => levelsOf('missing-timeout', python('import subprocess, sys', asyncTool(`    subprocess.run(${command})\n    return ""\n`)));
    assert.deepEqual(await run('"netstat -ano | findstr :80", shell=True'), []);
    for (const command of ["['osascript', '-e', f'do shell script \"open -g {name}\"']", '[sys.executable, "-m", "pip", "install", "spacy"]']) assert.deepEqual(await run(command), ['hint'], command);
    for (const command of ['"netstat -ano | nc example.org 80", shell=True', "['osascript', '-e', f'do shell script \"make {name}\"']", '[sys.executable, "-m", "http.server"]']) assert.deepEqual(await run(command), ['warning'], command);
  });

  it('what a process that has ended had to say', async () => {
    const read = (condition: string) => levelsOf('blocking-call', python('import subprocess', asyncTool(`    proc = subprocess.Popen([name], stderr=subprocess.PIPE)\n    if ${condition}:\n        return proc.stderr.read()\n    return ""\n`)));
    assert.deepEqual([await read('proc.poll() is not None'), await read('name')], [[], ['warning']]);
  });

  it('a field that a reconnect fills anew', async () => {
    const connect = (name: string) => levelsOf('client-per-call', python('import redis', `class Store:\n    def make(self):\n        self.client = redis.Redis()\n    def ${name}(self):\n        self.make()\n        return self.client.ping()\nstore = Store()\n${asyncTool(`    return store.${name}()\n`)}`));
    assert.deepEqual([await connect('reconnect'), await connect('look')], [[], ['warning']]);
  });
});

describe('judged: for other callers, elsewhere, or little', () => {
  it('a function that is registered as a tool', async () => {
    const add = (call: string) => levelsOf('blocking-call', python('import time', `def slow(name: str) -> str:\n    time.sleep(2)\n    return name\n${asyncTool(`    ${call}\n    return name\n`)}`));
    assert.deepEqual([await add('mcp.add_tool(slow, name=name)'), await add('mcp.tell(slow, name)')], [[], ['warning']]);
  });

  it('a commit with its message, a process that has said how it ended', async () => {
    const git = (words: string) => levelsOf('missing-timeout', python('import subprocess', asyncTool(`    subprocess.run(["git", "commit"${words}])\n    return ""\n`)));
    assert.deepEqual([await git(', "-m", name'), await git('')], [['hint'], ['warning']]);
    const rest = (condition: string) => levelsOf('missing-timeout', python('import asyncio', asyncTool(`    process = await asyncio.create_subprocess_exec(name)\n    await ready(process)\n    if ${condition}:\n        await process.communicate()\n    return ""\n`)));
    assert.deepEqual([await rest('process.returncode is not None'), await rest('process.returncode is None')], [[], ['warning']]);
  });

  it('a Worker of Cloudflare in Python', async () => {
    const client = (imports: string) => levelsOf('client-per-call', python(`${imports}\nimport httpx`, asyncTool('    async with httpx.AsyncClient(timeout=5) as client:\n        return (await client.get("https://api.example/a")).text\n')));
    assert.deepEqual([await client('from workers import WorkerEntrypoint'), await client('from asgi import WorkerEntrypoint')], [[], ['warning']]);
  });

  it('an empty document, a text in an archive', async () => {
    const read = (call: string) => levelsOf('blocking-call', python('import docx, zipfile', asyncTool(`    return str(${call})\n`)));
    assert.deepEqual([await read('docx.Document()'), await read('docx.Document(name)')], [['hint'], ['warning']]);
    assert.notDeepEqual(await read('zipfile.ZipFile(name).read("a.xml")'), await read('zipfile.ZipFile(name).read(name)'));
  });

  it('by what another server lists, and loggers', async () => {
    const index = (tools: string) => levelsOf('unbounded-cache', python('import httpx\nclient = httpx.AsyncClient(timeout=5)', `class Hub:\n    def __init__(self):\n        self.owners = {}\n    def index(self, tools, text):\n        for tool in tools:\n            self.owners[tool["name"]] = text\nhub = Hub()\n${asyncTool(`    hub.index(${tools}, name * 2)\n    return ""\n`)}`));
    assert.deepEqual([await index('(await client.get("https://api.example/tools")).json()'), await index('name.split()')], [[], ['hint']]);
    const keep = (made: string) => levelsOf('unbounded-cache', python('import logging', `loggers = {}\n${asyncTool(`    loggers[name] = ${made}\n    return ""\n`)}`));
    assert.deepEqual([await keep('logging.getLogger(name)'), await keep('ask(name)')], [['information'], ['hint']]);
  });
});

describe('judged: the newest SDK, moments, signs of life', () => {
  it('a class that takes the place of another one that is no longer there', async () => {
    const levels = async (imports: string, versions: Record<string, string> = {}) => {
      const files = { 'server.py': `import time\n${imports}mcp = Server("x")\n@mcp.tool()\ndef run(name: str) -> str:\n    time.sleep(2)\n    return name\n` };
      return (await lintWorld({ files, versions, rules: rules.filter(({ id }) => id === 'sync-tool') })).findings.map((f) => f.severity);
    };
    const both = 'try:\n    from mcp.server.fastmcp import FastMCP as Server\nexcept ImportError:\n    from mcp.server.mcpserver import MCPServer as Server\n';
    assert.deepEqual([await levels(both), await levels(both, { mcp: '1.9.0' }), await levels('from mcp.server.fastmcp import FastMCP as Server\n')], [[], ['warning'], ['warning']]);
  });

  it('a key that is pressed once', async () => {
    const press = (call: string) => levelsOf('blocking-call', python('import pyautogui', asyncTool(`    ${call}\n    return ""\n`)));
    assert.deepEqual([await press('pyautogui.hotkey("a")'), await press('pyautogui.moveTo(1, 2, duration=2)'), await press('pyautogui.write(name)')].flat().map((level) => level === 'warning'), [false, true, true]);
  });

  it('a key pair without a question, a folder of the desktop', async () => {
    const run = (command: string) => levelsOf('missing-timeout', python('import subprocess', asyncTool(`    subprocess.run([${command}])\n    return ""\n`)));
    assert.deepEqual([await run('"ssh-keygen", "-t", "rsa", "-N", ""'), await run('"xdg-user-dir", "DOWNLOAD"'), await run('"ssh-keygen", "-t", "rsa"')], [['hint'], [], ['warning']]);
  });

  it('a heartbeat beside the work', async () => {
    const beat = (name: string) => levelsOf('polling', python('import asyncio\nimport httpx\nclient = httpx.AsyncClient(timeout=5)', `async def ${name}():\n    while True:\n        if (await client.get("https://api.example/job")).json()["status"] == "cancelled":\n            return\n        await asyncio.sleep(5)\n${asyncTool(`    await ${name}()\n    return ""\n`)}`));
    assert.deepEqual([await beat('_heartbeat'), await beat('_watch_job')], [[], ['hint']]);
  });

  it('a linter, a look at the version', async () => {
    const run = (command: string) => levelsOf('missing-timeout', python('import subprocess, sys', asyncTool(`    subprocess.run([${command}])\n    return ""\n`)));
    assert.deepEqual(await run('"ruff", "check", name'), ['hint']);
    assert.deepEqual(await run('name, "-c", "import sys; print(sys.version_info.major)"'), ['hint']);
    assert.deepEqual(await run('name, "-c", "import work; print(work.run())"'), ['warning']);
  });

  it('what a connection has pushed, and a connection that could not be made', async () => {
    const loop = (ask: string) => levelsOf('polling', python('import asyncio\nimport websockets\nimport httpx\nclient = httpx.AsyncClient(timeout=5)', `async def connect():\n    return (await client.get("https://api.example")).is_success\nasync def job_state():\n    return (await client.get("https://api.example")).is_success\n${asyncTool(`    while True:\n        done = await ${ask}()\n        if done:\n            break\n        await asyncio.sleep(3)\n    return ""\n`)}`));
    assert.deepEqual([await loop('connect'), await loop('job_state')], [[], ['hint']]);
  });

  it('a file that is opened for a request', async () => {
    const post = (files: string) => levelsOf('blocking-call', python('import httpx\nclient = httpx.AsyncClient(timeout=5)', asyncTool(`    return (await client.post("https://api.example", ${files})).text\n`)));
    assert.deepEqual([await post('files={"file": open(name, "rb")}'), await post('content=open(name, "rb").read()')], [['information'], ['hint']]);
  });

  it('a bridge that hands on the list of the server behind it, by a method of its own', async () => {
    const text = (asks: string) => `from mcp import ClientSession\nfrom mcp.server.lowlevel import Server\nimport httpx\nhttp = httpx.AsyncClient(timeout=5)\nserver = Server('x')\nsession: ClientSession = ClientSession(None, None)\nasync def tools():\n    return await ${asks}\n@server.list_tools()\nasync def list_tools():\n    return await tools()\n`;
    assert.deepEqual([await levelsOf('slow-list', text('session.list_tools()')), await levelsOf('slow-list', text('http.get("https://api.example/tools")'))], [['hint'], ['warning']]);
  });

  it('servers of fixtures, where there is a program that they are for', async () => {
    const server = python('import time', asyncTool('    time.sleep(2)\n    return name\n'));
    const found = async (files: Record<string, string>) => (await lintWorld({ files, rules: rules.filter(({ id }) => id === 'blocking-call') })).findings.length;
    assert.equal(await found({ 'fixtures/slow/server.py': server, 'src/scan.py': 'print("x")\n' }), 0);
    assert.equal(await found({ 'fixtures/slow/server.py': server, 'fixtures/fast/other.py': 'print("x")\n' }), 1);
    assert.equal(await found({ 'harness/server.py': server, 'setup.py': 'print("x")\n' }), 1, 'the only server, whatever its folder is called');
  });

  it('maps that are filled behind a flag, jobs, keys of another map', async () => {
    const kept = (body: string, more = '') => levelsOf('unbounded-cache', python('import httpx\nclient = httpx.AsyncClient(timeout=5)', `pages = {}\nis_loaded = False\n${more}${asyncTool(body)}`));
    const load = 'async def load(url):\n    global is_loaded\n    pages[url] = (await client.get(url)).json()\n    FLAG\n';
    assert.deepEqual(await kept('    if not is_loaded:\n        await load(name)\n    return pages[name]\n', load.replace('FLAG', 'is_loaded = True')), []);
    assert.equal((await kept('    if not is_loaded:\n        await load(name)\n    return pages[name]\n', load.replace('FLAG', 'pass'))).length, 1, 'nobody sets it');
    const job = (key: string) => kept(`    ${key} = await client.get(name)\n    pages[${key}] = (await client.get(name)).json()\n    return ""\n`);
    assert.deepEqual([await job('task_id'), await job('page_id')], [['information'], ['hint']]);
    const found = (guard: string) => levelsOf('unbounded-cache', python('import httpx', `class Index:\n    def __init__(self):\n        self.numbers = {}\n        self.words = {}\n    def update(self, uri, text):\n        number = self.numbers.get(uri)\n        ${guard}\n        self.words[number] = httpx.get(text).json()\nindex = Index()\n${asyncTool('    index.update(name, name)\n    return ""\n')}`));
    assert.deepEqual([await found('if number is None:\n            return'), await found('pass')], [['information'], ['hint']]);
  });

  it('what is switched off in the source', async () => {
    const prints = (condition: string) => levelsOf('stdout-pollution', python('import os', `def ready() -> bool:\n    return bool(os.environ.get("READY"))\n${asyncTool(`    if ${condition}:\n        print("ready")\n    return ""\n`)}mcp.run()\n`));
    assert.deepEqual([await prints('ready() and False'), await prints('False'), await prints('ready() or False')], [[], [], ['warning']]);
  });

  it('a header that is read, an entry of a table that is written out', async () => {
    const read = (length: string) => levelsOf('blocking-call', python('import json', asyncTool(`    with open(name, "rb") as file:\n        head = file.read(${length})\n    return str(head)\n`)));
    assert.deepEqual([await read('0x200'), await read('')], [['information'], ['warning', 'hint']]);
    const kept = (table: string) => levelsOf('unbounded-cache', python('import httpx', `_ROWS = {"feeds": "FeedResult"}\nmodels = {}\n${asyncTool(`    row = ${table}\n    if row is None:\n        return ""\n    models[name] = httpx.get(row).text\n    return models[name]\n`)}`));
    assert.deepEqual([(await kept('_ROWS.get(name)')).length, (await kept('os.environ.get(name)')).length], [0, 1]);
  });

  it('a draft among the documents, a name that no list has', async () => {
    const server = python('import time', asyncTool('    time.sleep(2)\n    return name\n'));
    const levels = async (files: Record<string, string>) => Object.fromEntries((await lintWorld({ files, rules: rules.filter(({ id }) => id === 'blocking-call') })).findings.map((f) => [f.file.split('/').slice(-2).join('/'), f.severity]));
    assert.deepEqual(await levels({ 'docs/draft/server.py': server, 'src/main.py': server }), { 'draft/server.py': 'information', 'src/main.py': 'warning' });
    assert.deepEqual(await levels({ 'docs/draft/server.py': server, 'src/main.py': 'print("x")\n' }), { 'draft/server.py': 'warning' }, 'the only one');
    const dispatching = (tools: string) => ({ 'app/server.py': `import time\nimport mcp.types as types\nfrom mcp.server.lowlevel import Server\nserver = Server('x')\n@server.list_tools()\nasync def list_tools():\n    return [${tools.split(' ').map((name) => `types.Tool(name="${name}", description="x", inputSchema={})`).join(', ')}]\n@server.call_tool()\nasync def call_tool(name, arguments):\n    if name == "wait":\n        time.sleep(2)\n        return []\n    elif name == "add":\n        return [1]\n    elif name == "sub":\n        return [2]\n` });
    assert.deepEqual([await levels(dispatching('wait add sub')), await levels(dispatching('add sub'))], [{ 'app/server.py': 'warning' }, { 'app/server.py': 'information' }]);
  });

  it('a field of what a client has answered is no request', async () => {
    const text = (asks: string) => levelsOf('uncached-hot-tool', python('import requests\nfrom slack_sdk import WebClient', `slack = WebClient(token="x")\nsession = requests.Session()\n@mcp.tool()\ndef get_channel(name: str) -> str:\n    found = slack.conversations_info(channel=name)\n    channel = ${asks}\n    return channel.get("name")\n`));
    assert.deepEqual([(await text('found["channel"]')).length, (await text('session')).length], [0, 1]);
  });
});
