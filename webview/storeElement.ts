import { LitElement, type ReactiveController, type ReactiveControllerHost } from 'lit';
import { post } from './host.ts';
import type { Store } from './store.ts';

/** An element that draws from the store and follows it while it is on the page. */
export class StoreElement extends LitElement {
  static override properties: Record<string, object> = { store: { attribute: false } };
  declare store: Store;
  #unsubscribe: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.store.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
  }
}

/**
 * The newest answer to a question that depends on the state. Asked again when its key changes; one question is under
 * way at a time, and the last answer stays until the next is there, so that a drag never flickers.
 */
export class Query<T> implements ReactiveController {
  value: T | null = null;
  #host: ReactiveControllerHost;
  #question: () => { key: unknown[]; ask: () => Promise<T> } | null;
  #key = '';
  #busy = false;

  constructor(host: ReactiveControllerHost, question: () => { key: unknown[]; ask: () => Promise<T> } | null) {
    this.#host = host;
    this.#question = question;
    host.addController(this);
  }

  hostUpdate(): void {
    if (this.#busy) return;
    const question = this.#question();
    const key = JSON.stringify(question?.key ?? null);
    if (key === this.#key) return;
    this.#key = key;
    if (question === null) {
      this.value = null;
      return;
    }
    this.#busy = true;
    question.ask().then(
      (value) => this.#settle(value),
      (error: unknown) => {
        post({ type: 'log', level: 'error', message: String(error) });
        this.#settle(null);
      },
    );
  }

  #settle(value: T | null): void {
    this.#busy = false;
    this.value = value;
    this.#host.requestUpdate();
  }
}

/** Makes a value anew only when one of its keys is another: an element that is given it sees no change meanwhile. */
export function remember<T>(): (keys: readonly unknown[], make: () => T) => T {
  let last: { keys: readonly unknown[]; value: T } | null = null;
  return (keys, make) => {
    if (last === null || keys.some((key, i) => key !== last!.keys[i])) last = { keys, value: make() };
    return last.value;
  };
}
