import { existsSync } from 'node:fs';

/** Shorter values hit ordinary text too often. */
const minLength = 6;

/** Words that are settings, not secrets, under whatever name they stand. */
const publicWords = new Set(
  ('true false yes no none null enabled disabled trace debug verbose info information notice warn warning error critical fatal silent ' +
    'production development staging testing default stdio localhost utf8 utf-8').split(' '),
);

/** Collects the values that must never be written, logged or shown. */
export interface Secrets {
  /** A configured value (environment, header, env file, input): secret unless it is plainly public. */
  configured(name: string, value: string): void;
  /** A value that its owner called secret: a password input. */
  certain(value: string): void;
  /** The host's own variables: those with secret-like names. */
  host(env: NodeJS.ProcessEnv): void;
  headers(headers: Record<string, string>): void;
  url(url: string): void;
  /** `--token X` and `--token=X` of a command line, and URLs in it. */
  args(args: readonly string[]): void;
  /** Longest first, each once, of 6 characters or more. */
  list(): string[];
}

export function collectSecrets(): Secrets {
  const found = new Set<string>();
  const add = (value: string | undefined) => {
    if (value !== undefined && value.trim().length >= minLength) found.add(value.trim());
  };
  const secrets: Secrets = {
    certain: add,
    configured(name, value) {
      if (!isPublic(name, value)) add(value);
      if (value.includes('://')) secrets.url(value);
    },
    host(env) {
      for (const [name, value] of Object.entries(env)) if (value !== undefined && isSecretName(name) && !isPublic(name, value)) add(value);
    },
    headers(headers) {
      for (const [name, value] of Object.entries(headers)) {
        if (publicHeaders.has(name.toLowerCase())) continue;
        // the scheme is no secret, and the token is one without it
        const scheme = /^(bearer|basic|token|apikey|digest)\s+(.+)$/i.exec(value);
        secrets.configured(scheme ? 'token' : name, scheme ? scheme[2]! : value);
        if (scheme?.[1]!.toLowerCase() === 'basic') add(/:([\s\S]*)$/.exec(Buffer.from(scheme[2]!, 'base64').toString('utf8'))?.[1]);
      }
    },
    url(text) {
      for (const match of text.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi)) {
        if (!URL.canParse(match[0])) continue;
        const url = new URL(match[0]);
        for (const part of [url.username, url.password]) {
          if (isPublic('', part)) continue;
          add(part);
          add(decode(part));
        }
        for (const [name, value] of url.searchParams) if (isSecretName(name) && !isPublic(name, value)) add(value);
      }
    },
    args(args) {
      for (const [i, arg] of args.entries()) {
        const [, name, value] = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(arg) ?? /^(\w+)=([\s\S]*)$/.exec(arg) ?? [];
        if (name !== undefined && isSecretName(name)) {
          const given = value ?? (args[i + 1]?.startsWith('-') ? undefined : args[i + 1]);
          if (given !== undefined && !isPublic(name, given)) add(given);
        }
        secrets.url(arg);
      }
    },
    list: () => [...found].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)),
  };
  return secrets;
}

const publicHeaders = new Set(['accept', 'accept-language', 'accept-encoding', 'content-type', 'user-agent', 'origin', 'host', 'connection', 'mcp-protocol-version']);

/** True for names such as `GITHUB_TOKEN`, `apiKey`, `db-password`; not for `MAX_TOKENS` or `KEYBOARD`. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().split(/[^a-z0-9]+/);
  if (/^(old)?pwd$/i.test(name) || words.some((word) => amounts.has(word))) return false;
  return words.some((word) => secretWords.has(word)) || /secret|passw|apikey|credential|privatekey|accesskey|token$/i.test(name);
}

const secretWords = new Set(['token', 'secret', 'secrets', 'key', 'apikey', 'pass', 'password', 'passwd', 'passphrase', 'pwd', 'credential', 'credentials', 'auth', 'authorization', 'pat', 'jwt', 'bearer', 'cookie', 'dsn', 'sig', 'signature']);
const amounts = new Set(['max', 'min', 'limit', 'count', 'size', 'ttl', 'timeout', 'length', 'budget']);

function isPublic(name: string, value: string): boolean {
  const text = value.trim();
  if (publicWords.has(text.toLowerCase())) return true;
  const secretName = isSecretName(name);
  // a password may be digits only
  if (/^[+-]?\d+([.,:]\d+)*$/.test(text)) return !secretName;
  if (isPathList(text)) return !secretName || existsSync(text);
  // where a server listens on this machine
  return !secretName && /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/[^?#@]*)?$/i.test(text);
}

/** One path or several, as in `PATH`. */
function isPathList(text: string): boolean {
  const one = /^(~|\.{1,2}|[A-Za-z]:|\$\w+|file:\/\/)?[\\/][^:;\n]*$|^[A-Za-z]:$|^\.$/;
  return one.test(text) || (text.includes(';') ? text.split(';') : text.split(/:(?![\\/])|:(?=\/)/)).every((part) => one.test(part));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % in a password
  }
}
