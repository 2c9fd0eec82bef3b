import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Severity } from '../../../src/model/finding.ts';

const folder = join(import.meta.dirname, '../../seeded');

/**
 * A small workspace with defects that somebody other than the rule's author put there. A line `# …` below its title says why
 * it is expected at a lower level than its rule's.
 */
export interface Seed {
  title: string;
  versions: Record<string, string>;
  /** Path to text, the marks taken out. */
  files: Record<string, string>;
  expected: { file: string; line: number; rule: string; level: Severity | null }[];
}

/** Rules that have seeds. */
export const seededRules = (): string[] => readdirSync(folder).sort();

export function seedsOf(rule: string, language: string): Seed[] {
  const file = join(folder, rule, `${language}.txt`);
  if (!existsSync(file)) return [];
  return `\n${readFileSync(file, 'utf8').replaceAll('\r\n', '\n')}`.split(/\n=== /).slice(1).map(readSeed);
}

const mark = /[ \t]*(?:\/\/|#) expect: ([a-z-]+)(?: (error|warning|information|hint))?[ \t]*$/;

function readSeed(text: string): Seed {
  const [head = '', ...parts] = text.split(/\n--- /);
  const [title = '', ...settings] = head.split('\n');
  const versions = settings.find((l) => l.startsWith('+++ '))?.slice(4);
  const seed: Seed = { title: title.trim(), versions: versions === undefined ? {} : (JSON.parse(versions) as Record<string, string>), files: {}, expected: [] };
  for (const part of parts) {
    const [path = '', ...lines] = part.split('\n');
    const file = path.trim();
    lines.forEach((line, i) => {
      const found = mark.exec(line);
      if (found) seed.expected.push({ file, line: i + 1, rule: found[1]!, level: (found[2] as Severity | undefined) ?? null });
    });
    seed.files[file] = lines.map((line) => line.replace(mark, '')).join('\n');
  }
  return seed;
}
