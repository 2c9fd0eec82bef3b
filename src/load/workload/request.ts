import type { WorkloadRequest } from '../../model/workload.ts';
import type { Protocol } from '../../model/run.ts';
import { modernMeta } from '../handshake.ts';
import { compileArguments } from './argumentGenerator.ts';
import { readTemplate, type Drawing, type Scope } from './template.ts';

/** A request, ready to be sent. */
export interface Sampled {
  /** Index into `operations`. */
  operation: number;
  method: 'tools/call' | 'resources/read' | 'prompts/get';
  /** JSON text, complete for the era. */
  params: string;
  /** Of the tool, resource or prompt, for the `Mcp-Name` header. */
  name: string | null;
}

export interface CompiledRequest {
  /** Data sets of which it takes a row. */
  data: string[];
  /** Whether it has a `{{counter}}`. */
  counts: boolean;
  /** The same object each time where nothing is drawn. */
  render: (from: Drawing) => Sampled;
}

/** Text, and what gives text. */
type Piece = string | ((from: Drawing) => string);

interface Reading {
  scope: Scope;
  data: Set<string>;
  counts: boolean;
  problem: (path: Path, text: string) => void;
}

export type Path = (string | number)[];

/**
 * What can be done once is done here, so that sending costs little: the constant text around templates is serialised,
 * names are resolved. `problem` is told of unknown names and bad arguments, with their path within the request.
 */
export function compileRequest(request: WorkloadRequest, at: { operation: number; era: Protocol; scope: Scope }, problem: (path: Path, text: string) => void): CompiledRequest {
  const reading: Reading = { scope: at.scope, data: new Set(), counts: false, problem };
  const { operation } = at;
  const tail = at.era === 'modern' ? `,"_meta":${JSON.stringify(modernMeta)}}` : '}';
  const done = (render: CompiledRequest['render']): CompiledRequest => ({ data: [...reading.data], counts: reading.counts, render });

  if ('resource' in request) {
    const pieces = textPieces(request.resource, ['resource'], reading);
    const method = 'resources/read';
    const build = (name: string): Sampled => ({ operation, method, params: `{"uri":${JSON.stringify(name)}${tail}`, name });
    return done(once(pieces, build) ?? ((from) => build(join(pieces, from))));
  }

  const [method, name] = 'tool' in request ? (['tools/call', request.tool] as const) : (['prompts/get', request.prompt] as const);
  const pieces: Piece[] = merge([`{"name":${JSON.stringify(name)},"arguments":`, ...argumentPieces(request, reading), tail]);
  const build = (params: string): Sampled => ({ operation, method, params, name });
  return done(once(pieces, build) ?? ((from) => build(join(pieces, from))));
}

/** Name of the operation that a request belongs to. */
export function operationOf(request: WorkloadRequest): { name: string; kind: 'tool' | 'resource' | 'prompt' } {
  if ('tool' in request) return { kind: 'tool', name: request.tool };
  return 'resource' in request ? { kind: 'resource', name: request.resource } : { kind: 'prompt', name: request.prompt };
}

function argumentPieces(request: Exclude<WorkloadRequest, { resource: string }>, reading: Reading): Piece[] {
  if (request.arguments !== 'generate') return jsonPieces(request.arguments, ['arguments'], reading);
  const draw = compileArguments('tool' in request ? request.inputSchema : undefined);
  return [({ random }) => JSON.stringify(draw(random))];
}

/** JSON of a value; a string that is one template becomes the value itself. */
function jsonPieces(value: unknown, path: Path, reading: Reading): Piece[] {
  if (typeof value === 'string') return stringPieces(value, path, reading);
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  const isArray = Array.isArray(value);
  const pieces: Piece[] = [isArray ? '[' : '{'];
  for (const [i, [key, member]] of Object.entries(value as Record<string, unknown>).filter(([, m]) => m !== undefined).entries()) {
    pieces.push(`${i > 0 ? ',' : ''}${isArray ? '' : `${JSON.stringify(key)}:`}`, ...jsonPieces(member, [...path, isArray ? i : key], reading));
  }
  pieces.push(isArray ? ']' : '}');
  return merge(pieces);
}

function stringPieces(text: string, path: Path, reading: Reading): Piece[] {
  const parts = templateParts(text, path, reading);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'function') return [(from) => JSON.stringify(only(from) ?? null)];
  const pieces = parts.map(toText);
  if (pieces.every((p) => typeof p === 'string')) return [JSON.stringify(pieces.join(''))];
  return [(from) => JSON.stringify(join(pieces, from))];
}

/** Plain text, for what is no JSON value: the URI of a resource. */
const textPieces = (text: string, path: Path, reading: Reading): Piece[] => merge(templateParts(text, path, reading).map(toText));

function templateParts(text: string, path: Path, reading: Reading) {
  if (!text.includes('{{')) return [text];
  const template = readTemplate(text, reading.scope);
  for (const name of template.data) reading.data.add(name);
  reading.counts ||= template.counts;
  for (const p of template.problems) reading.problem(path, p);
  return template.parts;
}

function toText(part: string | ((from: Drawing) => unknown)): Piece {
  if (typeof part === 'string') return part;
  return (from) => {
    const value = part(from);
    return typeof value === 'string' ? value : JSON.stringify(value ?? null);
  };
}

function merge(pieces: Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.length - 1;
    if (typeof piece === 'string' && typeof merged[last] === 'string') merged[last] += piece;
    else merged.push(piece);
  }
  return merged;
}

function join(pieces: Piece[], from: Drawing): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(from);
  return text;
}

/** Built now where nothing is drawn. */
function once(pieces: Piece[], build: (text: string) => Sampled): CompiledRequest['render'] | null {
  if (!pieces.every((p) => typeof p === 'string')) return null;
  const constant = build(pieces.join(''));
  return () => constant;
}
