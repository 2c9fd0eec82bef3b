import type { CodeFinding, TextEdit } from '../model/lint.ts';
import { grammarOf } from './code/grammarOf.ts';

/**
 * The edit that makes a finding be quiet: a comment on the line above it, as far in as the line itself. Where such a line
 * would be text (in a template, in JSX) the comment stands right before the culprit; null where there is no room for one
 * (in a Python string over several lines).
 */
export function suppressionEdit(finding: Pick<CodeFinding, 'file' | 'rule' | 'line' | 'column'>, text: string, reason?: string): TextEdit | null {
  const { file, rule, line, column } = finding;
  const start = lineStart(text, line);
  const because = reason === undefined || reason.trim() === '' ? '' : ` -- ${reason.trim().replace(/\s+/g, ' ').replaceAll('*/', '* /')}`;
  const indent = /^[ \t]*/.exec(text.slice(start))![0];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const above = (mark: string) => ({ file, start, end: start, text: `${indent}${mark} mcp-profiler-disable-next-line ${rule}${because}${newline}` });
  const grammar = grammarOf(file);
  if (grammar === 'python') {
    if (isPythonCode(text, start)) return above('#');
    const end = start + /^[^\r\n]*/.exec(text.slice(start))![0].length;
    return isPythonCode(text, end) && text[end - 1] !== '\\' ? { file, start: end, end, text: `  # mcp-profiler-disable-line ${rule}${because}` } : null;
  }
  if (!/[jt]sx$/.test(file) && isScriptCode(text, start)) return above('//');
  const at = start + column;
  return { file, start: at, end: at, text: `/* mcp-profiler-disable-line ${rule}${because} */ ` };
}

/** Offset of a line, 1-based. */
function lineStart(text: string, line: number): number {
  let at = 0;
  for (let i = 1; i < line; i++) at = text.indexOf('\n', at) + 1;
  return at;
}

/** Whether a comment line can stand at an offset: in no string over several lines, and not after a `\`. */
function isPythonCode(text: string, offset: number): boolean {
  const token = /#[^\n]*|("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*(?:\1|$)|(["'])(?:\\[\s\S]|(?!\2)[^\\\n])*(?:\2|(?=\n)|$)/g;
  for (const match of text.matchAll(token)) {
    if (match.index >= offset) break;
    if (match.index + match[0].length > offset) return match[0].startsWith('#');
  }
  return !/\\\r?\n$/.test(text.slice(0, offset));
}

/**
 * Whether a comment line can stand at an offset: in no template string. The text is read as far as strings, comments and
 * templates go; a slash is taken for the start of a regular expression where a value can begin.
 */
function isScriptCode(text: string, offset: number): boolean {
  const token = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|(?<=(?:^|[=(,:[!&|?{};+\-*%<>~^\n]|return|typeof|case)[ \t]*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*|[`{}]/gy;
  /** Open templates and braces, the innermost last. */
  const open: ('`' | '{')[] = [];
  let at = 0;
  while (at < offset) {
    if (open.at(-1) === '`') {
      const end = /\\[\s\S]|`|\$\{/g;
      end.lastIndex = at;
      const match = end.exec(text);
      if (!match || match.index >= offset) return false;
      at = match.index + match[0].length;
      if (match[0] === '`') open.pop();
      else if (match[0] === '${') open.push('{');
      continue;
    }
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) {
      at++;
      continue;
    }
    at += match[0].length;
    if (match[0] === '`') open.push('`');
    else if (match[0] === '{') open.push('{');
    else if (match[0] === '}') open.pop();
    else if (at > offset) return false;
  }
  // within the braces of a template a comment is one, too
  return open.at(-1) !== '`';
}
