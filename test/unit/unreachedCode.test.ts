import assert from 'node:assert/strict';
import { blockingCall } from '../../src/analysis/rules/blocking-call.ts';
import { stdoutPollution } from '../../src/analysis/rules/stdout-pollution.ts';
import { lintWorld } from './support/lintWorld.ts';

// Code that stands in the reach of a handler and yet never runs for one. Lines that are found are marked with FINDS.

const python = (tool: string, helper: string) => ({
  'server.py': `import json, sys, time
from mcp.server.fastmcp import FastMCP
from helper import *
mcp = FastMCP("x")

@mcp.tool()
async def first(path: str) -> str:
${tool}

mcp.run()
`,
  'helper.py': helper,
});

const script = (tool: string, helper: string) => ({
  'server.ts': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { run, twice } from './helper.js';
const server = new McpServer({ name: 'x', version: '1' });
server.tool('first', async (args: { path: string }) => {
${tool}
});
await server.connect(new StdioServerTransport());
`,
  'helper.ts': helper,
});

const worlds: [title: string, files: Record<string, string>][] = [
  ['behind a try or an if of which all ways leave, in Python', python('    return run(path) or more(path) or both(path)', 'import time\n\ndef run(path):\n    try:\n        return path\n    except OSError:\n        try:\n            return ""\n        except Exception as e:\n            raise e\n    time.sleep(1)\n    print("never")\n\ndef more(path):\n    try:\n        return path\n    except OSError:\n        pass\n    print("fell through")  # FINDS\n\ndef both(path):\n    if path:\n        return 1\n    elif path is None:\n        return 2\n    else:\n        raise ValueError\n    print("never")\n')],
  ['the same in TypeScript, where functions are there before', script('  return run(args.path) ?? twice(args.path);', "export function run(path: string) {\n  try {\n    return later(path);\n  } catch {\n    return '';\n  }\n  function later(one: string) {\n    console.log(one); // FINDS\n    return one;\n  }\n  console.log('never');\n}\nexport function twice(path: string) {\n  try {\n    return path.trim();\n  } finally {\n    console.log('done'); // FINDS\n  }\n  console.log('never');\n}\n")],
  ['what a file does when it is started itself', python('    return run(path)', 'def run(path):\n    return path\n\nif __name__ == "__main__":\n    print("demo", run("a"))\n')],
  ['the same in the file that serves', { 'server.py': 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n\nif __name__ == "__main__":\n    print("starting")  # FINDS\n    mcp.run()\n' }],
  ['what an imported file prints in any case', python('    return run(path)', 'print("loaded")  # FINDS\n\ndef run(path):\n    return path\n')],
  ['for a test runner', script('  return run(args.path);', "const isJest = typeof process !== 'undefined' && !!process.env.JEST_WORKER_ID;\nexport function run(path: string) {\n  if (isJest) {\n    console.log(path);\n  }\n  if (process.env.NODE_ENV === 'test') console.log(path);\n  return path;\n}\n")],
  ['not for a test runner', script('  return run(args.path);', "export function run(path: string) {\n  if (process.env.NODE_ENV !== 'test') console.log(path); // FINDS\n  if (!process.env.VITEST) {\n    console.log(path); // FINDS\n  } else console.log('test');\n  return path;\n}\n")],

  ['a default that nobody changes', python('    return run(path)', 'def run(path, verbose=False, source=None):\n    if verbose:\n        print(path)\n    elif source is not None:\n        print(source)\n    else:\n        print("else")  # FINDS\n    return path\n')],
  ['a flag that one of two calls sets', python('    return run(path) + run(path, verbose=True)', 'def run(path, verbose=False):\n    if verbose:\n        print(path)  # FINDS\n    return path\n')],
  ['a flag by position', python('    return run(path, None, True)', 'def run(path, source=None, verbose=False):\n    if verbose and path:\n        print(path)  # FINDS\n    if source or not verbose:\n        print(source)\n    return path\n')],
  ['a flag that leaves early', python('    return run(path, check=True)', 'def run(path, check=False):\n    with open(path) as f:  # FINDS\n        pass\n    if check:\n        return path\n    print(path)\n    return write(path)\n\ndef write(path):\n    with open(path, "w") as f:\n        f.write("a")\n')],
  ['flags that are handed on together', python('    return run(path, check=True) + run(path, lint=False)', 'def run(path, check=False, lint=True):\n    if check:\n        return path\n    if lint:\n        print(path)\n    print("written")  # FINDS\n    return path\n')],
  ['a word', python('    return run(path, form="json")', 'def run(path, form):\n    if form == "text":\n        print(path)\n    elif form != "json":\n        print(path)\n    elif form == "json":\n        print(path)  # FINDS\n    return path\n')],
  ['what comes from the client, from a spread, from a variable', python('    options = json.loads(path)\n    loud = len(path) > 3\n    return run(path, verbose=loud) + also(path, **options) + third(path, *options)', 'def run(path, verbose=False):\n    if verbose:\n        print(path)  # FINDS\n    return path\n\ndef also(path, verbose=False):\n    if verbose:\n        print(path)  # FINDS\n    return path\n\ndef third(path, verbose=False):\n    if verbose:\n        print(path)  # FINDS\n    return path\n')],
  ['a parameter that the function itself sets', python('    return run(path)', 'def run(path, verbose=None):\n    if verbose is None:\n        verbose = len(path) > 3\n    if verbose:\n        print(path)  # FINDS\n    return path\n')],
  ['a decorator may hand over another one', python('    return run(path)', 'from somewhere import inject\n\n@inject\ndef run(path, session=None):\n    if session:\n        print(path)  # FINDS\n    return path\n')],
  ['methods, through a base class', python('    return await Text().run(path)', 'class Base:\n    def __init__(self, loud=False):\n        if loud:\n            print("loud")\n\n    async def read(self, path, file=None):\n        if file:\n            return self.load(file)\n        return path\n\n    def load(self, file):\n        with open(file) as f:\n            return f.read()\n\nclass Text(Base):\n    async def run(self, path):\n        return await self.read(path)\n')],
  ['a callback is called with what somebody else has', python('    return [*map(run, [path])]', 'def run(path, verbose=False):\n    if verbose:\n        print(path)  # FINDS\n    return path\n')],
  ['a function that calls itself', python('    return run(path)', 'def run(path, deep=False):\n    if deep:\n        print(path)  # FINDS\n        return path\n    return run(path, True)\n')],

  ['TypeScript: optional, default, null', script('  return run(args.path);', 'export function run(path: string, verbose?: boolean, level = 0, to: string | null = null) {\n  if (verbose) console.log(path);\n  if (level === 2 || to) console.log(path);\n  if (!verbose && to === null) {\n    console.log(path); // FINDS\n  }\n  return path;\n}\n')],
  ['TypeScript: constants of a call', script('  return run(args.path, true, undefined) + run(args.path, true, 1);', 'export function run(path: string, quietly: boolean, level?: number) {\n  if (!quietly) console.log(path);\n  if (level !== undefined) console.log(level); // FINDS\n  if (quietly) return path;\n  console.log(path);\n  return path;\n}\n')],
  ['an object says what it is, and constants are made of that', script('  return run(args.path, { log: console, quiet: true });', `export function run(path: string, options: { log?: Console; quiet?: boolean; form?: string } = {}) {
  const { log, form = 'text' } = options;
  const isCli = !log;
  const shape = log ? 'json' : 'text';
  if (isCli) console.log(path);
  if (shape === 'text') console.log(path);
  else console.log(path); // FINDS
  if (!options?.quiet) return console.log(path);
  if (form === 'text') console.log(form); // FINDS
  options.quiet && console.log(path); // FINDS
  options.quiet || console.log(path);
  return inner(path, { ...options, deep: true }) + shown(path, isCli);
}
function inner(path: string, { log, deep = false, ui }: { log?: Console; deep?: boolean; ui?: boolean }) {
  const say = () => {
    if (log && deep) return path;
    console.log(path);
  };
  if (ui) console.log(path);
  return say() ?? last(path, deep && !log);
}
function shown(path: string, ui = true) {
  if (ui) console.log(path);
  return path;
}
function last(path: string, ui: boolean) {
  if (ui) console.log(path);
  return path;
}
`)],
  ['what may be otherwise is not certain', script('  const options: { loud?: boolean } = {};\n  if (args.path) options.loud = true;\n  run(args.path, options);\n  run(args.path, { loud: args.path });\n  return run(args.path, { loud: false, ...JSON.parse(args.path) });', `export function run(path: string, options: { loud?: boolean } = {}) {
  const other = options.loud && path;
  const form = path || 'text';
  options.form = path;
  if (options.loud) console.log(path); // FINDS
  if (other) console.log(path); // FINDS
  if (form === 'json') console.log(path); // FINDS
  if (!options.form) console.log(path); // FINDS
  return path;
}
`)],
  ['another call does say it', script('  return run(args.path, { log: console }) + run(args.path, {}) + twice(args.path, {});', `export function run(path: string, { log }: { log?: Console }) {
  if (!log) console.log(path); // FINDS
  return path;
}
function twice(path: string, options: { seen?: boolean }) {
  if (options.seen) console.log(path); // FINDS
  else twice(path, { seen: true });
}
`.replace('function twice', 'export function twice'))],
  ['what FastMCP hands over', {
    'server.ts': `import { FastMCP } from 'fastmcp';
const server = new FastMCP({ name: 'x', version: '1.0.0' });
server.addTool({ name: 'first', execute: async (args, { log, session }) => run(args.path, log, { session }) });
function run(path: string, log: unknown, { session }: { session?: unknown }) {
  if (!log) console.log(path);
  if (session) console.log(path);
  if (!session) console.log(path); // FINDS
  return path;
}
server.start({ transportType: 'stdio' });
`,
  }],
];

describe('code that never runs for a handler', () => {
  for (const [title, files] of worlds) {
    it(title, async () => {
      const { findings } = await lintWorld({ files, rules: [stdoutPollution, blockingCall], versions: { mcp: '1.9.0' } });
      const marked = Object.entries(files).flatMap(([file, text]) => text.split('\n').flatMap((line, i) => (/(?:#|\/\/) FINDS$/.test(line) ? [`${file}:${i + 1}`] : [])));
      const found = findings.map((f) => `${f.file.split('/').pop()}:${f.line}`);
      assert.deepEqual([...new Set(found)].sort(), marked.sort(), findings.map((f) => `${f.line}: ${f.message}`).join('\n'));
    });
  }

  it('names the handler that gets there, not one whose call leaves it out', async () => {
    const files = { 'server.py': `from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")

def generate(path, only_check=False):
    if only_check:
        return path
    with open(path, "w") as f:
        return path

@mcp.tool()
async def check(path: str) -> str:
    return generate(path, only_check=True)

@mcp.tool()
async def write(path: str) -> str:
    return generate(path)
` };
    const { findings } = await lintWorld({ files, rules: [blockingCall] });
    assert.deepEqual(findings.map((f) => [f.line, f.handlers]), [[7, ['/world/server.py#tool:write']]]);
  });
});
