import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

/** What each room may import besides itself. The order of the house: imports go downhill only. */
const rooms: Record<string, string[]> = {
  model: [],
  servers: ['model'],
  wire: ['model'],
  probe: ['model'],
  inspector: ['model', 'wire', 'probe'],
  load: ['model', 'wire', 'probe'],
  profile: ['model'],
  analysis: ['model'],
  runs: ['model'],
  app: ['model', 'servers', 'wire', 'inspector', 'load', 'profile', 'analysis', 'runs'],
  cli: ['model', 'app'],
  extension: ['model', 'app'],
  webview: ['model'],
};
/** Rooms that compute from what they are given: no file, process or network. */
const pure = ['model', 'profile', 'analysis'];
const impure = /^(node:)?(fs|child_process|net|http|https|http2|tls|dgram|worker_threads|inspector)(\/|$)/;

interface Import {
  from: string;
  room: string;
  specifier: string;
  target: string | null;
}

function imports(): Import[] {
  const found: Import[] = [];
  for (const top of ['src', 'webview']) {
    for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      const from = relative(root, file);
      const room = top === 'webview' ? 'webview' : from.split(sep)[1]!;
      const text = readFileSync(file, 'utf8');
      // TypeScript's own reading: the examples of rules hold imports in strings
      for (const { fileName } of ts.preProcessFile(text, true).importedFiles) {
        const specifier = fileName.replace(/^inline:/, '');
        const target = specifier.startsWith('.') ? relative(root, resolve(dirname(file), specifier)) : null;
        found.push({ from, room, specifier, target });
      }
    }
  }
  return found;
}

describe('architecture', () => {
  const all = imports();

  it('reads the imports of the house', () => {
    assert.ok(all.length > 5, `only ${all.length} imports found`);
  });

  it('imports go downhill only', () => {
    const uphill = all.filter(({ room, target }) => {
      if (!target) return false;
      const [top, second] = target.split(sep);
      if (top === 'media' || top === 'package.json') return false;
      const to = top === 'webview' ? 'webview' : second!;
      return to !== room && !rooms[room]?.includes(to);
    });
    assert.deepEqual(uphill.map((i) => `${i.from} -> ${i.specifier}`), []);
  });

  it('only the extension imports vscode', () => {
    assert.deepEqual(all.filter((i) => i.specifier === 'vscode' && i.room !== 'extension').map((i) => i.from), []);
  });

  it('pure rooms touch no file, process or network', () => {
    assert.deepEqual(all.filter((i) => pure.includes(i.room) && impure.test(i.specifier)).map((i) => `${i.from} -> ${i.specifier}`), []);
  });
});
