import type { FunctionRef, Program } from './code/program.ts';
import { maxValues, nameOf, type Call, type Expr } from './code/summary.ts';
import { originsOf } from './origins.ts';
import { snake } from './snake.ts';
import { isJustMade, isTakenAway, isTemporary } from './temporary.ts';
import { bindingOf, stepBack, type Place } from './trace.ts';

/**
 * How much a file holds, as far as its name tells. `bytes`: a port, a token, a manifest, or what the system keeps in memory;
 * `settings`: with credentials and the like, which change seldom; `lines`: a text that ships with the server, a file of one call's own for a moment, or that it has just made.
 */
export type FileSize = 'bytes' | 'settings' | 'lines';

/** Null where nothing says that it is small. `path`: what the call is given. */
export function smallFile(program: Program, file: string, call: Call, path: Expr): FileSize | null {
  const at: Place = { file, function: call.function, offset: call.span.start };
  if (isOfSystem(path) || ends(program, path, at, fewBytes)) return 'bytes';
  if (ends(program, path, at, settings) || ends(program, path, at, settingsInside) || isAboutSettings(program, at)) return 'settings';
  return ships(program, path, at) || isTemplate(program, call, at) || isTemporary(program, { expr: path, at }) || (reads.test(nameOf(call.callee)) && isJustMade(program, path, at)) || (writes.test(nameOf(call.callee)) && isTakenAway(program, path, at)) ? 'lines' : null;
}

/** `const template = readFileSync(path)`, `with open(path) as f: template = f.read()`: somebody has written it, by hand. */
function isTemplate(program: Program, { span }: Call, { file }: Place): boolean {
  const text = program.textOf(file);
  return /\b(?:\w+_)?template\s*(?::[^=\n]+)?=\s*(?:await\s+)?(?:[\w.]+\()?$/i.test(text.slice(0, span.start).slice(-60)) || /^\s*as\s+(\w+)\s*:\s*\w*template\w*\s*=\s*\1\.read\(/i.test(text.slice(span.end, span.end + 160));
}

const reads = /^(?:read\w*|open)$/;
const writes = /^(?:write\w*|open)$/;

/** What the system keeps in memory, or in files of a few lines. */
export function isOfSystem(path: Expr): boolean {
  const start = path.kind === 'template' ? path.parts[0] : path;
  // `os.devnull`
  if ((path.kind === 'member' || path.kind === 'name') && /^dev_?null(?:_path)?$/i.test(path.name)) return true;
  return start?.kind === 'literal' && typeof start.value === 'string' && /^\/(?:proc|sys|dev|etc|run|var\/run)(?:\/|$)/.test(start.value);
}

const fewBytes = /(?:^|\/)(?:(?:package|version|(?:[\w-]+[-_.])?manifest|composer|deno)\.json|(?:pyproject|Cargo)\.toml|(?:pubspec|qlpack|codeql-pack|galaxy|Chart)\.ya?ml|platformio\.ini|go\.mod)$|(?:^|[._/-])(?:port|pid|token|version)(?:[._-]?(?:file|File|path|Path|txt))*$|(?<=[a-z])(?:Port|Pid|Token|Version)(?:File|Path)*$/;

const kept = '(?:[tj]s)?config(?:uration)?|access|allow(?:ed)?[._-]?(?:list|paths)|policy|policies|settings?|preferences|env|credentials?|creds|secrets?|keys?|tokens?|cookies?|certs?|certificates?|aliases|templates?|prompts?|oauth|auth|ca|service[._-]?account(?:[._-]?key)?';
/** A path or its name: `CONFIG_FILE`, `~/.ssh/config`, `gcp-oauth.keys.json`, `ca.pem`; not a folder of such files. */
const settings = new RegExp(`(?:^|[._/-])(?:(?:${kept}|rc)(?:[._-]?(?:file|path|location|local))*(?:\\.\\w+)?|dockerfile|[\\w.-]+\\.(?:pem|crt|key|env|ini|toml))$`, 'i');
/** The same of a name in camel case: `credentialsPath` is one of the above, `caCertPath` and `userConfig` are not. */
const settingsInside = /(?<=[a-z])(?:Config|Policy|Settings?|Env|Credentials?|Secrets?|Keys?|Tokens?|Cookies?|Certs?|Certificate|Aliases|Template|Prompt)(?:File|Path|Location)*$/;
/** Functions and files by what they are for: `loadConfig`, `save_tokens`, `auth.ts`, `credential_manager.py`. */
const forSettings = new RegExp(`^_*(?:load|read|get|save|write|store|update|parse|ensure|refresh)_?(?:\\w+_)?(?:${kept})(?:_?(?:file|from_file|from_disk|data))?$`, 'i');
const settingsFile = /(?:^|[._-])(?:config|policy|settings|credentials?|secrets?|tokens?|oauth|auth|env)(?:[._-](?:manager|store|storage|cache|utils?|loader|helpers?))*\.\w+$/i;

function isAboutSettings(program: Program, { file, function: index }: Place): boolean {
  const name = program.nameOf({ file, index }).split('.').at(-1)!;
  return forSettings.test(name) || forSettings.test(snake(name)) || settingsFile.test(file.replaceAll('\\', '/').split('/').at(-1)!);
}

/** Whether the last part of a path, whatever it is put together from, has such a name. */
export function ends(program: Program, path: Expr, at: Place, names: RegExp, depth = 0): boolean {
  const go = (expr: Expr) => ends(program, expr, at, names, depth + 1);
  if (depth > 4) return false;
  switch (path.kind) {
    case 'literal':
      return typeof path.value === 'string' && names.test(path.value);
    case 'member':
      return names.test(path.name);
    case 'name': {
      const values = bindingOf(program, path.name, at)?.values ?? [];
      return names.test(path.name) || (values.length > 0 && values.every(go));
    }
    case 'template':
      return path.parts.slice(-1).some(go);
    case 'binary':
      return go(path.right);
    case 'array':
      return path.items.length > 0 && path.items.every(go);
    case 'element':
      return path.index === undefined && path.key === undefined && go(path.of);
    case 'call': {
      const { args, callee } = program.callOf({ file: at.file, index: path.call });
      return args.length > 0 ? go(args.at(-1)!) : (callee.kind === 'name' || callee.kind === 'member') && names.test(callee.name.replace(/^get_?/, ''));
    }
    default:
      return false;
  }
}

/** What there is more of the longer a server is used, or the larger what it knows is. */
const gathers = /index|data|(?:^|[^a-z])db|cache|corpus|catalog|graph|histor|log(?:s|_|\b)|records|entries|items|messages|memor|notes|tasks|todos|embedding|vector|archive|dump|export|snapshot|session|store|librar|model|csv|parquet|jsonl|ndjson|sqlite|pdf|xml|wasm/i;

const large = /(?:^|[^A-Za-z])logs?(?![a-z])|(?<=[a-z])Logs?(?![a-z])|index|corpus|catalog|graph|histor|embedding|vector|dataset|dump|archive|csv|parquet|jsonl|ndjson/i;

/** The same file in every call and once in each, in which by its name nothing gathers: as large as somebody has made it. What is written is not what the caller gives. */
export const isOneOfItsOwn = (program: Program, file: string, call: Call, path: Expr): boolean => isSameAlways(program, file, call, path) && !isStore(program, file, call, path);

/** More and more gathers in it, by its name or that of the function. */
const isStore = (program: Program, file: string, call: Call, path: Expr): boolean => isCalled(program, file, call, path, gathers);

/** What grows, or is a table, by its name or that of the function. */
export const isLarge = (program: Program, file: string, call: Call, path: Expr): boolean => isCalled(program, file, call, path, large);

function isCalled(program: Program, file: string, call: Call, path: Expr, names: RegExp): boolean {
  const { span, function: fn } = call;
  const at: Place = { file, function: fn, offset: span.start };
  return names.test(program.textOf(file).slice(span.start, span.end)) || names.test(program.nameOf({ file, index: fn })) || ends(program, path, at, names);
}

/** Nothing that it is given comes from the caller, and it is called once. */
function isSameAlways(program: Program, file: string, call: Call, path: Expr): boolean {
  const { span, function: fn, args } = call;
  const at: Place = { file, function: fn, offset: span.start };
  return isOnce(program, file, call) && args.every((arg) => !originsOf(program, arg, at).has('arguments')) && [...originsOf(program, path, at)].join() === 'constant';
}

/** In no loop, and in no function that calls itself, from folder to folder; nor is who calls it, one step back. */
export function isOnce(program: Program, file: string, call: Call): boolean {
  const repeats = (where: string, { loop, function: index }: Call) => loop !== null || callsItselfInLoop(program, { file: where, index });
  return !repeats(file, call) && program.callersOf({ file, index: call.function }).every((ref) => !repeats(ref.file, program.callOf(ref)));
}

/** By itself, not by way of others. */
export const callsItself = (program: Program, fn: FunctionRef): boolean => ownCallsOf(program, fn).length > 0;

/** For each entry of a folder; what calls itself otherwise goes one way: up to the root. */
const callsItselfInLoop = (program: Program, fn: FunctionRef): boolean => ownCallsOf(program, fn).some(({ loop }) => loop !== null);

const ownCallsOf = (program: Program, { file, index }: FunctionRef): Call[] =>
  program.functionOf({ file, index }).calls.flatMap((call) => (program.target({ file, index: call }).functions.some((f) => f.file === file && f.index === index) ? [program.callOf({ file, index: call })] : []));

const here = /^(?:__dirname|__filename|__file__|dirname|filename)$/;
const text = /\.(?:md|txt|html|j2|jinja2?|tmpl|hbs|mustache|ya?ml|sql|css|js|py|svg|graphql|prompt|cypher|vba|lua|mmd|puml|dot|tex|gd|scad|glsl|sh|ps1|bat|jsx|applescript|scpt|r)$/i;

const templates = /(?:^|[/_-])(?:\w+[_-])?(?:templates?|prompts?|quer(?:y|ies)|snippets?|examples?)\/?$/i;

/** A text that lies beside the code, under a name that is written out, or in a folder of templates: what ships with a server its author keeps small. */
function ships(program: Program, path: Expr, at: Place): boolean {
  const parts = [...partsOf(program, path, at)].filter((part) => part !== '');
  if (parts.includes(inPackage)) return true;
  const last = parts.at(-1);
  if (typeof last !== 'string' || !text.test(last) || !parts.includes(beside)) return false;
  const varying = parts.indexOf(anything);
  const folder = parts[varying - 1];
  return varying === -1 || (varying === parts.length - 2 && typeof folder === 'string' && templates.test(folder));
}

/** A path that is put together of where the code is and of what is written out. */
export function isBesideCode(program: Program, path: Expr, at: Place): boolean {
  const parts = [...partsOf(program, path, at)];
  return parts.includes(beside) && !parts.includes(anything);
}

/** `folder = here / 'a'`, and another one beside the code `if not folder.is_dir()`: as the first of them. */
function* ofSeveral(values: readonly Expr[], inside: (parts: readonly Expr[]) => Iterable<string | symbol>): Iterable<string | symbol> {
  const [first, ...others] = values.map((value) => [...inside([value])]) as [(string | symbol)[], ...(string | symbol)[][]];
  if ([first, ...others].every((parts) => parts.includes(beside) && !parts.includes(anything))) yield* first;
  else yield anything;
}

/** `for path in sorted(FOLDER.glob('*.md'))`: one of those that are there. */
function* ofListed(program: Program, of: Expr, at: Place, inside: (parts: readonly Expr[]) => Iterable<string | symbol>): Iterable<string | symbol> {
  const call = of.kind === 'call' ? program.callOf({ file: at.file, index: of.call }) : null;
  const [first] = call?.args ?? [];
  if (call?.callee.kind === 'name' && call.callee.name === 'sorted' && first?.kind === 'call') yield* ofListed(program, first, at, inside);
  else if (call?.callee.kind === 'member' && call.callee.name === 'glob' && first?.kind === 'literal') yield* inside([call.callee.object, first]);
  else yield anything;
}

const beside = Symbol('where the code is');
/** What is looked up in an installed package was put there by its author, whatever its name. */
const inPackage = Symbol('in the package');
const anything = Symbol('anything');

/** `Path(__file__).parent.parent`, a name for it, and one for each folder below. */
const maxDepth = 12;

/** What a path is put together from, in its order: what is written out, and what is not. */
function* partsOf(program: Program, expr: Expr, at: Place, depth = 0): Iterable<string | symbol> {
  const inside = function* (parts: readonly Expr[]): Iterable<string | symbol> {
    for (const part of parts) yield* partsOf(program, part, at, depth + 1);
  };
  // a field or a parameter that has one value, or a few that are all written out
  const from = function* (one: Expr, orElse: () => Iterable<string | symbol>): Iterable<string | symbol> {
    const step = stepBack(program, { expr: one, at });
    const [first, ...others] = step.complete && step.from.length <= maxValues ? step.from.map((value) => [...partsOf(program, value.expr, value.at, depth + 1)]) : [];
    if (first && (others.length === 0 || [first, ...others].every((parts) => parts.length > 0 && !parts.includes(anything)))) yield* first;
    else yield* orElse();
  };
  const otherwise = () => [anything];
  if (depth > maxDepth) return;
  switch (expr.kind) {
    case 'literal':
      yield String(expr.value);
      return;
    case 'template':
      yield* inside(expr.parts);
      return;
    case 'binary':
      yield* inside([expr.left, expr.right]);
      return;
    case 'call': {
      const ref = { file: at.file, index: expr.call };
      const { callee, args } = program.callOf(ref);
      if (program.target(ref).external === 'importlib.resources.files') yield* [beside, inPackage];
      else yield* inside([...(callee.kind === 'member' ? [callee.object] : []), ...args]);
      return;
    }
    case 'member':
      // `import.meta.url`, `Path(__file__).parent`
      if (here.test(expr.name) || (expr.name === 'url' && /^(?:other|member)$/.test(expr.object.kind))) yield beside;
      else yield* from(expr, () => inside([expr.object]));
      return;
    case 'name': {
      const binding = bindingOf(program, expr.name, at);
      if (here.test(expr.name) && binding?.kind !== 'parameter') yield beside;
      else if (binding?.kind === 'variable' && binding.values.length === 1 && !binding.reassigned) yield* inside(binding.values);
      else if (binding?.kind === 'variable' && binding.values.length > 1) yield* ofSeveral(binding.values, inside);
      else if (binding?.kind === 'parameter') yield* from(expr, otherwise);
      else if (binding?.kind !== 'import') yield anything;
      return;
    }
    case 'parameter':
      yield* from(expr, otherwise);
      return;
    // one of several that are written out lies as the others do
    case 'array':
      if (expr.items.length > 0 && expr.many !== true) yield* inside(expr.items.slice(0, 1));
      else yield anything;
      return;
    case 'element':
      if (expr.key === undefined && expr.of.kind === 'name' && bindingOf(program, expr.of.name, at)?.values[0]?.kind === 'array') yield* inside([expr.of]);
      else yield* ofListed(program, expr.of, at, inside);
      return;
    default:
      yield anything;
  }
}
