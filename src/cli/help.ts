export const helpText = `mcp-profiler: profile Model Context Protocol servers

  mcp-profiler servers [--json]
      Lists the servers that are configured here (VS Code, Claude, Cursor, ...).
  mcp-profiler profile TARGET [CHOICE] [options]
      Starts a server, calls its tools and tells where the time goes.
  mcp-profiler load TARGET [CHOICE] MODEL [options]
      Sends a server many requests and tells how it stands that, honestly:
      response times count from when a request was due.
  mcp-profiler lint [PATH...] [options]
      Reads a server's sources (TypeScript, JavaScript, Python) and tells what
      will make it slow, at the line, with the way there from a tool.
      Nothing is started. Without a PATH: the current folder.
  mcp-profiler export RUN --format FORMAT [--out FILE]
      FORMAT: cpuprofile, speedscope, collapsed, csv, markdown, html.
      RUN: a run's folder.
  mcp-profiler import FILE [--out DIR] [--json]
      Makes a run of the result of a locustfile that load --locust wrote.

TARGET
  NAME                      a configured server (see mcp-profiler servers)
  -- COMMAND ARGS...        a command that speaks MCP on stdio
  --url URL                 a server that is running (Streamable HTTP)
  --url URL -- COMMAND...   start it, then connect: then it is profiled too
  --sse                     the URL speaks the older HTTP+SSE transport
  --header NAME=VALUE       sent with every HTTP request; may be repeated
  --input NAME=VALUE        value of an \${input:NAME}; else asked for, never stored

CHOICE (without one: the tools that are marked read-only)
  --tool NAME               may be repeated; consent to this tool
  --args JSON               arguments for the tools named, or for all
  --workload FILE           a workload file, or {"TOOL": {arguments}, ...}: calls
                            those tools
  --include-writes          all tools that are not marked destructive
  --include-destructive     destructive ones too

Options of profile
  --calls N          calls per tool (20)
  --concurrency N    calls at the same time (1)
  --timeout SECONDS  per request and for initialize (30)
  --protocol ERA     legacy (2025-11-25 and before, the default) or modern (2026-07-28)
  --no-cpu           no CPU samples
  --heap             sample allocations: replays each tool alone
  --bodies           keep the text of every message
  --out DIR          where run folders go (.mcp-profiler/runs)
  --json             one JSON document on stdout
  --fail-on WHAT     exit 1 on: error, warning, information, hint (findings at
                     that level or above), a rule's id, or budget; may be repeated

MODEL of load: exactly one
  --rate N/s         requests come due at this rate, whatever the server does
  --ramp A:B         a rate that grows from A to B a second
  --concurrency N    N callers, each waiting for its answer (closed: the tail is
                     understated); --think MS between two calls
  --sessions N       N agents, each going through the workload's session
  --find-capacity    the highest rate that holds the objective; with --overload
                     also what happens at 1.5 times that rate

Options of load
  --workload FILE    a mix of tools, resources and prompts, and sessions (see
                     workload.schema.json); says what is called
  --slo TEXT         the objective, e.g. 'p99<100ms,errors<1%'
  --duration S       measured seconds, after the warm-up (15)
  --warmup S         at most so long until the figures settle (15); 0: none
  --processes P      processes of a stdio server (1)
  --mcp-sessions N   sessions over HTTP (1);  --sockets N  at most (256)
  --max-in-flight N  what is due beyond is counted as not sent (1000)
  --max-rate, --max-duration, --max-processes
                     raise the caps: 20000/s, 600 s, 16
  --allow-remote HOST  load a server that is not on this machine
  --locust FILE      write a locustfile instead, for several machines (--url)
  --no-probe         do not watch the event loop of a Node.js server
  --seed N           of generated values (1)
  --protocol, --timeout, --out, --json, --fail-on: as for profile;
                     --fail-on budget: when the objective is not held

Options of lint
  --format FORMAT    text (default), json or sarif (2.1.0)
  --run DIR          join with a run: what it measured is confirmed, with its cost
  --rule RULE=LEVEL  error, warning, information, hint or off; may be repeated
  --handler NAME     a function, decorator or base class of your own that
                     registers a handler; may be repeated
  --fail-on WHAT     exit 1 on: error, warning, information, hint (findings at
                     that level or above) or a rule's id; may be repeated
  A comment keeps a line quiet: mcp-profiler-disable-line RULE -- reason
  (or -disable-next-line, on the line above).

Exit codes: 0 done, 1 --fail-on, 2 wrong use or configuration,
3 the server could not be started, does not speak MCP or died, 130 interrupted.
`;
