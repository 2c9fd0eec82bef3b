import type { Call } from './code/summary.ts';

/** The words of a command that are written out, of `execSync('cd x && git status')` as of `run(['git', 'status'])`, without the folder that it runs in. */
export function wordsOf({ args }: Pick<Call, 'args'>): string[] {
  const words = args.flatMap((a) => (a.kind === 'array' ? a.items : [a])).flatMap((a) => (a.kind === 'literal' && typeof a.value === 'string' ? a.value.trim().split(/\s+/) : a.kind === 'template' ? a.parts.flatMap((p) => (p.kind === 'literal' && typeof p.value === 'string' ? p.value.trim().split(/\s+/) : [])) : []));
  return words[0] === 'cd' ? words.join(' ').replace(inFolder, '').split(' ') : words;
}

const inFolder = /^cd\s+(?:"[^"]*"|'[^']*'|\S*)\s*&&\s*/;
const joins = /[|;&`]|\$\(/;

/** The command behind `-C`, `-c` and the like. */
const gitCommand = (words: readonly string[]) => words.find((word) => /^[a-z][a-z-]*$/.test(word)) ?? '';

/** `git add`, `git status`, `git diff`: it works on the repository alone, with no network or prompt; a large one takes a while. */
export function isLocalGit(call: Pick<Call, 'args'>): boolean {
  const [program, ...words] = wordsOf(call);
  if (program !== 'git' || words.some((word) => joins.test(word))) return false;
  const command = gitCommand(words);
  return /^(?:add|apply|blame|cat-file|check-ignore|checkout|commit-tree|count-objects|describe|diff|diff-(?:files|index|tree)|for-each-ref|hash-object|log|ls-files|ls-tree|merge-base|merge-tree|mv|name-rev|reflog|reset|restore|rev-list|rm|shortlog|show|show-branch|stash|status|switch|update-index|update-ref|write-tree)$/.test(command);
}

/** `systemctl --user enable x`, `launchctl list`: it writes links or asks the manager, which has time limits of its own; what starts and stops a service may wait for it. */
export function isServiceSetting(call: Call): boolean {
  const [program, ...words] = wordsOf(call);
  const command = words.find((word) => !word.startsWith('-')) ?? '';
  return (program === 'systemctl' && /^(?:enable|disable|daemon-reload|is-active|is-enabled|is-failed|mask|unmask|show|status|list-\S+|cat)$/.test(command)) || (program === 'launchctl' && /^(?:list|print|enable|disable)$/.test(command));
}

/** `curl --max-time 60`, `wget --timeout=60`, `timeout 30 make`: it ends by itself. */
export const endsItself = (call: Pick<Call, 'args'>): boolean => wordsOf(call).some((word, i, all) => /^(?:--max-time|--timeout)(?:=\S*)?$/.test(word) || (i === 0 && /^g?timeout$/.test(word) && all.length > 1));

/** `pip install x`: done once, where something was missing. */
export const installs = (call: Pick<Call, 'args'>): boolean => /^(?:\S*\/)?(?:pip3?|npm|pnpm|yarn|brew|apt(?:-get)?|dnf|cargo|uv|winget|choco|playwright)$/.test(wordsOf(call)[0] ?? '') && wordsOf(call).some((word) => /^(?:install|add)$/.test(word));

/** `sips --version`: a program of this machine that says what it is, and ends. */
export function saysItsVersion(call: Pick<Call, 'args'>): boolean {
  const words = wordsOf(call);
  return words.length > 0 && words.length <= 4 && /^(?:--?version|-[vV]|--help|-h|version)$/.test(words.at(-1)!);
}

/** `open file`, `xdg-open url`, `osascript -e 'tell application "Mail" to activate'`: it hands over what is to be shown, and comes back at once on most desktops. */
export function isHandOver([program = '', ...words]: readonly string[]): boolean {
  if (words.some((word) => joins.test(word))) return false;
  if (program === 'open') return !words.some((word) => /^(?:-\w*W\w*|--wait-apps)$/.test(word));
  if (/^cmd(?:\.exe)?$/.test(program)) return words.some((word) => word === 'start') && !words.includes('/wait');
  if (program === 'osascript') return /\bto (?:activate|reopen)['"]?$/.test(words.join(' '));
  return /^(?:xdg-open|explorer(?:\.exe)?|start|wslview|gio)$/.test(program) && (program !== 'gio' || words[0] === 'open');
}

/** `git remote add`, `which git`, `cat file`: it reads or edits some small files, and ends. */
export function isLocalCommand(call: Pick<Call, 'args'>): boolean {
  const words = wordsOf(call);
  const [program, ...rest] = words;
  const command = program === 'git' ? gitCommand(rest) : rest[0];
  if (words.some((word) => joins.test(word))) return false;
  if (program === 'command') return command === '-v';
  // the last commit is at hand, all of them are not
  if (program === 'git' && command === 'log') return /(?:^| )(?:-1|-n ?1|--max-count[= ]1)(?: |$)/.test(rest.join(' '));
  if (program === 'git') return /^(?:branch|config|init|remote|rev-parse|show-ref|symbolic-ref|tag)$/.test(command ?? '');
  if (/^(?:pgrep|pkill|kill|killall|taskkill)(?:\.exe)?$/.test(program ?? '')) return true;
  return /^(?:arch|basename|cat|chmod|date|dirname|echo|head|hostname|id|ln|ls|mkdir|mktemp|mv|nproc|pbcopy|pbpaste|ps|pwd|readlink|realpath|rm|rmdir|stat|tasklist(?:\.exe)?|touch|tty|type|uname|wc|where(?:\.exe)?|which|whoami|wl-copy|wl-paste)$/.test(program ?? '');
}
