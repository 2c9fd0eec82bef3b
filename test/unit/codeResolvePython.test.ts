import assert from 'node:assert/strict';
import { resolvedWorld } from './support/resolveWorld.ts';

/** A shape, and the files that show it: what the outermost call of a line with `->` leads to. */
const shapes: Record<string, Record<string, string>> = {
  'functions of the file and of functions around': {
    'a.py': 'def load():\n    def inner(): pass\n    inner()  # -> inner\nload()  # -> load\nprint(1)  # -> print\nunheard_of()  # -> ?\n',
  },
  'a name that is assigned two functions': {
    'a.py': 'def a(): pass\ndef b(): pass\nf = a\nif x:\n    f = b\nf()  # -> ?\ng = a if x else b\ng()  # -> ?\n',
  },
  'imports: absolute, relative, renamed, of modules and packages': {
    'src/app/main.py':
      'from app.lib.files import load, save as keep\nfrom .lib import files\nfrom .lib.files import load as again\nfrom . import lib\nimport app.lib.files\nimport app.lib.files as f\nfrom .lib import exported\nload()  # -> load\nkeep()  # -> save\nfiles.load()  # -> load\nagain()  # -> load\nlib.files.save()  # -> save\napp.lib.files.load()  # -> load\nf.load()  # -> load\nexported()  # -> load\n',
    'src/app/__init__.py': '',
    'src/app/lib/__init__.py': 'from .files import load as exported\n',
    'src/app/lib/files.py': 'def load(): pass\ndef save(): pass\n',
  },
  'packages without __init__, star imports, a module beside a script, imports in functions': {
    'src/ns/deep/mod.py': 'def f(): pass\n',
    'src/main.py': 'from ns.deep import mod\nfrom ns.deep.mod import f\nimport ns.deep.mod\nmod.f()  # -> f\nf()  # -> f\nns.deep.mod.f()  # -> f\n',
    'scripts/run.py': 'from helper import *\nhelp_me()  # -> help_me\ndef late():\n    import helper\n    helper.help_me()  # -> help_me\n',
    'scripts/helper.py': 'def help_me(): pass\n',
  },
  'a name that is the variable of several loops': {
    'a.py':
      'class A:\n    def go(self): pass\nclass B:\n    def go(self): pass\ndef f(a: list[A], b: list[B], c: list[A]):\n    for x in a:\n        x.go()  # -> A.go\n    for x in b:\n        x.go()  # -> B.go\n    x.go()  # -> ?\n    for x in c:\n        x = other(x)\n        x.go()  # -> ?\n',
  },
  'an object of one of a few classes, of all of which it is known': {
    'a.py':
      'class A:\n    def go(self): pass\nclass B:\n    def go(self): pass\nc = A() if x else B()\nc.go()  # -> nobody: A.go | B.go\ndef make():\n    if x:\n        return A()\n    return B()\nmake().go()  # -> nobody: A.go | B.go\nd = None\nif x:\n    d = A()\nelse:\n    d = B()\nd.go()  # -> nobody: A.go | B.go\ne = A() if x else unheard_of()\ne.go()  # -> ?\nclass User:\n    def __init__(self):\n        self.one = None\n        if x:\n            self.one = A()\n        else:\n            self.one = B()\n    def use(self):\n        self.one.go()  # -> nobody: A.go | B.go\ndef ways():\n    if x:\n        f = A()\n        f.go()  # -> ?\n    elif y:\n        f = B()\n        f.go()  # -> ?\n',
  },
  'imports in a circle, and one of two that are tried': {
    'src/a.py': 'from b import g\ndef f(): pass\ng()  # -> g\ntry:\n    import fast as impl\nexcept ImportError:\n    import b as impl\nimpl.g()  # -> ?\n',
    'src/b.py': 'from a import f\ndef g():\n    f()  # -> f\n',
  },
  'methods, static and class methods, properties, callable instances': {
    'a.py':
      'class C:\n    def __init__(self):\n        self.run()  # -> C.run\n        self.other = D()\n    @classmethod\n    def make(cls):\n        cls.helper()  # -> C.helper\n        return cls()  # -> C.constructor\n    @staticmethod\n    def helper(): pass\n    @property\n    def inner(self): return self.other\n    def run(self):\n        self.inner.go()  # -> D.go\n        self.__class__.helper()  # -> C.helper\n        type(self).helper()  # -> C.helper\nclass D:\n    def go(self): pass\n    def __call__(self): pass\nC()  # -> C.constructor\nC.make().run()  # -> C.run\nC.helper()  # -> C.helper\nD()()  # -> D.__call__\nC().other.go()  # -> D.go\n',
  },
  'bases, overrides, super, several bases': {
    'src/a.py':
      'from base import Base, Mixin\nclass A(Mixin, Base):\n    def __init__(self):\n        super().__init__()  # -> Base.constructor\n    def run(self):\n        super().run()  # -> Mixin.run\n        self.shared()  # -> Base.shared\ndef f(b: Base, a: A):\n    b.run()  # -> Base.run: Base.run | A.run\n    a.run()  # -> A.run\n    A().run()  # -> A.run\n',
    'src/base.py': 'class Mixin:\n    def run(self): pass\nclass Base:\n    def __init__(self): pass\n    def run(self): pass\n    def shared(self): pass\n',
  },
  'a mixin uses what those it is mixed with have': {
    'a.py':
      'from typing import Any\nclass Client:\n    def get(self): pass\nclass Base:\n    def __init__(self):\n        self.client = Client()\nclass Mixin:\n    client: Any\n    def f(self):\n        self.client.get()  # -> Client.get\n        self.more()  # -> Other.more\nclass Other:\n    def more(self): pass\nclass All(Mixin, Other, Base): pass\n',
  },
  'annotations: parameters, variables, fields, results': {
    'a.py':
      'from __future__ import annotations\nfrom dataclasses import dataclass\nfrom typing import Annotated, AsyncIterator, Optional, Self, Union\nclass C:\n    def run(self): pass\n    def me(self) -> Self: return self\n@dataclass\nclass Context:\n    client: C\n    many: dict[str, C]\nasync def fetch() -> C: ...\nasync def stream() -> AsyncIterator[C]:\n    yield C()\nasync def f(a: C, b: Optional[C], c: "C | None", d: list[C], ctx: Context, e: Annotated[C, 1], g: type[C], h: Union[C, None] = None, *rest: C):\n    a.run()  # -> C.run\n    b.run()  # -> C.run\n    c.run()  # -> C.run\n    d[0].run()  # -> C.run\n    e.me().run()  # -> C.run\n    g().run()  # -> C.run\n    h.run()  # -> C.run\n    rest[0].run()  # -> C.run\n    ctx.client.run()  # -> C.run\n    ctx.many["x"].run()  # -> C.run\n    (await fetch()).run()  # -> C.run\n    x: C = anything\n    x.run()  # -> C.run\n    for y in d:\n        y.run()  # -> C.run\n    for k, v in ctx.many.items():\n        v.run()  # -> C.run\n    async for z in stream():\n        z.run()  # -> C.run\n    for i, w in enumerate(d):\n        w.run()  # -> C.run\n    [q.run() for q in d]  # -> C.run\n',
  },
  'what functions return without an annotation, awaits, tuples, walrus': {
    'a.py':
      'import asyncio\nclass C:\n    def run(self): pass\ndef make(): return C()\nasync def later(): return make()\ndef pair(): return C(), 1\nasync def f():\n    make().run()  # -> C.run\n    (await later()).run()  # -> C.run\n    a, b = pair()\n    a.run()  # -> C.run\n    if (c := make()):\n        c.run()  # -> C.run\n    x, y = await asyncio.gather(later(), later())\n    y.run()  # -> C.run\n    task = asyncio.create_task(later())\n    (await task).run()  # -> C.run\n',
  },
  'with: __enter__, __aenter__, contextmanager': {
    'a.py':
      'from contextlib import asynccontextmanager, contextmanager\nclass C:\n    def run(self): pass\nclass Session:\n    async def __aenter__(self): return C()\n    async def __aexit__(self, *a): pass\nclass Me:\n    def __enter__(self): return self\n    def go(self): pass\n@contextmanager\ndef opened():\n    yield C()\n@asynccontextmanager\nasync def lifespan():\n    c = C()\n    yield c\nasync def f():\n    async with Session() as s:\n        s.run()  # -> C.run\n    with Me() as m:\n        m.go()  # -> Me.go\n    with opened() as o:\n        o.run()  # -> C.run\n    async with lifespan() as l:\n        l.run()  # -> C.run\n',
  },
  'tables of functions, lists of instances, partial, what is made when it is first needed': {
    'a.py':
      'import functools\ndef a(): pass\ndef b(): pass\nclass A:\n    def run(self): pass\nclass B:\n    def run(self): pass\nHANDLERS = {"a": a, "b": b}\n_client = None\ndef get():\n    global _client\n    if _client is None:\n        _client = A()\n    return _client\ndef f(name):\n    HANDLERS[name]()  # -> nobody: a | b\n    HANDLERS["a"]()  # -> a\n    HANDLERS.get(name)()  # -> nobody: a | b\n    for t in [A(), B()]:\n        t.run()  # -> nobody: A.run | B.run\n    p = functools.partial(a, 1)\n    p()  # -> a\n    get().run()  # -> A.run\n',
  },
  'type variables': {
    'a.py': 'from typing import Callable, Generic, TypeVar\nT = TypeVar("T")\nclass C:\n    def run(self): pass\nclass Box(Generic[T]):\n    def __init__(self, value: T):\n        self.value = value\n    def get(self) -> T: return self.value\ndef first(items: list[T]) -> T: return items[0]\ndef call(f: Callable[[], T]) -> T: return f()\ndef make(): return C()\ndef f(items: list[C], box: Box[C]):\n    first(items).run()  # -> C.run\n    call(make).run()  # -> C.run\n    box.get().run()  # -> C.run\n',
  },
  'names of the library and of packages': {
    'a.py':
      'import os.path\nimport time as t\nfrom time import sleep\nfrom os import path\nimport urllib.request\nfrom pathlib import Path\nfrom google.cloud import storage\nfrom mcp.server import FastMCP\nimport numpy as np\nos.path.exists(p)  # -> os.path.exists\npath.exists(p)  # -> os.path.exists\nt.sleep(1)  # -> time.sleep\nsleep(1)  # -> time.sleep\nurllib.request.urlopen(u)  # -> urllib.request.urlopen\nPath(p).read_text()  # -> pathlib.Path.read_text\n(Path(p) / "x").parent.read_text()  # -> pathlib.Path.read_text\nopen(p).read()  # -> open().read\nPath(p).open().read()  # -> open().read\nstorage.Client().bucket(b)  # -> google.cloud.storage.Client.bucket\nFastMCP("x")  # -> mcp.server.fastmcp.FastMCP\n", ".join(x)  # -> str.join\n{}.get(1)  # -> dict.get\nnp.array([1]).sum()  # -> numpy.array().sum\n',
  },
  'instances of packages: made, annotated, entered, returned by what is known': {
    'a.py':
      'import boto3, httpx, redis, requests, sqlite3\nfrom sqlalchemy import create_engine\nfrom sqlalchemy.orm import Session, sessionmaker\nengine = create_engine(u)\nMaker = sessionmaker(engine)\nclass Store:\n    def __init__(self, path, http: httpx.Client):\n        self.conn = sqlite3.connect(path)\n        self.http = http\n        self.session = requests.Session()\n        self.cache = redis.from_url(u)\n    def f(self, db: Session):\n        self.conn.cursor().execute(q)  # -> sqlite3.Cursor.execute\n        self.http.get(u)  # -> httpx.Client.get\n        self.session.get(u).json()  # -> requests.Response.json\n        self.cache.get(k)  # -> redis.Redis.get\n        db.execute(q)  # -> sqlalchemy.orm.Session.execute\n        with engine.connect() as c:\n            c.execute(q)  # -> sqlalchemy.Connection.execute\n        with Maker() as s:\n            s.commit()  # -> sqlalchemy.orm.Session.commit\n        with requests.session() as s2:\n            s2.post(u)  # -> requests.Session.post\n    async def g(self):\n        async with httpx.AsyncClient() as c:\n            (await c.get(u)).json()  # -> httpx.Response.json\nboto3.client("s3").get_object(x)  # -> boto3.client().get_object\n',
  },
  'a base class of a package has what the class lacks': {
    'a.py': 'import requests\nclass C(requests.Session):\n    def own(self):\n        self.own()  # -> C.own\n        self.get(u)  # -> requests.Session.get\n        super().get(u)  # -> requests.Session.get\nC().post(u)  # -> requests.Session.post\n',
  },
  'a name that is made over': {
    'a.py':
      'from pathlib import Path\nfrom typing import Any\nModel: Any = None\ndef f(path, name: str, url="x"):\n    path.first()  # -> ?\n    path = Path(path)\n    path.exists()  # -> pathlib.Path.exists\n    path = path.resolve()  # -> pathlib.Path.resolve\n    path.read_text()  # -> pathlib.Path.read_text\n    name = name.strip().lower()\n    name.encode()  # -> str.encode\n    name = Path(name)\n    name.read_text()  # -> pathlib.Path.read_text\n    url = url.strip()  # -> ?\n    def inner():\n        path.stat()  # -> pathlib.Path.stat\n',
  },
  'a package whose __init__ imports its modules': {
    'src/pkg/__init__.py': 'from . import server\ndef main():\n    server.main()  # -> main\n',
    'src/pkg/server.py': 'def main(): pass\n',
    'src/run.py': 'from pkg import server, main\nserver.main()  # -> main\nmain()  # -> main\n',
  },
  'what a data class is given where it is made, for a field that says nothing': {
    'a.py':
      'from dataclasses import dataclass\nfrom typing import Any\nclass Pool:\n    def take(self): pass\n@dataclass\nclass App:\n    pool: Any\n    other: Any\n@dataclass\nclass Two:\n    pool: Any\ndef made():\n    return App(pool=Pool(), other=None)\ndef ways(x):\n    Two(pool=x)\n    return Two(pool=Pool())\ndef f():\n    made().pool.take()  # -> Pool.take\n    made().other.take()  # -> ?\n    ways(1).pool.take()  # -> ?\n',
  },
  'what the lifespan of an MCP server keeps, and what is injected': {
    'server.py':
      'from contextlib import asynccontextmanager\nfrom mcp.server.fastmcp import Context, FastMCP\nfrom mcp.server.session import ServerSession\nfrom fastapi import Depends\nclass App:\n    def run(self): pass\nclass Pool:\n    def take(self): pass\ndef get_pool():\n    yield Pool()\n@asynccontextmanager\nasync def lifespan(server):\n    pool = Pool()\n    yield {"pool": pool}\nmcp = FastMCP("x", lifespan=lifespan)\nasync def tool(ctx: Context, typed: Context[ServerSession, App], p=Depends(get_pool)):\n    ctx.request_context.lifespan_context["pool"].take()  # -> Pool.take\n    typed.request_context.lifespan_context.run()  # -> App.run\n    ctx.info("x")  # -> mcp.server.fastmcp.Context.info\n    p.take()  # -> Pool.take\n    mcp.get_context().request_context.lifespan_context["pool"].take()  # -> Pool.take\n',
  },
  'work for other threads': {
    'a.py':
      'import asyncio, threading\nfrom concurrent.futures import ThreadPoolExecutor\nfrom functools import partial\nimport anyio\nfrom asgiref.sync import sync_to_async\npool = ThreadPoolExecutor()\ndef work(x): pass\nclass C:\n    def run(self): pass\nshared = sync_to_async(work)\nasync def f(c: C):\n    asyncio.to_thread(work, 1)  # -> asyncio.to_thread thread (work)\n    asyncio.to_thread(c.run)  # -> asyncio.to_thread thread (C.run)\n    loop = asyncio.get_running_loop()\n    loop.run_in_executor(None, partial(work, 1))  # -> asyncio.AbstractEventLoop.run_in_executor thread (work)\n    loop.run_in_executor(pool, lambda: work(1))  # -> asyncio.AbstractEventLoop.run_in_executor thread (line 16)\n    anyio.to_thread.run_sync(work)  # -> anyio.to_thread.run_sync thread (work)\n    pool.submit(work, 1)  # -> concurrent.futures.ThreadPoolExecutor.submit thread (work)\n    threading.Thread(target=work)  # -> threading.Thread thread (work)\n    asyncio.create_task(g())  # -> asyncio.create_task\n    sync_to_async(work)  # -> asgiref.sync.sync_to_async thread (work)\n    shared(1)  # -> work: thread (work)\nasync def g(): pass\n',
  },
  'wrappers that only hand on to a thread': {
    'src/a.py':
      'from wrap import either, in_thread, retry, run_blocking, run_named, run_other, run_partial\nfrom utils.asyncio import make_async\ndef work(x): pass\n@in_thread\ndef decorated(): pass\n@retry\ndef retried(): pass\n@either\ndef both(): pass\n@make_async\ndef made(): pass\nasync def f():\n    both()  # -> both: wrapper thread (both)\n    made()  # -> made: thread (made)\n    run_blocking(work, 1)  # -> run_blocking thread (work)\n    run_partial(work)  # -> run_partial thread (work)\n    run_named(work)  # -> run_named thread (work)\n    run_other(work)  # -> run_other (work)\n    decorated()  # -> decorated: wrapper thread (decorated)\n    retried()  # -> retried (wrapper)\n',
    'src/wrap.py':
      'import asyncio, functools\nasync def run_blocking(fn, *args):\n    return await asyncio.to_thread(fn, *args)\nasync def run_partial(fn, *args, **kw):\n    loop = asyncio.get_event_loop()\n    return await loop.run_in_executor(None, functools.partial(fn, *args, **kw))\nasync def run_named(fn, *args):\n    call = functools.partial(fn, *args)\n    return await asyncio.to_thread(call)\nasync def run_other(fn):\n    if x:\n        return fn()\n    return await asyncio.to_thread(lambda: fn())\ndef in_thread(fn):\n    @functools.wraps(fn)\n    async def wrapper(*args):\n        return await asyncio.to_thread(fn, *args)\n    return wrapper\ndef retry(fn):\n    def wrapper(*args):\n        return fn(*args)\n    return wrapper\ndef either(fn):\n    async def wrapper(*args):\n        if asyncio.iscoroutinefunction(fn):\n            return await fn(*args)\n        return await asyncio.get_running_loop().run_in_executor(None, lambda: fn(*args))\n    return wrapper\n',
    'src/utils/asyncio.py': 'import asyncio, functools\n@functools.lru_cache(maxsize=None)\ndef make_async(fn):\n    return functools.wraps(fn)(functools.partial(asyncio.to_thread, fn))\n',
  },
  'what runs when the process ends is nobody’s callback': {
    'a.py': 'import atexit, signal\ndef stop(): pass\natexit.register(stop)  # -> atexit.register\nsignal.signal(signal.SIGINT, stop)  # -> signal.signal\nmap(stop, [])  # -> map (stop)\n',
  },
  'what a scheduler runs at its time is not run by who registers it': {
    'a.py':
      'import schedule\nfrom apscheduler.schedulers.asyncio import AsyncIOScheduler\nclass S:\n    def __init__(self, queue):\n        self.scheduler = AsyncIOScheduler(timezone="UTC")\n        self.queue = queue\n    def start(self, trigger, other):\n        self.scheduler.add_job(func=self.job, trigger=trigger)  # -> apscheduler.schedulers.asyncio.AsyncIOScheduler.add_job\n        other.add_job(self.job, "cron")  # -> ?\n        self.queue.add_job(self.job)  # -> ? (S.job)\n        schedule.every(10).minutes.do(self.job)  # -> schedule.every().minutes.do\n    def job(self): pass\n',
  },
};

describe('resolver: Python', () => {
  for (const [shape, files] of Object.entries(shapes)) {
    it(shape, async () => {
      assert.deepEqual((await resolvedWorld(files)).mistakes(), []);
    });
  }
});
