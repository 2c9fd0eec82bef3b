import { node, type BlockingSink } from './blocking.ts';

/** Files of any size, or many of them. */
const readsAndWrites = 'readFileSync writeFileSync appendFileSync copyFileSync cpSync rmSync readdirSync truncateSync';
/** One system call, microseconds on a local disk. */
const quick =
  'existsSync statSync lstatSync accessSync realpathSync mkdirSync mkdtempSync unlinkSync rmdirSync renameSync symlinkSync linkSync readlinkSync chmodSync chownSync lchownSync utimesSync lutimesSync statfsSync opendirSync openSync';
/** These take a file descriptor, for which `fs.promises` has a `FileHandle`. */
const onDescriptors = 'readSync writeSync readvSync writevSync fsyncSync fdatasyncSync ftruncateSync fstatSync';

const files = ['fs', 'fs-extra', 'graceful-fs'].flatMap((module) => {
  const edit = module === 'fs' ? ({ edit: 'promises' } as const) : {};
  const twin = module === 'graceful-fs' ? 'fs.promises.$' : `${module === 'fs' ? 'fs.promises' : module}.$`;
  return [
    ...node(module, readsAndWrites, { on: 'waits for the disk', twin, ...edit }),
    ...node(module, quick.replace('existsSync ', '').replace(' openSync', ''), { on: 'waits for the disk', twin, level: 'hint', ...edit }),
    ...node(module, 'existsSync', { on: 'waits for the disk', twin: 'fs.promises.access', level: 'hint' }),
    ...node(module, 'openSync', { on: 'waits for the disk', twin: 'fs.promises.open', level: 'hint' }),
    ...node(module, onDescriptors, { on: 'waits for the disk', twin: 'FileHandle.$', level: 'hint' }),
    ...node(module, 'globSync', { on: 'waits for the disk', twin: 'fs.promises.glob', since: 'Node 22' }),
  ];
});

const children = [
  ...node('child_process', 'execSync execFileSync', { on: 'waits for a child process', twin: 'promisify($)', edit: 'promisify' }),
  ...node('child_process', 'spawnSync', { on: 'waits for a child process', twin: 'spawn' }),
  ...node('execa', 'execaSync execaCommandSync sync commandSync $.sync $.s', { on: 'waits for a child process', twin: 'execa' }),
  ...node('', 'cross-spawn.sync', { on: 'waits for a child process', twin: 'cross-spawn' }),
  ...node('shelljs', 'exec', { on: 'waits for a child process', twin: 'promisify(execFile)' }),
  ...node('zx', 'spawnSync', { on: 'waits for a child process', twin: '$' }),
  ...node('Bun', 'spawnSync', { on: 'waits for a child process', twin: 'Bun.spawn' }),
  ...node('command-exists', 'sync', { on: 'waits for a child process', twin: 'command-exists' }),
];

const computing = [
  ...node('crypto', 'pbkdf2Sync scryptSync generateKeyPairSync generatePrimeSync checkPrimeSync argon2Sync', { on: 'computes', twin: 'promisify($)', edit: 'promisify' }),
  ...node('zlib', 'gzipSync gunzipSync deflateSync inflateSync deflateRawSync inflateRawSync unzipSync brotliCompressSync brotliDecompressSync zstdCompressSync zstdDecompressSync', {
    on: 'computes',
    twin: 'promisify($)',
    edit: 'promisify',
  }),
  ...['bcrypt', 'bcryptjs', '@node-rs/bcrypt'].flatMap((module) => node(module, 'hashSync compareSync', { on: 'computes', twin: `${module}.$` })),
  ...node('@node-rs/argon2', 'hashSync verifySync', { on: 'computes', twin: '@node-rs/argon2.$' }),
  ...node('snappy', 'compressSync uncompressSync', { on: 'computes', twin: 'snappy.$' }),
  ...node('fflate', 'gzipSync gunzipSync zlibSync unzlibSync zipSync unzipSync deflateSync inflateSync decompressSync', { on: 'computes', twin: 'fflate.$' }),
  ...node('Bun', 'gzipSync gunzipSync deflateSync inflateSync', { on: 'computes', twin: 'zlib.$' }),
  ...node('esbuild', 'buildSync transformSync', { on: 'computes', twin: 'esbuild.$' }),
  ...node('@babel/core', 'transformSync transformFileSync parseSync', { on: 'computes', twin: '@babel/core.$Async' }),
  ...node('@swc/core', 'transformSync transformFileSync parseSync parseFileSync minifySync', { on: 'computes', twin: '@swc/core.$' }),
  ...node('sass', 'compile compileString renderSync', { on: 'computes', twin: 'sass.$Async' }),
  ...node('pngjs', 'PNG.sync.read PNG.sync.write', { on: 'computes', twin: 'PNG.parse' }),
];

const otherFiles = [
  ...node('fs-extra', 'outputFileSync outputJsonSync outputJSONSync readJsonSync readJSONSync writeJsonSync writeJSONSync copySync moveSync removeSync emptyDirSync', {
    on: 'waits for the disk',
    twin: 'fs-extra.$',
  }),
  ...node('fs-extra', 'ensureDirSync ensureFileSync mkdirsSync mkdirpSync pathExistsSync ensureLinkSync', { on: 'waits for the disk', twin: 'fs-extra.$', level: 'hint' }),
  ...node('', 'glob.sync glob.globSync fast-glob.sync fast-glob.globSync globby.sync globby.globbySync tinyglobby.globSync walk-sync klaw-sync', { on: 'waits for the disk', twin: 'glob' }),
  ...node('', 'rimraf.sync rimraf.rimrafSync del.sync del.deleteSync', { on: 'waits for the disk', twin: 'fs.promises.rm' }),
  ...node('', 'mkdirp.sync mkdirp.mkdirpSync mkdirp.manualSync which.sync find-up.sync find-up.findUpSync', { on: 'waits for the disk', twin: null, level: 'hint' }),
  ...node('', 'jsonfile.readFileSync jsonfile.writeFileSync write-file-atomic.sync load-json-file.loadJsonFileSync write-json-file.writeJsonFileSync', { on: 'waits for the disk', twin: 'fs.promises' }),
  ...node('', 'xlsx.readFile xlsx.writeFile xlsx.writeFileXLSX', { on: 'waits for the disk', twin: 'fs.promises.readFile' }),
  // with `sync: true`
  ...node('tar', 'create c extract x list t update u replace r', { on: 'waits for the disk', twin: null }),
  ...node('adm-zip', 'extractAllTo writeZip addLocalFolder', { on: 'waits for the disk', twin: 'adm-zip.$Async' }),
  ...node('shelljs', 'cat cp rm mv ls find grep sed sort uniq head tail', { on: 'waits for the disk', twin: 'fs.promises' }),
  ...node('Deno', 'readTextFileSync readFileSync writeTextFileSync writeFileSync copyFileSync readDirSync', { on: 'waits for the disk', twin: 'Deno.$' }),
  ...node('Deno', 'statSync lstatSync mkdirSync removeSync renameSync openSync', { on: 'waits for the disk', twin: 'Deno.$', level: 'hint' }),
];

const waiting = [
  ...node('', 'Atomics.wait', { on: 'waits for another thread', twin: 'Atomics.waitAsync', since: 'Node 16' }),
  ...node('', 'Bun.sleepSync', { on: 'sleeps', twin: 'Bun.sleep' }),
  ...node('', 'sync-request sync-fetch sync-rpc urllib-sync.request xmlhttprequest-sync', { on: 'waits for the network', twin: 'fetch' }),
  ...node('readline-sync', 'question prompt keyIn keyInYN keyInSelect questionInt promptLoop', { on: 'waits for input', twin: 'readline.promises' }),
  ...node('', 'prompt-sync()', { on: 'waits for input', twin: 'readline.promises' }),
  ...node('', 'deasync() deasync.sleep deasync.loopWhile deasync.runLoopOnce deasync.await', { on: 'waits for another thread', twin: 'await' }),
  ...node('', 'synckit.createSyncFn() sync-threads.createSyncFn()', { on: 'waits for another thread', twin: 'await' }),
];

/** Reads of an index are microseconds; what scans is not, and only a run can tell. */
const databases = [
  ...['better-sqlite3', 'sqlite.DatabaseSync', 'bun:sqlite.Database', 'better-sqlite3-multiple-ciphers', 'libsql'].flatMap((database) =>
    node('', `${database}.*`, { on: 'waits for a database', twin: null, level: 'information', members: /^(?:exec|pragma|backup|(?:prepare|query)\(\)(?:\.(?:pluck|raw|expand|bind|safeIntegers)\(\))*\.(?:all|get|run|iterate|values))$/ }),
  ),
  ...['better-sqlite3.Statement', 'sqlite.StatementSync', 'bun:sqlite.Statement'].flatMap((statement) =>
    node(statement, 'all get run iterate values', { on: 'waits for a database', twin: null, level: 'information' }),
  ),
];

/** Node, Bun and Deno, and npm's packages. */
export const blockingNode: readonly BlockingSink[] = [...files, ...children, ...computing, ...otherFiles, ...waiting, ...databases];
