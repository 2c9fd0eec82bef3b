import assert from 'node:assert/strict';
import { rules } from '../../src/analysis/rules/index.ts';
import { lintWorld } from './support/lintWorld.ts';
import { head, python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said: other modes of a program, and what is done at once

describe('judged: modes', () => {
  it('what an option of the command line asks for instead of a server may print', async () => {
    const text = (way: string) => `import { parse } from './parse.js';\nfunction showKey() { console.log('key'); }\nfunction early(cliOptions: any) { ${way} return false; }\nasync function main() {\n  const cliOptions = parse(process.argv);\n  if (early(cliOptions)) process.exit(0);\n  await server.connect(new StdioServerTransport());\n}\nvoid main();\n`;
    assert.deepEqual(await said('stdout-pollution', text('if (cliOptions.generateKey) { showKey(); return true; }')), []);
    assert.equal((await said('stdout-pollution', text('if (cliOptions.verbose) { showKey(); }'))).length, 1, 'the server goes on');
    assert.equal((await said('stdout-pollution', text('if (tools.length > 0) { showKey(); return true; }'))).length, 1, 'no option');
    const inTool = (condition: string) => `${tool(`if (${condition}) { console.log('x'); return {}; } return {};`)}await server.connect(new StdioServerTransport());\n`;
    assert.equal((await said('stdout-pollution', inTool('args.verbose'))).length, 1, "a tool's own arguments");
  });

  it('a repository that is only opened runs no program', async () => {
    const list = (use: string) => said('slow-list', python('import git', `@mcp.resource("repo://all")\ndef all() -> str:\n    return ""\n`) + `\nfrom mcp.server import Server\nserver = Server("x")\n@server.list_resources()\nasync def resources():\n    return [str(git.Repo("/data")${use})]\n`);
    assert.deepEqual(await list('.working_tree_dir'), []);
    assert.equal((await list('.git.status()')).length, 1);
  });

  it('what is said at the start, before it serves: each time, or in some starts', async () => {
    const levelOf = async (text: string) => /^\w+/.exec((await said('stdout-pollution', python('import os', `@mcp.tool()\ndef run() -> str:\n    return ""\ndef main():\n    transport = os.getenv("TRANSPORT", "stdio")\n    ${text.replaceAll('\n', '\n    ')}\n    mcp.run()\nif __name__ == "__main__":\n    main()\n`))).join())?.[0];
    assert.equal(await levelOf('print("begins")'), 'warning');
    assert.equal(await levelOf('if transport == "stdio":\n    print("begins")\n    mcp.run()\n    return'), 'warning');
    for (const some of ['if not os.getenv("KEY"):\n    print("no key")', 'if not read():\n    print("no key")', 'try:\n    load()\nexcept OSError:\n    print("not read")']) assert.equal(await levelOf(some), 'hint', some);
    // one of two is said in any case
    assert.equal(await levelOf('if read():\n    print("read")\nelse:\n    print("not read")'), 'warning');
  });

  it('a conditional expression that chooses HTTP, and the action of another command, may print', async () => {
    const start = (run: string) => `async function startHttp() { console.log('listening'); }\nasync function startStdio() { await server.connect(new StdioServerTransport()); }\nawait (${run});\n`;
    assert.deepEqual(await said('stdout-pollution', start("config.transport === 'http' ? startHttp() : startStdio()")), []);
    assert.equal((await said('stdout-pollution', start('startHttp().then(() => startStdio())'))).length, 1);
    const command = (name: string) => `import { withKey } from './options.js';\nfunction list() { console.log('all'); }\nwithKey(program).${name}(list);\nawait server.connect(new StdioServerTransport());\n`;
    assert.deepEqual(await said('stdout-pollution', command('action')), []);
    assert.equal((await said('stdout-pollution', command('each'))).length, 1);
    const python3 = (choice: string) => python('', `def over_http() -> None:\n    print("listening")\n    mcp.run(transport="sse")\n@mcp.tool()\ndef run() -> str:\n    return ""\ndef main() -> None:\n    ${choice}\nmain()\n`);
    assert.deepEqual(await said('stdout-pollution', python3('over_http() if args.transport == "sse" else mcp.run()')), []);
  });

  it('a signal to a process, or the look for one, waits for nothing', async () => {
    const text = (command: string) => python('import subprocess', `@mcp.tool()\ndef run(pid: str) -> str:\n    subprocess.run([${command}])\n    return ""\n`);
    for (const command of ['"kill", pid', '"pgrep", "-f", pid', '"taskkill", "/PID", pid']) assert.deepEqual(await said('missing-timeout', text(command)), [], command);
    assert.equal((await said('missing-timeout', text('"ssh", pid'))).length, 1);
  });

  it('an engine of jinja is made in no time; what it compiles is told', async () => {
    const text = (body: string) => python('from jinja2 import Environment, DictLoader', `@mcp.tool()\nasync def run(name: str) -> str:\n    ${body}\n`);
    assert.deepEqual(await said('compile-in-handler', text('return Environment().from_string(name).render()')), []);
    assert.match((await said('compile-in-handler', text('return Environment(loader=DictLoader({"a": "b"})).get_template("a").render()'))).join(), /^hint: /, 'it would keep what it has loaded');
    assert.match((await said('compile-in-handler', text('return Environment().from_string("Hello {{ name }}").render(name=name)'))).join(), /^warning: /);
  });

  it('a pause in slices, which ends when all is to end', async () => {
    const text = (flag: string) => said('busy-wait', python('import time', `class Pool:\n    def __init__(self):\n        self.${flag} = True\n    def stop(self):\n        self.${flag} = False\n    def work(self):\n        for _ in range(60):\n            if not self.${flag}:\n                break\n            time.sleep(1)\npool = Pool()\n@mcp.tool()\ndef run(name: str) -> str:\n    pool.work()\n    return ""\n`));
    assert.deepEqual(await text('_running'), []);
    assert.equal((await text('_pending')).length, 1);
  });

  it('a timer that only tells, and a pause that grows with the number of the round', async () => {
    const timer = (request: string) => `const url = 'https://lamp.example/1';\nfunction next() { return ${request}; }\nsetInterval(() => { void next(); }, 500);\n${tool('return {};')}`;
    assert.deepEqual(await said('polling', timer("fetch(url, { method: 'PUT', body: '{}' })")), []);
    assert.equal((await said('polling', timer('fetch(url)'))).length, 1);
    const loop = (pause: string) => python('import time, requests', `@mcp.tool()\nasync def run(name: str) -> str:\n    for attempt in range(30):\n        if requests.get("https://x.example/status").json()["state"] == "ready":\n            return ""\n        time.sleep(${pause})\n    return ""\n`);
    assert.deepEqual(await said('polling', loop('1.0 + attempt')), []);
    assert.equal((await said('polling', loop('1.0 + 1'))).length, 1);
  });

  it('a client that is put in the place of a kept one that has failed', async () => {
    const text = (failed: string) => python('from neo4j import GraphDatabase', `class Graph:\n    def __init__(self):\n        self._driver = GraphDatabase.driver("bolt://db.example")\n    def again(self):\n        self._driver = GraphDatabase.driver("bolt://db.example")\n    def ask(self, name):\n        ${failed}\n        return self._driver.session().run(name)\ngraph = Graph()\n@mcp.tool()\nasync def run(name: str) -> str:\n    return graph.ask(name)\n`);
    assert.deepEqual(await said('client-per-call', text('try:\n            return self._driver.session().run(name)\n        except OSError:\n            self.again()')), []);
    assert.equal((await said('client-per-call', text('self.again()'))).length, 1);
  });

  it('schemas that hardly cost anything are told once for a file', async () => {
    const text = (tools: number) => ({
      'package.json': '{ "dependencies": { "zod": "^4.1.0" } }',
      'server.ts': `${head}import { z } from 'zod';\n${Array.from({ length: tools }, (_, i) => `server.registerTool('tool_${i}', { inputSchema: {} }, async (args) => { const schema = z.object({ name: z.string(), a${i}: z.number() }); return { content: [schema.parse(args)] }; });`).join('\n')}\n`,
    });
    const of = async (tools: number) => {
      const { findings } = await lintWorld({ files: text(tools), versions: { zod: '4.1.0' }, rules: rules.filter((r) => r.id === 'compile-in-handler') });
      return findings.map((f) => `${f.severity}: ${f.message}`);
    };
    assert.equal((await of(3)).length, 3);
    assert.deepEqual(await of(11), ['hint: `z.object()` makes the same schema in every call, as in lines 6, 7, 8, 9, 10, 11, 12, 13 and 2 more (in tool `tool_0` and 10 others).']);
  });

  it('an archive in memory is read from no disk', async () => {
    const text = (of: string) => python('import io, zipfile, httpx', `@mcp.tool()\nasync def run(name: str) -> bytes:\n    async with httpx.AsyncClient() as http:\n        body = (await http.get("https://x.example")).content\n    with zipfile.ZipFile(${of}) as archive:\n        return archive.read("schema.json")\n`);
    assert.deepEqual(await said('blocking-call', text('io.BytesIO(body)')), []);
    assert.equal((await said('blocking-call', text('name'))).length > 0, true);
  });

  it('what stands in for a package that is needed anyway', async () => {
    const text = (flag: string, condition: string) => python(`try:\n    import aiofiles\n    ${flag} = True\nexcept ImportError:\n    ${flag} = False`, `@mcp.tool()\nasync def run(name: str, body: str) -> str:\n    if ${condition}:\n        with open(name, "w") as f:\n            f.write(body)\n        return ""\n    async with aiofiles.open(name, "w") as f:\n        await f.write(body)\n    return ""\n`);
    assert.deepEqual(await said('blocking-call', text('HAS_AIOFILES', 'not HAS_AIOFILES')), []);
    assert.equal((await said('blocking-call', text('HAS_AIOFILES', 'HAS_AIOFILES'))).length > 0, true);
    assert.equal((await said('blocking-call', text('verbose', 'not verbose'))).length > 0, true, 'no such flag');
  });

  it('keys that name files which are there', async () => {
    const text = (found: string) => python('import json\nfrom pathlib import Path', `_known = {}\ndef path_of(name):\n    path = Path("/data") / f"{name}.json"\n    return ${found}\n@mcp.tool()\ndef run(name: str) -> str:\n    path = path_of(name)\n    if not path:\n        return ""\n    if name not in _known:\n        _known[name] = json.loads(path.read_text())\n    return _known[name]\n`);
    assert.deepEqual(await said('unbounded-cache', text('path if path.exists() else None')), []);
    assert.equal((await said('unbounded-cache', text('path'))).length, 1);
  });

  it('a loop that says why it has to look', async () => {
    const text = (comment: string) => python('import time, requests', `@mcp.tool()\nasync def run(name: str) -> str:\n    ${comment}\n    while True:\n        if requests.get("https://x.example/status").json()["state"] == "ready":\n            return ""\n        time.sleep(2)\n`);
    assert.deepEqual(await said('polling', text("# the device can't notify, so we look")), []);
    assert.equal((await said('polling', text('# waits for the device'))).length, 1);
  });

  it('what is put where it was missing is done the first time only', async () => {
    const unpack = (place: string, then: string) => said('blocking-call', `import { existsSync, readFileSync } from 'node:fs';\nimport fs from 'node:fs/promises';\nimport zlib from 'node:zlib';\nconst SCHEMA = '/data/schema.json';\nasync function load(place: string) { if (!existsSync(place)) { const text = zlib.gunzipSync(await fs.readFile(place + '.gz')).toString(); ${then} return text; } return ''; }\n${tool(`return { text: await load(${place}) };`)}`);
    assert.deepEqual((await unpack('SCHEMA', 'await fs.writeFile(place, text);')).map((s) => s.slice(0, 12)), ['information:']);
    assert.match((await unpack('SCHEMA', '')).join(), /^warning: /, 'nothing is put there');
    assert.match((await unpack('args.place', 'await fs.writeFile(place, text);')).join(), /^warning: /, 'each call has its own');
    const fetched = (then: string) => said('blocking-call', python('import pathlib, urllib.request', `DOC = pathlib.Path("/data/doc.txt")\n@mcp.tool()\nasync def run(name: str) -> str:\n    if DOC.exists():\n        return ""\n    body = urllib.request.urlopen("https://x.example", timeout=9)\n    ${then}\n    return ""\n`));
    for (const then of ['DOC.write_bytes(body)', 'with open(DOC, "wb") as f:\n        f.write(body)']) assert.doesNotMatch((await fetched(then)).join(), /warning: .*urlopen/, then);
    assert.match((await fetched('print(body)')).join(), /warning: .*urlopen/);
  });

  it('credentials that a class method hands on, and a part of a header', async () => {
    const text = (of: string, key: string) => python('import httpx\nfrom mcp.server.fastmcp import Context', `class Api:\n    def __init__(self, base, key):\n        self.http = httpx.Client(base_url=base, headers={"Authorization": key})\n    ${of}\n    def get(self):\n        return self.http.get("/a").text\n@mcp.tool()\ndef run(ctx: Context, name: str) -> str:\n    auth = ctx.headers["authorization"]\n    return Api.made(${key}).get()\n`);
    const ofClass = '@classmethod\n    def made(cls, key):\n        return cls("https://api.example", key)';
    const ofNone = '@staticmethod\n    def made(key):\n        return Api("https://api.example", key)';
    for (const way of [ofClass, ofNone]) for (const key of ['auth', 'auth[7:]', 'auth[7:].strip()']) assert.deepEqual(await said('client-per-call', text(way, key)), [], `${way} ${key}`);
    assert.equal((await said('client-per-call', text(ofClass, '"k"'))).length, 1);
  });
});
