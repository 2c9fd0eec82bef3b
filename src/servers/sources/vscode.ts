import type { ConfigProblem, InputDefinition } from '../../model/server.ts';
import { parseJson, type ConfigValue } from '../configValue.ts';
import { readServers } from '../readServer.ts';
import { configHome, paths, userFile, workspaceFiles, type Source } from '../source.ts';

const read: Source['read'] = (file, at, _where, problems) => {
  const root = parseJson(file, problems);
  if (!root) return [];
  return readServers(root.member('servers'), at, problems, { inputs: readInputs(root.member('inputs'), file.path, problems) });
};

export const vscodeWorkspace: Source = {
  id: 'vscode-workspace',
  files: (where) => workspaceFiles('vscode-workspace', ['.vscode', 'mcp.json'], where),
  read,
};

export const vscodeUser: Source = {
  id: 'vscode-user',
  files(where) {
    const path = paths(where);
    return [userFile('vscode-user', path.join(where.vscodeUserDir ?? path.join(configHome(where), 'Code', 'User'), 'mcp.json'), where)];
  },
  read,
};

const inputTypes = ['promptString', 'pickString', 'command'] as const;

function readInputs(list: ConfigValue | undefined, file: string, problems: ConfigProblem[]): InputDefinition[] {
  if (!list) return [];
  const wrong = (what: string) => {
    problems.push({ file, ...list.at, message: `${what}.` });
    return [];
  };
  if (!Array.isArray(list.value)) return wrong('"inputs" must be a list');
  return list.value.flatMap((input: unknown, i): InputDefinition[] => {
    if (typeof input !== 'object' || input === null) return wrong(`Input ${i + 1} must be an object`);
    const { id, type, description, default: byDefault, options, password, command } = input as Record<string, unknown>;
    if (typeof id !== 'string') return wrong(`Input ${i + 1} needs an "id"`);
    const known = inputTypes.find((t) => t === type);
    if (!known) return wrong(`"type" of input "${id}" must be ${inputTypes.join(', ')}`);
    return [
      {
        id,
        type: known,
        ...(typeof description === 'string' ? { description } : {}),
        ...(typeof byDefault === 'string' ? { default: byDefault } : {}),
        ...(Array.isArray(options) ? { options: options.flatMap(optionValue) } : {}),
        ...(password === true ? { password } : {}),
        ...(typeof command === 'string' ? { command } : {}),
      },
    ];
  });
}

/** An option is its text, or an object with a label and the value. */
function optionValue(option: unknown): string[] {
  if (typeof option === 'string') return [option];
  const value = typeof option === 'object' && option !== null ? (option as { value?: unknown }).value : undefined;
  return typeof value === 'string' ? [value] : [];
}
