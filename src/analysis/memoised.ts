import type { FunctionRef, Program } from './code/program.ts';
import type { Call, FunctionSummary, Span } from './code/summary.ts';
import type { VisitContext } from './code/syntax.ts';
import type { SyntaxNode } from './code/syntaxNode.ts';
import { keyOf } from './ioBelow.ts';

type Stretch = Pick<Span, 'start' | 'end'>;

/** A stretch of code that runs only while something that outlives the call is not there. */
export interface Guarded extends Stretch {
  /** What is asked for: `this.client`, `cache`, `Server.instance`. */
  name: string;
  /** It is not assigned in the stretch itself: only where something that is called there does so, the stretch runs once (`isFilled`). */
  through: boolean;
}

/** Of an `if`: its body, or what follows it where it leaves because there is something already. */
export function guardedBy(node: SyntaxNode, context: VisitContext): Guarded | null {
  const condition = node.childForFieldName('condition');
  // most conditions are another kind, which their text tells at once
  const asked = condition && tested(textOf(context, condition));
  const body = asked && node.childForFieldName('consequence');
  const around = body && enclosing(node);
  if (!body || !around) return null;
  const test = { ...asked, name: fieldBehind(asked.name, context.source.text.slice(around.startIndex, node.startIndex)) ?? asked.name };
  const bodyText = textOf(context, body);
  const whole = around.childForFieldName('body');
  if (!test.absent && (!whole || node.parent?.id !== whole.id || !leaves.test(bodyText))) return null;
  const { startIndex: start, endIndex: end } = test.absent ? body : { startIndex: node.endIndex, endIndex: whole!.endIndex };
  // who asks for it behind the condition looks at all of the function
  const text = test.absent ? bodyText : textOf(context, whole!);
  if (!ready.test(lastOf(test.name)) && isTakenBack(whole ? textOf(context, whole) : text, test.name)) return null;
  if ((assigns(text, test.name) || (test.absent && fillsUp(text, test.name))) && outlives(test.name, around, context)) return { name: test.name, start, end, through: false };
  const isKept = test.absent || new RegExp(`^\\{?\\s*return\\s+${escape(test.name)}\\s*;?\\s*\\}?$`).test(bodyText.trim()) || (/^\{?\s*return\s*;?\s*\}?$/.test(bodyText.trim()) && ready.test(lastOf(test.name)));
  if (!isKept || !mayLead(context.source.text.slice(start, end), test.name) || !isReadFromOutside(test.name, around, context)) return null;
  return { name: test.name, start, end, through: true };
}

/** The field that a local is of: `transport = self._ssh.get_transport() if self._ssh else None`, `token = _TOKEN or os.environ.get('TOKEN')`. */
function fieldBehind(name: string, before: string): string | null {
  if (!/^[\w$]+$/.test(name)) return null;
  const sets = [...before.matchAll(new RegExp(`(?<![\\w$.])${escape(name)}\\s*(?::[^=\\n]+)?=(?!=|>)\\s*((?:self|this)\\.#?[\\w$]+)\\??\\.`, 'g'))];
  const chosen = new RegExp(`(?<![\\w$.])${escape(name)}\\s*(?::[^=\\n]+)?=\\s*((?:self|this)\\.#?[\\w$]+|_*[A-Z][A-Z0-9_]+)\\s*(?:or\\b|\\?\\?|\\|\\|)`).exec(before);
  return sets.at(-1)?.[1] ?? chosen?.[1] ?? null;
}

/** A flag that says that something has been done; one that says that it is going on, or over, is none. */
const ready = /^_?(?:is_?)?(?:initiali[sz]ed|loaded|ready|connected|started|set_?up|opened|prepared|registered|built|configured|authenticated)$/i;

/** Whether a call that stands behind a guard leads to where what it asks for is assigned. */
export function isFilled(program: Program, file: string, guard: Guarded): boolean {
  if (!guard.through) return true;
  let ofProgram = known.get(program);
  if (!ofProgram) known.set(program, (ofProgram = new Map<string, boolean>()));
  const key = `${guard.name} ${guard.start} ${file}`;
  let answer = ofProgram.get(key);
  if (answer === undefined) ofProgram.set(key, (answer = filled(program, file, guard)));
  return answer;
}

const known = new WeakMap<Program, Map<string, boolean>>();

/** A chain of methods that ends with the assignment is not longer. */
const maxDepth = 3;

function filled(program: Program, file: string, guard: Guarded): boolean {
  const name = lastOf(guard.name);
  const root = guard.name.includes('.') ? guard.name.split('.')[0]! : null;
  const fillers = new Set<string>();
  const doesFill = (fn: FunctionRef, depth: number): boolean => {
    if (root === null && fn.file !== file) return false;
    const summary = program.functionOf(fn);
    const text = program.textOf(fn.file).slice(summary.span.start, summary.span.end);
    const own = root === null ? null : ownNames(program, fn, summary);
    const names = own ? own.map((o) => `${o}.${name}`) : [name];
    if (names.some((n) => assigns(text, n) && !isOwnName(text, n, summary))) {
      if (names.some((n) => isTakenBack(text, n))) return false;
      fillers.add(keyOf(fn));
      return true;
    }
    return depth < maxDepth && callsIn(program, fn.file, summary.span).some(({ call, ref }) => isOn(call, own) && leadsOn(ref, depth + 1));
  };
  const leadsOn = (ref: { file: string; index: number }, depth: number): boolean => {
    const { functions } = program.target(ref);
    return functions.length > 0 && functions.every((f) => doesFill(f, depth));
  };
  const calls = callsIn(program, file, guard).filter(({ call }) => isOn(call, root === null ? null : [root]));
  return calls.some(({ ref }) => leadsOn(ref, 0)) && !isEmptied(program, file, guard, fillers);
}

/** Each call that gets to the guard may take away, too, what it has found: it is there anew in each call. */
function isEmptied(program: Program, file: string, guard: Guarded, fillers: ReadonlySet<string>): boolean {
  const { functions } = program.files.get(file)!;
  const text = program.textOf(file);
  const empties = assigned(guard.name, '\\s*(?:null|undefined|None)\\b');
  if (!empties.test(text)) return false;
  const asking = functions.findLastIndex(({ span }) => span.start <= guard.start && guard.end <= span.end);
  const asked = program.reach({ file, index: asking }, 'any', guard.start)?.handlers ?? [];
  return functions.some(({ kind, span }, index) => {
    if (index === 0 || kind === 'constructor' || fillers.has(keyOf({ file, index })) || !empties.test(text.slice(span.start, span.end))) return false;
    const others = program.reach({ file, index }, 'any')?.handlers ?? [];
    return asked.length > 0 && asked.every((h) => others.includes(h));
  });
}

/** How a method calls its own object or class. */
function ownNames(program: Program, { file }: FunctionRef, { class: owner }: FunctionSummary): string[] {
  const { classes, language } = program.files.get(file)!;
  const own = owner === null ? [] : [classes[owner]!.name];
  return language === 'python' ? ['self', 'cls', ...own] : ['this', ...own];
}

/** A call of a function of the module (`null`), or of a method of one of some objects. */
function isOn({ callee }: Call, objects: readonly string[] | null): boolean {
  if (objects === null) return callee.kind === 'name';
  if (callee.kind !== 'member') return false;
  return callee.object.kind === 'this' ? objects.includes('this') : callee.object.kind === 'name' && objects.includes(callee.object.name);
}

function callsIn(program: Program, file: string, { start, end }: Stretch): { call: Call; ref: { file: string; index: number } }[] {
  return program.files.get(file)!.calls.flatMap((call, index) => (start <= call.span.start && call.span.end <= end ? [{ call, ref: { file, index } }] : []));
}

/** A variable of the function itself, where that is not the module's one. */
function isOwnName(text: string, name: string, { parameters }: FunctionSummary): boolean {
  if (name.includes('.')) return false;
  if (parameters.some((p) => p.name === name)) return true;
  if (/^\s*(?:async\s+)?def\b|^@/.test(text)) return !isGlobal(text, name);
  return isDeclared(text, name);
}

const lastOf = (name: string) => name.slice(name.lastIndexOf('.') + 1);
const escape = (name: string) => name.replaceAll(/[.$]/g, '\\$&');
const textOf = ({ source }: VisitContext, node: SyntaxNode) => source.text.slice(node.startIndex, node.endIndex);
const isGlobal = (text: string, name: string) => new RegExp(`\\b(?:global|nonlocal)\\b[^\\n]*\\b${escape(name)}\\b`).test(text);
const isDeclared = (text: string, name: string) => new RegExp(`\\b(?:const|let|var)\\s+(?:\\{[^}]*|\\[[^\\]]*)?\\b${escape(name)}\\b`).test(text);
const hasName = (text: string, name: string) => new RegExp(`(?<![\\w$])${escape(name)}(?![\\w$])`).test(text);

/** Behind the name is something, not nothing. */
const something = '(?!\\s*(?:null|undefined|None|false|False)\\b(?!\\s*(?:\\?\\?|\\|\\||or\\b)))';
const assigned = (name: string, what: string) => new RegExp(`(?<![\\w.$]|\\b(?:let|var)\\s+)${escape(name)}\\s*(?::[^=\\n]+)?(?:\\?\\?|\\|\\|)?=(?!=|>)${what}`);
/** Whether a text gives a variable or field a value. */
export const assigns = (text: string, name: string) => text.includes(name) && assigned(name, something).test(text);

/** `if not stations: … stations[code] = name`: there is something in it from then on. */
const fillsUp = (text: string, name: string) => text.includes(name) && new RegExp(`(?<![\\w.$])${escape(name)}(?:\\[[^\\]\\n]+(?:\\[[^\\]\\n]*\\])?[^\\]\\n]*\\]\\s*=(?!=)|\\.(?:update|extend)\\()`).test(text);

/** A flag that is taken back says only that it is going on; not where that is done after a failure. */
function isTakenBack(text: string, name: string): boolean {
  const at = text.includes(name) ? text.search(assigned(name, '\\s*(?:false|False)\\b')) : -1;
  return at >= 0 && !/\b(?:catch|except)\b(?:(?!\bfinally\b)[^])*$/.test(text.slice(0, at));
}

/** A call in a text that might assign the name. */
const mayLead = (text: string, name: string) => (name.includes('.') ? new RegExp(`(?<![\\w.$])${escape(name.split('.')[0]!)}[?!]?\\.#?\\w+\\(`) : /(?<![\w.$])[\w$]+\(/).test(text);

export const leaves = /^\{?\s*(?:return|raise|throw)\b/;

const good = '[\\w.#$?]*(?:healthy|active|alive|connected|open|valid|running|ready|usable)(?:\\(\\))?$';
const bad = '[\\w.#$?]*(?:closed|destroyed|expired|stale|broken|lost|disconnected|is_closing)(?:\\(\\))?$';
/** Of what is kept, that it is no longer good, and that it is. */
const isLost = new RegExp(`^(?:!|not\\s+)${good}|^(?!!|not\\s)${bad}`, 'i');
const isGood = new RegExp(`^(?!!|not\\s)${good}|^(?:!|not\\s+)${bad}`, 'i');

/** The name whose presence or absence alone decides: `!x`, `x === null`, `x is None`, `not x`, `x`. */
function tested(condition: string): { name: string; absent: boolean } | null {
  const whole = condition.replace(/^\((.*)\)$/s, '$1').trim();
  // `x is None or not x.is_connected()`, `x and not x.closed`: it is made anew when it is lost, too
  const [, first, joint, rest = ''] = /^([^&|]+?)\s+(or|\|\||and|&&)\s+([^&|]+)$/.exec(whole) ?? [];
  const isState = /^(?:or|\|\|)$/.test(joint ?? '') ? isLost : isGood;
  const text = first !== undefined && isState.test(rest) && !/\b(?:and|or)\b/.test(first) ? first : whole;
  // `x is None and path`: whatever else must be, it is not there yet
  const isOf = (what: RegExp) => what.test(joint ?? '') && !/\b(?:and|or)\b/.test(first! + rest);
  const absent = absentIn(text) ?? (isOf(/^(?:and|&&)$/) || (isOf(/^(?:or|\|\|)$/) && anew.test(rest)) ? absentIn(first!) : null);
  if (absent !== null) return { name: absent, absent: true };
  const [, present] = /^([\w.#$]+)$/.exec(text) ?? /^([\w.#$]+)\s*(?:!={1,2}\s*(?:null|undefined)|is\s+not\s+None)$/.exec(text) ?? [];
  return present ? { name: present, absent: false } : null;
}

/** `x is None or force_refresh`: somebody asks for another one, which is seldom done. */
const anew = /^[\w.]*(?:refresh|force|reload|rebuild)\w*$/i;

/** `!x`, `not x`, `x is None`, `x === undefined`. */
const absentIn = (text: string): string | null => (/^(?:!|not\s+)([\w.#$]+)$/.exec(text) ?? /^([\w.#$]+)\s*(?:={2,3}\s*(?:null|undefined|false|None)|is\s+None|is\s+False)$/.exec(text))?.[1] ?? null;

const isField = (name: string) => /^(?:this|self|cls|[A-Z]\w*)\./.test(name);

/** What is assigned is a field of the object or class, or a variable from outside of the function. */
export function outlives(name: string, around: SyntaxNode, context: VisitContext): boolean {
  if (isField(name)) return true;
  if (!/^[\w$]+$/.test(name)) return false;
  return around.type === 'function_definition' ? isGlobal(textOf(context, around), name) : isFromOutside(name, around, context);
}

/** What is read is: Python says nothing of a variable that it only reads. One of an object that is made outside is, too (`service.client`). */
function isReadFromOutside(name: string, around: SyntaxNode, context: VisitContext): boolean {
  if (isField(name)) return /^\w+\.[\w#$]+$/.test(name);
  if (!/^[\w$]+(?:\.[\w$]+)?$/.test(name)) return false;
  const root = name.split('.')[0]!;
  if (around.type !== 'function_definition') return isFromOutside(root, around, context);
  const text = textOf(context, around);
  const parameters = around.childForFieldName('parameters');
  return isGlobal(text, root) || (!(parameters && hasName(textOf(context, parameters), root)) && !new RegExp(`(?:^|\\n)\\s*(?:async\\s+)?(?:with\\b[^\\n]*\\bas\\s+|for\\s+)?${escape(root)}\\s*(?:[:,][^=\\n]*)?(?:=(?!=)|in\\b|:)`).test(text));
}

function isFromOutside(name: string, around: SyntaxNode, context: VisitContext): boolean {
  const parameters = around.childForFieldName('parameters') ?? around.childForFieldName('parameter');
  return !isDeclared(textOf(context, around), name) && !(parameters && hasName(textOf(context, parameters), name));
}

export function enclosing(node: SyntaxNode): SyntaxNode | null {
  for (let at = node.parent; at; at = at.parent) {
    if (/^(?:function_declaration|function_expression|arrow_function|method_definition|function_definition|generator_function_declaration|generator_function)$/.test(at.type)) return at;
  }
  return null;
}
