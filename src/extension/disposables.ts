/** VS Code's own is a class; all that anybody needs of it is this. */
export interface Disposable {
  dispose(): void;
}

export interface DisposableStore extends Disposable {
  /** Takes the thing over; disposes it at once when the store itself is gone already. */
  add<T extends Disposable>(thing: T): T;
}

/** Everything that a feature opens. What arrives late, after the store was disposed, is disposed on arrival. */
export function createStore(): DisposableStore {
  const things = new Set<Disposable>();
  let gone = false;
  return {
    add(thing) {
      if (gone) thing.dispose();
      else things.add(thing);
      return thing;
    },
    dispose() {
      gone = true;
      for (const thing of [...things].reverse()) thing.dispose();
      things.clear();
    },
  };
}
