/** Names that are there without an import. */

export const globalObjects = new Set(['globalThis', 'window', 'global', 'self']);

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const scriptGlobals = words(`
  console process Buffer JSON Math Object Array String Number Boolean BigInt Symbol Date RegExp Error TypeError RangeError SyntaxError AggregateError Promise Reflect Proxy
  Map Set WeakMap WeakSet WeakRef FinalizationRegistry Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array
  ArrayBuffer SharedArrayBuffer DataView Atomics Intl WebAssembly globalThis window global self
  parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape eval Function
  fetch Headers Request Response FormData Blob File URL URLSearchParams AbortController AbortSignal Event EventTarget CustomEvent MessageChannel MessagePort BroadcastChannel Worker
  ReadableStream WritableStream TransformStream CompressionStream DecompressionStream TextEncoder TextDecoder TextDecoderStream TextEncoderStream WebSocket EventSource XMLHttpRequest
  setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate queueMicrotask structuredClone requestAnimationFrame requestIdleCallback
  performance crypto navigator document localStorage sessionStorage indexedDB location history alert btoa atob require module exports Deno Bun
`);

export const pythonBuiltins = words(`
  print input open eval exec compile __import__ abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod complex delattr dict dir divmod enumerate
  filter float format frozenset getattr globals hasattr hash help hex id int isinstance issubclass iter len list locals map max memoryview min next object oct ord pow property range repr
  reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip exit quit
  BaseException Exception ArithmeticError AssertionError AttributeError ConnectionError EOFError FileExistsError FileNotFoundError ImportError IndexError IOError KeyError KeyboardInterrupt LookupError
  ModuleNotFoundError NotImplementedError OSError OverflowError PermissionError ProcessLookupError RecursionError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemExit TimeoutError TypeError
  UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError ZeroDivisionError ExceptionGroup BaseExceptionGroup Warning DeprecationWarning UserWarning
`);
