import type { Handler } from '../program.ts';

/**
 * Whether a plain `def` runs in a thread. Python's official SDK does so from 2.0 on (`MCPServer`; python-sdk#1909, #2380), fastmcp
 * from 3.0.0 on (PrefectHQ/fastmcp#2865; 2.14.5 still calls it on the loop). Where no version is known it is the newest.
 */
export function threaded(dialect: Handler['dialect'], versions: Readonly<Record<string, string>>): boolean {
  if (dialect === 'fastmcp') return majorOf(versions['fastmcp']) >= 3;
  // `FastMCP` of the official SDK is only there before 2.0
  if (dialect === 'sdk-v1') return versions['mcp'] !== undefined && majorOf(versions['mcp']) >= 2;
  // `MCPServer` is not there before, whatever a lock file says that nobody has renewed
  return dialect === 'sdk-v2';
}

/**
 * Whether the process's stdout is set aside while a server of Python speaks: from mcp 2.0 on, which fastmcp 4 stands on,
 * `stdio_server` points fd 1 at stderr and keeps the wire to itself (seen with 2.3.0 and fastmcp 4.2.3; 1.30.0 does not).
 */
export function setsStdoutAside(dialect: Handler['dialect'], versions: Readonly<Record<string, string>>): boolean {
  if (dialect === 'fastmcp') return majorOf(versions['fastmcp']) >= 4;
  return dialect === 'sdk-v2' || (dialect === 'sdk-v1' && versions['mcp'] !== undefined && majorOf(versions['mcp']) >= 2);
}

const majorOf = (version: string | undefined): number => (version === undefined ? Infinity : Number.parseInt(version, 10));
