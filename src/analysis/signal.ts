import type { FunctionRef, Handler, Program } from './code/program.ts';
import { bindingOf } from './trace.ts';

/** How the cancellation signal is written in a function that is a handler with a parameter that carries it; null elsewhere. */
export function signalAt(program: Program, fn: FunctionRef): string | null {
  const handler = program.handlers.find((h) => h.function?.file === fn.file && h.function.index === fn.index);
  if (!handler || handler.language === 'python' || handler.contextParameter === null) return null;
  const parameter = program.functionOf(fn).parameters[handler.contextParameter];
  const path = signalPath(handler, program);
  if (!parameter || parameter.name === '' || parameter.rest || path === null) return null;
  const { span } = program.functionOf(fn);
  const binding = bindingOf(program, parameter.name, { file: fn.file, function: fn.index, offset: span.end - 1 });
  return binding?.kind === 'parameter' ? `${parameter.name}.${path}` : null;
}

/** Where the signal is in what a handler is given beside its arguments; null where the library gives none. */
export function signalPath(handler: Handler, program: Program): string | null {
  const { dialect, file } = handler;
  if (isOfOtherFramework(program, handler)) return null;
  // 0.x hands over nothing beside the request
  if (dialect === 'sdk-v1') return /^0\./.test(program.projectOf(file).versions['@modelcontextprotocol/sdk'] ?? '') ? null : 'signal';
  if (dialect === 'sdk-v2') return 'mcpReq.signal';
  if (dialect !== 'fastmcp') return null;
  // its context has one since 4.5
  const [major = 0, minor = 0] = (program.projectOf(file).versions['fastmcp'] ?? '').split('.').map(Number);
  return major > 4 || (major === 4 && minor >= 5) ? 'signal' : null;
}

/** Decorators of packages that hand the SDK's `extra` on; of @rekog/mcp-nest (1.9, 2.0) it is known that it does not. */
const handsOn = /^@nestjs-mcp\/server\b/;

/** A decorator of a package makes it a tool: that package calls it, not the SDK. */
function isOfOtherFramework(program: Program, { function: fn }: Handler): boolean {
  if (!fn) return false;
  const { decorators, parent, span } = program.functionOf(fn);
  return decorators.some((decorator) => {
    const what = decorator.kind === 'call' ? program.callOf({ file: fn.file, index: decorator.call }).callee : decorator;
    const value = program.resolve(what, { file: fn.file, function: parent ?? 0, offset: span.start });
    return value.kind === 'external' && /mcp/i.test(value.name) && !handsOn.test(value.name);
  });
}
