import assert from 'node:assert/strict';
import { resolvedWorld } from './support/resolveWorld.ts';

/** A shape, and the files that show it: what the outermost call of a line with `->` leads to. */
const shapes: Record<string, Record<string, string>> = {
  'a function of the file, before and after it is declared': {
    'a.ts': 'load(); // -> load\nfunction load() {}\nload(); // -> load\n',
  },
  'the innermost of several declarations of a name': {
    'a.ts': 'function load() {}\nfunction f() {\n  const load = () => 1;\n  load(); // -> load\n  {\n    const load = other;\n    load(); // -> other\n  }\n}\nfunction other() {}\nload(); // -> load\n',
  },
  'a name that is assigned two functions': {
    'a.ts': 'function a() {}\nfunction b() {}\nlet f = a;\nif (x) f = b;\nf(); // -> ?\n',
  },
  'one of two functions by a condition': {
    'a.ts': 'function a() {}\nfunction b() {}\nconst f = x ? a : b;\nf(); // -> ?\n',
  },
  'an object of one of a few classes, of all of which it is known': {
    'a.ts':
      "import Redis from 'ioredis';\nclass Base { all() {} }\nclass A extends Base { run() {} static make() {} }\nclass B extends Base { run() {} static make() {} }\nclass C { run() {} }\nclass D { run() {} }\nclass E { run() {} }\nconst c = x ? new A() : new B();\nc.run(); // -> nobody: A.run | B.run\nc.all(); // -> Base.all\n(x ? A : B).make(); // -> nobody: A.make | B.make\nfunction pick() { if (x) return new A(); if (y) return null; return new B(); }\npick()?.run(); // -> nobody: A.run | B.run\nlet d;\nif (x) d = new A();\nelse d = new B();\nd.run(); // -> nobody: A.run | B.run\nconst e = x ? new A() : unheardOf();\ne.run(); // -> ?\nconst f = x ? new C() : new Redis();\nf.run(); // -> ?\nconst g = x ? new A() : y ? new B() : z ? new C() : v ? new D() : new E();\ng.run(); // -> ?\nclass User {\n  private one: A | C;\n  private two;\n  constructor() { this.one = x ? new A() : new C(); if (x) this.two = new A(); else this.two = new C(); }\n  use() {\n    this.one.run(); // -> nobody: A.run | C.run\n    this.two.run(); // -> nobody: A.run | C.run\n  }\n}\n",
  },
  'a name that is used between its values': {
    'a.ts': 'class A { run() {} }\nclass B { run() {} }\nlet c = new A();\nc.run(); // -> ?\nc = new B();\nc.run(); // -> ?\n',
  },
  'overloads lead to the one with a body': {
    'a.ts': 'function f(a: string): void;\nfunction f(a: number): void;\nfunction f(a: unknown) {}\nf(1); // -> f\nclass C {\n  m(a: string): void;\n  m(a: unknown) {}\n}\nnew C().m(1); // -> C.m\n',
  },
  'imports: named, renamed, default, namespace': {
    'a.ts': "import made, { load, save as keep } from './lib/files.js';\nimport * as files from './lib/files';\nload(); // -> load\nkeep(); // -> save\nmade(); // -> main\nfiles.load(); // -> load\n",
    'lib/files.ts': 'export function load() {}\nexport const save = () => 1;\nexport default function main() {}\n',
  },
  'what is re-exported: by name, renamed, by star, as a namespace, in a circle': {
    'a.ts': "import { load, keep, deep, ns } from './index.js';\nload(); // -> load\nkeep(); // -> save\ndeep(); // -> deep\nns.save(); // -> save\n",
    'index.ts': "export { load, save as keep } from './files.js';\nexport * from './circle.js';\nexport * as ns from './files.js';\n",
    'circle.ts': "export * from './index.js';\nexport * from './deep.js';\n",
    'deep.ts': 'export function deep() {}\n',
    'files.ts': 'export const load = () => 1;\nfunction save() {}\nexport { save };\n',
  },
  'a default export: an object, an instance, a name, by re-export': {
    'a.ts': "import api from './api.js';\nimport client from './client.js';\nimport { again } from './again.js';\napi.load(); // -> load\nclient.get(); // -> Client.get\nagain(); // -> main\n",
    'api.ts': 'export default { load() {} };\n',
    'client.ts': 'class Client { get() {} }\nconst client = new Client();\nexport default client;\n',
    'again.ts': "export { default as again } from './main.js';\n",
    'main.ts': 'function main() {}\nexport { main as default };\n',
  },
  'CommonJS': {
    'a.js': "const { load, save } = require('./files');\nconst files = require('./files');\nconst one = require('./one');\nload(); // -> load\nsave(); // -> save\nfiles.load(); // -> load\none(); // -> one\nrequire('./files').load(); // -> load\n",
    'files.js': 'function load() {}\nexports.save = function save() {};\nmodule.exports.load = load;\n',
    'one.js': 'module.exports = function one() {};\n',
  },
  'CommonJS: an object, a class, imported by default': {
    'a.js': "import api from './api';\nimport Client from './client';\nconst { load } = require('./api');\napi.load(); // -> load\nload(); // -> load\nnew Client().get(); // -> Client.get\n",
    'api.js': 'const load = () => 1;\nmodule.exports = { load };\n',
    'client.js': 'class Client { get() {} }\nmodule.exports = Client;\n',
  },
  'a module that is imported when it is needed': {
    'a.ts': "async function f() {\n  const files = await import('./files.js');\n  files.load(); // -> load\n  const { load } = await import('./files.js');\n  load(); // -> load\n  (await import('./files.js')).load(); // -> load\n}\n",
    'files.ts': 'export function load() {}\n',
  },
  'endings and folders': {
    'a.ts': "import { a } from './x.js';\nimport { b } from './y.mjs';\nimport { c } from './folder';\nimport { d } from './z.ts';\nimport { e } from './view.js';\na(); // -> a\nb(); // -> b\nc(); // -> c\nd(); // -> d\ne(); // -> e\n",
    'x.ts': 'export function a() {}',
    'y.mts': 'export function b() {}',
    'folder/index.ts': 'export function c() {}',
    'z.ts': 'export function d() {}',
    'view.tsx': 'export function e() { return <p/>; }',
  },
  'methods, private and static ones, getters, arrows as fields': {
    'a.ts':
      'class C {\n  #key = 1;\n  #hide() {}\n  static make() { return new C(); }\n  get inner() { return new D(); }\n  arrow = () => { this.run(); }; // -> C.run\n  run() {\n    this.#hide(); // -> C.#hide\n    this.arrow(); // -> C.arrow\n    this.inner.go(); // -> D.go\n    C.make().run(); // -> C.run\n    [1].forEach(() => this.last()); // -> Array.forEach (line 12)\n    const later = () => {\n      this.last(); // -> C.last\n    };\n  }\n  last() {}\n}\nclass D { go() {} }\n',
  },
  'super, inherited and overridden methods': {
    'a.ts':
      "import { Base } from './base.js';\nclass A extends Base {\n  constructor() {\n    super(); // -> Base.constructor\n    super.run(); // -> Base.run\n  }\n  run() {}\n  go() {\n    this.run(); // -> A.run\n    this.shared(); // -> Base.shared\n  }\n}\nnew A().shared(); // -> Base.shared\nfunction f(b: Base) {\n  b.run(); // -> Base.run: Base.run | A.run\n  b.need(); // -> Base.need:\n}\n",
    'base.ts': 'export abstract class Base {\n  constructor() {}\n  run() {}\n  shared() {\n    this.run(); // -> Base.run: Base.run | A.run\n  }\n  abstract need(): void;\n}\n',
  },
  'an abstract method has all its implementations, an instance that was just made only its own': {
    'a.ts': 'abstract class T { abstract run(): void; }\nclass A extends T { run() {} }\nclass B extends T { run() {} }\nclass C extends B { run() {} }\nfunction f(t: T, b: B) {\n  t.run(); // -> T.run: A.run | B.run | C.run\n  b.run(); // -> B.run: B.run | C.run\n  new B().run(); // -> B.run\n}\n',
  },
  'an interface and who implements it': {
    'a.ts': 'interface Store { get(): void; size?: number }\nclass Memory implements Store { get() {} }\nfunction f(s: Store) {\n  s.get(); // -> Store.get: get | Memory.get\n  s.size(); // -> ?\n}\nconst s: Store = { get() {} };\ns.get(); // -> get\n',
  },
  'object literals that are declared to be of a type: of a variable, of what a function returns, of a field, by an assertion': {
    'types.ts': 'export type Accounts = { list(): Promise<string[]>; get: (id: string) => Promise<string> };\nexport type Platform = { accounts?: Accounts; other: { list(): void } };\n',
    'platform.ts':
      "import type { Accounts, Platform } from './types.js';\nexport function createPlatform(url: string): Platform {\n  const accounts: Accounts = { async list() { return []; }, get };\n  return { accounts, other: { list() {} } };\n}\nasync function get(id: string) { return id; }\nexport const second = { list: async () => ['a'] } as Accounts;\nexport const unrelated = { list() {} };\n",
    'use.ts':
      "import type { Accounts, Platform } from './types.js';\nclass Tools {\n  constructor(private readonly accounts: Accounts) {}\n  run() { this.accounts.list(); } // -> nobody: list | list\n}\nexport function tools({ accounts }: { accounts: Accounts }, platform: Platform) {\n  accounts.get('a'); // -> nobody: get\n  platform.accounts?.get('a'); // -> nobody: get\n  platform.other.list(); // -> ?\n}\n",
    'platform.test.ts': "import type { Accounts } from './types.js';\nconst double: Accounts = { async list() { return []; }, get: async (id) => id };\n",
  },
  'a union of two that both have the method is either, as behind an interface; of one that has it, it is that': {
    'a.ts': 'class A { run() {} }\nclass B { run() {} go() {} }\nfunction f(x: A | B, y: A | null, z?: B) {\n  x.run(); // -> nobody: A.run | B.run\n  x.go(); // -> B.go\n  y.run(); // -> A.run\n  z?.run(); // -> B.run\n}\n',
  },
  'annotations: parameters, variables, fields, parameter properties, what functions return': {
    'a.ts':
      'class C { run() {} next(): Promise<C> { return null as never; } }\nclass User {\n  private made: C;\n  constructor(private readonly given: C, other: C) {\n    this.assigned = other;\n  }\n  assigned;\n  async f(list: C[], map: Map<string, C>, table: Record<string, C>, set: Set<C>, maybe: C | undefined) {\n    this.made.run(); // -> C.run\n    this.given.run(); // -> C.run\n    this.assigned.run(); // -> C.run\n    list[0].run(); // -> C.run\n    map.get("x")?.run(); // -> C.run\n    table.x.run(); // -> C.run\n    table["y"].run(); // -> C.run\n    maybe!.run(); // -> C.run\n    (await this.given.next()).run(); // -> C.run\n    for (const c of list) {\n      c.run(); // -> C.run\n    }\n    for (const [key, c] of map) {\n      c.run(); // -> C.run\n    }\n    for (const c of set.values()) {\n      c.run(); // -> C.run\n    }\n    const made: Awaited<ReturnType<typeof make>> = x;\n    made.run(); // -> C.run\n  }\n}\nasync function make() { return new C(); }\n',
  },
  'type aliases, object types, interfaces with fields, imported types': {
    'a.ts':
      "import type { Deps, Maybe } from './types.js';\nimport type * as types from './types.js';\nfunction f(deps: Deps, m: Maybe, { client }: Deps, n: types.Maybe, o: { inner: { client: types.Client } }) {\n  deps.client.get(); // -> Client.get\n  m.get(); // -> Client.get\n  client.get(); // -> Client.get\n  n.get(); // -> Client.get\n  o.inner.client.get(); // -> Client.get\n}\n",
    'types.ts': 'export class Client { get() {} }\nexport interface Deps { client: Client }\nexport type Maybe = Client | undefined;\n',
  },
  'what functions return without an annotation, and factories': {
    'a.ts':
      'class C { run() {} self() { return this; } }\nfunction make() { return new C(); }\nconst later = async () => make();\nfunction api() {\n  return { load() {}, inner: { deep: () => 1 } };\n}\nmake().run(); // -> C.run\nnew C().self().self().run(); // -> C.run\nconst a = api();\na.load(); // -> load\na.inner.deep(); // -> deep\nconst { load } = api();\nload(); // -> load\nasync function f() {\n  (await later()).run(); // -> C.run\n  later().then((c) => c.run()); // -> Promise.then (line 16)\n  const [x, y] = await Promise.all([later(), 1]);\n  x.run(); // -> C.run\n}\n',
  },
  'object literals, their this, spreads and methods added by name': {
    'a.ts': 'const base = { shared() {} };\nconst api = {\n  ...base,\n  load() {\n    this.save(); // -> save\n  },\n  save: () => 1,\n};\napi.load(); // -> load\napi.shared(); // -> shared\napi["save"](); // -> save\napi.missing(); // -> ?\n',
  },
  'tables of functions that are looked up by a name': {
    'a.ts': 'function a() {}\nfunction b() {}\nconst handlers: Record<string, () => void> = { a, b: b };\nconst map = new Map([["a", a], ["b", b]]);\nfunction f(name: string) {\n  handlers[name](); // -> nobody: a | b\n  handlers.a(); // -> a\n  map.get(name)!(); // -> nobody: a | b\n  const h = handlers[name];\n  h(); // -> nobody: a | b\n  let other = handlers[name];\n  if (!other) other = (globalThis as any).other;\n  other(); // -> nobody: a | b\n}\n',
  },
  'modules of a folder that are loaded by a name': {
    'a.js': 'async function f(name, other) {\n  const m = await import(`./tools/${name}-tool.js`);\n  m.default(); // -> nobody: addTool | getTool\n  m.run(); // -> run\n  m[`${name}Handler`](); // -> nobody: addHandler | getHandler\n  m[`${other}Handler`](); // -> ?\n  m[other](); // -> ?\n  (await import(`./${name}/index.js`)).start(); // -> start\n  (await import(`./${name}/${other}.js`)).start(); // -> ?\n  (await import(`tools/${name}.js`)).default(); // -> ?\n}\n',
    'tools/add-tool.js': 'export default function addTool() {}\nexport function run() {}\nexport function addHandler() {}\n',
    'tools/get-tool.ts': 'export default function getTool() {}\nexport function getHandler() {}\n',
    'tools/get-tool.test.js': 'export default function test() {}\nexport function getHandler() {}\n',
    'tools/deep/put-tool.js': 'export default function put() {}\n',
    'tools/util.js': 'export default function util() {}\n',
    'tools/index.js': 'export function start() {}\n',
  },
  'lists of instances': {
    'a.ts': 'class A { run() {} }\nclass B { run() {} }\nconst tools = [new A(), new B()];\nfor (const t of tools) {\n  t.run(); // -> nobody: A.run | B.run\n}\ntools[1].run(); // -> B.run\n',
  },
  'singletons, and what is made when it is first needed': {
    'a.ts':
      'class C {\n  private static one: C | null = null;\n  static getInstance(): C { return (C.one ??= new C()); }\n  static get instance() { return C.one ?? new C(); }\n  run() {}\n}\nlet client: C | null = null;\nlet untyped = null;\nfunction get() {\n  if (!untyped) untyped = new C();\n  return untyped;\n}\nC.getInstance().run(); // -> C.run\nC.instance.run(); // -> C.run\nclient!.run(); // -> C.run\nget().run(); // -> C.run\n',
  },
  'bind, call, apply and functions handed on': {
    'a.ts': 'class C {\n  run() {}\n  f() {\n    const bound = this.run.bind(this);\n    bound(); // -> C.run\n    this.run.call(this); // -> C.run\n    this.run.bind(this); // -> ?\n    setTimeout(this.run.bind(this), 1); // -> setTimeout (C.run)\n  }\n}\n',
  },
  'generics: written out, by arguments, through callbacks, bounds, of base classes': {
    'a.ts':
      'class C { run() {} }\nclass Box<T> { constructor(readonly value: T) {} get(): T { return this.value; } }\nclass CBox extends Box<C> {}\nasync function retry<T>(f: () => Promise<T>): Promise<T> { return f(); }\nfunction first<T>(list: T[]): T { return list[0]; }\nfunction use<T extends C>(x: T) {\n  x.run(); // -> C.run\n}\nasync function f(b: Box<C>, list: C[]) {\n  b.get().run(); // -> C.run\n  b.value.run(); // -> C.run\n  new CBox(new C()).get().run(); // -> C.run\n  new Box(new C()).value.run(); // -> C.run\n  first(list).run(); // -> C.run\n  (await retry(async () => new C())).run(); // -> C.run\n  const g = await retry<C>(make);\n  g.run(); // -> C.run\n}\n',
  },
  'parameters of callbacks: array methods, by the type of the parameter, by what the callee hands over': {
    'a.ts':
      'class C { run() {} }\nfunction withClient<T>(use: (c: C) => T): T { return use(new C()); }\nfunction loose(use) { use(new C()); }\ntype Handler = { handle(c: C): void; other?: (c: C) => void };\nconst h: Handler = {\n  handle(c) {\n    c.run(); // -> C.run\n  },\n  other: (c) => {\n    c.run(); // -> C.run\n  },\n};\nfunction f(list: C[]) {\n  list.map((c) => {\n    c.run(); // -> C.run\n  });\n  list.filter(Boolean).reduce((n, c) => {\n    c.run(); // -> C.run\n  }, 0);\n  withClient((c) => {\n    c.run(); // -> C.run\n  });\n  loose((c) => {\n    c.run(); // -> C.run\n  });\n}\n',
  },
  'callbacks: inline, by name, in options, bound, made by a function': {
    'a.ts':
      'function a() {}\nconst make = () => function made() {};\nclass C { run() {} }\nconst c = new C();\nserver.tool("x", {}, a); // -> ? (a)\nserver.add({ name: "x", execute: a, more: { deep: () => 1 } }); // -> ? (a, deep)\n[1].map(a); // -> Array.map (a)\nsetInterval(() => {}, 5); // -> setInterval (line 8)\nqueue.push(c.run); // -> ? (C.run)\nserver.tool("y", make()); // -> ? (made)\n',
  },
  'what runs when the process ends is nobody’s callback': {
    'a.ts': 'function stop() {}\nprocess.on("SIGINT", stop); // -> process.on\nprocess.once("exit", () => stop()); // -> process.once\nprocess.on("message", stop); // -> process.on (stop)\n',
  },
  'what a scheduler runs at its time is not run by who registers it': {
    'a.ts':
      "import cron from 'node-cron';\nimport { CronJob } from 'cron';\nimport schedule from 'node-schedule';\nfunction job() {}\ncron.schedule('* * * * *', job); // -> node-cron.schedule\nnew CronJob('* * * * *', job); // -> cron.CronJob\nschedule.scheduleJob('* * * * *', () => job()); // -> node-schedule.scheduleJob\nplan.schedule('now', job); // -> ? (job)\n",
  },
  'names of Node and packages, however they are imported': {
    'a.ts':
      "import fs, { readFileSync as read, promises } from 'node:fs';\nimport * as all from 'fs';\nimport { readFile } from 'fs/promises';\nimport fsp from 'node:fs/promises';\nimport axios from 'axios';\nimport { z } from 'zod';\nimport { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { setTimeout as sleep } from 'node:timers/promises';\nconst cp = require('child_process');\nconst { execSync } = require('node:child_process');\nfs.readFileSync(p); // -> fs.readFileSync\nread(p); // -> fs.readFileSync\nall.statSync(p); // -> fs.statSync\npromises.readFile(p); // -> fs.promises.readFile\nfs.promises.stat(p); // -> fs.promises.stat\nreadFile(p); // -> fs.promises.readFile\nfsp.writeFile(p); // -> fs.promises.writeFile\naxios(u); // -> axios\naxios.get(u); // -> axios.get\naxios.create().get(u); // -> axios.get\nz.string().min(1); // -> zod.string().min\nnew McpServer(x); // -> @modelcontextprotocol/sdk.McpServer\nsleep(5); // -> timers.promises.setTimeout\ncp.execSync(c); // -> child_process.execSync\nexecSync(c); // -> child_process.execSync\nglobalThis.fetch(u); // -> fetch\nprocess.stdout.write(x); // -> process.stdout.write\nunheardOf(); // -> ?\n",
  },
  'instances of packages: made, annotated, returned by what is known': {
    'a.ts':
      "import Ajv from 'ajv';\nimport pg, { Pool } from 'pg';\nimport Database from 'better-sqlite3';\nimport express from 'express';\nimport { promisify } from 'util';\nimport { exec } from 'child_process';\nconst run = promisify(exec);\nclass Store {\n  private pool = new Pool();\n  constructor(private db: Database.Database) {}\n  async f(client: pg.Client) {\n    (await this.pool.connect()).query(q); // -> pg.PoolClient.query\n    this.db.prepare(q).all(); // -> better-sqlite3.Statement.all\n    client.query(q); // -> pg.Client.query\n    await run(c); // -> util.promisify(child_process.exec)\n    (await fetch(u)).json(); // -> Response.json\n  }\n}\nnew Ajv().compile(s); // -> ajv.compile\nexpress().get('/', h); // -> express().get\nnew Map().get(1); // -> Map.get\n",
  },
  'a base class of a package has what the class lacks': {
    'a.ts': "import { EventEmitter } from 'events';\nimport { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nclass Mine extends McpServer {\n  own() {\n    this.own(); // -> Mine.own\n    this.tool('x', h); // -> @modelcontextprotocol/sdk.McpServer.tool\n  }\n}\nnew Mine(); // -> @modelcontextprotocol/sdk.McpServer\n",
  },
  'work for other threads': {
    'a.ts':
      "import { Worker } from 'node:worker_threads';\nimport Piscina from 'piscina';\nfunction f() {}\nconst pool = new Piscina(o);\nnew Worker(f); // -> worker_threads.Worker thread (f)\npool.run(x); // -> piscina.run thread\nsetImmediate(f); // -> setImmediate (f)\n",
  },
};

describe('resolver: TypeScript and JavaScript', () => {
  for (const [shape, files] of Object.entries(shapes)) {
    it(shape, async () => {
      assert.deepEqual((await resolvedWorld(files)).mistakes(), []);
    });
  }

  it('paths of tsconfig, imports and exports of package.json, packages of a monorepo', async () => {
    const world = await resolvedWorld(
      {
        'app/main.ts':
          "import { a } from '@/lib/a';\nimport { b } from '#b';\nimport { c } from '@acme/core';\nimport { d } from '@acme/core/deep';\nimport { e } from '@acme/plain';\nimport { f } from '@acme/core/hidden';\nimport { g } from 'below/g';\na(); // -> a\nb(); // -> b\nc(); // -> c\nd(); // -> d\ne(); // -> e\nf(); // -> @acme/core/hidden.f\ng(); // -> g\n",
        'app/src/lib/a.ts': 'export function a() {}',
        'app/src/b.ts': 'export function b() {}',
        'app/below/g.ts': 'export function g() {}',
        'core/src/index.ts': 'export function c() {}',
        'core/src/deep/index.ts': 'export function d() {}',
        'core/src/hidden.ts': 'export function f() {}',
        'plain/src/index.ts': "import { inside } from '@/lib/inside';\nimport { above } from '~/above';\nexport function e() {}\ninside(); // -> inside\nabove(); // -> above\n",
        'plain/src/lib/inside.ts': 'export function inside() {}',
        'plain/above.ts': 'export function above() {}',
      },
      [
        { root: 'app', name: '@acme/app', baseUrl: '/world/app', paths: { '@/*': ['/world/app/src/*'] }, packageImports: { '#b': { types: './dist/b.d.ts', default: './dist/b.js' } } },
        { root: 'core', name: '@acme/core', packageExports: { '.': { import: { types: './dist/index.d.ts', default: './dist/index.js' } }, './*': './dist/*/index.js' } },
        { root: 'plain', name: '@acme/plain' },
      ],
    );
    assert.deepEqual(world.mistakes(), []);
  });

  it('of a folder with more than 200 modules none is meant', async () => {
    const one = 'async function f(name) {\n  const m = await import(`./tools/${name}.js`);\n  m.run(); // -> ';
    const tools = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`tools/t${i}.js`, `export const run = () => other${i}();`]));
    assert.deepEqual((await resolvedWorld({ 'a.js': `${one}?\n}`, ...tools(201) })).mistakes(), []);
    assert.notDeepEqual((await resolvedWorld({ 'a.js': `${one}?\n}`, ...tools(200) })).mistakes(), []);
  });
});
