import type { Resolved } from '../program.ts';
import { callsNamed } from './callers.ts';
import { complete, type Found } from './registration.ts';

/** Servers made of something else (a web application, a description of an API, another server): what they offer is not written down. */
export function* generated(program: Resolved): Iterable<Found> {
  for (const ref of callsNamed(program, ['from_fastapi', 'from_openapi', 'FastApiMCP'])) {
    const call = program.callOf(ref);
    const value = program.resolve(call.callee, { file: ref.file, function: call.function, offset: call.span.start });
    if (value.kind !== 'external' || !/^(fastmcp|fastapi_mcp)\b/.test(value.name)) continue;
    yield* complete(program, { kind: 'other', dialect: 'fastmcp', file: ref.file, span: call.span, env: null, name: null, handler: null, annotations: null, schema: null, argumentsParameter: null, contextParameter: null });
  }
}
