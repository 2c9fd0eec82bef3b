import { basename, extname } from 'node:path';
import { importersOf } from '../perImports.ts';
import type { Resolved } from '../program.ts';
import type { FileSummary, Parameter } from '../summary.ts';
import { testDoubles } from '../testFiles.ts';
import { createMentioned, createTaken } from '../constructed.ts';
import { callsNamed } from './callers.ts';
import { createLeftOut } from './leftOut.ts';
import type { Found } from './registration.ts';

/**
 * Without those that are never registered, if their project has others, which have taken their place: of a server that is a
 * class of which nothing makes an object, of a function that makes a server or is to be given one and that nothing calls or
 * hands on, and of a file that nothing imports.
 */
export function registered(program: Resolved, all: readonly Found[]): readonly Found[] {
  const isMentioned = createMentioned(program);
  const isTaken = createTaken(program, isMentioned);
  const isEnumerated = createEnumerated(program);
  const isLeftOut = createLeftOut(program);
  let extended: ReadonlySet<string> | null = null;
  const isUnmade = ({ file, span }: Found) => {
    const { classes, functions } = program.files.get(file)!;
    const around = classes.findLastIndex((c) => c.kind === 'class' && c.span.start <= span.start && span.end <= c.span.end);
    const { name = '', bases = [] } = classes[around] ?? {};
    if (name !== '') return bases.length === 0 && !isTaken({ file, index: around }) && !(extended ??= basesIn(program)).has(name);
    const registrar = functions.find((f) => f.parent === 0 && f.class === null && f.span.start < span.start && span.end <= f.span.end);
    return registrar !== undefined && registrar.name !== '' && (registrar.parameters.some(isServer) || isForNobody(program, file, registrar)) && registrar.decorators.length === 0 && !namesFor(registrar.name).some(isMentioned) && !isEnumerated(file);
  };
  const unmade = new Set(all.filter((f) => isUnmade(f) || isLeftOut(f.file)));
  const rootOf = ({ file }: Found) => program.projectOf(file).root;
  const withOthers = new Set(all.filter((f) => !unmade.has(f)).map(rootOf));
  return all.filter((f) => !unmade.has(f) || !withOthers.has(rootOf(f)));
}

/** It makes a server in a file of its own that nothing but tests imports, and that is no package's entry by its name. */
function isForNobody(program: Resolved, file: string, { span }: FileSummary['functions'][number]): boolean {
  const makes = program.files.get(file)!.calls.some(({ callee, span: call }) => callee.kind === 'name' && /^(?:McpServer|MCPServer|FastMCP|Server)$/.test(callee.name) && span.start <= call.start && call.end <= span.end);
  return makes && !/^(?:index|main|server|app|lib|mod|mcp|__init__|__main__)$/.test(basename(file, extname(file))) && (importersOf(program).get(file) ?? []).every((from) => testDoubles(program).has(from));
}

/** A name and how it begins: `if attribute.startswith('register_')` looks all of these up. */
const namesFor = (name: string): string[] => [name, ...Array.from(name.matchAll(/_(?=.)/g), ({ index }) => name.slice(0, index + 1))];

export const isServer = ({ name, type }: Parameter) => /(?:mcp|server|app)$/i.test(name) || (type?.kind === 'name' && /Server$|^FastMCP$/.test(type.path.at(-1)!));

/** Whether what a file exports may be taken without its name: `Object.values(tools)` after `import * as tools`, `import(path)`, `import_module(name)`. */
function createEnumerated(program: Resolved): (file: string) => boolean {
  const known = new Map<string, boolean>();
  const whole = (from: string, summary: FileSummary) => summary.imports.flatMap((i) => (i.imported === '*' || i.loads !== undefined ? (program.moduleFile(from, i.module) ?? []) : []));
  let taken: ReadonlySet<string> | null = null;
  function isTaken(file: string, depth: number): boolean {
    taken ??= new Set([...program.files].flatMap(([from, summary]) => whole(from, summary)));
    if (taken.has(file)) return true;
    // what passes it on
    return depth < 3 && [...program.files].some(([from, { exports }]) => exports.some((e) => e.module !== null && program.moduleFile(from, e.module) === file) && isTaken(from, depth + 1));
  }
  let loading: ReadonlySet<string> | null = null;
  /** Its project loads modules of Python by names that are put together. */
  function isLoaded(file: string): boolean {
    loading ??= new Set([...callsNamed(program, ['import_module', '__import__'])].flatMap((ref) => (program.callOf(ref).args[0]?.kind === 'literal' ? [] : [program.projectOf(ref.file).root])));
    return program.files.get(file)!.language === 'python' && loading.has(program.projectOf(file).root);
  }
  return (file) => {
    let found = known.get(file);
    if (found === undefined) known.set(file, (found = isLoaded(file) || isTaken(file, 0)));
    return found;
  };
}

const basesIn = (program: Resolved): Set<string> => new Set([...program.files.values()].flatMap((f) => f.classes.flatMap((c) => c.bases.flatMap((b) => (b.kind === 'name' || b.kind === 'member' ? [b.name] : [])))));
