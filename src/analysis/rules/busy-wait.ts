import type { CodeReport } from '../codeRule.ts';
import type { CallRef, FunctionRef, Program } from '../code/program.ts';
import type { Expr, Span } from '../code/summary.ts';
import { droppedObserver, isLeftAlone } from '../dropped.ts';
import { busyWaitExamples } from '../examples/busy-wait.ts';
import type { Rule } from '../rule.ts';
import { bindingOf } from '../trace.ts';
import { waitingVisitors, type Look, type Waiting } from '../waiting.ts';

export const busyWait: Rule = {
  id: 'busy-wait',
  title: 'Sleeps in a loop until something in the process changes',
  severity: 'warning',
  docs: `A loop sleeps, looks whether a flag, a queue or a task of this process has changed, and sleeps again: \`while (!this.ready) await sleep(50)\`, \`while not done: await asyncio.sleep(0.1)\`, a \`setInterval\` that looks at a flag; or it spins on the clock without any sleep.

**Why it hurts an MCP server.** Every call waits half of the interval longer than it must, on average, and every waiting call wakes the process many times a second for nothing. A loop that spins blocks all other calls as long as it lasts.

**How it is measured.** In the code that a handler reaches: loops and timers that do nothing but sleep and test what only this process changes. A loop that asks another service in each round is \`polling\`; one that does work in each round is none. A wait that ends within ten seconds by its count, one with a deadline for a client that connects again, one for somebody who logs in in a browser or links a device, or one that follows a client's \`connect\` event, is a hint.

**How to mend it.** Let whoever makes the change say so: a promise that is resolved then, \`events.once\`, a queue; in Python \`asyncio.Event\`, \`asyncio.Condition\`, \`asyncio.Queue\`, or awaiting the task itself. Put a limit around the wait (\`AbortSignal.timeout\`, \`asyncio.timeout\`) instead of counting rounds.`,

  code: {
    languages: ['typescript', 'python'],
    visitors: waitingVisitors,
    observes: [droppedObserver],
    *check(program) {
      for (const { file, fact } of program.facts('busy-wait')) {
        const waiting = fact.data as Waiting;
        const fn = functionAt(program, file, fact.span.start);
        if (waiting.kind !== 'spin' && ![...waiting.looksAt, ...waiting.calls].every((look) => isAllowed(program, fn, look))) continue;
        const changing = waiting.looksAt.filter((look) => mayChange(program, fn, look));
        if (waiting.kind === 'spin' ? hasSleptBefore(program, fn, fact.span.start) : changing.length === 0 || isInSlices(program, file, fact.span, changing) || changing.every((look) => takesFrom(program, fact.span, file, look))) continue;
        const reach = program.reach(fn, 'any', fact.span.start);
        if (reach && !isLeftAlone(program, reach)) yield { ...said(program, file, waiting, changing), ...((waiting.bounded || waitsForPerson(program, fn, fact.span.start) || changing.some(({ text }) => ofPerson.test(text) || /\.CONNECTING$/.test(text))) && { severity: 'hint' as const }), file, span: fact.span, function: fn, reach };
      }
    },
    examples: busyWaitExamples,
  },
};

function said({ files }: Program, file: string, { kind }: Waiting, changing: readonly Look[]): Pick<CodeReport, 'message' | 'help'> {
  const isPython = files.get(file)!.language === 'python';
  if (kind === 'spin') {
    return { message: 'Spins until a time has come and blocks everything else meanwhile', help: isPython ? 'Await `asyncio.sleep`.' : 'Await a timer: `setTimeout` of `node:timers/promises`.' };
  }
  const what = [...new Set(changing.map((l) => `\`${l.text}\``))].join(' and ');
  return {
    message: `${kind === 'timer' ? 'A timer looks' : 'Sleeps and looks'} again and again whether ${what} has changed`,
    help: isPython
      ? 'Wait for the change itself: an `asyncio.Event` or `asyncio.Condition` that is set where it happens, a queue, or the task.'
      : 'Wait for the change itself: a promise that is resolved where it happens, or an event (`events.once`).',
  };
}

/** `while (queue.length > 0) { …; queue.shift()!(); }`: it works off what it looks at, at its own pace, and waits for nobody. */
function takesFrom(program: Program, { start, end }: Span, file: string, { text }: Look): boolean {
  const store = /^(?:len\(([\w.]+)\)|([\w.$#]+)\.(?:length|size))$/.exec(text)?.slice(1).find(Boolean);
  return store !== undefined && new RegExp(`(?<![\\w$.])${store.replaceAll(/[.$]/g, '\\$&')}\\.(?:shift|pop|popleft|splice)\\(`).test(program.textOf(file).slice(start, end));
}

/** `Atomics.wait` comes first: the spin is for engines that lack it, and what blocks is told by `blocking-call`. */
function hasSleptBefore(program: Program, { file, index }: FunctionRef, offset: number): boolean {
  return program.functionOf({ file, index }).calls.some((call) => program.callOf({ file, index: call }).span.end <= offset && program.target({ file, index: call }).external === 'Atomics.wait');
}

/** `for _ in range(interval): if not self._running: break; sleep(1)`: a pause in slices, which ends when all is to end. */
const isInSlices = (program: Program, file: string, { start, end }: Span, changing: readonly Look[]): boolean => /^(?:async )?for\b/.test(program.textOf(file).slice(start, end)) && changing.every(({ text }) => toStop.test(text));
const toStop = /(?:^|[._])(?:is_?|(?:\w+_)?(?:checker|worker|thread|loop|monitor|poller)_)?(?:running|stop(?:ped|ping|_?requested)?|shut_?down|shutting_?down|exit(?:ing)?|quit|closed|closing)$/i;

/** It has opened a page in which somebody logs in: half a second more is nothing beside that. */
const waitsForPerson = (program: Program, fn: FunctionRef, offset: number): boolean => /\bwebbrowser\.open\(|\bopen_?(?:browser|url)\(/i.test(program.textOf(fn.file).slice(program.functionOf(fn).span.start, offset));

/** A code that is scanned, a device that is linked. */
const ofPerson = /(?:^|[._])(?:_?qr(?:_?code)?|pair(?:ed|ing)?|pairing_?code|is_?paired|logged_?in|is_?logged_?in|authenticated|is_?authenticated|authori[sz]ed)$/i;

/** The innermost function around an offset: timers are noted for the whole file. */
function functionAt({ files }: Program, file: string, offset: number): FunctionRef {
  const { functions } = files.get(file)!;
  return { file, index: functions.findLastIndex(({ span }, i) => i === 0 || (span.start <= offset && offset < span.end)) };
}

/** Nothing that is looked at may ask anybody outside of the process, and no argument of it either. */
function isAllowed(program: Program, { file }: FunctionRef, look: Look): boolean {
  if (look.kind !== 'call') return true;
  const refs = callsWithin(program, file, look);
  return refs.length > 0 && refs.every((ref) => isLocal(program, ref, 0));
}

/** What is set once, and what was handed in, stays as it is. And what another process changes is no state of this one. */
function mayChange(program: Program, fn: FunctionRef, { kind, text, start }: Look): boolean {
  if (kind === 'member') return !isOfProxy(program, fn, text);
  if (kind !== 'name') return true;
  const binding = bindingOf(program, text, { file: fn.file, function: fn.index, offset: start });
  return binding?.kind === 'variable' && !binding.constant && (binding.reassigned || binding.values.length > 1 || isWrittenElsewhere(program, fn, text));
}

/** `search.SearchState` in Python, which nothing in the workspace sets: by its capitals a property of COM or .NET, whose object lives in another program. */
function isOfProxy(program: Program, { file }: FunctionRef, text: string): boolean {
  const name = /\.([A-Z][a-z]+\w*)$/.exec(text)?.[1];
  if (name === undefined || program.files.get(file)!.language !== 'python') return false;
  const sets = new RegExp(`(?<!\\w)${name}\\s*(?::[^=\\n]+)?=(?!=)`);
  return ![...program.files.keys()].some((one) => program.textOf(one).includes(name) && sets.test(program.textOf(one)));
}

/** Python's `global` and `nonlocal` names have an assignment in another function. */
function isWrittenElsewhere({ files }: Program, { file }: FunctionRef, name: string): boolean {
  return files.get(file)!.bindings.some((b) => b.name === name && (b.reassigned || b.values.length > 1));
}

function callsWithin({ files }: Program, file: string, { start, end }: Pick<Span, 'start' | 'end'>): CallRef[] {
  return files.get(file)!.calls.flatMap(({ span }, index) => (span.start >= start && span.end <= end ? [{ file, index }] : []));
}

const localExternals =
  /^(?:(?:asyncio|threading|multiprocessing)\.(?:Event\.is_set|Lock\.locked|Condition\.locked|Thread\.is_alive|Process\.is_alive|Semaphore\.locked)|asyncio\.(?:Task|Future|create_task\(\)|ensure_future\(\)|Queue)\.(?:done|cancelled|empty|full|qsize|get_nowait)|concurrent\.futures\.(?:Future|ThreadPoolExecutor\.submit\(\)|ProcessPoolExecutor\.submit\(\))\.(?:done|running)|(?:queue|collections)\.\w+\.(?:empty|full|qsize|get_nowait)|(?:Map|Set|WeakMap|Array|String|Object|dict|list|set|str|collections\.deque)\.\w+|Array\.isArray|Boolean|len|any|all|bool|isinstance|getattr|hasattr|subprocess\.Popen\.poll)$/;
/** Where it is not known whose they are. Not `done`: that of a cloud's operation asks the cloud. */
const localNames = /(?:^|\.)(?:is_set|is_alive|locked|empty|qsize|get_nowait|has|includes|some|every|startsWith|endswith|startswith)$/;

/** Made by `asyncio.create_task()` and the like. */
function isTask(program: Program, { file, index }: CallRef, object: Expr): boolean {
  if (object.kind !== 'name') return false;
  const { function: fn, span } = program.callOf({ file, index });
  const values = bindingOf(program, object.name, { file, function: fn, offset: span.start })?.values ?? [];
  return values.length > 0 && values.every((v) => v.kind === 'call' && makesTask.test(program.target({ file, index: v.call }).external ?? nameOfCall(program, { file, index: v.call })));
}

const makesTask = /(?:^|\.)(?:create_task|ensure_future|run_in_executor|submit|run_coroutine_threadsafe|create_future)$/;

function nameOfCall(program: Program, ref: CallRef): string {
  const { callee } = program.callOf(ref);
  return callee.kind === 'member' || callee.kind === 'name' ? callee.name : '';
}

/** Asks only what the process has: a test of a collection, an event or a task, or a function that does nothing else. */
function isLocal(program: Program, ref: CallRef, depth: number): boolean {
  const { external, functions } = program.target(ref);
  if (external !== null) return localExternals.test(external);
  if (functions.length === 0) {
    const { callee } = program.callOf(ref);
    return (callee.kind === 'member' && ((/^(?:done|cancelled)$/.test(callee.name) && isTask(program, ref, callee.object)) || localNames.test(callee.name))) || (callee.kind === 'name' && localNames.test(callee.name));
  }
  return depth < 3 && functions.every((fn) => {
    const { async, calls } = program.functionOf(fn);
    return !async && calls.every((index) => isLocal(program, { file: fn.file, index }, depth + 1));
  });
}
