import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import type { Expr, FileSummary, Language, Span } from './summary.ts';

/** A file as it was parsed. Its tree lives in WebAssembly memory: `dispose` when done. */
export interface SourceFile {
  file: string;
  language: Language;
  text: string;
  tree: Tree;
  dispose(): void;
}

/** What a visitor knows while the one walk over a file goes on. */
export interface VisitContext {
  source: SourceFile;
  /** The function whose own body the node stands in. */
  function: number;
  /** The expression of a node, as in the summary; calls inside of it are those of the summary. */
  expr(node: Node): Expr;
  span(node: Node): Span;
  /** Notes a fact for the rule that the visitor belongs to. */
  fact(node: Node | Span, data?: unknown): void;
}

/** Node types of the grammar (`call_expression`, `for_in_statement`, `with_statement` …) to what to do on entering one. */
export type Visitors = Partial<Record<string, (node: Node, context: VisitContext) => void>>;

/** The visitors of every rule that has some, by rule id; JavaScript is walked with the TypeScript ones. */
export type RuleVisitors = ReadonlyMap<string, { typescript?: Visitors; python?: Visitors }>;

/** One language's walk: everything but parsing. */
export type Summarise = (source: SourceFile, visitors: RuleVisitors) => FileSummary;
