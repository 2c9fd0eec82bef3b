import { parse } from './arguments.ts';
import { findServers } from '../app/servers.ts';
import { serverSources, type ServerDefinition } from '../model/server.ts';

/** `mcp-profiler servers [--json]` */
export async function serversCommand(args: string[]): Promise<number> {
  const { values } = parse(args, { json: { type: 'boolean', default: false } });
  const { servers, problems } = await findServers(process.cwd());
  if (values.json) {
    const listed = servers.map(({ id, name, source, file, line, launch }) => ({ id, name, source, file, line: line + 1, transport: launch.transport, target: target(launch) }));
    process.stdout.write(`${JSON.stringify({ servers: listed, problems: problems.map((p) => ({ ...p, line: p.line + 1, column: p.column + 1 })) }, null, 2)}\n`);
    return 0;
  }
  for (const source of serverSources) {
    const here = servers.filter((s) => s.source === source.id);
    if (here.length === 0) continue;
    process.stdout.write(`${source.label}\n`);
    for (const s of here) process.stdout.write(`  ${s.name.padEnd(24)} ${target(s.launch)}\n`);
  }
  if (servers.length === 0) {
    process.stdout.write('No MCP servers are configured here.\nProfile a command instead: mcp-profiler profile -- node server.js\n');
  }
  for (const p of problems) process.stderr.write(`${p.file}:${p.line + 1}:${p.column + 1}: ${p.message}\n`);
  return 0;
}

/** As written in the file: variables unresolved, environment and headers left out, so no secret is shown. */
function target(launch: ServerDefinition['launch']): string {
  return launch.transport === 'stdio' ? [launch.command, ...launch.args].join(' ') : launch.url;
}
