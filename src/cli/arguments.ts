import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UserError } from '../model/errors.ts';

/** Splits at the first `--`: what follows is a command and not ours to read. */
export function splitCommand(args: string[]): { own: string[]; command: string[] } {
  const at = args.indexOf('--');
  return at < 0 ? { own: args, command: [] } : { own: args.slice(0, at), command: args.slice(at + 1) };
}

/** `parseArgs` with its errors in our form. */
export function parse<const T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const [message] = (error as Error).message.split('. ');
    throw new UserError('bad-argument', `${message!}.`, 'See mcp-profiler help.', { cause: error });
  }
}

/** Collects problems so that all of them are told at once. */
export function createChecker() {
  const problems: string[] = [];
  return {
    problems: problems as readonly string[],
    problem: (text: string) => void problems.push(text),
    wholeNumber(flag: string, text: string | undefined, fallback: number, unit = ''): number {
      if (text === undefined) return fallback;
      if (!/^\d+$/.test(text)) problems.push(`--${flag} takes a whole number${unit && ` of ${unit}`}, not "${text}"`);
      return Number(text);
    },
    object(what: string, text: string): Record<string, unknown> {
      try {
        const value: unknown = JSON.parse(text);
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
        problems.push(`${what} must be a JSON object`);
      } catch (error) {
        problems.push(`${what} is not JSON (${(error as Error).message})`);
      }
      return {};
    },
    pairs(flag: string, values: string[]): Record<string, string> {
      const pairs: Record<string, string> = {};
      for (const text of values) {
        const at = text.indexOf('=');
        if (at <= 0) problems.push(`--${flag} takes NAME=VALUE`);
        else pairs[text.slice(0, at)] = text.slice(at + 1);
      }
      return pairs;
    },
    throwIfAny() {
      if (problems.length > 0) throw new UserError('bad-argument', `${problems.join('; ')}.`, 'See mcp-profiler help.');
    },
  };
}
