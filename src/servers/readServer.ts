import type { ConfigProblem, HttpLaunch, InputDefinition, ServerDefinition, StdioLaunch } from '../model/server.ts';
import type { ConfigValue } from './configValue.ts';
import type { SourceFile } from './source.ts';

/** How a source writes a server that is reached by URL. The keys are tried in this order. */
export type UrlKeys = Record<string, HttpLaunch['transport']>;

/** Reads an object of servers; each problem spares the other servers. */
export function readServers(group: ConfigValue | undefined, file: SourceFile, problems: ConfigProblem[], { inputs = [], readLaunch = readPlainLaunch }: { inputs?: InputDefinition[]; readLaunch?: ReadLaunch } = {}): ServerDefinition[] {
  if (!group || group.value === null) return [];
  const members = group.members();
  if (!members) {
    problems.push({ file: file.path, ...group.at, message: 'This must be an object with one member per server.' });
    return [];
  }
  return members.flatMap(([name, value]) => {
    const reader = createReader(value, name, file.path, problems);
    const launch = value.members() ? readLaunch(reader) : reader.wrong(value, `Server "${name}" must be an object`);
    if (!launch) return [];
    const { source, path, key, workspaceFolder, fromWorkspace } = file;
    const id = `${source}${key === null ? '' : `:${key}`}/${name}`;
    return [{ id, name, source, file: path, line: value.at.line, ...(workspaceFolder === undefined ? {} : { workspaceFolder }), fromWorkspace, launch, inputs }];
  });
}

/** Null when the server is unusable: then there is a problem that says why. */
export type ReadLaunch = (reader: Reader) => StdioLaunch | HttpLaunch | null;

/** `command`, `args`, `env`, `cwd`, `envFile`; or `url` and `headers` with an optional `type`. */
export function readPlainLaunch(r: Reader, urlKeys: UrlKeys = { url: 'http' }): StdioLaunch | HttpLaunch | null {
  const type = r.string('type');
  for (const [key, transport] of Object.entries(urlKeys)) {
    const url = r.string(key);
    if (url === undefined) continue;
    return { transport: type === 'sse' ? 'sse' : type === undefined ? guess(url, transport) : 'http', url, headers: r.strings('headers') };
  }
  const command = r.string('command');
  if (command === undefined || command.trim() === '') return r.unusable(`needs "command" or "${Object.keys(urlKeys).join('" or "')}"`);
  const cwd = r.string('cwd');
  const envFile = r.string('envFile');
  return { transport: 'stdio', command, args: r.list('args'), env: r.env('env'), ...(cwd === undefined ? {} : { cwd }), ...(envFile === undefined ? {} : { envFile }) };
}

/** Clients try both transports where none is named; the path of the older one is `/sse` by custom. */
const guess = (url: string, transport: HttpLaunch['transport']) => (/\/sse\/?(\?|$)/.test(url) ? 'sse' : transport);

export type Reader = ReturnType<typeof createReader>;

/** Reads typed members of a server; a wrong type is a problem at its place, and the member counts as absent. */
function createReader(server: ConfigValue, name: string, file: string, problems: ConfigProblem[]) {
  const wrong = (at: ConfigValue, what: string): null => {
    problems.push({ file, ...at.at, message: `${what}.` });
    return null;
  };
  const member = <T>(key: string, is: (value: unknown) => value is T, what: string): T | undefined => {
    const found = server.member(key);
    if (found === undefined || is(found.value)) return found?.value as T | undefined;
    wrong(found, `"${key}" of server "${name}" must be ${what}`);
    return undefined;
  };
  const record = <T>(key: string, is: (value: unknown) => value is T, what: string): Record<string, T> => {
    const found = server.member(key);
    if (found === undefined) return {};
    const members = found.members();
    if (!members) wrong(found, `"${key}" of server "${name}" must be an object`);
    const good = (members ?? []).filter((m): m is [string, ConfigValue & { value: T }] => {
      if (is(m[1].value)) return true;
      wrong(m[1], `"${m[0]}" in "${key}" of server "${name}" must be ${what}`);
      return false;
    });
    return Object.fromEntries(good.map(([k, v]) => [k, v.value]));
  };
  return {
    wrong,
    unusable: (what: string) => wrong(server, `Server "${name}" ${what}`),
    string: (key: string) => member(key, isString, 'a string'),
    list: (key: string): string[] => member(key, (v): v is (string | number)[] => Array.isArray(v) && v.every((i) => isString(i) || isNumber(i)), 'a list of strings')?.map(String) ?? [],
    strings: (key: string) => record(key, isString, 'a string'),
    env: (key: string) => stringifyBooleans(record(key, (v) => isString(v) || isNumber(v) || v === null || typeof v === 'boolean', 'a string, a number or null')),
  };
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

const stringifyBooleans = (env: Record<string, string | number | boolean | null>): StdioLaunch['env'] =>
  Object.fromEntries(Object.entries(env).map(([key, value]) => [key, typeof value === 'boolean' ? String(value) : value]));
