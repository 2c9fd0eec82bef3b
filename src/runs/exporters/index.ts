import { UserError } from '../../model/errors.ts';
import type { RunRecord } from '../../model/run.ts';
import { exportCollapsed } from './collapsed.ts';
import { exportCpuProfile } from './cpuprofile.ts';
import { exportCsv } from './csv.ts';
import { exportHtml } from './html.ts';
import { exportMarkdown } from './markdown.ts';
import { exportSpeedscope } from './speedscope.ts';

/** Text of the panel's bundle, which the HTML report carries. */
export interface ExportAssets {
  panel: { script: string; style: string };
}

/** Writes a run in a format, piece by piece; the same run gives the same text. */
export type Exporter = (run: RunRecord, dir: string, assets: ExportAssets) => AsyncIterable<string>;

export interface ExportFormat {
  id: string;
  label: string;
  /** Ending of a file of this format, with its dot. */
  extension: string;
  needsPanel: boolean;
  write: Exporter;
}

/** In the order in which they are offered. */
export const exportFormats: readonly ExportFormat[] = [
  { id: 'html', label: 'HTML report', extension: '.html', needsPanel: true, write: exportHtml },
  { id: 'markdown', label: 'Markdown', extension: '.md', needsPanel: false, write: exportMarkdown },
  { id: 'csv', label: 'Requests as CSV', extension: '.csv', needsPanel: false, write: exportCsv },
  { id: 'cpuprofile', label: 'CPU profile of V8', extension: '.cpuprofile', needsPanel: false, write: exportCpuProfile },
  { id: 'speedscope', label: 'speedscope', extension: '.speedscope.json', needsPanel: false, write: exportSpeedscope },
  { id: 'collapsed', label: 'Collapsed stacks', extension: '.collapsed.txt', needsPanel: false, write: exportCollapsed },
];

/** @throws UserError `unsupported-format` with the formats there are. */
export function exportFormat(id: string): ExportFormat {
  const format = exportFormats.find((f) => f.id === id);
  if (!format) throw new UserError('unsupported-format', `There is no export format "${id}".`, `Choose one of ${exportFormats.map((f) => f.id).join(', ')}.`);
  return format;
}
