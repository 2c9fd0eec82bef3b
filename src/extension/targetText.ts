import type { ServerDefinition } from '../model/server.ts';

/** What a server is started with, as its file says it: variables unresolved; environment, headers and credentials left out. */
export function targetText(launch: ServerDefinition['launch']): string {
  if (launch.transport === 'stdio') return [launch.command, ...launch.args].join(' ');
  return launch.url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');
}
