import type { Call, Expr } from '../summary.ts';

/** Calls whose function arguments run on another thread or process, or (SQLAlchemy's `run_sync`) where their waiting is awaited. */
const offloaders = new Set(
  `asyncio.to_thread anyio.to_thread.run_sync starlette.concurrency.run_in_threadpool asyncio.AbstractEventLoop.run_in_executor
  concurrent.futures.ThreadPoolExecutor.submit concurrent.futures.ThreadPoolExecutor.map concurrent.futures.ProcessPoolExecutor.submit concurrent.futures.ProcessPoolExecutor.map
  concurrent.futures.Executor.submit concurrent.futures.Executor.map concurrent.futures.InterpreterPoolExecutor.submit
  threading.Thread threading.Timer multiprocessing.Process multiprocessing.Pool.map multiprocessing.Pool.apply multiprocessing.Pool.apply_async multiprocessing.Pool.map_async multiprocessing.Pool.starmap
  multiprocessing.Pool.starmap_async multiprocessing.Pool.imap multiprocessing.Pool.imap_unordered multiprocessing.pool.ThreadPool.map multiprocessing.pool.ThreadPool.apply multiprocessing.pool.ThreadPool.apply_async
  asgiref.sync.sync_to_async asgiref.sync.SyncToAsync asyncer.asyncify trio.to_thread.run_sync anyio.to_process.run_sync joblib.delayed sqlalchemy.ext.asyncio.AsyncConnection.run_sync sqlalchemy.ext.asyncio.AsyncSession.run_sync aiomisc.run_in_executor aiomisc.threaded
  worker_threads.Worker Worker piscina piscina.run tinypool tinypool.run workerpool.pool workerpool.pool().exec workerpool.pool().proxy workerpool.proxy child_process.fork threads.spawn threads.Worker comlink.wrap
  jest-worker.Worker poolifier.FixedThreadPool.execute poolifier.DynamicThreadPool.execute cluster.fork`.split(/\s+/),
);

export const isOffloader = (external: string): boolean => offloaders.has(external);

/** The same by the name alone, where the object is not known (`loop=None` among the parameters): only event loops have this method. */
export const isOffloaderByName = ({ callee }: Call): boolean => callee.kind === 'member' && callee.name === 'run_in_executor';

/** Decorators that put every call of their function on another thread. */
const threadDecorators = new Set(['asgiref.sync.sync_to_async', 'asyncer.asyncify', 'aiomisc.threaded', 'aiomisc.threaded_separate', 'unsync.unsync']);
export const isThreadDecorator = (external: string): boolean => threadDecorators.has(external);

const addsTools = /^(?:mcp\.server\.\w+|fastmcp)(?:\.\w+)*\.add_(?:tool|resource|resource_fn|prompt)$/;

/** Registrations whose callbacks run at the end of the process or for other callers, and what only puts them somewhere. */
export const runsAtExit = (external: string, event: unknown): boolean =>
  external === 'atexit.register' ||
  external === 'setattr' ||
  addsTools.test(external) ||
  external === 'signal.signal' ||
  external === 'asyncio.AbstractEventLoop.add_signal_handler' ||
  (/^process\.(on|once|addListener|prependListener)$/.test(external) &&
    typeof event === 'string' &&
    (/^SIG[A-Z0-9]+$/.test(event) || ['exit', 'beforeExit', 'uncaughtException', 'unhandledRejection', 'uncaughtExceptionMonitor', 'warning', 'disconnect'].includes(event)));

/** `page.evaluate(() => …)` of Playwright and Puppeteer: the function runs in the browser's page. */
export const runsInPage = ({ callee }: Call): boolean => callee.kind === 'member' && /^(?:evaluate(?:Handle|All|OnNewDocument)?|\$\$?eval|addInitScript|waitForFunction)$/.test(callee.name);

const schedulers =
  /^(?:fs\.watch(?:File)?|apscheduler\..*\.add_job|schedule\..*\.do|aiocron\.crontab|node-cron\.(?:schedule|createTask)|cron\.CronJob(?:\.from)?|node-schedule\.(?:scheduleJob|Job)|croner(?:\.Cron)?|toad-scheduler\.\w*Task|agenda(?:\.Agenda)?\.define|bull\.process|bullmq\.Worker)$/;

/** Registrations whose callbacks run at some other time, by the clock or from a queue: whoever registers them waits for nothing of it. Also `add_job` of a scheduler that is not known, by what triggers the job. */
export function runsByClock(external: string | null, { callee, args, keywords }: Call): boolean {
  if (external !== null) return schedulers.test(external);
  const isTrigger = (value: Expr | undefined) => value?.kind === 'literal' && typeof value.value === 'string' && /^(?:interval|cron|date)$/.test(value.value);
  return callee.kind === 'member' && callee.name === 'add_job' && (isTrigger(args[1]) || keywords.some((k) => k.name === 'trigger'));
}
