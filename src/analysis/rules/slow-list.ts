import type { CodeReport } from '../codeRule.ts';
import type { Handler, Program } from '../code/program.ts';
import { slowListExamples } from '../examples/slow-list.ts';
import { freshReach } from '../freshReach.ts';
import { languageOf } from '../ioBelow.ts';
import { onceOnly, onceVisitors } from '../onceOnly.ts';
import type { Rule } from '../rule.ts';
import { listIoOf } from '../sinks/listIo.ts';

const id = 'slow-list';

export const slowList: Rule = {
  id,
  title: 'A list waits for I/O',
  severity: 'warning',
  docs: `The handler of \`tools/list\`, \`prompts/list\` or \`resources/list\` reads files, asks a service or a database, each time it is called.

**Why it hurts an MCP server.** Clients list before anything else, again after each reconnect and after every \`list_changed\`, and some before each turn of the model. Until the list is there nothing can be called: the user waits for the slowest service behind it, and when that one is down the server seems to have no tools at all.

**How it is measured.** In the code: a call that does I/O is reached from the handler of a list, and nothing on the way keeps its result. For \`resources/list\` it is a hint: resources may well change between two lists. In a run: the latency of lists, and how often the same one is asked for.

**How to mend it.** Load the list once when the server starts, or keep it for some minutes, and send \`notifications/tools/list_changed\` (prompts, resources) when it changes. Long lists of resources want pages (\`nextCursor\`) or a resource template.`,

  code: {
    languages: ['typescript', 'python'],
    visitors: onceVisitors,
    check,
    examples: slowListExamples,
  },
};

function* check(program: Program): Iterable<CodeReport> {
  const once = onceOnly(program, id);
  for (const handler of program.handlers) {
    const what = listed[handler.kind];
    if (what === undefined) continue;
    for (const ref of program.callsFrom(handler, 'any')) {
      const call = program.callOf(ref);
      if (call.decorator || call.isNew) continue;
      const io = listIoOf(program.target(ref).external, languageOf(program, ref.file));
      if (io === null) continue;
      const fn = { file: ref.file, index: call.function };
      const reach = freshReach(program, once, fn, call.span.start);
      const lists = reach?.handlers.filter((h) => listed[h.kind] !== undefined) ?? [];
      if (!reach || !lists.includes(handler)) continue;
      yield {
        file: ref.file,
        span: call.span,
        function: fn,
        ...(lists.every((h) => h.kind === 'resources/list') ? { severity: 'hint' as const } : {}),
        message: `\`${call.callee.kind === 'name' || call.callee.kind === 'member' ? call.callee.name : 'this call'}\` makes each list of ${what} wait for ${io}.`,
        help: `Load the ${what} once, or keep them for a while, and send \`notifications/${what}/list_changed\` when they change.`,
        reach: lists[0] === reach.handlers[0] ? reach : null,
        handlers: lists,
      };
    }
  }
}

const listed: Partial<Record<Handler['kind'], string>> = { 'tools/list': 'tools', 'prompts/list': 'prompts', 'resources/list': 'resources' };
