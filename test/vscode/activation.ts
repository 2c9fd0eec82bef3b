import Module from 'node:module';

interface Loader {
  _load: (this: Loader, request: string, parent: unknown, isMain: boolean) => unknown;
}

/**
 * Times what VS Code itself counts as activation (loading the code, and the call of `activate` until it resolves), without the way
 * through the window's process that `extension.activate()` takes. To be called before the extension is activated.
 * @param main file name of the bundle, as its path ends.
 */
export function watchActivation(main: string): () => { loadMs: number; activateMs: number } {
  const loader = Module as unknown as Loader;
  const original = loader._load;
  let loadMs = Number.NaN;
  let activateMs = Number.NaN;
  loader._load = function (request, parent, isMain) {
    if (!request.endsWith(main)) return original.call(this, request, parent, isMain);
    const before = performance.now();
    const loaded = original.call(this, request, parent, isMain) as { activate(context: unknown): unknown };
    loadMs = performance.now() - before;
    loader._load = original;
    const activate = async (context: unknown): Promise<unknown> => {
      const called = performance.now();
      const result = await loaded.activate(context);
      activateMs = performance.now() - called;
      return result;
    };
    return { ...loaded, activate };
  };
  return () => ({ loadMs, activateMs });
}
