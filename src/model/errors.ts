/**
 * Expected failures. Everything a user can cause or mend is a `UserError`: what went wrong and where (`message`), and
 * what to do next (`hint`). Any other exception is a bug of ours and is reported with its stack.
 */
export type ErrorCode =
  // wrong use or configuration
  | 'bad-argument'
  | 'bad-config'
  | 'unknown-server'
  | 'unknown-tool'
  | 'nothing-to-call'
  | 'missing-variable'
  | 'missing-input'
  | 'untrusted-workspace'
  | 'run-not-found'
  | 'unsupported-format'
  // the server could not be started, does not speak MCP, or died
  | 'command-not-found'
  | 'server-exited'
  | 'initialize-timeout'
  | 'not-mcp'
  | 'connect-failed'
  | 'auth-required'
  | 'http-status'
  | 'protocol-error'
  // our own process
  | 'engine-died';

const wrongUse: ReadonlySet<ErrorCode> = new Set([
  'bad-argument',
  'bad-config',
  'unknown-server',
  'unknown-tool',
  'nothing-to-call',
  'missing-variable',
  'missing-input',
  'untrusted-workspace',
  'run-not-found',
  'unsupported-format',
]);

export class UserError extends Error {
  /** By the name: each bundle has this class for itself, and an error may come from another one (src/extension/onDemand.ts). */
  static override [Symbol.hasInstance](value: unknown): value is UserError {
    return value instanceof Error && value.name === 'UserError';
  }

  override readonly name = 'UserError';
  readonly code: ErrorCode;
  /** What the user can do next; a full sentence. */
  readonly hint: string;
  /** The folder with what was measured before the failure, if there is one. */
  runDir?: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  /** Exit code of the terminal command: 2 wrong use or configuration, 3 the server failed. */
  get exitCode(): 2 | 3 {
    return wrongUse.has(this.code) ? 2 : 3;
  }
}

/** The form in which a failure crosses a process or lands in `run.json`. */
export interface Failure {
  code: ErrorCode | 'bug';
  message: string;
  hint: string;
  stack?: string;
  runDir?: string;
}

export function toFailure(error: unknown): Failure {
  if (error instanceof UserError) {
    return { code: error.code, message: error.message, hint: error.hint, ...(error.runDir ? { runDir: error.runDir } : {}) };
  }
  const e = error instanceof Error ? error : new Error(String(error));
  return {
    code: 'bug',
    message: e.message,
    hint: 'This is a defect of MCP Profiler: please report it with the stack.',
    ...(e.stack ? { stack: e.stack } : {}),
  };
}
