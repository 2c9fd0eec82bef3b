import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportFormat, type ExportAssets } from '../runs/exporters/index.ts';
import { readRun } from '../runs/store.ts';
import { distDir } from './paths.ts';

export { exportFormats } from '../runs/exporters/index.ts';

/**
 * The run of a folder in a format, piece by piece.
 * @throws UserError `run-not-found`, `bad-config` for a record that cannot be read, `unsupported-format`.
 */
export async function exportText(runDir: string, formatId: string): Promise<AsyncIterable<string>> {
  const format = exportFormat(formatId);
  const run = await readRun(runDir);
  return format.write(run, runDir, format.needsPanel ? await panelAssets() : { panel: { script: '', style: '' } });
}

/** Writes the export to a file, whole or not at all. */
export async function exportRun(runDir: string, formatId: string, file: string): Promise<void> {
  const text = await exportText(runDir, formatId);
  const partial = `${file}.partial`;
  try {
    await pipeline(Readable.from(text), createWriteStream(partial));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function panelAssets(): Promise<ExportAssets> {
  const [script, style] = await Promise.all(['main.js', 'main.css'].map((name) => readFile(resolve(distDir, 'webview', name), 'utf8').catch(missingStyle(name))));
  return { panel: { script: script!, style: style! } };
}

/** The bundle has a style sheet only when the panel imports one. */
const missingStyle = (name: string) => (error: NodeJS.ErrnoException) => {
  if (name === 'main.css' && error.code === 'ENOENT') return '';
  throw error;
};
