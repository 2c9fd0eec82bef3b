import assert from 'node:assert/strict';
import { lineOf } from '../../src/analysis/code/lines.ts';
import { handlersIn, said } from './support/handlers.ts';

const official = `from mcp.server.fastmcp import FastMCP, Context\n\nmcp = FastMCP("demo")\n`;
const fastmcp = `from fastmcp import FastMCP\n\nmcp = FastMCP("demo")\n`;

type Cases = Record<string, [Record<string, string> | string, string[]]>;

const shapes: Cases = {
  'decorators with a call, without, with a name': [`@mcp.tool()\ndef one(a: int) -> int:\n    return a\n\n@mcp.tool(name="second")\nasync def two(): ...\n\n@mcp.tool("third")\nasync def three(): ...\n\n@mcp.tool\ndef four(): ...\n`, ['tool one -> one', 'tool second -> two', 'tool third -> three', 'tool four -> four']],
  'resources and prompts': [`@mcp.resource("config://app")\ndef config(): ...\n\n@mcp.resource("user://{id}", name="user")\ndef get_user(id: str): ...\n\n@mcp.prompt()\ndef ask(): ...\n`, ['resource config -> config', 'resource user -> get_user', 'prompt ask -> ask']],
  'other decorators around and below': [`@traced\n@mcp.tool()\n@check("x")\nasync def one(): ...\n`, ['tool one -> one']],
  'a decorator of the author’s own that registers what it is put on': [
    `enabled = None\n\ndef tool(annotations=None):\n    def decorator(func):\n        if enabled is None or func.__name__ in enabled:\n            if annotations:\n                return mcp.tool(annotations=annotations)(func)\n            return mcp.tool()(func)\n        return func\n    return decorator\n\ndef plain(func):\n    mcp.add_tool(func)\n    return func\n\n@tool(annotations=dict(readOnlyHint=True))\ndef one(): ...\n\n@tool()\nasync def two(): ...\n\n@plain\ndef three(): ...\n\ndef four(): ...\n`,
    ['tool one -> one', 'tool two -> two', 'tool three -> three'],
  ],
  'a server that a function gets': [
    { 'main.py': `${official}from tools import register\nregister(mcp)\n`, 'tools.py': `def register(app):\n    @app.tool()\n    def inner(): ...\n` },
    ['tool inner -> inner'],
  ],
  'a server that a function is said to get': [{ 'tools.py': `from mcp.server.fastmcp import FastMCP\n\ndef register(app: FastMCP) -> None:\n    @app.tool()\n    def inner(): ...\n` }, ['tool inner -> inner']],
  'a server of another framework, handed on as any object': [{ 'app.py': `from chuk_mcp_server import ChukMCPServer\nfrom tools import register\nmcp = ChukMCPServer("x")\nregister(mcp)\n\n@mcp.tool\nasync def own(): ...\n`, 'tools.py': `def register(mcp: object) -> None:\n    @mcp.tool\n    async def inner(): ...\n` }, ['tool own -> own', 'tool inner -> inner']],
  'a server of another module': [{ 'app.py': official, 'tools.py': `from app import mcp\n\n@mcp.tool()\ndef one(): ...\n`, 'more.py': `import app\n\n@app.mcp.tool()\ndef two(): ...\n` }, ['tool one -> one', 'tool two -> two']],
  'a server that is a field': [{ 'app.py': `from fastmcp import FastMCP\n\nclass App:\n    def __init__(self):\n        self.mcp = FastMCP("x")\n        self.mcp.tool(self.search)\n        self.mcp.tool(name="named")(self.other)\n        self.mcp.add_tool(self.third, name="last")\n\n        @self.mcp.tool()\n        def inner(): ...\n\n    async def search(self, q: str): ...\n    async def other(self): ...\n    def third(self): ...\n` }, ['tool search -> App.search', 'tool named -> App.other', 'tool last -> App.third', 'tool inner -> inner']],
  'a class that is a server': [{ 'app.py': `from fastmcp import FastMCP\n\nclass Mine(FastMCP[int]): ...\n\nmine = Mine("x")\n\n@mine.tool()\ndef one(): ...\n` }, ['tool one -> one']],
  'functions that are added': [`def one(): ...\nasync def two(): ...\ndef three(): ...\nfrom fastmcp.tools import Tool\nmcp.add_tool(one)\nfor fn in [two, three]:\n    mcp.add_tool(fn)\nmcp.add_tool(Tool.from_function(one, name="again"))\nmcp.tool()(two)\n`, ['tool one -> one', 'tool two -> two', 'tool three -> three', 'tool again -> one', 'tool two -> two']],
  'functions under the keyword that may be a name': [{ 'app.py': `${fastmcp}def one(): ...\n\nclass C:\n    def two(self): ...\n\nmcp.tool(name_or_fn=one)\nmcp.tool(name_or_fn=C().two)\nmcp.tool(name_or_fn=one, name="again")\n\n@mcp.tool(name_or_fn="three")\ndef four(): ...\n\n@mcp.tool(name_or_fn=os.environ["X"])\ndef five(): ...\n` }, ['tool one -> one', 'tool two -> C.two', 'tool again -> one', 'tool three -> four', 'tool null -> five']],
  'names that are constants, of an enum, of another file': [{ 'app.py': `${official}from names import Tools, LAST\n\n@mcp.tool(name=Tools.FIRST)\ndef a(): ...\n\n@mcp.tool(name=Tools.SECOND.value)\ndef b(): ...\n\n@mcp.tool(name=LAST)\ndef c(): ...\n\n@mcp.tool(name=os.environ["X"])\ndef d(): ...\n`, 'names.py': `from enum import Enum\n\nLAST = "last"\n\nclass Tools(str, Enum):\n    FIRST = "first"\n    SECOND = "second"\n` }, ['tool first -> a', 'tool second -> b', 'tool last -> c', 'tool null -> d']],
  'servers in servers': [
    {
      'main.py': `from fastmcp import FastMCP\nfrom jira import jira\nfrom wiki import wiki\nfrom old import old\nfrom plain import plain\nmain = FastMCP("main")\nmain.mount(jira, prefix="jira")\nmain.mount(wiki, "wiki")\nmain.mount("old", old)\nmain.mount(plain)\n\n@main.tool\ndef own(): ...\n`,
      'jira.py': `from fastmcp import FastMCP\njira = FastMCP("jira")\n\n@jira.tool\nasync def search(): ...\n`,
      'wiki.py': `from fastmcp import FastMCP\nfrom pages import pages\nwiki = FastMCP("wiki")\nwiki.mount(pages, namespace="pages")\n`,
      'pages.py': `from fastmcp import FastMCP\npages = FastMCP("pages")\n\n@pages.tool\ndef read(): ...\n\n@pages.resource("page://1")\ndef page(): ...\n`,
      'old.py': `from fastmcp import FastMCP\n\ndef make():\n    server = FastMCP("old")\n\n    @server.tool\n    def ancient(): ...\n    return server\n\nold = make()\n`,
      'plain.py': `from fastmcp import FastMCP\nplain = FastMCP("plain")\n\n@plain.tool\ndef bare(): ...\n`,
    },
    ['tool own -> own', 'tool jira_search -> search', 'tool wiki_pages_read -> read', 'resource page -> page', 'tool old_ancient -> ancient', 'tool bare -> bare'],
  ],
  'the second SDK': [{ 'app.py': `from mcp.server.mcpserver import MCPServer\n\ndef create():\n    server = MCPServer("x")\n\n    @server.tool(name="a")\n    def one(): ...\n    return server\n` }, ['tool a -> one']],
  'names behind a prefix that is configured': [`def create(prefix: str):\n    @mcp.tool(name=prefix + "one")\n    def one(): ...\n\n    @mcp.tool(name=f"{prefix}two")\n    def two(): ...\n\n    @mcp.tool(name=prefix + "other")\n    def three(): ...\n`, ['tool one -> one', 'tool two -> two', 'tool null -> three']],
  'the exports of modules': [
    {
      'server.py': `from fastmcp import FastMCP\nfrom tools import files, web\nmcp = FastMCP("x")\nfor module in (files, web):\n    for name in module.__all__:\n        mcp.tool(getattr(module, name))\n`,
      'tools/__init__.py': '',
      'tools/files.py': `__all__ = ["read", "write"]\ndef read(): ...\ndef write(): ...\ndef helper(): ...\n`,
      'tools/web/__init__.py': `from .fetch import fetch\n__all__ = ["fetch"]\n`,
      'tools/web/fetch.py': `async def fetch(): ...\n`,
    },
    ['tool read -> tools/files.py read', 'tool write -> tools/files.py write', 'tool fetch -> tools/web/fetch.py fetch'],
  ],
  'functions that a helper binds to an object': [
    `from functools import partial\n\ndef read(vault, path): ...\ndef write(vault, path): ...\n\ndef add(app, vault, fn, name):\n    bound = partial(fn, vault)\n    bound.__name__ = name\n    app.add_tool(bound, name=name, description=fn.__doc__)\n\nadd(mcp, Vault(), read, "vault_read")\nadd(mcp, Vault(), write, "vault_write")\n`,
    ['tool vault_read -> read', 'tool vault_write -> write'],
  ],
  'objects that hold a function, some of them chosen': [
    {
      'server.py': `from mcp.server.fastmcp import FastMCP\nfrom tools import read_tool, write_tool\nall_tools = [read_tool, write_tool]\nasync def run():\n    mcp = FastMCP("x")\n    chosen = []\n    for tool in all_tools:\n        if allowed(tool.fn):\n            chosen.append(tool)\n        elif writes:\n            chosen.append(tool)\n    for tool in chosen:\n        mcp.add_tool(tool.fn, tool.name, tool.description)\n`,
      'tools.py': `from mcp.server.fastmcp.tools import Tool\ndef read(): ...\ndef write(): ...\nread_tool = Tool.from_function(fn=read, name="read_it", description="Reads")\nwrite_tool = Tool.from_function(write, name="write_it")\n`,
    },
    ['tool read_it -> read', 'tool write_it -> write'],
  ],
  'functions of a list, by their own names': [
    { 'server.py': `${fastmcp}async def first():\n    return 1\n\nasync def second():\n    return 2\n\nfor fn in (first, second):\n    mcp.tool(name=fn.__name__)(fn)\n` },
    ['tool first -> first', 'tool second -> second'],
  ],
  'the coroutines of a class': [
    {
      'server.py': `${fastmcp}import inspect\nfrom facade import Facade\nfor name, method in inspect.getmembers(Facade, predicate=inspect.iscoroutinefunction):\n    mcp.tool()(method)\n`,
      'facade.py': `class Base:\n    async def close():\n        return 1\n\nclass Facade(Base):\n    async def launch(url: str):\n        return url\n    async def _check():\n        return 1\n    def plain():\n        return 1\n`,
    },
    ['tool launch -> Facade.launch', 'tool close -> Base.close'],
  ],
  'the methods of objects, each in a wrapper': [
    {
      'server.py': `${fastmcp}import inspect\nfrom apis import Genes, Drugs, Other\n_genes = Genes()\n_drugs = Drugs()\n\ndef wrap(method):\n    async def wrapper(**kwargs):\n        return await method(client(), **kwargs)\n    return wrapper\n\ndef register():\n    apis = (_genes,)\n    if _drugs is not None:\n        apis = (*apis, _drugs)\n    seen: set[str] = set()\n    for api in apis:\n        for name in dir(api):\n            if name.startswith("_") or name in seen:\n                continue\n            method = getattr(api, name)\n            if not inspect.iscoroutinefunction(method):\n                continue\n            add = mcp.tool(name=name, description=method.__doc__)\n            add(wrap(method))\n            seen.add(name)\n\nregister()\n`,
      'apis.py': `class Genes:\n    async def find_gene(self, client, q):\n        return q\n    def helper(self):\n        return 1\n    @property\n    def name(self):\n        return 1\n\nclass Drugs:\n    async def find_drug(self, client, q):\n        return q\n\nclass Other:\n    async def find_other(self, client, q):\n        return q\n`,
    },
    ['tool find_gene -> Genes.find_gene', 'tool find_drug -> Drugs.find_drug'],
  ],
  'the methods of a field’s object that a decorator has marked': [
    {
      'server.py': `from fastmcp import FastMCP\nfrom github import GitHub\n\nclass Analyser:\n    def __init__(self):\n        self.github = GitHub()\n        self.mcp = FastMCP("x")\n        self.register()\n\n    def register(self, methods=None):\n        if methods is None:\n            methods = self.github\n        for name in dir(methods):\n            if name.startswith("_"):\n                continue\n            method = getattr(methods, name)\n            if inspect.isroutine(method):\n                annotations = getattr(method, "_annotations", None)\n                if annotations is not None:\n                    self.mcp.tool(annotations=annotations)(method)\n`,
      'github.py': `def _annotate(*, ro=False):\n    def mark(fn=None, *, task=False):\n        def apply(f):\n            f._annotations = ro\n            return f\n        return apply(fn) if fn else apply\n    return mark\n\ndef other(fn):\n    fn._other = 1\n    return fn\n\nread_only = _annotate(ro=True)\n\nclass GitHub:\n    @read_only\n    async def get_diff(self):\n        return 1\n    @read_only(task=True)\n    async def get_stars(self):\n        return 1\n    @other\n    async def get_token(self):\n        return 1\n    async def close(self):\n        return 1\n`,
    },
    ['tool get_diff -> GitHub.get_diff', 'tool get_stars -> GitHub.get_stars'],
  ],
  'without a server': [{ 'tools.py': `from fastmcp.tools import tool\nfrom fastmcp.prompts import prompt\n\n@tool\ndef a(): ...\n\n@tool(name="b")\ndef c(): ...\n\n@prompt\ndef p(): ...\n` }, ['tool a -> a', 'tool b -> c', 'prompt p -> p']],
  'imports in a circle': [{ 'fastmcp.py': `from fastmcp import FastMCP\nfrom b import x\nmcp = FastMCP(x)\n\n@mcp.tool\ndef a(): ...\n`, 'b.py': `from c import *\n`, 'c.py': `from b import *\n` }, ['tool a -> a']],
  'made of an application': [{ 'a.py': `from fastmcp import FastMCP\nfrom fastapi_mcp import FastApiMCP\nmcp = FastMCP.from_fastapi(app=app)\nother = FastApiMCP(app)\n` }, ['other null -> nothing', 'other null -> nothing']],
};

describe('handlers: Python', () => {
  for (const [title, [given, expected]] of Object.entries(shapes)) {
    for (const head of typeof given === 'string' ? [official, fastmcp] : ['']) {
      it(`${title}${head === fastmcp ? ' (fastmcp)' : ''}`, async () => {
        const files = typeof given === 'string' ? { 'app.py': head + given } : given;
        assert.deepEqual(said(await handlersIn(files)).sort(), [...expected].sort());
      });
    }
  }

  it('what is said at the registration, and the context', async () => {
    const { program, handlers } = await handlersIn({
      'a.py': `${official}from mcp.types import ToolAnnotations
READ = ToolAnnotations(readOnlyHint=True)

def writes(destructive: bool) -> ToolAnnotations:
    return ToolAnnotations(read_only_hint=False, destructive_hint=destructive)

@mcp.tool(annotations=READ)
async def a(x: int, ctx: Context): ...

@mcp.tool(annotations={"readOnlyHint": False, "destructiveHint": True})
def b(): ...

@mcp.tool(annotations=writes(True))
def c(context): ...
`,
    });
    assert.deepEqual(handlers.map((h) => [h.name, h.readOnly, h.destructive, h.contextParameter, h.async]), [['a', true, null, 1, true], ['b', false, true, null, false], ['c', false, true, 0, false]]);
    assert.equal(lineOf(program, handlers[0]!.file, handlers[0]!.span), 10);
  });

  const threads: [string, Record<string, string>, boolean][] = [
    [official, { mcp: '1.30.0' }, false],
    [official, {}, false],
    [`from mcp.server.mcpserver import MCPServer\nmcp = MCPServer("x")\n`, { mcp: '2.3.0' }, true],
    [`from mcp.server.mcpserver import MCPServer\nmcp = MCPServer("x")\n`, {}, true],
    [`from mcp.server.mcpserver import MCPServer\nmcp = MCPServer("x")\n`, { mcp: '1.26.0' }, true],
    [fastmcp, { fastmcp: '2.14.5' }, false],
    [fastmcp, { fastmcp: '3.0.0' }, true],
    [fastmcp, {}, true],
  ];
  for (const [head, versions, expected] of threads) {
    it(`a def runs ${expected ? 'in a thread' : 'on the loop'}: ${head.split('\n')[0]!}, ${JSON.stringify(versions)}`, async () => {
      const { handlers } = await handlersIn({ 'a.py': `${head}\n@mcp.tool()\ndef a(): ...\n\n@mcp.tool()\nasync def b(): ...\n` }, { versions });
      assert.deepEqual(handlers.map((h) => h.threaded), [expected, false]);
    });
  }
  it('a def that is to stay on the loop', async () => {
    const { handlers } = await handlersIn({ 'a.py': `${fastmcp}\n@mcp.tool(run_in_thread=False)\ndef a(): ...\n` });
    assert.deepEqual(handlers.map((h) => h.threaded), [false]);
  });

  it('a server of the own that puts a thread around its tools', async () => {
    const server = (add: string) => `import anyio\n${official}\ndef in_thread(fn):\n    async def off_loop(*args):\n        return await anyio.to_thread.run_sync(fn, *args)\n    return off_loop\n\nclass OffLoop(FastMCP):\n    def ${add}(self, fn, *args):\n        super().add_tool(in_thread(fn), *args)\n\nmcp = OffLoop("x")\n@mcp.tool()\ndef a(): ...\n`;
    const of = async (add: string) => (await handlersIn({ 'a.py': server(add) }, { versions: { mcp: '1.30.0' } })).handlers.find((h) => h.name === 'a')?.threaded;
    assert.deepEqual([await of('add_tool'), await of('add_later')], [true, false]);
    const beside = `${server('add_tool').replace('in_thread(fn), *args', 'fn, *args')}\nhelper = in_thread(print)\n`;
    assert.equal((await handlersIn({ 'a.py': beside }, { versions: { mcp: '1.30.0' } })).handlers.find((h) => h.name === 'a')?.threaded, false, 'a thread for something else');
  });

  it('whichever class of the SDK is there', async () => {
    const of = async (versions: Record<string, string>) => (await handlersIn({ 'a.py': `try:\n    from mcp.server import MCPServer as Server\nexcept ImportError:\n    from mcp.server.fastmcp import FastMCP as Server\nmcp = Server("x")\n@mcp.tool()\ndef a(): ...\n` }, { versions })).handlers.map((h) => h.threaded);
    assert.deepEqual([await of({}), await of({ mcp: '1.9.0' })], [[true], [false]]);
  });

  const spec = `from dataclasses import dataclass
from mcp.server import Server

@dataclass
class Spec:
    name: str
    handler: object

async def run_a(args): ...
async def run_b(args): ...

SPECS = (Spec(name="a", handler=run_a), Spec(name="b", handler=run_b))
BY_NAME = {spec.name: spec for spec in SPECS}
server = Server("x")

@server.call_tool()
async def call_tool(name, arguments):
`;
  for (const chosen of ['BY_NAME.get(name)', 'BY_NAME[name]', 'next((s for s in SPECS if s.name == name), None)']) {
    it(`a table that a comprehension makes, or its list: ${chosen}`, async () => {
      const { handlers } = await handlersIn({ 'a.py': `${spec}    spec = ${chosen}\n    return await spec.handler(arguments)\n` });
      assert.deepEqual(handlers.map((h) => h.name), ['a', 'b']);
    });
  }
  it('a table that is filtered into itself', async () => {
    const { handlers } = await handlersIn({ 'a.py': `${spec.replace('server = ', 'BY_NAME = {key: value for key, value in BY_NAME.items() if key}\nserver = ')}    return await BY_NAME[name].handler(arguments)\n` });
    assert.deepEqual(handlers.map((h) => h.name), [null]);
  });
  it('a list that is filtered into itself again and again', async () => {
    const filtered = Array.from({ length: 8 }, (_, i) => `    tools = [t for t in tools if t.name != "x${i}"]\n`).join('');
    const { handlers } = await handlersIn({ 'a.py': `from mcp.server import Server\nfrom mcp.types import Tool\nserver = Server("x")\nALL = [Tool(name="one"), Tool(name="two")]\n@server.list_tools()\nasync def list_tools():\n    tools = list(ALL)\n${filtered}    return tools\n@server.call_tool()\nasync def call_tool(name, arguments):\n    if name == "one":\n        return []\n    elif name == "two":\n        return []\n` });
    assert.deepEqual(handlers.filter((h) => h.kind === 'tool').map((h) => h.name), ['one', 'two']);
  });
  it('a tool about tests', async () => {
    const { handlers } = await handlersIn({ 'app/tools/test_runs.py': `${official}@mcp.tool()\ndef list_test_runs(): ...\n` });
    assert.deepEqual(handlers.map((h) => h.name), ['list_test_runs']);
  });
  it('functions that a decorator puts into a list', async () => {
    const { handlers } = await handlersIn({
      'metrics.py': 'tools = []\n\n@tools.append\ndef cpu(host: str): ...\n\n@tools.append\ndef memory(host: str): ...\n\ndef other(): ...\n',
      'a.py': `${official}import metrics\n\nfor tool in metrics.tools:\n    mcp.tool()(tool)\n`,
    });
    assert.deepEqual(handlers.map((h) => h.name), ['cpu', 'memory']);
  });
  it('a tool for each item of a list that is filtered into itself', async () => {
    const { handlers } = await handlersIn({
      'a.py': `${official}
def tagged(functions):
    found = []
    for function in functions:
        found.append(function)
    return found

def add(name):
    def run(parameters: dict): ...
    mcp.tool(name=name)(run)

def register():
    wanted = pages()
    if TAG:
        few = tagged(wanted)
        wanted = few
    else:
        wanted = []
    for function in wanted:
        add(function["name"])
`,
    });
    assert.deepEqual(handlers.map((h) => h.name), [null]);
  });

  const nothing: Record<string, Record<string, string>> = {
    'decorators of other frameworks': { 'a.py': `from agents import app\nfrom langchain.tools import tool\n\n@app.tool\ndef a(): ...\n\n@tool\ndef b(): ...\n\n@app.resource("x")\ndef c(): ...\n` },
    'another framework in a project with a server': { 'a.py': official, 'b.py': `from pydantic_ai import Agent\nagent = Agent("x")\n\n@agent.tool\nasync def a(ctx): ...\n\n@agent.tool_plain\ndef b(): ...\n` },
    'a class of the author\'s own': { 'a.py': `${official}class Box:\n    def tool(self, fn): return fn\n\nbox = Box()\n\n@box.tool\ndef a(): ...\n` },
    'methods of which a loop takes some': { 'a.py': `${fastmcp}from config import HIDDEN\nclass Api:\n    async def one(self):\n        return 1\n\napi = Api()\nfor name in dir(api):\n    if name.startswith("_") or name in HIDDEN:\n        continue\n    mcp.tool(name=name)(getattr(api, name))\n` },
    'methods of which a function goes through that nothing calls': { 'a.py': `${fastmcp}class Api:\n    async def one(self):\n        return 1\n\n    def register(self, mcp):\n        for name in dir(self):\n            mcp.tool()(getattr(self, name))\n\napi = Api()\n` },
    'methods by a predicate of the author\'s own': { 'a.py': `${fastmcp}import inspect\nclass Api:\n    async def one(self):\n        return 1\n\nfor name, method in inspect.getmembers(Api, predicate=is_open):\n    mcp.tool()(method)\n` },
    'what is bound, and named nobody knows how': { 'a.py': `${official}from functools import partial\ndef read(vault): ...\nbound = partial(read, 1)\nbound.__name__ = named()\nmcp.add_tool(bound)\n` },
    'tests of tools': { 'tests/tools/test_runs.py': `${official}@mcp.tool()\ndef a(): ...\n` },
    tests: { 'test_a.py': `${official}@mcp.tool()\ndef a(): ...\n` },
    'a web server': { 'a.py': `from fastapi import FastAPI\napp = FastAPI()\n\n@app.get("/x")\ndef x(): ...\n` },
  };
  for (const [title, files] of Object.entries(nothing)) {
    it(`none: ${title}`, async () => assert.deepEqual(said(await handlersIn(files)), []));
  }
});
