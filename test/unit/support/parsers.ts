import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadParsers, type Parsers } from '../../../src/analysis/code/parse.ts';

let loading: Promise<Parsers> | undefined;
/** The parsers; one set for all tests. */
export const testParsers = (): Promise<Parsers> => (loading ??= loadParsers((name) => readFile(join(import.meta.dirname, `../../../node_modules/@vscode/tree-sitter-wasm/wasm/${name}.wasm`))));
