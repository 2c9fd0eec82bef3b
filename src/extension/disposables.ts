import type * as vscode from 'vscode';

export interface DisposableStore extends vscode.Disposable {
  /** Takes the thing over; disposes it at once when the store itself is gone already. */
  add<T extends vscode.Disposable>(thing: T): T;
}

/** Everything that a feature opens. What arrives late, after the store was disposed, is disposed on arrival. */
export function createStore(): DisposableStore {
  const things = new Set<vscode.Disposable>();
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
