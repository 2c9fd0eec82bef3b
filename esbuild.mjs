// Builds everything that runs: `node esbuild.mjs [--watch]`. One entry per process or page.
import { build, context } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ruleInfos } from './src/app/rules.ts';

const watch = process.argv.includes('--watch');
const common = { bundle: true, sourcemap: true, logLevel: 'warning', legalComments: 'none' };
// not minified: the stack of a defect can be read as it is reported. jsonc-parser's CommonJS build cannot be bundled
const node = { ...common, mainFields: ['module', 'main'], platform: 'node', target: 'node20.18', format: 'cjs', define: { 'import.meta.dirname': '__dirname' } };
const browser = { ...common, minify: !watch, platform: 'browser', target: 'chrome128', format: 'iife' };

/**
 * `await import('./onDemand.ts')` requires the bundle beside its own, instead of taking the modules in: V8 reads all of a file
 * before it runs the first line of it. A static import of it would be a mistake. (`supported` below makes it a `require`,
 * which needs no ESM loader in the extension host.)
 */
const onDemand = {
  name: 'onDemand',
  setup(b) {
    b.onResolve({ filter: /\/onDemand\.ts$/ }, ({ kind }) => {
      if (kind === 'dynamic-import') return { path: './onDemand.cjs', external: true };
      return kind === 'entry-point' ? undefined : { errors: [{ text: "onDemand.ts is to be imported where it is needed, by import('./onDemand.ts')" }] };
    });
  },
};

/** One copy of the interface of VS Code for the whole bundle: by itself esbuild makes one, with its hundreds of members, for every file that imports it. */
const vscode = {
  name: 'vscode',
  setup(b) {
    b.onResolve({ filter: /^vscode$/ }, ({ namespace }) => (namespace === 'vscode' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'vscode' }));
    b.onLoad({ filter: /.*/, namespace: 'vscode' }, () => ({ contents: "export * from 'vscode';" }));
  },
};

/** What only a profile needs, two thirds of the command: a file for each, so that a load test does not hold the text of them. */
const clients = { undici: 'undici.cjs', ws: 'ws.cjs', '@modelcontextprotocol/client': 'mcpClient.cjs' };
const clientsApart = {
  name: 'clientsApart',
  setup(b) {
    b.onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) => (kind !== 'entry-point' && path in clients ? { path: `./${clients[path]}`, external: true } : undefined));
  },
};

/** Entry points whose room exists; [entry, output, options]. */
const bundles = [
  // the VS Code door; `vscode` is given by the host
  ['src/extension/extension.ts', 'dist/extension.cjs', { ...node, supported: { 'dynamic-import': false }, plugins: [onDemand, vscode] }],
  // what of it is large and seldom needed
  ['src/extension/onDemand.ts', 'dist/onDemand.cjs', node],
  // the terminal door, which is also the engine process of the extension
  ['src/cli/main.ts', 'dist/cli.cjs', { ...node, banner: { js: '#!/usr/bin/env node' }, supported: { 'dynamic-import': false }, plugins: [clientsApart] }],
  ...Object.entries(clients).map(([name, file]) => [`node_modules/${name}`, `dist/${file}`, node]),
  // ends the process trees of an engine that was killed
  ['src/wire/reaper.ts', 'dist/reaper.cjs', node],
  // the static analysis, a thread of whichever door it is
  ['src/app/lint/worker.ts', 'dist/lintWorker.cjs', node],
  // generates load, a thread or several of the engine
  ['src/load/thread.ts', 'dist/loadThread.cjs', node],
  // runs inside the profiled process, in whatever Node that has
  ['src/probe/node/boot.ts', 'dist/probe/boot.cjs', { ...node, target: 'node18', sourcemap: false, minify: true }],
  ['src/probe/node/loopBoot.ts', 'dist/probe/loop.cjs', { ...node, target: 'node18', sourcemap: false, minify: true }],
  // the panel and the HTML report
  ['webview/main.ts', 'dist/webview/main.js', browser],
  // the sample server of `npm start` and of the walkthrough; readable, with its source map, as an author's build is
  ['media/sample-server/server.ts', 'dist/sample-server.mjs', { ...node, format: 'esm', define: {}, sourcesContent: false,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } }],
].filter(([entry]) => existsSync(entry));

/** The files that went into each bundle. `--inputs FILE` writes them, for the checks of the package. */
const inputs = {};
function note(output, metafile) {
  inputs[output] = Object.keys(metafile.inputs).sort();
}

/** `import source from 'inline:./file.ts'`: the bundled text of another entry, for a worker that is started from a blob. */
const inline = {
  name: 'inline',
  setup(b) {
    b.onResolve({ filter: /^inline:/ }, async (a) => {
      const r = await b.resolve(a.path.slice('inline:'.length), { resolveDir: a.resolveDir, kind: 'import-statement' });
      return { path: r.path, namespace: 'inline', errors: r.errors };
    });
    b.onLoad({ filter: /.*/, namespace: 'inline' }, async (a) => {
      const r = await build({ ...browser, sourcemap: false, entryPoints: [a.path], write: false, metafile: true });
      note(a.path, r.metafile);
      return { contents: r.outputFiles[0].text, loader: 'text', watchFiles: Object.keys(r.metafile.inputs) };
    });
  },
};

// what the analysis parses with, as it comes
mkdirSync('dist/grammars', { recursive: true });
for (const name of ['tree-sitter', 'tree-sitter-typescript', 'tree-sitter-tsx', 'tree-sitter-javascript', 'tree-sitter-python']) {
  copyFileSync(`node_modules/@vscode/tree-sitter-wasm/wasm/${name}.wasm`, `dist/grammars/${name}.wasm`);
}

// the pages of the rules, so that the extension host need not load the rules to show one
mkdirSync('dist/rules', { recursive: true });
for (const { id, page } of ruleInfos()) writeFileSync(`dist/rules/${id}.md`, page);

// what a locustfile is made of
mkdirSync('dist/locust', { recursive: true });
for (const name of readdirSync('src/load/locust').filter((file) => file.endsWith('.py'))) copyFileSync(`src/load/locust/${name}`, `dist/locust/${name}`);

const results = await Promise.allSettled(
  bundles.map(async ([entry, outfile, options]) => {
    const settings = { ...options, entryPoints: [entry.replace(/^node_modules\//, '')], outfile, plugins: [inline, ...(options.plugins ?? [])] };
    if (watch) await (await context(settings)).watch();
    else note(outfile, (await build({ ...settings, metafile: true })).metafile);
  }),
);
// esbuild has printed what is wrong
if (results.some((r) => r.status === 'rejected')) process.exitCode = 1;

const at = process.argv.indexOf('--inputs');
if (at > 0) {
  const list = process.argv[at + 1];
  mkdirSync(dirname(list), { recursive: true });
  writeFileSync(list, JSON.stringify(inputs, null, 1));
}
