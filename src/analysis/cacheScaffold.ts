import type { Node } from '@vscode/tree-sitter-wasm';
import type { Fix } from '../model/lint.ts';
import type { CodeReport } from './codeRule.ts';
import type { SourceFile } from './code/syntax.ts';

const typescript = `/** Keeps what \`load\` gives for a key; calls for a key that is under way wait for it. */
function keep<T>(load: (key: string) => Promise<T>, ttlMs = 60_000, maxEntries = 500): (key: string) => Promise<T> {
  const entries = new Map<string, { until: number; value: Promise<T> }>();
  return (key) => {
    const known = entries.get(key);
    if (known && Date.now() < known.until) return known.value;
    const value = load(key);
    entries.delete(key);
    entries.set(key, { until: Date.now() + ttlMs, value });
    if (entries.size > maxEntries) entries.delete(entries.keys().next().value!);
    value.catch(() => entries.delete(key));
    return value;
  };
}

`;
const javascript = typescript.replace('<T>(load: (key: string) => Promise<T>', '(load').replace('): (key: string) => Promise<T> {', ') {').replace('new Map<string, { until: number; value: Promise<T> }>()', 'new Map()').replace('.value!)', '.value)');
const python = `class Keep:
    """Keeps what \`load\` gives for a key; calls for a key that is under way wait for it."""

    def __init__(self, load, ttl: float = 60, max_entries: int = 500):
        self._load, self._ttl, self._max = load, ttl, max_entries
        self._entries = {}

    async def __call__(self, key):
        now = time.monotonic()
        known = self._entries.get(key)
        if known is None or now >= known[0]:
            self._entries.pop(key, None)
            known = self._entries[key] = (now + self._ttl, asyncio.ensure_future(self._load(key)))
            if len(self._entries) > self._max:
                self._entries.pop(next(iter(self._entries)))
        try:
            return await asyncio.shield(known[1])
        except Exception:
            self._entries.pop(key, None)
            raise


`;

/** A small cache with a time to live, put above the registration; what goes through it is for the author to say. */
export function cacheScaffold({ span }: CodeReport, source: SourceFile): Fix[] {
  const { language, text, file } = source;
  if (/\b(?:function keep\b|class Keep\b)/.test(text)) return [];
  const start = topLevelStart(source, span.start);
  if (start === null) return [];
  const isPython = language === 'python';
  const imports = isPython ? ['asyncio', 'time'].filter((m) => !new RegExp(`^import ${m}\\b`, 'm').test(text)).map((m) => `import ${m}\n`) : [];
  const code = isPython ? python : language === 'javascript' ? javascript : typescript;
  const head = imports.length > 0 ? [{ file, start: importPlace(source), end: importPlace(source), text: imports.join('') }] : [];
  return [
    {
      title: 'Insert a cache with a time to live',
      kind: 'scaffold',
      edits: [...head, { file, start, end: start, text: code }],
      explain: `Inserts \`${isPython ? 'Keep' : 'keep'}\`: it holds each answer for a minute, at most 500 of them, and lets calls for the same key wait for the one under way. Send the request through it, keyed by the arguments and by whatever else the answer depends on (the user).`,
    },
  ];
}

/** The statement of the module around an offset, decorators and comments right above it included. */
function topLevelStart({ tree }: SourceFile, offset: number): number | null {
  let at: Node | null = tree.rootNode.descendantForIndex(offset);
  while (at?.parent?.parent) at = at.parent;
  if (!at?.parent) return null;
  for (let before = at.previousSibling; before?.type === 'comment' && before.endPosition.row + 1 === at.startPosition.row; before = at.previousSibling) at = before;
  return at.startIndex;
}

/** Before the first import. */
function importPlace({ tree }: SourceFile): number {
  const first = tree.rootNode.namedChildren.find((n) => n !== null && /^import/.test(n.type) && !/__future__/.test(n.text) && n.type !== 'future_import_statement');
  return first?.startIndex ?? 0;
}
