import { commandsOf, type Words } from './commands.ts';
import type { CallRef, Program } from './code/program.ts';

/** More commands in the same line; in quotes `|` is a part of a format. */
const joins = /^(?:[^"']|"[^"`$]*"|'[^']*')*[|;&`]|`|\$\(/;

/** The command behind `-C folder`, `-c name=value` and the like; '' where it is not known. */
function gitCommand(words: readonly string[]): string {
  const command = words.find((word, i) => !word.startsWith('-') && !/^-[cC]$/.test(words[i - 1] ?? ''));
  return command !== undefined && /^[a-z][a-z-]*$/.test(command) ? command : '';
}

/** `git add`, `git status`, `git commit -m …`: it works on the repository alone, with no network or prompt; a large one takes a while. */
export function isLocalGit([program, ...words]: Words): boolean {
  if (program !== 'git' || words.some((word) => joins.test(word))) return false;
  const command = gitCommand(words);
  // without a message it opens an editor
  if (command === 'commit') return words.some((word) => /^(?:-a?m|-F|-C|--message|--file|--no-edit)(?:=|$)/.test(word));
  return /^(?:add|apply|blame|cat-file|check-ignore|checkout|commit-tree|count-objects|describe|diff|diff-(?:files|index|tree)|for-each-ref|hash-object|log|ls-files|ls-tree|merge-base|merge-tree|mktree|mv|name-rev|read-tree|reflog|reset|restore|rev-list|rev-parse|rm|shortlog|show|show-branch|stash|status|switch|update-index|update-ref|worktree|write-tree)$/.test(command);
}

/** `systemctl --user enable x`, `launchctl list`, `security find-generic-password`: it writes links or asks the manager, which has time limits of its own; what starts and stops a service may wait for it. */
export function isServiceSetting([program, ...words]: Words): boolean {
  const command = words.find((word) => !word.startsWith('-')) ?? '';
  if (program === 'security') return /^(?:find|add|delete)-generic-password$/.test(words[0] ?? '');
  return (program === 'systemctl' && /^(?:enable|disable|daemon-reload|is-active|is-enabled|is-failed|mask|unmask|show|status|list-\S+|cat)$/.test(command)) || (program === 'launchctl' && /^(?:list|print|enable|disable|load|unload)$/.test(command));
}

/** `curl --max-time 60`, `wget --timeout=60`, `timeout 30 make`: it ends by itself. */
export const endsItself = (words: Words): boolean => words.some((word, i, all) => /^(?:--max-time|--timeout)(?:=\S*)?$/.test(word) || (i === 0 && /^g?timeout$/.test(word) && all.length > 1));

/** `pip install x`: done once, where something was missing. */
export const installs = ([program = '', ...words]: Words): boolean => (/^(?:\S*\/)?(?:pip3?|npm|pnpm|yarn|brew|apt(?:-get)?|dnf|cargo|uv|winget|choco|playwright)$/.test(program) || /(?:^| )-m (?:pip|uv|playwright|spacy)(?: |$)/.test(words.join(' '))) && words.some((word) => /^(?:install|add|download)$/.test(word));

/** `sips --version`: a program of this machine that says what it is, and ends. */
export function saysItsVersion(words: Words): boolean {
  if (words[1] === '-c' && /^["']?import (?:sys|platform)\s*;\s*print\((?:[^()]|\([^()]*\))*\)["']?$/.test(words.slice(2).join(' '))) return true;
  // `python -c "import pdfplumber"`: whether something is there
  if (/^(?:\S*\/)?(?:python|py)[\d.]*(?:\.exe)?$/.test(words[0] ?? '') && words[1] === '-c') return /^["']?import\s+[\w.]+\s*(?:;\s*print\([\w.]+\))?["']?$/.test(words.slice(2).join(' '));
  return words.length <= 4 && /^(?:--?version|-[vV]|--help|-h|version)$/.test(words.at(-1)!);
}

/** `open file`, `xdg-open url`, `osascript -e 'tell application "Mail" to activate'`: it hands over what is to be shown, and comes back at once on most desktops. */
export function isHandOver([program = '', ...words]: Words): boolean {
  // in an address `&` joins its parts
  if (words.some((word) => joins.test(word) && !/^[a-z][\w+.-]*:\/\//i.test(word))) return false;
  if (program === 'open') return !words.some((word) => /^(?:-\w*W\w*|--wait-apps)$/.test(word));
  if (/^cmd(?:\.exe)?$/.test(program)) return words.some((word) => word === 'start') && !words.includes('/wait');
  if (program === 'osascript') return /\bto (?:activate|reopen)['"]?$|\bdo shell script ["'\\]*open\b/.test(words.join(' '));
  return /^(?:xdg-open|explorer(?:\.exe)?|start|wslview|termux-open(?:-url)?|gio)$/.test(program) && (program !== 'gio' || words[0] === 'open');
}

/** `git remote add`, `which git`, `cat file`, `netstat -an | grep 80`: it reads or edits some small files, or asks the system, and ends. */
export function isLocalCommand(words: Words): boolean {
  const [program, ...rest] = words;
  const command = program === 'git' ? gitCommand(rest) : rest[0];
  const pipe = words.lastIndexOf('|');
  // what the first of them says goes through the others
  if (pipe > 0) return isLocalCommand(words.slice(0, pipe)) && (picksLines.test(words[pipe + 1] ?? '') || isLocalCommand(words.slice(pipe + 1)));
  if (words.some((word) => joins.test(word))) return false;
  if (program === 'command') return command === '-v';
  // the last commit is at hand, all of them are not
  if (program === 'git' && command === 'log') return /(?:^| )(?:-1|-n ?1|--max-count[= ]1)(?: |$)/.test(rest.join(' '));
  if (program === 'git') return /^(?:branch|config|init|remote|rev-parse|show-ref|symbolic-ref|tag)$/.test(command ?? '');
  if (/^(?:pgrep|pkill|kill|killall|taskkill)(?:\.exe)?$/.test(program ?? '')) return true;
  if (/^(?:[\w-]+-)?(?:size|nm|objdump|readelf)$/.test(program ?? '')) return true;
  if (/^(?:\S*\/)?(?:PlistBuddy|plutil)$/.test(program ?? '') || (/^reg(?:\.exe)?$/.test(program ?? '') && command === 'query')) return true;
  return /^(?:arch|basename|cat|chmod|crontab|date|dirname|echo|file|head|hostname|id|ioreg|ln|ls|mkdir|mktemp|mv|netstat|nproc|pbcopy|pbpaste|pmset|ps|pwd|readlink|realpath|rm|rmdir|stat|sw_vers|sysctl|tasklist(?:\.exe)?|touch|tty|type|uname|wc|where(?:\.exe)?|which|whoami|wl-copy|wl-paste|xdg-user-dir)$/.test(program ?? '');
}

const picksLines = /^(?:awk|cut|findstr|grep|head|sed|sort|tail|tr|uniq|wc)(?:\.exe)?$/;

/** `cp -R from to`, `tar -xf archive`, `ruff check file`, `sqlite3 file`, `ssh-keygen -N ''`, which asks for nothing: it is through when all is copied or read, which waits for nobody. */
export const worksOnFiles = ([program = '', ...words]: Words): boolean => (/^(?:black|clang-format|cp|ditto|eslint|flake8|gofmt|gunzip|gzip|isort|prettier|ruff|rustfmt|shellcheck|sqlite3|tar|unzip|xcopy|zip)(?:\.exe)?$/.test(program) || (program === 'ssh-keygen' && words.includes('-N'))) && !words.some((word) => joins.test(word));

/** Whether that is so of every command that a call may start, in one of these ways. */
export const everyCommand = (program: Program, ref: CallRef, ...are: readonly ((words: Words) => boolean)[]): boolean => commandsOf(program, ref).every((words) => are.some((is) => is(words)));
