/**
 * What one source file says, as plain data: enough to resolve calls over a workspace, so that its syntax tree need not
 * be kept. One shape for TypeScript, JavaScript and Python.
 */
export interface FileSummary {
  /** Absolute path. */
  file: string;
  language: Language;
  imports: Import[];
  exports: Export[];
  /** `functions[0]` is the module's body; all others in the order in which they begin. */
  functions: FunctionSummary[];
  classes: ClassSummary[];
  /** `type X = …`; Python's `X: TypeAlias = …`, `X = Union[…]`, `X = A | B` and `X = NewType('X', Y)`, which are bindings, too. */
  aliases: { name: string; type: TypeRef }[];
  /** Every call of the file in the order in which it begins; `Expr` and `FunctionSummary` refer to them by index. */
  calls: Call[];
  /** Every name that the file declares, inner scopes after outer ones. */
  bindings: Binding[];
  /** What rules saw in the syntax tree. */
  facts: Fact[];
  suppressions: Suppression[];
  /** Nodes that the parser could not make sense of; 0 is a file without syntax errors. */
  syntaxErrors: number;
}

export type Language = 'typescript' | 'javascript' | 'python';

/** Offsets in UTF-16 units from 0; `end` is behind the last unit. Lines are told by `lines.ts`. */
export interface Span {
  start: number;
  end: number;
}

/**
 * `import d, { a as b }, * as n`, `require()` bound to names, `from m import a as b`, `import m.n`. Each local name is
 * one import and one binding. Python's `import a.b` binds `a` to module `a` and has `loads: 'a.b'`.
 */
export interface Import {
  /** Null for `import 'm'` and Python's `from m import *`. */
  local: string | null;
  /** As written: `./x.js`, `node:fs`, `.models`, `pkg.sub`. */
  module: string;
  /** `*` is the module itself, `default` its default export. `require('m')` imports `*`; `const { a } = require('m')` imports `a`. */
  imported: string;
  loads?: string;
  /** TypeScript's `import type`; Python's under `if TYPE_CHECKING`. */
  typeOnly: boolean;
  /** The function whose scope it is in. */
  scope: number;
  span: Span;
}

/** `export { a as b } from 'm'`, `export * from 'm'`, `export default …`, `module.exports = …`. In Python every name of the module's scope is exported; these are not listed. */
export interface Export {
  /**
   * Name outside; `default`; `*` for a star re-export without a name. `=` is what `require` of the file gives (`module.exports = x`,
   * `export = x`); the properties of an object literal there are listed by their own names as well.
   */
  name: string;
  /** The name inside (or in `module`); null for an expression. */
  local: string | null;
  value: Expr | null;
  /** Re-exported from there. */
  module: string | null;
}

/**
 * A name and what is known of it. Destructuring is written out: `const { a: b } = f()` binds `b` to the member `a` of that
 * call. TypeScript: enums and namespaces are constants with an `object`, and what is added to an object later
 * (`api.run = …`) is among its properties. A value assigned in another function is written as it reads at the declaration.
 */
export interface Binding {
  /** Its index in `bindings`. */
  number: number;
  name: string;
  kind: 'import' | 'function' | 'class' | 'parameter' | 'variable';
  /** The function in whose body it is declared (0: module). A parameter's own function. */
  scope: number;
  /** Offsets between which the name can be seen: its block in TypeScript, its function in Python. */
  from: number;
  to: number;
  /** Index into `imports`, `functions` or `classes`, by kind; the position for a parameter (-1 for a rest or keyword collector). */
  index: number;
  /** The annotation, as written. */
  type: TypeRef | null;
  /** Everything that is assigned to it, the initialiser or default first. More than `maxValues` are not listed and `reassigned` says so. */
  values: readonly Expr[];
  /** Assigned more than once (a parameter: at all), or something that is not listed (`x++`). `let x; x = f()` is assigned once. */
  reassigned: boolean;
  constant: boolean;
  span: Span;
}

export interface FunctionSummary {
  /** `''` where it has none; a variable, property or argument name that it is given counts. */
  name: string;
  kind: 'module' | 'function' | 'method' | 'constructor' | 'getter' | 'setter' | 'arrow' | 'lambda';
  /** The function around it (a class body belongs to the function around the class); null for the module. */
  parent: number | null;
  /** Index of the class whose member it is. */
  class: number | null;
  static: boolean;
  async: boolean;
  generator: boolean;
  /** Declared only: an overload, an abstract or interface method. */
  abstract: boolean;
  /** TypeScript's `<T extends Client>`; absent: none. */
  typeParameters?: { name: string; extends: TypeRef | null }[];
  parameters: readonly Parameter[];
  returns: TypeRef | null;
  /** `return x`, the body of an arrow, at most `maxValues`. */
  returned: readonly Expr[];
  /** What a Python generator yields (a context manager's value, a lifespan's), at most `maxValues`; absent for other functions. */
  yielded?: readonly Expr[];
  decorators: readonly Expr[];
  /** First string of a Python body, or the JSDoc text; null without. */
  doc: string | null;
  /** The whole of it, decorators included. */
  span: Span;
  /** Where its name stands; where it has none, its first token. */
  nameSpan: Span;
  /** Calls in its own body, those of inner functions not among them. */
  calls: readonly number[];
}

export interface Parameter {
  /** `''` for a pattern; its names are bindings. */
  name: string;
  type: TypeRef | null;
  optional: boolean;
  rest: boolean;
}

export interface ClassSummary {
  name: string;
  kind: 'class' | 'interface';
  abstract: boolean;
  scope: number;
  /** Superclasses and extended interfaces, as written. */
  bases: Expr[];
  /** Type arguments of the first base (`extends Base<Args>`). */
  baseArguments: TypeRef[];
  implements: TypeRef[];
  typeParameters: string[];
  /** What each of them extends; absent: none of them anything. */
  typeBounds?: (TypeRef | null)[];
  decorators: readonly Expr[];
  /** Static or own; assigned in the class body, as a parameter property, or by `this.x = …` / `self.x = …` in a method. */
  fields: {
    name: string;
    type: TypeRef | null;
    values: readonly Expr[];
    /** For each of `values` the function in which it stands: the constructor or method; absent: all in the class's body. */
    functions?: number[];
    static: boolean;
    span: Span;
  }[];
  /** Index into `functions`. */
  methods: { name: string; function: number; static: boolean; kind: 'method' | 'getter' | 'setter' | 'constructor' }[];
  span: Span;
  nameSpan: Span;
}

export interface Call {
  callee: Expr;
  /** `new X()`. Python does not tell. */
  isNew: boolean;
  /** In order; a spread is `other`. */
  args: readonly Expr[];
  /** Python's keyword arguments; `**x` has the name `**`. */
  keywords: readonly { name: string; value: Expr }[];
  /** TypeScript: `new Map<string, Client>()`. */
  typeArguments?: TypeRef[];
  /** The function in whose own body it stands. */
  function: number;
  /** Its value is awaited at once (`await f()`, also around a chain: in `await f().then()` both are). */
  awaited: boolean;
  /** The innermost loop of its own function that it stands in. */
  loop: Span | null;
  /** TypeScript: `f?.()`. */
  optional: boolean;
  /** A decorator, or inside of one. */
  decorator: boolean;
  span: Span;
  /** The callee's last name (`readFileSync` in `fs.readFileSync(…)`). */
  nameSpan: Span;
}

/** An expression, as far as it leads to a function, class, module or instance, or is a constant. */
export type Expr =
  | { kind: 'name'; name: string }
  /** `this`; Python's first parameter of a method is a name like any other. */
  | { kind: 'this' }
  /** `super`; Python's `super()`. */
  | { kind: 'super' }
  /** `a.b`, `a?.b`, `a!.b`, `a['b']`. */
  | { kind: 'member'; object: Expr; name: string }
  /** One of many: `a[i]`, the `x` of `for (const x of a)` and of `for x in a`. `index` where it is a constant number, `key` where a name, member or template chooses. */
  | { kind: 'element'; of: Expr; index?: number; key?: Expr }
  | { kind: 'call'; call: number }
  | { kind: 'await'; of: Expr }
  /** `as T`, `satisfies T`, `cast(T, x)`. */
  | { kind: 'as'; value: Expr; type: TypeRef }
  | { kind: 'function'; function: number }
  | { kind: 'class'; class: number }
  /** `a ?? b`, `a || b`, `c ? a : b`, `a if c else b`. */
  | { kind: 'either'; of: Expr[] }
  /** `key` where a name is computed (`[Names.search]: f`, Python's `{Names.SEARCH: f}`); `name` is `''` then. */
  | { kind: 'object'; properties: { name: string; key?: Expr; value: Expr }[]; spread: readonly Expr[]; span: Span }
  /** A spread among the items (`...a`, `*a`) is the `element` of `a` without an index. Python: tuples and sets, too; of a comprehension or generator expression (`many`) the one item is what each of them is. */
  | { kind: 'array'; items: readonly Expr[]; span: Span; many?: true }
  /** Arithmetic: `60 * 1000`, `'a' + b`; Python's `folder / 'x'` is a path where `folder` is; of `text[7:]`, `[:]`, the right side is not told. */
  | { kind: 'binary'; operator: string; left: Expr; right: Expr }
  | { kind: 'literal'; value: string | number | boolean | null }
  /** Template or f-string with parts. */
  | { kind: 'template'; parts: Expr[] }
  | { kind: 'regex'; flags: string }
  /** `with x as y`: what entering `of` gives. */
  | { kind: 'enter'; of: Expr }
  /** `await import('m')`, `require('m')` in an expression. */
  | { kind: 'module'; module: string }
  /** `import()` of a path that is put together. */
  | { kind: 'load'; path: Expr }
  | { kind: 'parameter'; function: number; index: number }
  | { kind: 'other' };

/** Of `a` and of `x.a` it is `a`; '' where it has no name. */
export const nameOf = (expr: Expr): string => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : '');

/** Python's `@staticmethod`: whoever calls it hands over all of its parameters, where a `@classmethod` gets its class. */
export const isStaticMethod = ({ decorators }: FunctionSummary): boolean => decorators.some((d) => d.kind === 'name' && d.name === 'staticmethod');

/** A type as written. */
export type TypeRef =
  /** `Foo`, `ns.Foo`, `Promise<Foo>`, `list[Foo]`, `"Foo"` in Python. */
  | { kind: 'name'; path: readonly string[]; args: readonly TypeRef[] }
  | { kind: 'union'; of: TypeRef[] }
  | { kind: 'intersection'; of: TypeRef[] }
  | { kind: 'array'; of: TypeRef }
  | { kind: 'tuple'; of: TypeRef[] }
  | { kind: 'object'; members: { name: string; type: TypeRef }[] }
  /** `(a: A) => R`, `Callable[[A], R]`; `parameters` where they are written, null for one without a type. */
  | { kind: 'function'; returns: TypeRef; parameters?: (TypeRef | null)[] }
  | { kind: 'typeof'; path: readonly string[] }
  /** `T['x']`. */
  | { kind: 'indexed'; of: TypeRef; name: string }
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'other' };

/** Something that a rule saw in the syntax tree; `data` is the rule's own. */
export interface Fact {
  rule: string;
  function: number;
  span: Span;
  data: unknown;
}

/** `// mcp-profiler-disable-line RULE… -- reason`, `-disable-next-line`; Python with `#`. */
export interface Suppression {
  /** The line it is good for. */
  line: number;
  /** Empty: all rules. */
  rules: string[];
  reason: string | null;
  span: Span;
}

/** A longer list of values or returned expressions says nothing that a resolver could use. */
export const maxValues = 8;
