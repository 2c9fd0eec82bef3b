export type GrammarName = 'typescript' | 'tsx' | 'javascript' | 'python';

/** By the ending of the file's name. Null: in no language that is analysed. */
export function grammarOf(file: string): GrammarName | null {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === 'ts' || ending === 'mts' || ending === 'cts') return 'typescript';
  if (ending === 'tsx') return 'tsx';
  if (ending === 'js' || ending === 'mjs' || ending === 'cjs' || ending === 'jsx') return 'javascript';
  return ending === 'py' ? 'python' : null;
}
