import { readFile } from 'node:fs/promises';
import { UserError } from '../model/errors.ts';
import type { InputDefinition, ServerDefinition, ServerSourceId } from '../model/server.ts';
import { paths } from './source.ts';
import type { ResolveContext } from './resolve.ts';

/** Called with every value that came from an input. */
export type OnInput = (input: InputDefinition, value: string) => void;
/** Replaces the variables in one value of the configuration. `inEnv`: the value is one of `env`. */
export type Expand = (text: string, inEnv?: boolean) => Promise<string>;

/**
 * What each client replaces. `editor`: `${name}` and `${kind:argument}`. `braces`: `${VAR}` and `${VAR:-default}`.
 * `shell`: the same and `$VAR`; `shellEnv`: in `env` only. Sources: the clients' documentation.
 */
const syntax: Record<ServerSourceId, 'editor' | 'braces' | 'shell' | 'shellEnv' | 'none'> = {
  'vscode-workspace': 'editor',
  'vscode-user': 'editor',
  cursor: 'editor',
  windsurf: 'editor',
  codex: 'editor',
  'claude-code': 'braces',
  'gemini-cli': 'shell',
  'copilot-cli': 'shellEnv',
  'claude-desktop': 'none',
};

/** Kinds that a client knows beside those of VS Code, or of them; absent: all of VS Code's. */
const known: Partial<Record<ServerSourceId, RegExp>> = {
  cursor: /^(env:.*|userHome|workspaceFolder|workspaceFolderBasename|pathSeparator|\/)$/,
  windsurf: /^(env:.*|file:.*)$/,
  // written by ourselves for its `…_env_var` keys
  codex: /^env:.*$/,
};

/** Inputs are asked and commands are run once per server, however often they are named. */
export function createExpander(def: ServerDefinition, context: ResolveContext, onInput: OnInput): Expand {
  const cache = new Map<string, Promise<string>>();
  const once = (name: string) => {
    const value = cache.get(name) ?? editorVariable(name, def, context, onInput);
    cache.set(name, value);
    return value;
  };
  switch (syntax[def.source]) {
    case 'editor':
      return (text) => replaceAsync(text, /\$\{([^}]+)\}/g, ([, name]) => once(name!));
    case 'braces':
      return (text) => replaceAsync(text, /\$\{(\w+)(?::-([^}]*))?\}/g, ([, name, byDefault]) => shellVariable(name!, byDefault, def, context));
    case 'shell':
      return (text, inEnv = false) => expandShell(text, inEnv, def, context);
    case 'shellEnv':
      return (text, inEnv = false) => (inEnv ? expandShell(text, inEnv, def, context) : Promise.resolve(text));
    case 'none':
      return (text) => Promise.resolve(text);
  }
}

/** Outside of `env` a `$name` that is not set may be meant as it stands. */
const expandShell = (text: string, inEnv: boolean, def: ServerDefinition, context: ResolveContext) =>
  replaceAsync(text, /\$\{(\w+)(?::-([^}]*))?\}|\$([A-Za-z_]\w*)/g, ([whole, name, byDefault, bare]) =>
    bare !== undefined && !inEnv && context.env[bare] === undefined ? Promise.resolve(whole) : shellVariable(name ?? bare!, byDefault, def, context),
  );

function shellVariable(name: string, byDefault: string | undefined, def: ServerDefinition, { env }: ResolveContext): Promise<string> {
  // as in a shell, `:-` also stands in for an empty value
  const value = byDefault === undefined ? env[name] : env[name] || byDefault;
  if (value === undefined) return Promise.reject(missing(def, `$\{${name}}`, `the environment variable ${name} is not set`, `Set ${name} before you start, or write a default in the file.`));
  return Promise.resolve(value);
}

async function editorVariable(name: string, def: ServerDefinition, context: ResolveContext, onInput: OnInput): Promise<string> {
  const variable = `$\{${name}}`;
  const fail = (why: string, hint: string) => missing(def, variable, why, hint);
  if (known[def.source]?.test(name) === false) throw fail('this client has no such variable', 'Correct the name, or configure the server in a file of VS Code.');
  const path = paths(context);
  const colon = name.indexOf(':');
  const kind = colon < 0 ? name : name.slice(0, colon);
  const argument = colon < 0 ? undefined : name.slice(colon + 1);
  const need = (value: string | undefined, why: string, hint: string) => {
    if (value === undefined) throw fail(why, hint);
    return value;
  };
  const folder = () =>
    argument === undefined
      ? need(def.workspaceFolder, 'no folder is open', 'Run it in the folder of the project.')
      : need(context.workspaceFolders.find((f) => path.basename(f) === argument), `no folder of the workspace is named "${argument}"`, 'Correct the name, or open that folder.');
  const file = () => need(context.file, 'no file is open in the editor', 'Open the file, or write its path into the configuration.');
  // relative to the folder that holds it, as the editor does
  const relative = (to: string) => path.relative(def.workspaceFolder ?? context.home, to);

  switch (kind) {
    case 'workspaceFolder':
    case 'workspaceRoot':
      return folder();
    case 'workspaceFolderBasename':
      return path.basename(folder());
    case 'userHome':
      return context.home;
    case 'cwd':
      return def.workspaceFolder ?? context.home;
    case 'execPath':
      return context.execPath ?? process.execPath;
    case 'pathSeparator':
    case '/':
      return path.sep;
    case 'env':
      return need(context.env[argument ?? ''], `the environment variable ${argument} is not set`, `Set ${argument} before you start, or write its value as an input.`);
    case 'config':
      return need(text(await context.config?.(argument ?? '')), `there is no setting "${argument}" here`, context.config ? 'Set it in the settings.' : 'Settings are known inside VS Code only: profile the server there, or write the value.');
    case 'command':
      return need(await context.command?.(argument ?? ''), `the command "${argument}" gave no value`, context.command ? 'Run the command by itself to see why.' : 'Commands run inside VS Code only: profile the server there, or write the value.');
    case 'input':
      return askInput(argument ?? '');
    case 'file':
      return def.source === 'windsurf' && argument !== undefined ? contentOf(argument) : file();
    case 'fileBasename':
      return path.basename(file());
    case 'fileBasenameNoExtension':
      return path.parse(file()).name;
    case 'fileExtname':
      return path.extname(file());
    case 'fileDirname':
      return path.dirname(file());
    case 'fileWorkspaceFolder':
      return folder();
    case 'relativeFile':
      return relative(file());
    case 'relativeFileDirname':
      return relative(path.dirname(file()));
    default:
      throw fail('there is no such variable', `Correct the name; an environment variable is written $\{env:${kind}}.`);
  }

  async function askInput(id: string): Promise<string> {
    const input = def.inputs.find((i) => i.id === id);
    if (!input) throw fail(`the file defines no input "${id}"`, 'Add it to "inputs" of the same file.');
    const value = input.command === undefined ? await context.input?.(input) : await context.command?.(input.command);
    if (value === undefined) {
      throw new UserError('missing-input', `Server "${def.name}" (${placed(def)}) needs the input "${id}"${input.description === undefined ? '' : `: ${input.description}`}.`, `Give it with --input ${id}=VALUE, or run where it can be asked for.`);
    }
    onInput(input, value);
    return value;
  }

  async function contentOf(file: string): Promise<string> {
    try {
      const content = (await readFile(path.resolve(def.workspaceFolder ?? context.home, file.replace(/^~(?=[\\/])/, context.home)), 'utf8')).trim();
      onInput({ id: variable, type: 'promptString', password: true }, content);
      return content;
    } catch (error) {
      throw fail(`the file cannot be read: ${(error as Error).message}`, 'Correct the path.');
    }
  }
}

const placed = (def: ServerDefinition) => `${def.file}:${def.line + 1}`;

const missing = (def: ServerDefinition, variable: string, why: string, hint: string) => new UserError('missing-variable', `${variable} of server "${def.name}" (${placed(def)}) cannot be resolved: ${why}.`, hint);

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** In order, so that inputs are asked in the order in which they are written. What is put in is not looked at again. */
async function replaceAsync(text: string, pattern: RegExp, value: (match: RegExpMatchArray) => Promise<string>): Promise<string> {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    result += text.slice(from, match.index) + (await value(match));
    from = match.index + match[0].length;
  }
  return result + text.slice(from);
}
