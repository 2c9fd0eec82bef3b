import type { Severity } from '../../model/finding.ts';
import type { Sink } from '../codeRule.ts';

/** What turns a text or a schema into something to run; the same for the same input. */
export interface CompilerSink extends Sink {
  /** What it makes: `schema`, `validator`, `template`, `pattern`, `engine` (compiles others and keeps them), `model`. */
  makes: 'schema' | 'validator' | 'template' | 'pattern' | 'engine' | 'model' | 'program';
  level: Severity;
  /** Position (or keyword) of what is compiled; the others do not count. Default: all of them. */
  input?: { position: number; keyword?: string };
  /** Called once for each tool where they are listed: told once for a function. */
  each?: boolean;
  /** Only with `new`. */
  isNew?: boolean;
  /** Nothing is compiled by the package before this major version, unless it is imported by a path that says so (`zod/v4`). */
  fromMajor?: number;
}

const rows = (language: Sink['language'], makes: CompilerSink['makes'], level: Severity, names: string, columns: Partial<CompilerSink> = {}): CompilerSink[] =>
  names.split(' ').map((name) => ({ name, language, makes, level, ...columns }));

const first = { input: { position: 0 } };

export const compilerSinks: readonly CompilerSink[] = [
  // V8 keeps compiled patterns by their text and flags: a new one costs 0.3-0.7 µs more than one that is kept, in a loop too (Node 24)
  ...rows('typescript', 'pattern', 'hint', 'RegExp'),
  ...rows('typescript', 'engine', 'warning', 'ajv ajv/dist/2019 ajv/dist/2019.js ajv/dist/2020 ajv/dist/2020.js ajv/dist/jtd ajv-draft-04 @cfworker/json-schema.Validator', { isNew: true }),
  ...rows('typescript', 'validator', 'warning', 'ajv.compile ajv.compileAsync ajv/dist/2020.compile ajv/dist/2019.compile ajv/dist/2020.js.compile ajv/dist/2019.js.compile ajv/dist/jtd.compile', first),
  ...rows('typescript', 'validator', 'warning', '@sinclair/typebox/compiler.TypeCompiler.Compile typebox/compile.Compile jsonschema.Validator is-my-json-valid z-schema'),
  // an object of six fields: 35-230 µs in zod 3.25, three to ten times as much in zod 4.6 (Node 24)
  ...rows('typescript', 'schema', 'hint', 'zod.object zod.strictObject zod.looseObject zod.union zod.discriminatedUnion zod.intersection zod.fromJSONSchema', { fromMajor: 4 }),
  ...rows('typescript', 'schema', 'hint', 'zod.array zod.record zod.tuple', { fromMajor: 4 }),
  ...rows('typescript', 'schema', 'warning', 'joi.object joi.array yup.object arktype.type effect.Schema.Struct'),
  ...rows('typescript', 'schema', 'hint', 'valibot.object superstruct.object'),
  ...rows('typescript', 'schema', 'hint', 'zod-to-json-schema zod-to-json-schema.zodToJsonSchema zod.toJSONSchema', { each: true }),
  ...rows('typescript', 'template', 'warning', 'handlebars.compile handlebars.precompile ejs.compile pug.compile pug.compileFile nunjucks.compile lodash.template lodash.template dot.template eta.compile underscore.template art-template.compile', first),
  ...rows('typescript', 'engine', 'warning', 'nunjucks.Environment liquidjs.Liquid', { isNew: true }),
  ...rows('typescript', 'program', 'warning', 'vm.Script WebAssembly.Module graphql.buildSchema graphql.parse graphql-tag', first),
  // parameters first, its body last
  ...rows('typescript', 'program', 'warning', 'Function', { isNew: true }),

  ...rows('python', 'validator', 'warning', ['Draft3', 'Draft4', 'Draft6', 'Draft7', 'Draft201909', 'Draft202012'].map((d) => `jsonschema.${d}Validator jsonschema.validators.${d}Validator`).join(' '), { input: { position: 0, keyword: 'schema' } }),
  ...rows('python', 'validator', 'warning', 'jsonschema.validate jsonschema.validators.validate', { input: { position: 1, keyword: 'schema' } }),
  ...rows('python', 'validator', 'warning', 'fastjsonschema.compile cerberus.Validator voluptuous.Schema schema.Schema', first),
  ...rows('python', 'validator', 'hint', 'pydantic.TypeAdapter', { input: { position: 0, keyword: 'type' } }),
  ...rows('python', 'model', 'warning', 'pydantic.create_model'),
  ...rows('python', 'template', 'warning', 'jinja2.Template jinja2.Environment.from_string mako.template.Template', { input: { position: 0, keyword: 'source' } }),
  ...rows('python', 'engine', 'warning', 'lark.Lark'),
  // tens of microseconds; what it compiles is told by itself
  ...rows('python', 'engine', 'hint', 'jinja2.Environment jinja2.sandbox.SandboxedEnvironment'),
  ...rows('python', 'validator', 'warning', 'lxml.etree.XMLSchema lxml.etree.RelaxNG lxml.etree.XSLT xmlschema.XMLSchema'),
  ...rows('python', 'program', 'warning', 'compile', first),
];
