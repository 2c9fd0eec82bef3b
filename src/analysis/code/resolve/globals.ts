import type { FileIndex } from './fileIndex.ts';
import { canonical } from './externals.ts';
import { pythonBuiltins, scriptGlobals } from './globalNames.ts';
import { external, type Known, nothing, unknown } from './values.ts';

/** What a name is that nothing declares. */
export function globalValue({ python }: FileIndex, name: string): Known {
  if (python) return pythonBuiltins.has(name) ? external(name) : unknown;
  if (name === 'undefined') return nothing;
  return scriptGlobals.has(name) ? external(canonical('javascript', name)) : unknown;
}
