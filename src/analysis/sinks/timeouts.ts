import type { Sink } from '../codeRule.ts';

/** Calls that wait for as long as the other side takes, unless they are told when to give up. */
export interface TimeoutSink extends Sink {
  /** Positions that options can be at; the first object or name there counts. `method`: behind a body, for post, put and patch. */
  options: readonly number[];
  /** Any of these among the options (or keywords) bounds the wait. */
  keys: readonly string[];
  /** Python: the position of a timeout that is given without its name. */
  position?: number;
  /** What to add to the options or keywords; null: no edit is safe. */
  add: string | null;
  /** What happens without it. */
  without: string;
  /** It comes back at once and calls back later. */
  callback?: true;
  /** It gives a process: only one whose end settles a promise is waited for. */
  process?: true;
  /** For `x.*`: which members. */
  members?: RegExp;
  /** What to do about it, where it is not what is done elsewhere. */
  help?: string;
  /** Default: the rule's own. */
  level?: 'hint';
  /** One limit belongs around all such calls of a function. */
  perFunction?: true;
  /** Only a timeout that is switched off (`timeout=None`) counts: there is a default. */
  onlyOff?: boolean;
}

export const hangs = 'waits for as long as the other side takes';
const fiveMinutes = 'may wait for five minutes, and again for each part of a body that stalls';
const signal = 'signal: AbortSignal.timeout(30_000)';

/** Node's fetch gives up on headers after 300 s and on a body that stalls for 300 s (undici's `headersTimeout`, `bodyTimeout`). */
const fetchLike = (name: string, without = hangs): TimeoutSink => ({ name, language: 'typescript', options: [1], keys: ['signal', 'timeout'], add: signal, without });
const axiosLike = (name: string, options: number[]): TimeoutSink => ({ name, language: 'typescript', options, keys: ['timeout', 'signal', 'cancelToken'], add: 'timeout: 30_000', without: hangs });
const execLike = (name: string, options: number[]): TimeoutSink => ({ name, language: 'typescript', options, keys: ['timeout', 'signal'], add: 'timeout: 30_000', without: 'waits for as long as the process runs' });
const nodeHttp = (name: string): TimeoutSink => ({ name, language: 'typescript', options: [0, 1], keys: ['timeout', 'signal'], add: null, without: hangs, callback: true });

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'request'];
const pythonRequest = (name: string): TimeoutSink => ({ name, language: 'python', options: [], keys: ['timeout'], add: 'timeout=30', without: hangs });
const pythonProcess = (name: string): TimeoutSink => ({ name, language: 'python', options: [], keys: ['timeout'], add: 'timeout=30', without: 'waits for as long as the process runs' });
const httpxOff = (name: string): TimeoutSink => ({ name, language: 'python', options: [], keys: ['timeout'], add: null, without: hangs, onlyOff: true });

const ffmpeg = { ...pythonProcess('ffmpeg.*'), keys: [], add: null, help: 'Start it with `run_async()`, wait with `communicate(timeout=…)`, and kill the process when that is over.' };
/** The pings of the library only show that the other side is there. */
const receives = (name: string): TimeoutSink => ({ name, language: 'python', options: [], keys: [], add: 'wait_for', without: 'waits for as long as the other side says nothing', perFunction: true, help: 'Wait with `asyncio.wait_for(…, timeout)`, or in `async with asyncio.timeout(…)`.' });
/** A client that has a timeout if it was made with one. */
const ofMade = (name: string, keys: string[], members: RegExp, help: string): TimeoutSink => ({ name, language: 'typescript', options: [], keys, add: null, without: hangs, members, help });

export const timeoutSinks: readonly TimeoutSink[] = [
  fetchLike('fetch', fiveMinutes),
  fetchLike('undici.fetch', fiveMinutes),
  ...['node-fetch', 'cross-fetch', 'cross-fetch.fetch', 'isomorphic-fetch', 'isomorphic-unfetch', 'electron-fetch'].map((name) => fetchLike(name)),
  ...['undici.request', 'undici.stream'].map((name): TimeoutSink => ({ ...fetchLike(name, fiveMinutes), keys: ['signal', 'headersTimeout', 'bodyTimeout', 'dispatcher'] })),
  ...['got', ...['get', 'post', 'put', 'patch', 'delete', 'head', 'stream'].map((m) => `got.${m}`)].map((name): TimeoutSink => ({ ...axiosLike(name, [1, 0]), add: 'timeout: { request: 30_000 }' })),
  axiosLike('axios', [0, 1]),
  axiosLike('axios.request', [0]),
  ...['get', 'delete', 'head', 'options'].map((m) => axiosLike(`axios.${m}`, [1])),
  ...['post', 'put', 'patch', 'postForm', 'putForm', 'patchForm'].map((m) => axiosLike(`axios.${m}`, [2])),
  ...['http.request', 'http.get', 'https.request', 'https.get'].map(nodeHttp),
  { ...execLike('child_process.exec', [1]), callback: true },
  { ...execLike('child_process.execFile', [2, 1]), callback: true },
  ...['child_process.spawn', 'cross-spawn', 'cross-spawn.spawn'].map((name): TimeoutSink => ({ ...execLike(name, [2, 1]), callback: true, process: true })),
  execLike('child_process.execSync', [1]),
  execLike('util.promisify(child_process.exec)', [1]),
  ...['execFileSync', 'spawnSync'].map((name) => execLike(`child_process.${name}`, [2, 1])),
  execLike('util.promisify(child_process.execFile)', [2, 1]),
  ...['execa', 'execa.execa', 'execa.execaSync'].map((name) => execLike(name, [2, 1])),
  ...['execa.execaCommand', 'execa.execaCommandSync'].map((name) => execLike(name, [1])),

  ofMade('cos-nodejs-sdk-v5.*', ['Timeout'], /^(?!get(?:ObjectUrl|Auth|V4Auth)$)(?:get|put|head|delete|upload|slice|request|multipart|append|options|restore)\w*$/, 'Give `Timeout` in milliseconds where the client is made: its default is none.'),

  ...methods.flatMap((m) => [pythonRequest(`requests.${m}`), pythonRequest(`requests.Session.${m}`)]),
  pythonRequest('requests.Session.send'),
  { ...pythonRequest('urllib.request.urlopen'), position: 2 },
  { ...pythonRequest('http.client.HTTPConnection'), position: 2 },
  { ...pythonRequest('http.client.HTTPSConnection'), position: 2 },
  ...['urllib3.request', 'urllib3.PoolManager.request', 'urllib3.PoolManager.urlopen'].map(pythonRequest),
  ...['run', 'call', 'check_call', 'check_output'].map((name) => pythonProcess(`subprocess.${name}`)),
  { ...pythonProcess('subprocess.Popen.communicate'), position: 1 },
  { ...pythonProcess('subprocess.Popen.wait'), position: 0 },
  { ...pythonProcess('paramiko.SSHClient.exec_command'), position: 2, without: 'waits for as long as the command on the other side says nothing' },
  ...['asyncio.subprocess.Process', 'asyncio.create_subprocess_exec()', 'asyncio.create_subprocess_shell()'].flatMap((process) =>
    ['communicate', 'wait'].map((m): TimeoutSink => ({ ...pythonProcess(`${process}.${m}`), keys: [], add: 'wait_for' })),
  ),
  { ...ffmpeg, members: /^(?:run|.*\)\.run)$/ },
  { ...ffmpeg, name: 'ffmpeg.probe', level: 'hint', help: 'Start `ffprobe` yourself with `subprocess.run(…, timeout=…)`.' },
  ...['websockets.connect()', 'websockets.client.connect()', 'websockets.asyncio.client.connect()', 'websockets.ClientConnection', 'websockets.asyncio.client.ClientConnection', 'websockets.WebSocketClientProtocol', 'websockets.client.WebSocketClientProtocol', 'websockets.legacy.client.WebSocketClientProtocol'].map((c) => receives(`${c}.recv`)),
  ...['', '.Client', '.AsyncClient'].flatMap((owner) => [...methods, 'stream'].map((m) => httpxOff(`httpx${owner}.${m}`))),
  httpxOff('httpx.Client'),
  httpxOff('httpx.AsyncClient'),
];
