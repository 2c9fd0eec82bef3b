import type { Tree } from '@vscode/tree-sitter-wasm';
import type { Expr, FileSummary, Language, Span } from './summary.ts';
import type { SyntaxNode } from './syntaxNode.ts';
import type { KeptTree } from './walk.ts';

/** A file as it was parsed. Its tree lives in WebAssembly memory: `dispose` when done. */
export interface SourceFile {
  file: string;
  language: Language;
  text: string;
  tree: Tree;
  /** Of a file that is open: the flat tree before the last edit, and that of now. */
  open?: { before: KeptTree | null; now: KeptTree | null };
  dispose(): void;
}

/** What a visitor knows while the one walk over a file goes on. */
export interface VisitContext {
  source: SourceFile;
  /** The function whose own body the node stands in. */
  function: number;
  /** The expression of a node, as in the summary; calls inside of it are those of the summary. */
  expr(node: SyntaxNode): Expr;
  span(node: SyntaxNode): Span;
  /** Notes a fact for the rule that the visitor belongs to. */
  fact(node: SyntaxNode | Span, data?: unknown): void;
}

/** Node types of the grammar (`call_expression`, `for_in_statement`, `with_statement` …) to what to do on entering one. */
export type Visitors = Partial<Record<string, (node: SyntaxNode, context: VisitContext) => void>>;

/** What is looked for in a syntax tree; JavaScript is walked with the TypeScript visitors. */
export interface LanguageVisitors {
  typescript?: Visitors;
  python?: Visitors;
}

/** What several rules want to know of a file: it is looked for once, and its facts are `program.facts(id)`, whoever asks. */
export interface Observer extends LanguageVisitors {
  id: string;
}

/** Everybody's visitors, by the id under which their facts are noted. */
export type RuleVisitors = ReadonlyMap<string, LanguageVisitors>;

/** One language's walk: everything but parsing. */
export type Summarise = (source: SourceFile, visitors: RuleVisitors) => FileSummary;
