/** Where a configured server was found. The order is the order of the Servers view. */
export const serverSources = [
  { id: 'vscode-workspace', label: 'VS Code (workspace)' },
  { id: 'vscode-user', label: 'VS Code (user)' },
  { id: 'claude-code', label: 'Claude Code' },
  { id: 'claude-desktop', label: 'Claude Desktop' },
  { id: 'cursor', label: 'Cursor' },
  { id: 'windsurf', label: 'Windsurf' },
  { id: 'copilot-cli', label: 'Copilot CLI' },
  { id: 'gemini-cli', label: 'Gemini CLI' },
  { id: 'codex', label: 'Codex' },
] as const;
export type ServerSourceId = (typeof serverSources)[number]['id'];

/** A configured server as it is written in its file: variables, inputs and env files are not resolved yet. */
export interface ServerDefinition {
  /** `<source>/<name>`, or `<source>:<file>/<name>` where a source has several files; unique, stable across reloads. */
  id: string;
  name: string;
  source: ServerSourceId;
  /** Absolute path of the file that defines it. */
  file: string;
  /** 0-based line of the server's key in that file. */
  line: number;
  /** Folder of the workspace that `${workspaceFolder}` stands for; absent for user-wide files outside a workspace. */
  workspaceFolder?: string;
  /** True when the definition comes from the workspace's own files, which an untrusted workspace may not start. */
  fromWorkspace: boolean;
  launch: StdioLaunch | HttpLaunch;
  /** `inputs` of the same file that `${input:id}` may name. */
  inputs: InputDefinition[];
}

export interface StdioLaunch {
  transport: 'stdio';
  command: string;
  args: string[];
  cwd?: string;
  /** `null` unsets a variable of the host. */
  env: Record<string, string | number | null>;
  envFile?: string;
}

export interface HttpLaunch {
  transport: 'http' | 'sse';
  url: string;
  headers: Record<string, string>;
}

export interface InputDefinition {
  id: string;
  type: 'promptString' | 'pickString' | 'command';
  description?: string;
  default?: string;
  options?: string[];
  password?: boolean;
  /** Command of VS Code that gives the value; with type `command`. */
  command?: string;
}

/** A problem in a configuration file; shown at its place. `line` and `column` are 0-based. */
export interface ConfigProblem {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** How to start a process. `env` is complete: nothing is inherited beside it. No shell is involved. */
export interface ProcessSpec {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

export interface StdioServer {
  transport: 'stdio';
  name: string;
  process: ProcessSpec;
  /** Values that must never be written, logged or shown; each 6 characters or more. */
  secrets: string[];
}

export interface HttpServer {
  transport: 'http' | 'sse';
  name: string;
  url: string;
  headers: Record<string, string>;
  /** Started first when given; then the process is profiled too. */
  process?: ProcessSpec;
  secrets: string[];
}

/** A server with everything resolved: what a session is opened on. */
export type ServerSpec = StdioServer | HttpServer;
