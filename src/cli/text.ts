import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Severity } from '../model/finding.ts';

/** Width that what we print for people keeps to. */
export const columns = 80;

export const marks: Record<Severity, string> = { error: 'error', warning: 'warning', information: 'info', hint: 'hint' };

export type Style = (format: Parameters<typeof styleText>[0], text: string) => string;
/** Colours on a terminal only. */
export const styleFor = (out: Partial<NodeJS.WriteStream>): Style => (format, text) => (out.isTTY && out.hasColors?.() ? styleText(format, text) : text);

/** Names and messages come from the server or its sources: control characters must not reach a terminal. */
export const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');

/** Relative to the working directory where it lies in it. */
export function shorten(file: string): string {
  const short = relative(process.cwd(), file);
  return short === '' || short.startsWith('..') ? file : short;
}

/** `1 tool`, `3 tools`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Breaks at spaces; a word longer than the line stands alone. */
export function wrap(text: string, indent: string, hanging = indent): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const margin = lines.length === 0 ? indent : hanging;
    if (line !== '' && margin.length + line.length + 1 + word.length > columns) {
      lines.push(margin + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push((lines.length === 0 ? indent : hanging) + line);
  return lines;
}
