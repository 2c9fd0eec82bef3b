import { AsyncLocalStorage } from 'node:async_hooks';
import diagnosticsChannel from 'node:diagnostics_channel';
import { probeFile, type Confirmation } from '../contract.ts';
import { recordSpans } from './spans.ts';
import type { Spool } from './spool.ts';
import { hrtimeUs } from './time.ts';

/** Which request the code that holds it works for. Over HTTP it is there before the message is known. */
export interface Cell {
  seq: number;
  readonly http: boolean;
  /** The message was parsed: `seq` has an id and a method. */
  known: boolean;
}

/** Requests that a client sends to a server. `ping` is left out: both sides send it, and it costs nothing. */
const clientRequests = /^(initialize|server\/discover|tools\/|resources\/|prompts\/|completion\/|logging\/setLevel|tasks\/|subscriptions\/)/;

export interface RequestWatch {
  /** True once an MCP request was parsed here: this process is (part of) the server. */
  seen: () => boolean;
  /** Writes the spans out; with `open` also the one that has not ended, up to now. */
  flush(open: boolean): void;
  stop(): void;
}

/**
 * Whatever an MCP server is made of, it parses its messages with JSON.parse and dispatches them in the same turn. So a
 * request enters its context there; from then on every continuation carries it. Over HTTP the body is often parsed in
 * a continuation of its own (`await request.json()`), so there the context is a cell that exists from the start of the
 * HTTP request, and the parse only says what it was.
 */
export function watchRequests(spool: Spool): RequestWatch {
  const context = new AsyncLocalStorage<Cell | undefined>();
  const spans = recordSpans(context, (values) => spool.spans(values));
  let lastSeq = 0;
  let seen = false;
  let stopped = false;

  function request(id: string | number, method: string, message: Message): void {
    if (!seen) confirm(spool, method, message);
    seen = true;
    const cell = context.getStore();
    const fromHttp = cell?.http === true;
    const seq = fromHttp && !cell.known ? cell.seq : ++lastSeq;
    spool.line({ k: 'request', seq, id, method, at: hrtimeUs() });
    if (fromHttp) {
      cell.seq = seq;
      cell.known = true;
    } else {
      context.enterWith({ seq, http: false, known: true });
    }
    spans.enter(seq, !fromHttp);
  }

  const onHttpRequest = () => {
    const cell = { seq: ++lastSeq, http: true, known: false };
    context.enterWith(cell);
    if (seen) spans.enter(cell.seq, false);
  };
  diagnosticsChannel.subscribe('http.server.request.start', onHttpRequest);

  const restore = wrapParse((value) => {
    if (stopped || typeof value !== 'object' || value === null) return;
    const message = (Array.isArray(value) ? value[0] : value) as Message | null | undefined;
    if (typeof message !== 'object' || message?.jsonrpc !== '2.0') return;
    const { id, method } = message;
    if (typeof method === 'string' && (typeof id === 'number' || typeof id === 'string')) {
      if (clientRequests.test(method)) request(id, method, message);
    } else if (spans.entered() || (typeof method === 'string' && method.startsWith('notifications/'))) {
      // the next message of the same chunk: not work of the request before it
      const cell = context.getStore();
      if (!cell || cell.http) return;
      context.enterWith(undefined);
      spans.leave();
    }
  });

  return {
    seen: () => seen,
    flush: (open) => spans.flush(open),
    stop() {
      stopped = true;
      restore();
      diagnosticsChannel.unsubscribe('http.server.request.start', onHttpRequest);
      spans.stop();
      context.disable();
    },
  };
}

interface Message {
  jsonrpc?: unknown;
  id?: unknown;
  method?: unknown;
  params?: { clientInfo?: { name?: unknown }; _meta?: Record<string, { name?: unknown } | undefined> };
}

/** Told at once: the engine chooses the process by it. */
function confirm(spool: Spool, method: string, { params }: Message): void {
  const name = params?.clientInfo?.name ?? params?._meta?.['io.modelcontextprotocol/clientInfo']?.name;
  const confirmation: Confirmation = { method, client: typeof name === 'string' ? name : null };
  try {
    spool.note(probeFile.confirmed(process.pid), JSON.stringify(confirmation));
  } catch {
    // the engine has gone
  }
}

/**
 * Shows every parsed value to `look`. The wrapper is a bound method: no constructor, native source text, the name and
 * length of the original; arguments are handed on as they came. Returns what puts the original back.
 */
function wrapParse(look: (value: unknown) => void): () => void {
  const native = JSON.parse;
  const holder = {
    parse(...args: Parameters<typeof native>): unknown {
      const value: unknown = native(...args);
      try {
        look(value);
      } catch {
        // a reviver may return anything
      }
      return value;
    },
  };
  const wrapper = holder.parse.bind(JSON) as typeof JSON.parse;
  Object.defineProperty(wrapper, 'name', { value: 'parse', configurable: true });
  Object.defineProperty(wrapper, 'length', { value: 2, configurable: true });
  JSON.parse = wrapper;
  return () => {
    if (JSON.parse === wrapper) JSON.parse = native;
  };
}
