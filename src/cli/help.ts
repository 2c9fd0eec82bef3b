export const helpText = `mcp-profiler: profile Model Context Protocol servers

  mcp-profiler servers [--json]
      Lists the servers that are configured here (VS Code, Claude, Cursor, ...).
  mcp-profiler profile TARGET [CHOICE] [options]
      Starts a server, calls its tools and tells where the time goes.
  mcp-profiler lint [PATH...] [options]
      Reads a server's sources (TypeScript, JavaScript, Python) and tells what
      will make it slow, at the line, with the way there from a tool.
      Nothing is started. Without a PATH: the current folder.
  mcp-profiler export RUN --format FORMAT [--out FILE]
      FORMAT: cpuprofile, speedscope, collapsed, csv, markdown, html.
      RUN: a run's folder.

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
  --workload FILE           JSON: {"TOOL": {arguments}, ...}; calls those tools
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
