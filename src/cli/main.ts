import { UserError, toFailure } from '../model/errors.ts';
import { exportCommand } from './exportCommand.ts';
import { helpText } from './help.ts';
import { importCommand } from './importCommand.ts';
import { lintCommand } from './lintCommand.ts';
import { loadCommand } from './loadCommand.ts';
import { profileCommand } from './profileCommand.ts';
import { runEngine } from './engine.ts';
import { serversCommand } from './serversCommand.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** A subcommand: its arguments to an exit code. Prints its result to stdout and everything else to stderr. */
type Command = (args: string[], signal: AbortSignal) => Promise<number>;

const commands: Record<string, Command> = {
  servers: serversCommand,
  profile: profileCommand,
  load: loadCommand,
  lint: lintCommand,
  export: exportCommand,
  import: importCommand,
};

async function main(argv: string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === 'engine' && process.send) return runEngine();
  if (name === '--version') {
    process.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(helpText);
    return name === undefined ? 2 : 0;
  }
  const command = commands[name];
  if (!command) throw new UserError('bad-argument', `There is no command "${name}".`, `Commands: ${Object.keys(commands).join(', ')}; see mcp-profiler help.`);
  if (args.includes('--help') && !args.slice(0, args.indexOf('--help')).includes('--')) {
    process.stdout.write(helpText);
    return 0;
  }

  const interrupted = new AbortController();
  // the first Ctrl-C ends the run and keeps what was measured; a second one has Node's usual effect
  const interrupt = () => {
    process.removeListener('SIGINT', interrupt);
    interrupted.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);
  const code = await command(args, interrupted.signal).catch(report);
  return interrupted.signal.aborted ? 130 : code;
}

/** Exit codes: 0 done; 1 only what --fail-on names; 2 wrong use or configuration; 3 the server failed; 130 interrupted. */
function report(error: unknown): number {
  const failure = toFailure(error);
  process.stderr.write(`mcp-profiler: ${failure.message}\n  ${failure.hint.replaceAll('\n', '\n    ')}\n`);
  if (failure.runDir) process.stderr.write(`  What was exchanged until then: ${failure.runDir}\n`);
  if (failure.code === 'bug') process.stderr.write(`${failure.stack ?? ''}\n`);
  // a bug is none of the documented ends: 70 is BSD sysexits' EX_SOFTWARE
  return error instanceof UserError ? error.exitCode : 70;
}

// `| head` has seen enough
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

main(process.argv.slice(2)).catch(report).then(
  (code) => {
    process.exitCode = code;
    if (process.connected) process.disconnect();
  },
  (error: unknown) => {
    throw error;
  },
);
