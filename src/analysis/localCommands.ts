import type { Call } from './code/summary.ts';

/** The words of a command that are written out, of `execSync('git status')` as of `run(['git', 'status'])`. */
export function wordsOf({ args }: Call): string[] {
  return args.flatMap((a) => (a.kind === 'array' ? a.items : [a])).flatMap((a) => (a.kind === 'literal' && typeof a.value === 'string' ? a.value.trim().split(/\s+/) : a.kind === 'template' ? a.parts.flatMap((p) => (p.kind === 'literal' && typeof p.value === 'string' ? p.value.trim().split(/\s+/) : [])) : []));
}

/** `git remote add`, `which git`, `mktemp -d`: it reads or edits some small files, and ends. */
export function isLocalCommand(call: Call): boolean {
  const words = wordsOf(call);
  const [program, command = ''] = words;
  if (words.some((word) => /[|;&`]|\$\(/.test(word))) return false;
  if (program === 'command') return command === '-v';
  if (program === 'git') return /^(?:branch|config|init|remote|rev-parse|show-ref|symbolic-ref|tag)$/.test(command);
  return /^(?:arch|basename|date|dirname|echo|hostname|id|mkdir|mktemp|nproc|pwd|readlink|realpath|tty|type|uname|where(?:\.exe)?|which|whoami)$/.test(program ?? '');
}
